package dev.whyops.record;

import dev.whyops.project.Capture;
import dev.whyops.project.Environment;
import dev.whyops.project.ProjectId;
import dev.whyops.provider.CallKind;
import dev.whyops.provider.ProviderType;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The request half of a proxied call, known when the upstream call starts.
 *
 * @param callId the {@code X-WhyOps-Request-ID}
 * @param continuity {@code header}, {@code signature}, {@code response_id}, {@code tool_call_id},
 *     {@code history} or {@code new}
 * @param path as the client sent it, query included, never with a key
 * @param body the client's bytes, or the first 32 MiB of them; empty when capture is off
 * @param bodyLength all bytes that came
 */
public record CallStart(
    String callId,
    ProjectId project,
    Environment environment,
    String keyId,
    String agentName,
    String traceId,
    String threadId,
    String continuity,
    @Nullable String externalUserId,
    @Nullable String parentSpanId,
    @Nullable String traceparent,
    Capture capture,
    String providerId,
    String providerSlug,
    ProviderType dialect,
    CallKind kind,
    String method,
    String path,
    @Nullable String contentType,
    @Nullable String contentEncoding,
    byte[] body,
    long bodyLength,
    List<Rewrite> rewrites,
    Instant receivedAt) {
  public CallStart {
    rewrites = List.copyOf(rewrites);
  }
}
