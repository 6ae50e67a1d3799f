package dev.whyops.store.duckdb;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Columns that day files of an earlier version lack. */
final class Columns {
  private Columns() {}

  /** Those that the attached file lacks; empty for a file of today. */
  static List<String> missing(Statement sql, DayFile file) throws SQLException {
    List<String> missing = new ArrayList<>(Schema.MEDIA);
    try (ResultSet row =
        sql.executeQuery(
            "SELECT column_name FROM duckdb_columns() WHERE table_name = 'events'"
                + " AND database_name = '"
                + file.alias()
                + "'")) {
      while (row.next()) {
        missing.remove(row.getString(1));
      }
    }
    return missing;
  }

  /** Adds them, empty, to a file that is attached for writing and used by nobody yet. */
  static void add(Statement sql, DayFile file, List<String> missing) throws SQLException {
    for (String column : missing) {
      sql.execute("ALTER TABLE " + file.alias() + ".events ADD COLUMN " + column + " BIGINT");
    }
  }
}
