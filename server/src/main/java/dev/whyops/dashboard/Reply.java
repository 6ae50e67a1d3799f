package dev.whyops.dashboard;

import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a handler answers: a status, headers of its own and a body.
 *
 * @param session what becomes of the session cookie
 */
record Reply(int status, Body body, Map<String, String> headers, SessionCookie session) {
  Reply {
    headers = Map.copyOf(headers);
  }

  /** What is sent. */
  sealed interface Body {
    record None() implements Body {}

    /** Written as JSON by the one mapper. */
    record Json(Object value) implements Body {}

    record Bytes(String contentType, byte[] bytes) implements Body {}

    /** Written while it is made; a reader that leaves ends it with an {@link IOException}. */
    record Stream(String contentType, Writer writer) implements Body {}
  }

  /** Writes a body to a client that may be slow. */
  @FunctionalInterface
  interface Writer {
    void writeTo(OutputStream out) throws IOException;
  }

  /** What becomes of the session cookie. */
  sealed interface SessionCookie {
    record Unchanged() implements SessionCookie {}

    record Set(String token) implements SessionCookie {}

    record Cleared() implements SessionCookie {}
  }

  static Reply ok(Object value) {
    return new Reply(200, new Body.Json(value), Map.of(), new SessionCookie.Unchanged());
  }

  static Reply created(Object value) {
    return new Reply(201, new Body.Json(value), Map.of(), new SessionCookie.Unchanged());
  }

  static Reply none() {
    return new Reply(204, new Body.None(), Map.of(), new SessionCookie.Unchanged());
  }

  static Reply bytes(String contentType, byte[] bytes) {
    return new Reply(
        200, new Body.Bytes(contentType, bytes), Map.of(), new SessionCookie.Unchanged());
  }

  static Reply stream(String contentType, Writer writer) {
    return new Reply(
        200, new Body.Stream(contentType, writer), Map.of(), new SessionCookie.Unchanged());
  }

  Reply with(String header, String value) {
    Map<String, String> more = new HashMap<>(headers);
    more.put(header, value);
    return new Reply(status, body, more, session);
  }

  /** Starts the session of {@code token}, or ends it when there is none. */
  Reply withSession(@Nullable String token) {
    SessionCookie cookie =
        token == null ? new SessionCookie.Cleared() : new SessionCookie.Set(token);
    return new Reply(status, body, headers, cookie);
  }
}
