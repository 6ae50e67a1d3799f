package dev.whyops.proxy;

import dev.whyops.auth.Caller;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Instant;

/**
 * The head of a proxied request whose sender is known.
 *
 * @param id answered as {@code X-WhyOps-Request-ID}
 * @param uri path and query as the client sent them
 * @param contentLength announced length; -1 for a chunked body, 0 for none
 * @param receivedNanos {@link System#nanoTime()} at the first byte
 */
public record CallRequest(
    String id,
    String method,
    String uri,
    HttpHeaders headers,
    long contentLength,
    Caller caller,
    CallTarget target,
    Instant receivedAt,
    long receivedNanos) {}
