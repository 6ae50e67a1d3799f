package dev.whyops.gateway;

import dev.whyops.auth.Caller;
import dev.whyops.endpoint.Request;
import dev.whyops.endpoint.RouteTable;
import dev.whyops.http.Answer;
import dev.whyops.http.ApiException;
import dev.whyops.http.ErrorDialect;
import dev.whyops.limit.FairShare;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request to one of our own endpoints: its body is collected, then the endpoint runs.
 *
 * <p>Bytes that all of them hold are counted, from their arrival until the answer. Beyond the share
 * of the heap that they may take, a request is refused: at once by its announced length where that
 * has no room any more, so that an overload costs little. A length that is only announced takes
 * nothing, else a few slow clients could keep everybody out.
 */
final class OwnRequest {
  /** How much larger JSON becomes when its coding is undone, about. */
  private static final int CODED_WEIGHT = 10;

  private final String id;
  private final HttpRequest head;
  private final RouteTable.Row row;
  private final Caller caller;
  private final int bodyMax;
  private final FairShare held;
  private final int weight;
  private long taken;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream(2_048);

  /**
   * @throws ApiException when the announced length is too large, or too large now
   */
  OwnRequest(String id, HttpRequest head, RouteTable.Row row, Caller caller, Shared shared) {
    this.id = id;
    this.head = head;
    this.row = row;
    this.caller = caller;
    this.bodyMax = shared.config().limits().ownBodyMax();
    this.held = shared.ownBytes();
    this.weight = head.headers().contains("content-encoding") ? CODED_WEIGHT : 1;
    String length = head.headers().get("content-length");
    if (length != null && Long.parseLong(length) > bodyMax) {
      throw tooLarge();
    }
    if (length != null && !held.hasRoom(caller.project(), counted(Long.parseLong(length)))) {
      throw overloaded();
    }
  }

  void append(ByteBuf part) {
    if (body.size() + part.readableBytes() > bodyMax) {
      throw tooLarge();
    }
    take(counted((long) body.size() + part.readableBytes()) - taken);
    byte[] bytes = new byte[part.readableBytes()];
    part.getBytes(part.readerIndex(), bytes);
    body.writeBytes(bytes);
  }

  /** A coded body is counted as about what it will be, but never as more than a body may be. */
  private long counted(long bytes) {
    return Math.min(bodyMax, weight * bytes);
  }

  private void take(long more) {
    if (!held.take(caller.project(), more)) {
      throw overloaded();
    }
    taken += more;
  }

  /** Nothing more comes and nothing is held. Called once the endpoint ran, or instead of it. */
  void release() {
    held.giveBack(caller.project(), taken);
    taken = 0;
  }

  /**
   * What the endpoint said.
   *
   * @param refusal null when it served the request
   */
  record Outcome(Answer answer, @Nullable ApiException refusal) {}

  /** Runs the endpoint on a thread that may block, and tells its outcome on the loop. */
  void start(Executor blocking, Executor loop, ErrorDialect errors, Consumer<Outcome> next) {
    blocking.execute(
        () -> {
          Outcome outcome = run(errors);
          release();
          loop.execute(() -> next.accept(outcome));
        });
  }

  /** Every failure becomes an answer. */
  private Outcome run(ErrorDialect errors) {
    ApiException refusal;
    try {
      return new Outcome(row.endpoint().handle(request()), null);
    } catch (ApiException e) {
      refusal = e;
    } catch (RuntimeException e) {
      Log.fault("endpoint " + row.path() + " request=" + id, e);
      refusal = new ApiException(500, "internal_error", "The server could not answer the request.");
    }
    return new Outcome(AnswerBytes.failure(refusal, errors, id, Map.of()), refusal);
  }

  private Request request() {
    Map<String, List<String>> headers = new HashMap<>();
    for (Map.Entry<String, String> header : head.headers()) {
      headers
          .computeIfAbsent(header.getKey().toLowerCase(Locale.ROOT), n -> new ArrayList<>(1))
          .add(header.getValue());
    }
    return new Request(
        id, head.method().name(), row.path(), query(), headers, body.toByteArray(), caller);
  }

  private Map<String, List<String>> query() {
    try {
      return new QueryStringDecoder(head.uri()).parameters();
    } catch (IllegalArgumentException e) {
      throw new ApiException(400, "bad_request", "The query is malformed.");
    }
  }

  private static ApiException overloaded() {
    return new ApiException(
        503,
        "overloaded",
        "The server has as much to do as it can hold. Send this again.",
        List.of(),
        Map.of("Retry-After", "1"));
  }

  private static ApiException tooLarge() {
    return new ApiException(
        413, "request_too_large", "The body of the request is larger than this route takes.");
  }
}
