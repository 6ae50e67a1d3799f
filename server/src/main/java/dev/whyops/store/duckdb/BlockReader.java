package dev.whyops.store.duckdb;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import dev.whyops.record.Landed;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;

/** Reads one trace from the blocks of a sealed file. One thread. */
final class BlockReader {
  private final DuckDBConnection reader;
  private final DayFile file;
  private final String project;
  private final String traceId;
  private final long key;

  BlockReader(DuckDBConnection reader, DayFile file, String project, String traceId, long key) {
    this.reader = reader;
    this.file = file;
    this.project = project;
    this.traceId = traceId;
    this.key = key;
  }

  /** Events whose sequence is wanted, in order of the journal, at most so many. */
  List<Landed> events(LongPredicate wanted, TraceBlock.Texts texts, int max) throws SQLException {
    try {
      List<byte[]> packed = packed();
      List<EventRows.Row> rows = new ArrayList<>();
      for (byte[] block : packed) {
        for (EventRows.Row row : TraceBlock.unpack(block).rows(wanted, texts)) {
          // two traces may have one key
          if (rows.size() < max && row.landed().event().place().traceId().equals(traceId)) {
            rows.add(row);
          }
        }
      }
      TreeSet<Integer> numbers = PartTexts.numbers(rows);
      Map<Integer, String> parts = new HashMap<>();
      for (int i = 0; i < packed.size() && parts.size() < numbers.size(); i++) {
        TraceBlock.unpack(packed.get(i)).parts(numbers::contains, parts);
      }
      numbers.removeAll(parts.keySet());
      readShared(numbers, parts);
      return rows.stream().map(row -> row.joined(parts)).toList();
    } catch (TraceBlock.UnreadableBlock e) {
      throw new SQLException(e.getMessage(), e);
    }
  }

  private List<byte[]> packed() throws SQLException {
    List<byte[]> packed = new ArrayList<>();
    try (PreparedStatement sql =
        reader.prepareStatement(
            "SELECT body FROM " + file.alias() + ".blocks WHERE trace_hash = ? AND project = ?")) {
      sql.setQueryTimeout(Question.SECONDS_MAX);
      sql.setLong(1, key);
      sql.setString(2, project);
      try (ResultSet row = sql.executeQuery()) {
        while (row.next()) {
          packed.add(bytes(row, 1)); // blocks lie in their order
        }
      }
    }
    return packed;
  }

  private void readShared(TreeSet<Integer> numbers, Map<Integer, String> into) throws SQLException {
    if (numbers.isEmpty()) {
      return;
    }
    String list = numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
    try (Statement sql = reader.createStatement();
        ResultSet row =
            sql.executeQuery(
                "SELECT id, body FROM " + file.alias() + ".shared WHERE id IN (" + list + ")")) {
      while (row.next()) {
        into.put(row.getInt(1), text(bytes(row, 2)));
      }
    }
  }

  /** The text of a shared part. */
  static String text(byte[] packed) {
    return new String(unpack(packed), StandardCharsets.UTF_8);
  }

  static byte[] unpack(byte[] packed) {
    try {
      return Zstd.decompress(packed, Math.toIntExact(Zstd.getFrameContentSize(packed)));
    } catch (ZstdException | ArithmeticException | NegativeArraySizeException e) {
      throw new TraceBlock.UnreadableBlock(String.valueOf(e.getMessage()));
    }
  }

  static byte[] bytes(ResultSet row, int column) throws SQLException {
    return Objects.requireNonNull(row.getBytes(column));
  }
}
