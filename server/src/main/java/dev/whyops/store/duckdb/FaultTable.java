package dev.whyops.store.duckdb;

import dev.whyops.project.ProjectScope;
import dev.whyops.trace.TraceFaults;
import dev.whyops.trace.TraceQuery;
import dev.whyops.trace.query.QueryParser;
import dev.whyops.trace.query.Term;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/**
 * Which traces have findings, as a table of one connection: findings are kept by the control plane,
 * and a question joins them with the traces of the day files.
 */
final class FaultTable {
  /** Keys of the traces with a finding of a code or severity, given twice. */
  static final String KEYS = "(SELECT k FROM temp.found WHERE code = ? OR severity = ?)";

  private FaultTable() {}

  /** Whether a query asks for findings. */
  static boolean isAskedBy(TraceQuery query) {
    return query.finding() != null
        || query.text() != null
            && QueryParser.parse(query.text()).stream().anyMatch(FaultTable::isAskedBy);
  }

  private static boolean isAskedBy(Term term) {
    return term instanceof Term.Is is && is.field() == Term.Field.FINDING;
  }

  static void fill(DuckDBConnection connection, ProjectScope scope, List<TraceFaults.Fault> faults)
      throws SQLException {
    try (Statement sql = connection.createStatement()) {
      sql.execute("CREATE OR REPLACE TEMP TABLE found (k BIGINT, code VARCHAR, severity VARCHAR)");
    }
    try (DuckDBAppender row = connection.createAppender("temp", "main", "found")) {
      for (TraceFaults.Fault fault : faults) {
        row.beginRow().append(TraceKey.of(scope.project(), fault.traceId()));
        row.append(fault.code()).append(fault.severity()).endRow();
      }
    }
  }
}
