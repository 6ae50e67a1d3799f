package dev.whyops.store.duckdb;

import dev.whyops.message.Envelope;
import dev.whyops.message.MessageStore;
import dev.whyops.record.CallEnd;
import dev.whyops.record.CallRow;
import dev.whyops.record.CallStart;
import dev.whyops.record.Rewrite;
import dev.whyops.record.Stamps;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.duckdb.DuckDBAppender;
import org.jspecify.annotations.Nullable;

/** Writes rows of the table {@code calls}. */
final class CallRows {
  private static final Stamps NO_STAMPS = new Stamps(-1, -1, -1, -1, -1, -1, -1, -1);

  private CallRows() {}

  static void write(DuckDBAppender row, CallRow call, long traceHash, MessageStore parts)
      throws SQLException {
    CallStart start = call.start();
    CallEnd end = call.end();
    row.beginRow();
    row.append(call.seq()).append(start.callId()).append(start.project().value());
    row.append(start.environment().name()).append(start.keyId()).append(traceHash);
    row.append(start.traceId()).append(start.agentName()).append(start.providerSlug());
    row.append(start.kind().name()).append(start.method()).append(start.path());
    row.append(EventRows.micros(start.receivedAt()));
    row.append(end == null ? 0 : end.status()).append(call.endReason());
    row.append(start.capture().name()).append(start.continuity());
    row.append(end == null ? null : end.providerRequestId());
    row.append(start.bodyLength()).append(end == null ? 0 : end.bodyLength());
    row.append(call.requestHash()).append(call.answerHash());
    row.append(end != null && end.truncatedCapture());
    write(row, end == null ? NO_STAMPS : end.stamps());
    row.append(rewrites(start.rewrites(), end == null ? List.of() : end.rewrites()));
    if (end == null || end.timeline().length == 0) {
      row.appendNull();
    } else {
      row.append(end.timeline());
    }
    row.append(call.notes());
    String request = call.requestText();
    Envelope envelope = request == null ? null : Envelope.of(start.project(), request, parts);
    row.append(envelope == null ? null : envelope.rest());
    EventRows.write(row, envelope == null ? new int[0] : envelope.refs());
    row.endRow();
  }

  private static void write(DuckDBAppender row, Stamps s) throws SQLException {
    row.append(known(s.routable())).append(known(s.sent())).append(known(s.bodySent()));
    row.append(known(s.upFirst())).append(known(s.upContent())).append(known(s.downFirst()));
    row.append(known(s.upLast())).append(known(s.downLast()));
  }

  private static @Nullable Long known(long stamp) {
    return stamp == Stamps.MISSING ? null : stamp;
  }

  /** {@code side:kind@offset-removed+hex of inserted}, space-separated. */
  private static @Nullable String rewrites(List<Rewrite> up, List<Rewrite> down) {
    if (up.isEmpty() && down.isEmpty()) {
      return null;
    }
    return Stream.concat(
            up.stream().map(r -> "up:" + text(r)), down.stream().map(r -> "down:" + text(r)))
        .collect(Collectors.joining(" "));
  }

  private static String text(Rewrite r) {
    return r.kind()
        + "@"
        + r.offset()
        + "-"
        + r.removedLength()
        + "+"
        + HexFormat.of().formatHex(r.inserted());
  }
}
