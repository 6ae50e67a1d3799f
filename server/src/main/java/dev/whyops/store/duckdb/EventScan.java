package dev.whyops.store.duckdb;

import dev.whyops.analytics.Filter;
import dev.whyops.event.Event;
import dev.whyops.project.ProjectScope;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rows of all day files that a filter lets through: the project stands in every part, what was
 * deleted is left out, and files of other days are not read.
 */
final class EventScan {
  private final String text;
  private final List<Object> values;

  private EventScan(String text, List<Object> values) {
    this.text = text;
    this.values = values;
  }

  /** SQL that can stand after FROM. */
  String text() {
    return text;
  }

  /** Values of its question marks, in order. */
  List<Object> values() {
    return values;
  }

  /** Rows of {@code events}. */
  static EventScan events(
      DuckDbEventStore store, ProjectScope scope, Filter filter, String columns) {
    return events(store, scope, filter, columns, store.files().visible(scope.project()));
  }

  /** Rows of {@code events} in some of the files. */
  static EventScan events(
      DuckDbEventStore store,
      ProjectScope scope,
      Filter filter,
      String columns,
      List<DayFile> among) {
    long from = EventRows.micros(filter.from());
    long to = EventRows.micros(filter.to());
    List<DayFile> files = new ArrayList<>();
    for (DayFile file : among) {
      Manifest manifest = store.files().manifest(file);
      if (from < to && (manifest == null || manifest.mayHoldEvents(from, to))) {
        files.add(file);
      }
    }
    Conditions conditions =
        new Conditions()
            .add("project = ?", scope.project().value())
            .add("ts >= ?", EventRows.micros(filter.from()))
            .add("ts < ?", EventRows.micros(filter.to()))
            .add("status <> ?", Event.DUPLICATE);
    equal(conditions, "env", filter.environment() == null ? null : filter.environment().name());
    equal(conditions, "agent", filter.agent());
    equal(conditions, "version_id", filter.version());
    equal(conditions, "model", filter.model());
    equal(conditions, "provider", filter.provider());
    equal(conditions, "external_user", filter.externalUserId());
    List<TraceCatalog.Source> sources =
        files.stream()
            .map(file -> new TraceCatalog.Source(file.alias() + ".events", "true"))
            .toList();
    return scan(store, scope, sources, columns, "seq", conditions);
  }

  /** Rows of {@code trace_delta} whose trace may start in the range. */
  static EventScan traces(DuckDbEventStore store, ProjectScope scope, Filter filter) {
    Conditions conditions = new Conditions().add("project = ?", scope.project().value());
    // An event may be dated a little after its receipt; a day of slack is more than clocks err.
    LocalDate firstDay = filter.from().atZone(ZoneOffset.UTC).toLocalDate().minusDays(1);
    List<DayFile> files =
        store.files().visible(scope.project()).stream()
            .filter(file -> !file.day().isBefore(firstDay))
            .toList();
    return scan(
        store, scope, store.catalog().sources(files), Schema.TRACE_COLUMNS, "seq_last", conditions);
  }

  /** What HAVING asks of a trace, for a query that groups {@link #traces} by trace. */
  static Conditions having(Filter filter) {
    Conditions having =
        new Conditions()
            .add("min(started) >= ?", EventRows.micros(filter.from()))
            .add("min(started) < ?", EventRows.micros(filter.to()));
    any(having, "env", filter.environment() == null ? null : filter.environment().name());
    any(having, "agent", filter.agent());
    any(having, "version_id", filter.version());
    any(having, "external_user", filter.externalUserId());
    among(having, "models", filter.model());
    among(having, "providers", filter.provider());
    return having;
  }

  private static EventScan scan(
      DuckDbEventStore store,
      ProjectScope scope,
      List<TraceCatalog.Source> sources,
      String columns,
      String sequence,
      Conditions conditions) {
    conditions.add(sequence + " > ?", store.hidden().upTo(scope.project()));
    List<Map.Entry<Long, Long>> deleted = store.hidden().traces(scope.project());
    String notDeleted =
        deleted.stream()
            .map(
                d ->
                    " AND NOT (trace_hash = "
                        + d.getKey()
                        + " AND "
                        + sequence
                        + " <= "
                        + d.getValue()
                        + ")")
            .collect(Collectors.joining());
    List<String> parts = new ArrayList<>();
    List<Object> values = new ArrayList<>();
    for (TraceCatalog.Source source : sources) {
      parts.add(
          "SELECT "
              + columns
              + " FROM "
              + source.table()
              + " WHERE "
              + source.condition()
              + " AND "
              + conditions.text()
              + notDeleted);
      values.addAll(conditions.values());
    }
    return new EventScan("(" + String.join(" UNION ALL ", parts) + ")", values);
  }

  /** Whether there is no file to read. */
  boolean isEmpty() {
    return text.equals("()");
  }

  private static void equal(Conditions conditions, String column, @Nullable String value) {
    if (value != null) {
      conditions.add(column + " = ?", value);
    }
  }

  private static void any(Conditions having, String column, @Nullable String value) {
    if (value != null) {
      having.add("bool_or(" + column + " = ?)", value);
    }
  }

  private static void among(Conditions having, String column, @Nullable String name) {
    if (name != null) {
      having.add(
          "bool_or(contains(" + column + ", ?))",
          TraceDelta.SEPARATOR + name + TraceDelta.SEPARATOR);
    }
  }
}
