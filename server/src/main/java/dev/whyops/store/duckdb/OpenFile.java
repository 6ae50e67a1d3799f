package dev.whyops.store.duckdb;

import dev.whyops.message.ContentId;
import dev.whyops.message.MessageStore;
import dev.whyops.record.Batch;
import dev.whyops.record.CallRow;
import dev.whyops.record.Landed;
import dev.whyops.record.Tombstone;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * The day file that is written: its appenders, the parts it holds and where its traces lie. One
 * thread; after a failure {@link #reset} before the next try.
 */
final class OpenFile implements AutoCloseable {
  private static final int WITHOUT_PREVIEW_MAX = 100_000;

  final DayFile file;
  final TraceIndex index;
  private final DuckDBConnection connection;
  private final PartNumbers numbers = new PartNumbers();
  private final TraceKey.Memo keys = new TraceKey.Memo();
  private final Map<String, DuckDBAppender> appenders = new LinkedHashMap<>();
  private final Set<Long> withoutPreview = new HashSet<>();
  private int nextPart;
  private long rows;

  OpenFile(DuckDBConnection connection, DayFile file, TraceIndex index) throws SQLException {
    this.connection = connection;
    this.file = file;
    this.index = index;
    try (Statement sql = connection.createStatement()) {
      rows = number(sql, "SELECT count(*) FROM " + file.alias() + ".events");
      nextPart =
          1 + (int) number(sql, "SELECT coalesce(max(id), 0) FROM " + file.alias() + ".msgs");
      loadNumbers(sql);
      loadWithoutPreview(sql);
    }
  }

  private void loadWithoutPreview(Statement sql) throws SQLException {
    try (ResultSet row =
        sql.executeQuery(
            "SELECT trace_hash FROM "
                + file.alias()
                + ".trace_delta GROUP BY trace_hash HAVING count(preview) = 0 LIMIT "
                + WITHOUT_PREVIEW_MAX)) {
      while (row.next()) {
        withoutPreview.add(row.getLong(1));
      }
    }
  }

  private static long number(Statement sql, String query) throws SQLException {
    try (ResultSet row = sql.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** The parts stored last, so that a restart does not store a long conversation once more. */
  private void loadNumbers(Statement sql) throws SQLException {
    try (ResultSet row =
        sql.executeQuery(
            "SELECT id, hash FROM " + file.alias() + ".msgs WHERE id > " + (nextPart - 200_000))) {
      while (row.next()) {
        UUID hash = row.getObject(2, UUID.class);
        if (hash != null) {
          numbers.put(
              new ContentId(hash.getMostSignificantBits(), hash.getLeastSignificantBits()),
              row.getInt(1));
        }
      }
    }
  }

  long rows() {
    return rows;
  }

  /** Appends and commits the rows with a sequence above {@code lastSeq}. */
  void append(Batch batch, long lastSeq) throws SQLException {
    DuckDb.begin(connection);
    int partsBefore = nextPart;
    Map<Long, TraceDelta> deltas = new LinkedHashMap<>();
    MessageStore parts = new Parts(appender("msgs"));
    int added = 0;
    for (Landed landed : batch.events()) {
      if (landed.seq() > lastSeq) {
        long key = keys.of(landed.event().project(), landed.event().place().traceId());
        EventRows.write(appender("events"), landed, key, parts);
        deltas.computeIfAbsent(key, k -> new TraceDelta(k, landed, wantsPreview(k))).add(landed);
        added++;
      }
    }
    for (CallRow call : batch.calls()) {
      if (call.seq() > lastSeq) {
        long key = keys.of(call.start().project(), call.start().traceId());
        CallRows.write(appender("calls"), call, key, parts);
      }
    }
    for (TraceDelta delta : deltas.values()) {
      delta.write(appender("trace_delta"), index);
    }
    for (Tombstone tombstone : batch.tombstones()) {
      if (tombstone.seq() > lastSeq) {
        write(tombstone);
      }
    }
    DuckDBAppender state = appender("ingest_state");
    state.beginRow().append(batch.lastSeq()).append(batch.replayFrom()).endRow();
    for (Map.Entry<String, DuckDBAppender> appender : appenders.entrySet()) {
      if (!appender.getKey().equals("msgs") || nextPart > partsBefore) {
        appender.getValue().flush();
      }
    }
    connection.commit();
    deltas.values().forEach(this::noted);
    rows += added;
  }

  /** The first question may come after other events of its trace. */
  private boolean wantsPreview(long key) {
    return !index.has(key) || withoutPreview.contains(key);
  }

  /** After the commit: what was rolled back must not look as if it was there. */
  private void noted(TraceDelta delta) {
    if (delta.hasPreview()) {
      withoutPreview.remove(delta.key());
    } else if (!index.has(delta.key())) {
      if (withoutPreview.size() >= WITHOUT_PREVIEW_MAX) {
        withoutPreview.clear();
      }
      withoutPreview.add(delta.key());
    }
    delta.index(index);
  }

  private void write(Tombstone tombstone) throws SQLException {
    String traceId = tombstone.traceId();
    DuckDBAppender row = appender("tombstones");
    row.beginRow().append(tombstone.seq()).append(tombstone.project().value());
    row.append(traceId == null ? null : Long.valueOf(TraceKey.of(tombstone.project(), traceId)));
    row.append(traceId).endRow();
  }

  private DuckDBAppender appender(String table) throws SQLException {
    DuckDBAppender appender = appenders.get(table);
    if (appender == null) {
      appender = connection.createAppender(file.alias(), "main", table);
      appenders.put(table, appender);
    }
    return appender;
  }

  /** Forgets everything of a batch that was not committed. */
  void reset() {
    for (DuckDBAppender appender : appenders.values()) {
      try {
        appender.close();
      } catch (SQLException e) {
        // what could not be appended cannot be flushed either: that is why we are here
        continue;
      }
    }
    appenders.clear();
    numbers.clear();
    try {
      connection.rollback();
    } catch (SQLException e) {
      throw new IllegalStateException("cannot roll back: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() throws SQLException {
    for (DuckDBAppender appender : appenders.values()) {
      appender.close();
    }
    appenders.clear();
  }

  /** Gives each part a number, once. */
  private final class Parts implements MessageStore {
    private final DuckDBAppender row;

    Parts(DuckDBAppender row) {
      this.row = row;
    }

    @Override
    public int put(ContentId id, String part) {
      Integer known = numbers.get(id);
      if (known != null) {
        return known;
      }
      int number = nextPart++;
      try {
        row.beginRow().append(number).appendUUID(id.high(), id.low()).append(part).endRow();
      } catch (SQLException e) {
        throw new PartRefused(e);
      }
      numbers.put(id, number);
      return number;
    }

    @Override
    public Map<Integer, String> parts(int[] wanted) {
      return Map.of();
    }
  }

  /** Carries an SQL failure through the port of the messages. */
  static final class PartRefused extends RuntimeException {
    private static final long serialVersionUID = 1;

    PartRefused(@Nullable Throwable cause) {
      super(cause);
    }
  }
}
