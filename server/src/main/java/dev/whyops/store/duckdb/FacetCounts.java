package dev.whyops.store.duckdb;

import dev.whyops.analytics.Filter;
import dev.whyops.analytics.TraceGroups.Facet;
import dev.whyops.analytics.TraceGroups.Facets;
import dev.whyops.analytics.TraceGroups.Value;
import dev.whyops.analytics.TraceGroups.Values;
import dev.whyops.project.ProjectScope;
import dev.whyops.trace.TraceFaults;
import dev.whyops.trace.TraceQuery;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Counts the values of all facets over the whole result of a query, in one pass over its traces.
 */
final class FacetCounts {
  private static final Instant END = Instant.parse("9999-01-01T00:00:00Z");

  private final DuckDbEventStore store;
  private final Question question;
  private final TraceFaults faults;
  private final Instant now;

  FacetCounts(DuckDbEventStore store, Question question, TraceFaults faults, Instant now) {
    this.store = store;
    this.question = question;
    this.faults = faults;
    this.now = now;
  }

  /** One value of one facet, or the total, which has no facet. */
  private record Row(String facet, String value, long count, long distinct) {}

  Facets read(ProjectScope scope, TraceQuery query, int valuesMax) {
    Filter range =
        Filter.between(
            query.from() == null ? Instant.EPOCH : query.from(),
            query.to() == null ? END : query.to());
    EventScan traces = EventScan.traces(store, scope, range);
    if (traces.isEmpty()) {
      return new Facets(0, Map.of());
    }
    long idleSince = EventRows.micros(store.idleSince(now));
    List<Object> values = new ArrayList<>();
    values.add(idleSince);
    values.addAll(traces.values());
    Conditions having = EventScan.having(range);
    TraceList.addFilters(
        having, query, new TextSearch(store, scope, query, now), store.idleSince(now));
    values.addAll(having.values());
    List<TraceFaults.Fault> found = faults.faults(scope, query.from());
    List<Row> rows =
        question.ask(
            connection -> FaultTable.fill(connection, scope, found),
            select(traces, having, valuesMax),
            values,
            row ->
                new Row(
                    Objects.requireNonNull(row.getString("f")),
                    Objects.requireNonNull(row.getString("v")),
                    row.getLong("c"),
                    row.getLong("n")));
    return facets(rows);
  }

  private static String select(EventScan traces, Conditions having, int valuesMax) {
    List<String> parts = new ArrayList<>();
    parts.add("SELECT '' AS f, '' AS v, count(*) AS c FROM t");
    parts.add(
        "SELECT 'FINDING' AS f, code AS v, count(DISTINCT k) AS c FROM temp.found SEMI JOIN t"
            + " ON k = trace_hash GROUP BY code");
    for (Facet facet : Facet.values()) {
      if (facet == Facet.FINDING) {
        continue; // counted by the findings themselves
      }
      parts.add(
          "SELECT '"
              + facet.name()
              + "' AS f, v, count(*) AS c FROM (SELECT "
              + value(facet)
              + " AS v FROM t) WHERE v IS NOT NULL AND v <> '' GROUP BY v");
    }
    return "WITH t AS (SELECT trace_hash, CASE WHEN "
        + TraceList.OPEN
        + " THEN 'open' WHEN "
        + TraceList.FAILED
        + " THEN 'error' ELSE 'ok' END AS status, arg_min(agent, seq_first) AS agent,"
        + " arg_max(version_id, seq_last) AS version_id, arg_min(env, seq_first) AS env,"
        + " arg_max(external_user, seq_last) AS external_user, string_agg(models, '') AS models,"
        + " string_agg(providers, '') AS providers, string_agg(tools, '') AS tools FROM "
        + traces.text()
        + " GROUP BY trace_hash HAVING "
        + having.text()
        + "), u AS ("
        + String.join(" UNION ALL ", parts)
        + ") SELECT f, v, c, count(*) OVER (PARTITION BY f) AS n FROM u QUALIFY row_number() OVER"
        + " (PARTITION BY f ORDER BY c DESC, v) <= "
        + valuesMax
        + " ORDER BY f, c DESC, v";
  }

  private static String value(Facet facet) {
    return switch (facet) {
      case STATUS -> "status";
      case AGENT -> "agent";
      case VERSION -> "version_id";
      case ENVIRONMENT -> "env";
      case MODEL -> names("models");
      case PROVIDER -> names("providers");
      case TOOL -> names("tools");
      case EXTERNAL_USER_ID -> "external_user";
      case FINDING -> throw new IllegalArgumentException("no column of a trace");
    };
  }

  /** Each name of a trace once. */
  private static String names(String column) {
    return "unnest(list_distinct(string_split(" + column + ", chr(31))))";
  }

  private static Facets facets(List<Row> rows) {
    long total = 0;
    Map<Facet, List<Value>> values = new EnumMap<>(Facet.class);
    Map<Facet, Long> distinct = new EnumMap<>(Facet.class);
    for (Row row : rows) {
      if (row.facet().isEmpty()) {
        total = row.count();
      } else {
        Facet facet = Facet.valueOf(row.facet());
        values
            .computeIfAbsent(facet, _ -> new ArrayList<>())
            .add(new Value(row.value(), row.count()));
        distinct.put(facet, row.distinct());
      }
    }
    Map<Facet, Values> all = new EnumMap<>(Facet.class);
    values.forEach(
        (facet, list) -> all.put(facet, new Values(list, distinct.getOrDefault(facet, 0L))));
    return new Facets(total, all);
  }
}
