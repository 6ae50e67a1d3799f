package dev.whyops.proxy;

import dev.whyops.continuity.CallTrace;
import io.netty.buffer.ByteBuf;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The headers that every answer to a call carries, the provider's and ours alike. */
final class OwnHeaders {
  private OwnHeaders() {}

  /** For an answer of ours, which adds the request's id itself. */
  static Map<String, String> of(CallTrace trace, List<String> warnings) {
    Map<String, String> headers = new HashMap<>();
    headers.put("X-Trace-ID", trace.traceId());
    headers.put("X-Thread-ID", trace.threadId());
    headers.put("X-WhyOps-Continuity", trace.rule().wireName());
    if (!warnings.isEmpty()) {
      headers.put("X-WhyOps-Warning", String.join(", ", warnings));
    }
    return headers;
  }

  static void write(ByteBuf out, String requestId, CallTrace trace, List<String> warnings) {
    UpHeaders.line(out, "X-Trace-ID", trace.traceId());
    UpHeaders.line(out, "X-Thread-ID", trace.threadId());
    UpHeaders.line(out, "X-WhyOps-Request-ID", requestId);
    UpHeaders.line(out, "X-WhyOps-Continuity", trace.rule().wireName());
    if (!warnings.isEmpty()) {
      UpHeaders.line(out, "X-WhyOps-Warning", String.join(", ", warnings));
    }
  }
}
