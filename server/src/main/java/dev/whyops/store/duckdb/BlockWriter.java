package dev.whyops.store.duckdb;

import com.github.luben.zstd.Zstd;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/** Writes the blocks of a sealed file, one trace after the other, and the parts they share. */
final class BlockWriter implements AutoCloseable {
  private static final int LEVEL = 3;

  private final DuckDBAppender blocks;
  private final DuckDBAppender shared;
  private final TraceBlock.Builder builder = new TraceBlock.Builder();
  private final Set<Integer> own = new HashSet<>();
  private final Set<Integer> said = new TreeSet<>();
  private long key;
  private String project = "";
  private long startedUs;
  private int chunk;

  BlockWriter(DuckDBConnection connection, String database) throws SQLException {
    blocks = connection.createAppender(database, "main", "blocks");
    shared = connection.createAppender(database, "main", "shared");
  }

  /** What follows belongs to this trace, until {@link #end}. */
  void begin(long traceKey, String ofProject, long started) {
    key = traceKey;
    project = ofProject;
    startedUs = started;
    chunk = 0;
    own.clear();
  }

  /** Adds a part of this trace alone; it comes before the first event that refers to it. */
  void part(int number, boolean isSaid, String text) {
    own.add(number);
    builder.addPart(number, isSaid, text);
  }

  void row(EventRows.Row row) throws SQLException {
    builder.add(row);
    int[] refs = row.content().refs();
    for (int i = 1; i < refs.length; i += 2) {
      if (!own.contains(refs[i])) {
        said.add(refs[i]);
      }
    }
    if (builder.isFull()) {
      flush();
    }
  }

  void end() throws SQLException {
    flush();
  }

  private void flush() throws SQLException {
    if (!builder.isEmpty()) {
      int[] shares = said.stream().mapToInt(Integer::intValue).toArray();
      block(key, chunk++, project, startedUs, shares, builder.pack());
    }
    said.clear();
  }

  /** Adds a block as it is. */
  void block(long ofKey, int number, String ofProject, long started, int[] shares, byte[] packed)
      throws SQLException {
    blocks.beginRow().append(ofKey).append(number).append(ofProject).append(started);
    EventRows.write(blocks, shares);
    blocks.append(packed).endRow();
  }

  /** Adds a part that several traces have. */
  void sharedPart(int number, String text) throws SQLException {
    sharedPart(number, Zstd.compress(text.getBytes(StandardCharsets.UTF_8), LEVEL));
  }

  void sharedPart(int number, byte[] packed) throws SQLException {
    shared.beginRow().append(number).append(packed).endRow();
  }

  @Override
  public void close() throws SQLException {
    blocks.close();
    shared.close();
  }
}
