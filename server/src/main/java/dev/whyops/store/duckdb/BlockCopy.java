package dev.whyops.store.duckdb;

import dev.whyops.project.ProjectId;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.duckdb.DuckDBConnection;

/**
 * Copies the blocks of a sealed file without what must go: a block that keeps all of its events as
 * it is, another one event by event, with the parts that are still referred to.
 */
final class BlockCopy {
  private static final int PAGE = 100;

  private final DuckDBConnection connection;
  private final DayFile file;
  private final Gone gone;

  /** Numbers of parts that something that stays refers to. */
  private final BitSet used = new BitSet();

  BlockCopy(DuckDBConnection connection, DayFile file, Gone gone) {
    this.connection = connection;
    this.file = file;
    this.gone = gone;
  }

  /** One block of the old file. */
  private record Block(
      long key, int chunk, String project, long startedUs, int[] said, byte[] body) {}

  /**
   * @param callsIn the database that holds the calls that stay
   */
  void write(BlockWriter out, String callsIn) throws SQLException {
    noteCalls(callsIn);
    forEach(
        block -> {
          for (EventRows.Row row : staying(block, TraceBlock.unpack(block.body()))) {
            note(row.content().refs());
            note(row.metadata().refs());
          }
        });
    forEach(block -> copy(block, out)); // a later block may refer to a part of an earlier one
    copyShared(out);
  }

  /** Takes one block. */
  @FunctionalInterface
  private interface Taker {
    void take(Block block) throws SQLException;
  }

  private void forEach(Taker taker) throws SQLException {
    List<Block> page;
    for (long from = 0; !(page = page(from)).isEmpty(); from += PAGE) {
      for (Block block : page) {
        taker.take(block);
      }
    }
  }

  private List<EventRows.Row> staying(Block block, TraceBlock whole) {
    ProjectId project = new ProjectId(block.project());
    return whole.rows(seq -> !gone.has(project, block.key(), seq), TraceBlock.Texts.ALL);
  }

  private void noteCalls(String callsIn) throws SQLException {
    try (Statement sql = connection.createStatement();
        ResultSet row =
            sql.executeQuery(
                "SELECT DISTINCT unnest("
                    + Sorting.ids("request_refs")
                    + ") FROM "
                    + callsIn
                    + ".calls")) {
      while (row.next()) {
        used.set(row.getInt(1));
      }
    }
  }

  private List<Block> page(long from) throws SQLException {
    List<Block> page = new ArrayList<>();
    try (Statement sql = connection.createStatement();
        ResultSet row =
            sql.executeQuery(
                "SELECT trace_hash, chunk, project, started, said, body FROM "
                    + file.alias()
                    + ".blocks WHERE rowid >= "
                    + from
                    + " AND rowid < "
                    + (from + PAGE))) {
      while (row.next()) {
        page.add(
            new Block(
                row.getLong(1),
                row.getInt(2),
                String.valueOf(row.getString(3)),
                row.getLong(4),
                EventRows.refs(row.getArray(5)),
                BlockReader.bytes(row, 6)));
      }
    }
    return page;
  }

  private void copy(Block block, BlockWriter out) throws SQLException {
    TraceBlock whole = TraceBlock.unpack(block.body());
    List<EventRows.Row> staying = staying(block, whole);
    TraceBlock.Builder rest = new TraceBlock.Builder();
    BitSet own = new BitSet();
    BitSet unused = new BitSet();
    whole.forEachPart(
        (number, said, text) -> {
          (used.get(number) ? own : unused).set(number);
          if (used.get(number)) {
            rest.addPart(number, said, text);
          }
        });
    if (staying.size() == whole.rowCount() && unused.isEmpty()) {
      out.block(
          block.key(),
          block.chunk(),
          block.project(),
          block.startedUs(),
          block.said(),
          block.body());
      return;
    }
    BitSet shares = new BitSet();
    for (EventRows.Row row : staying) {
      rest.add(row);
      int[] refs = row.content().refs();
      for (int i = 1; i < refs.length; i += 2) {
        shares.set(refs[i]);
      }
    }
    shares.andNot(own);
    if (!rest.isEmpty()) {
      out.block(
          block.key(),
          block.chunk(),
          block.project(),
          block.startedUs(),
          shares.stream().toArray(),
          rest.pack());
    }
  }

  private void note(int[] refs) {
    for (int i = 1; i < refs.length; i += 2) {
      used.set(refs[i]);
    }
  }

  private void copyShared(BlockWriter out) throws SQLException {
    try (PreparedStatement sql =
        connection.prepareStatement(
            "SELECT id, body FROM " + file.alias() + ".shared WHERE id BETWEEN ? AND ?")) {
      int last = used.length();
      for (int from = 0; from <= last; from += PAGE * PAGE) {
        sql.setInt(1, from);
        sql.setInt(2, from + PAGE * PAGE - 1);
        try (ResultSet row = sql.executeQuery()) {
          while (row.next()) {
            if (used.get(row.getInt(1))) {
              out.sharedPart(row.getInt(1), BlockReader.bytes(row, 2));
            }
          }
        }
      }
    }
  }
}
