package dev.whyops.store.duckdb;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongPredicate;
import org.duckdb.DuckDBConnection;

/**
 * Looks through the blocks of one project in a sealed file for a text: they lie together, in order
 * of their start. One thread.
 */
final class BlockSearch {
  private static final int PAGE = 256;

  private final DuckDBConnection reader;
  private final DayFile file;
  private final Needle needle;
  private final long deadlineNs;

  /**
   * @param deadlineNs of {@link System#nanoTime}; then the search gives up
   */
  BlockSearch(DuckDBConnection reader, DayFile file, Needle needle, long deadlineNs) {
    this.reader = reader;
    this.file = file;
    this.needle = needle;
    this.deadlineNs = deadlineNs;
  }

  /**
   * Keys of the traces that say it.
   *
   * @param fromUs traces that started earlier are not looked at
   * @param beganBefore whether a trace has rows in an earlier file, so that its start here is none
   */
  Set<Long> keys(String project, long fromUs, long toUs, LongPredicate beganBefore)
      throws SQLException {
    Set<Long> found = new HashSet<>();
    long[] range = range(project, fromUs);
    if (range[0] == range[1]) {
      return found;
    }
    BitSet shared = sharedHits();
    try {
      for (long from = range[0]; from < range[1]; from += PAGE) {
        page(from, Math.min(range[1], from + PAGE), toUs, beganBefore, shared, found);
      }
      return found;
    } catch (TraceBlock.UnreadableBlock e) {
      throw new SQLException(e.getMessage(), e);
    }
  }

  /** Places of the first row and behind the last. */
  private long[] range(String project, long fromUs) throws SQLException {
    try (PreparedStatement sql =
        reader.prepareStatement(
            "SELECT coalesce(min(rowid), 0), coalesce(max(rowid) + 1, 0) FROM "
                + file.alias()
                + ".blocks WHERE project = ? AND started >= ?")) {
      sql.setString(1, project);
      sql.setLong(2, fromUs);
      try (ResultSet row = sql.executeQuery()) {
        row.next();
        return new long[] {row.getLong(1), row.getLong(2)};
      }
    }
  }

  private void page(
      long from, long to, long startedTo, LongPredicate beganBefore, BitSet shared, Set<Long> found)
      throws SQLException {
    if (System.nanoTime() - deadlineNs > 0) {
      throw Question.tooExpensive();
    }
    try (Statement sql = reader.createStatement();
        ResultSet row =
            sql.executeQuery(
                "SELECT trace_hash, started, said, body FROM "
                    + file.alias()
                    + ".blocks WHERE rowid >= "
                    + from
                    + " AND rowid < "
                    + to)) {
      while (row.next()) {
        long key = row.getLong(1);
        if (!found.contains(key)
            && (row.getLong(2) <= startedTo || beganBefore.test(key))
            && (saysShared(row, shared)
                || TraceBlock.unpack(BlockReader.bytes(row, 4)).says(needle))) {
          found.add(key);
        }
      }
    }
  }

  private static boolean saysShared(ResultSet row, BitSet shared) throws SQLException {
    if (shared.isEmpty()) {
      return false;
    }
    for (int part : EventRows.refs(row.getArray(3))) {
      if (shared.get(part)) {
        return true;
      }
    }
    return false;
  }

  /** Numbers of the parts of several traces that have it. */
  private BitSet sharedHits() throws SQLException {
    BitSet hits = new BitSet();
    long last = -1;
    while (true) {
      boolean any = false;
      try (Statement sql = reader.createStatement();
          ResultSet row =
              sql.executeQuery(
                  "SELECT id, body FROM "
                      + file.alias()
                      + ".shared WHERE id > "
                      + last
                      + " ORDER BY id LIMIT "
                      + PAGE)) {
        while (row.next()) {
          any = true;
          last = row.getInt(1);
          byte[] text = BlockReader.unpack(BlockReader.bytes(row, 2));
          if (needle.isIn(text, 0, text.length)) {
            hits.set((int) last);
          }
        }
      }
      if (!any) {
        return hits;
      }
      if (System.nanoTime() - deadlineNs > 0) {
        throw Question.tooExpensive();
      }
    }
  }
}
