package dev.whyops.proxy;

import dev.whyops.auth.Caller;
import dev.whyops.continuity.CallTrace;
import dev.whyops.continuity.CallTrace.Rule;
import dev.whyops.continuity.Speaker;
import dev.whyops.http.ApiException;
import dev.whyops.id.Ids;
import dev.whyops.id.Names;
import dev.whyops.project.Capture;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the headers of a call say about it. Faults of the observing headers are warnings, as
 * observation never fails a call; only the agent's name is required.
 *
 * @param trace null when no header names one
 * @param capture null when the project decides
 * @param signature likewise
 */
record CallContext(
    String agentName,
    @Nullable CallTrace trace,
    @Nullable String externalUserId,
    @Nullable String parentSpanId,
    @Nullable String traceparent,
    @Nullable Capture capture,
    @Nullable Boolean signature,
    List<String> warnings) {

  /** W3C: version, trace, span, flags; a trace of zeros is none. */
  private static final Pattern TRACEPARENT =
      Pattern.compile("[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}.{0,200}");

  private static final String NAME_RULE =
      "An agent name has 1 to 255 characters and no control characters. Non-ASCII names may be sent"
          + " percent-encoded in X-WhyOps-Agent-Name.";

  /**
   * @throws ApiException when no usable agent name is known
   */
  static CallContext read(CallRequest request) {
    HttpHeaders headers = request.headers();
    List<String> warnings = new ArrayList<>(0);
    String agent = agentName(headers, request.caller());
    String traceHeader = traceId(headers, "X-Trace-ID", "bad_trace_id", warnings);
    String threadHeader = traceId(headers, "X-Thread-ID", "bad_thread_id", warnings);
    CallTrace trace = trace(traceHeader, threadHeader);
    return new CallContext(
        agent,
        trace,
        externalUser(headers, warnings),
        traceId(headers, "X-WhyOps-Parent-Span", "bad_parent_span", warnings),
        headers.get("traceparent"),
        capture(headers, warnings),
        signature(headers, warnings),
        warnings);
  }

  /** Whose conversation the call belongs to. */
  Speaker speaker(Caller caller) {
    return new Speaker(caller.project(), agentName, externalUserId);
  }

  /**
   * The trace of a call that continues none: the one that the caller's own tracing is in, so that
   * both are read together, else a generated one.
   */
  CallTrace newTrace(Ids ids) {
    String id =
        traceparent != null && TRACEPARENT.matcher(traceparent).matches()
            ? traceparent.substring(3, 35)
            : ids.next("trc_");
    return new CallTrace(id, id, Rule.NEW);
  }

  private static @Nullable CallTrace trace(@Nullable String trace, @Nullable String thread) {
    String traceId = trace != null ? trace : thread;
    return traceId == null
        ? null
        : new CallTrace(traceId, thread != null ? thread : traceId, Rule.HEADER);
  }

  private static String agentName(HttpHeaders headers, Caller caller) {
    String sent = headers.get("X-Agent-Name");
    String name = sent == null ? null : HeaderText.utf8(sent);
    String encoded = headers.get("X-WhyOps-Agent-Name");
    if (encoded != null && (sent == null || sent.isBlank())) {
      sent = encoded;
      name = HeaderText.percentDecoded(encoded);
    }
    if (sent == null || sent.isBlank() || name != null && name.isBlank()) {
      if (caller.defaultAgent() != null) {
        return caller.defaultAgent();
      }
      throw new ApiException(
          400,
          "missing_agent_name",
          "The call names no agent. Send the header X-Agent-Name, or give the API key a default"
              + " agent in the dashboard.");
    }
    if (name == null || !Names.allowed(name.strip(), Names.AGENT_MAX)) {
      throw new ApiException(400, "bad_agent_name", NAME_RULE);
    }
    return name.strip();
  }

  private static @Nullable String traceId(
      HttpHeaders headers, String header, String warning, List<String> warnings) {
    String value = headers.get(header);
    if (value == null || HeaderText.isTraceId(value)) {
      return value;
    }
    warnings.add(warning);
    return null;
  }

  private static @Nullable String externalUser(HttpHeaders headers, List<String> warnings) {
    String sent = headers.get("X-External-User-Id");
    if (sent == null) {
      return null;
    }
    String user = HeaderText.utf8(sent);
    if (user == null || !Names.allowed(user, Names.AGENT_MAX)) {
      warnings.add("bad_external_user_id");
      return null;
    }
    return user;
  }

  private static @Nullable Capture capture(HttpHeaders headers, List<String> warnings) {
    String sent = headers.get("X-WhyOps-Capture");
    if (sent == null) {
      return null;
    }
    Optional<Capture> known = Capture.ofWireName(sent.toLowerCase(Locale.ROOT));
    if (known.isEmpty()) {
      warnings.add("bad_capture");
    }
    return known.orElse(null);
  }

  private static @Nullable Boolean signature(HttpHeaders headers, List<String> warnings) {
    String sent = headers.get("X-WhyOps-Signature");
    if (sent == null) {
      return null;
    }
    if (sent.equalsIgnoreCase("on") || sent.equalsIgnoreCase("off")) {
      return sent.equalsIgnoreCase("on");
    }
    warnings.add("bad_signature");
    return null;
  }
}
