package dev.whyops.record;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer half of a proxied call.
 *
 * @param status the provider's status, 0 when it never answered
 * @param body captured bytes of the answer that no {@code chunk} handed over yet, as they came
 * @param bodyLength all bytes that the provider sent
 * @param truncatedCapture the copy stopped at its limit; the relay did not
 * @param timeline pairs of (nanoseconds after receipt, bytes) per read of a stream, bounded
 */
public record CallEnd(
    Outcome outcome,
    int status,
    @Nullable String contentType,
    @Nullable String contentEncoding,
    @Nullable String providerRequestId,
    byte[] body,
    long bodyLength,
    boolean truncatedCapture,
    List<Rewrite> rewrites,
    Stamps stamps,
    long[] timeline,
    List<String> warnings) {
  public CallEnd {
    rewrites = List.copyOf(rewrites);
    warnings = List.copyOf(warnings);
  }

  /** The same with less of the answer than came. */
  CallEnd cutShort() {
    return with(new byte[0], true, timeline);
  }

  /** The same with these bytes of the answer. */
  CallEnd withBody(byte[] captured) {
    return with(captured, truncatedCapture, timeline);
  }

  /** The same without the times of the reads. */
  CallEnd withoutTimeline() {
    return with(body, truncatedCapture, new long[0]);
  }

  private CallEnd with(byte[] captured, boolean truncated, long[] reads) {
    return new CallEnd(
        outcome,
        status,
        contentType,
        contentEncoding,
        providerRequestId,
        captured,
        bodyLength,
        truncated,
        rewrites,
        stamps,
        reads,
        warnings);
  }

  /** For a call that was open when the server died. */
  static final CallEnd SERVER_LOST =
      new CallEnd(
          new Outcome.ServerLost(),
          0,
          null,
          null,
          null,
          new byte[0],
          0,
          false,
          List.of(),
          new Stamps(-1, -1, -1, -1, -1, -1, -1, -1),
          new long[0],
          List.of());
}
