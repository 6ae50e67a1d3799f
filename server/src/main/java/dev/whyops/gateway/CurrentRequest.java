package dev.whyops.gateway;

import dev.whyops.auth.Caller;
import dev.whyops.http.Answer;
import dev.whyops.http.ApiException;
import dev.whyops.http.ErrorDialect;
import dev.whyops.intake.Refusal;
import dev.whyops.project.ProjectId;
import dev.whyops.proxy.CallRequest;
import dev.whyops.proxy.CallTarget;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a connection knows of the request it serves now; one instance serves them all in turn. */
final class CurrentRequest {
  private final Shared shared;
  private String id = "";
  private String method = "";
  private String uri = "";
  private boolean http10;
  private ErrorDialect errors = ErrorDialect.OWN;
  private @Nullable Caller caller;

  CurrentRequest(Shared shared) {
    this.shared = shared;
  }

  /** Another request began. */
  void began(HttpRequest request) {
    renew();
    method = request.method().name();
    uri = request.uri();
    http10 = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
  }

  /** Forgets the one before; for a request whose head never came. */
  void renew() {
    id = shared.ids().next("req_");
    method = "";
    uri = "";
    errors = ErrorDialect.OWN;
    caller = null;
  }

  /** What is known once the head was judged. */
  void judged(ErrorDialect dialect, @Nullable Caller known) {
    errors = dialect;
    caller = known;
  }

  String id() {
    return id;
  }

  boolean isOf(ProjectId project) {
    return caller != null && caller.project().equals(project);
  }

  boolean isHead() {
    return method.equals("HEAD");
  }

  boolean http10() {
    return http10;
  }

  ErrorDialect errors() {
    return errors;
  }

  CallRequest call(CallTarget target, HttpHeaders headers, long receivedNanos) {
    return new CallRequest(
        id,
        method,
        uri,
        headers,
        contentLength(headers),
        Objects.requireNonNull(caller),
        target,
        at(receivedNanos),
        receivedNanos);
  }

  /**
   * The wall clock at an earlier moment. All stamps count from the first byte; the time of day has
   * to be that byte's too, although the rest of the head, a look-up of the key or a turn came
   * between: else the end of the call would seem to come after what its answer caused.
   */
  private Instant at(long nanos) {
    return shared.clock().instant().minusNanos(Math.max(0, System.nanoTime() - nanos));
  }

  private static long contentLength(HttpHeaders headers) {
    if (headers.contains("transfer-encoding")) {
      return -1;
    }
    String length = headers.get("content-length");
    return length == null ? 0 : Long.parseLong(length);
  }

  /** Tells the log and the ingestion page that the request was turned away. */
  void note(ApiException failure) {
    if (caller == null && (failure.status() == 401 || failure.status() == 429)) {
      Log.strangerRefused(id, failure);
    } else {
      Log.refusal(id, failure);
    }
    shared
        .intake()
        .refused(
            caller == null ? null : caller.project(),
            new Refusal(
                shared.clock().instant(), method, uri, failure.status(), failure.code(), id));
  }

  Answer failure(ApiException failure, Map<String, String> headers) {
    return AnswerBytes.failure(failure, errors, id, headers);
  }
}
