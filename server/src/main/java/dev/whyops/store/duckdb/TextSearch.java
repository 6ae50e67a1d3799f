package dev.whyops.store.duckdb;

import dev.whyops.json.Json;
import dev.whyops.project.ProjectScope;
import dev.whyops.trace.TraceQuery;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Finds traces by a text in their content: in what stands in the events and in the parts they
 * share. Looks back seven days at most; the limit of time per question holds as everywhere.
 */
final class TextSearch {
  private static final Duration BACK_MAX = Duration.ofDays(7);
  private static final String PART_IDS = "list_filter(content_refs, lambda x, i: i % 2 = 0)";

  private final DuckDbEventStore store;
  private final ProjectScope scope;
  private final LocalDate firstDay;

  TextSearch(DuckDbEventStore store, ProjectScope scope, TraceQuery query, Instant now) {
    this.store = store;
    this.scope = scope;
    Instant to = query.to() == null ? now : query.to();
    this.firstDay = to.minus(BACK_MAX).atZone(ZoneOffset.UTC).toLocalDate();
  }

  /** A condition on a trace: it, its preview or its content has the text. */
  String condition(String text, List<Object> values) {
    values.add(text.toLowerCase(Locale.ROOT));
    values.add(text);
    StringBuilder sql =
        new StringBuilder("(bool_or(contains(lower(preview), ?)) OR bool_or(trace_id = ?)");
    for (DayFile file : store.files().visible(scope.project())) {
      if (!file.day().isBefore(firstDay)) {
        sql.append(" OR trace_hash IN (").append(hits(file, text, values)).append(')');
      }
    }
    return sql.append(')').toString();
  }

  private String hits(DayFile file, String text, List<Object> values) {
    List<String> spellings = spellings(text);
    values.add(scope.project().value());
    values.addAll(spellings);
    values.addAll(spellings);
    return "SELECT trace_hash FROM "
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
  }

  private static String anyOf(String column, List<String> spellings) {
    List<String> tests = new ArrayList<>();
    for (int i = 0; i < spellings.size(); i++) {
      tests.add("contains(lower(" + column + "), ?)");
    }
    return "(" + String.join(" OR ", tests) + ")";
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
