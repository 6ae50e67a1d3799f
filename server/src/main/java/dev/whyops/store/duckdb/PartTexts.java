package dev.whyops.store.duckdb;

import dev.whyops.message.Envelope;
import dev.whyops.record.Landed;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;

/** Fetches the parts that some rows refer to and joins them. */
final class PartTexts {
  /** So many texts may be read for one that is wanted. */
  private static final int DENSE = 2;

  /** Texts are compressed 2,048 at a time. */
  private static final int GAP_MAX = 2_048;

  private PartTexts() {}

  static List<Landed> join(DuckDBConnection reader, DayFile file, List<EventRows.Row> rows)
      throws SQLException {
    Map<Integer, String> parts = read(reader, file, numbers(rows));
    return rows.stream().map(row -> row.joined(parts)).toList();
  }

  /** Numbers of all parts that the rows refer to. */
  static TreeSet<Integer> numbers(List<EventRows.Row> rows) {
    TreeSet<Integer> numbers = new TreeSet<>();
    for (EventRows.Row row : rows) {
      collect(row.content(), numbers);
      collect(row.metadata(), numbers);
    }
    return numbers;
  }

  private static void collect(Envelope envelope, TreeSet<Integer> numbers) {
    for (int i = 1; i < envelope.refs().length; i += 2) {
      numbers.add(envelope.refs()[i]);
    }
  }

  private static Map<Integer, String> read(
      DuckDBConnection reader, DayFile file, TreeSet<Integer> numbers) throws SQLException {
    if (numbers.isEmpty()) {
      return Map.of();
    }
    Map<Integer, String> parts = new HashMap<>();
    try (Statement sql = reader.createStatement();
        ResultSet row = sql.executeQuery(select(file, numbers))) {
      while (row.next()) {
        String body = row.getString(2);
        parts.put(row.getInt(1), body == null ? "null" : body);
      }
    }
    return parts;
  }

  /**
   * One range for parts that lie together: a prompt from the morning and a message of now would
   * else have all texts of the day between them decompressed.
   */
  private static String select(DayFile file, TreeSet<Integer> numbers) {
    List<String> ranges = new ArrayList<>();
    TreeSet<Integer> together = new TreeSet<>();
    for (int number : numbers) {
      if (!together.isEmpty() && number - together.last() > GAP_MAX) {
        ranges.add(range(file, together));
        together.clear();
      }
      together.add(number);
    }
    ranges.add(range(file, together));
    return String.join(" UNION ALL ", ranges);
  }

  private static String range(DayFile file, TreeSet<Integer> numbers) {
    boolean dense = numbers.last() - numbers.first() < DENSE * numbers.size();
    String only =
        dense // a long list costs more than the texts between
            ? ""
            : " AND id IN ("
                + numbers.stream().map(String::valueOf).collect(Collectors.joining(","))
                + ")";
    return "SELECT id, body FROM "
        + file.alias()
        + ".msgs WHERE id BETWEEN "
        + numbers.first()
        + " AND "
        + numbers.last()
        + only;
  }
}
