package dev.whyops.store.duckdb;

import dev.whyops.json.Json;
import dev.whyops.project.ProjectScope;
import dev.whyops.trace.TraceQuery;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.duckdb.DuckDBConnection;

/**
 * Finds traces by a text in their content: in what stands in the events and in the parts they
 * share. Looks back seven days at most; the limit of time per question holds as everywhere. What a
 * sealed file answered is remembered, as a page of the list asks several times. One thread.
 */
final class TextSearch {
  private static final Duration BACK_MAX = Duration.ofDays(7);

  /** An event may be dated a little after its receipt; a day is more than clocks err. */
  private static final int SLACK_DAYS = 1;

  private static final String PART_IDS = Sorting.ids("content_refs");

  private final DuckDbEventStore store;
  private final ProjectScope scope;
  private final LocalDate firstDay;
  private final long fromUs;
  private final long toUs;
  private final long deadlineNs = System.nanoTime() + Question.SECONDS_MAX * 1_000_000_000L;
  private final Map<Asked, Set<Long>> answers = new HashMap<>();

  private record Asked(DayFile file, String text) {}

  TextSearch(DuckDbEventStore store, ProjectScope scope, TraceQuery query, Instant now) {
    this.store = store;
    this.scope = scope;
    Instant to = query.to() == null ? now : query.to();
    Instant back = to.minus(BACK_MAX);
    Instant from = query.from();
    LocalDate back7 = back.atZone(ZoneOffset.UTC).toLocalDate();
    LocalDate first =
        from == null ? back7 : from.atZone(ZoneOffset.UTC).toLocalDate().minusDays(SLACK_DAYS);
    this.firstDay = first.isBefore(back7) ? back7 : first;
    this.fromUs = from == null ? Long.MIN_VALUE / 2 : EventRows.micros(from);
    this.toUs = query.to() == null ? Long.MAX_VALUE : EventRows.micros(query.to());
  }

  /** A condition on a trace: it, its preview or its content has the text. */
  String condition(String text, List<Object> values) {
    values.add(text.toLowerCase(Locale.ROOT));
    values.add(text);
    String keys =
        store.files().visible(scope.project()).stream()
            .filter(file -> !file.day().isBefore(firstDay))
            .flatMap(file -> keys(new Asked(file, text)).stream())
            .map(String::valueOf)
            .collect(Collectors.joining(","));
    String said = "(bool_or(contains(lower(preview), ?)) OR bool_or(trace_id = ?)";
    if (keys.isEmpty()) {
      return said + ")";
    }
    values.add(keys);
    return said + " OR trace_hash IN (SELECT unnest(string_split(?, ','))::BIGINT))";
  }

  private Set<Long> keys(Asked asked) {
    return answers.computeIfAbsent(
        asked, _ -> asked.file().isSealed() ? search(asked) : read(asked.file(), asked.text()));
  }

  private Set<Long> search(Asked asked) {
    List<DayFile> earlier =
        store.files().visible(scope.project()).stream()
            .filter(file -> file.compareTo(asked.file()) < 0)
            .toList();
    LongPredicate beganBefore =
        key -> earlier.stream().anyMatch(file -> store.files().mayHold(file, key));
    try (Resources.Use _ = store.resources().wide();
        DuckDBConnection reader = store.reader()) {
      return new BlockSearch(reader, asked.file(), new Needle(asked.text()), deadlineNs)
          .keys(scope.project().value(), fromUs, toUs, beganBefore);
    } catch (SQLException e) {
      throw Question.failed(store, e);
    }
  }

  /** A file that is still written is read by the database. */
  private Set<Long> read(DayFile file, String text) {
    List<String> spellings = spellings(text);
    List<Object> values = new ArrayList<>();
    values.add(scope.project().value());
    values.addAll(spellings);
    values.addAll(spellings);
    String sql =
        "SELECT DISTINCT trace_hash FROM "
            + file.alias()
            + ".events WHERE project = ? AND ("
            + anyOf("content", spellings)
            + " OR (len(content_refs) > 0 AND list_has_any("
            + PART_IDS
            + ", (SELECT coalesce(list(id), []) FROM "
            + file.alias()
            + ".msgs WHERE "
            + anyOf("body", spellings)
            + "))))";
    return Set.copyOf(new Question(store).ask(sql, values, row -> row.getLong(1)));
  }

  private static String anyOf(String column, List<String> spellings) {
    return Stream.generate(() -> "contains(lower(" + column + "), ?)")
        .limit(spellings.size())
        .collect(Collectors.joining(" OR ", "(", ")"));
  }

  /** Content is JSON text: as a client writes the text there, with and without escapes. */
  private static List<String> spellings(String text) {
    String quoted = Json.mapper().writeValueAsString(text.toLowerCase(Locale.ROOT));
    String plain = quoted.substring(1, quoted.length() - 1);
    StringBuilder ascii = new StringBuilder();
    for (int i = 0; i < plain.length(); i++) {
      char c = plain.charAt(i);
      if (c < 0x80) {
        ascii.append(c);
      } else {
        ascii.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      }
    }
    return ascii.toString().equals(plain) ? List.of(plain) : List.of(plain, ascii.toString());
  }
}
