package dev.whyops.gateway;

import dev.whyops.auth.Caller;
import dev.whyops.endpoint.Request;
import dev.whyops.endpoint.Room;
import dev.whyops.endpoint.RouteTable;
import dev.whyops.http.Answer;
import dev.whyops.http.ApiException;
import dev.whyops.http.ErrorDialect;
import dev.whyops.limit.HeapGate;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.QueryStringDecoder;
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
 * <p>The heap that all of them take is bounded, in two parts. Bodies count as they are, from their
 * arrival until the answer; where there is no room for one it is refused, by its announced length
 * already, so that an overload costs little. A length that is only announced takes nothing, else a
 * few slow clients could keep everybody out. Reading a body takes several times its size for a
 * short time, so whole bodies take turns at that.
 *
 * <p>Confined to the event loop until it starts, then to the thread that runs the endpoint.
 */
final class OwnRequest {
  /** How much larger JSON becomes when its coding is undone, about. */
  private static final int CODED_WEIGHT = 10;

  private final String id;
  private final HttpRequest head;
  private final RouteTable.Row row;
  private final Caller caller;
  private final Shared shared;
  private final int bodyMax;
  private final boolean coded;
  private final BodyBytes body;
  private long taken;

  /**
   * @throws ApiException when the announced length is too large, or too large now
   */
  OwnRequest(String id, HttpRequest head, RouteTable.Row row, Caller caller, Shared shared) {
    this.id = id;
    this.head = head;
    this.row = row;
    this.caller = caller;
    this.shared = shared;
    this.bodyMax = shared.config().limits().ownBodyMax();
    this.coded = head.headers().contains("content-encoding");
    String announced = head.headers().get("content-length");
    long length = announced == null ? 0 : Long.parseLong(announced);
    checkSize(length);
    this.body = new BodyBytes((int) length);
    if (length > 0 && !shared.bodies().hasRoom(caller.project(), length)) {
      throw overloaded();
    }
  }

  private void checkSize(long length) {
    if (length > bodyMax) {
      throw new ApiException(
          413, "request_too_large", "The body of the request is larger than this route takes.");
    }
    if (!shared.reading().fits(heapFor(length)) || length > shared.bodies().most()) {
      throw tooLargeForHeap();
    }
  }

  private long heapFor(long length) {
    return row.endpoint().heapFor(coded ? Math.min(bodyMax, CODED_WEIGHT * length) : length);
  }

  void append(ByteBuf part) {
    int more = part.readableBytes();
    checkSize((long) body.size() + more);
    if (!shared.bodies().take(caller.project(), more)) {
      throw overloaded();
    }
    taken += more;
    body.append(part);
  }

  /** Nothing more comes and nothing is held. Called once the endpoint ran, or instead of it. */
  void release() {
    shared.bodies().giveBack(caller.project(), taken);
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
    try (HeapGate.Pass pass = shared.reading().enter(heapFor(body.size()))) {
      return new Outcome(row.endpoint().handle(request(roomBehind(pass))), null);
    } catch (ApiException e) {
      refusal = e;
    } catch (RuntimeException e) {
      Log.fault("endpoint " + row.path() + " request=" + id, e);
      refusal = new ApiException(500, "internal_error", "The server could not answer the request.");
    }
    return new Outcome(AnswerBytes.failure(refusal, errors, id, Map.of()), refusal);
  }

  private Room roomBehind(HeapGate.Pass pass) {
    return new Room() {
      @Override
      public void demand(long heapBytes) {
        if (!shared.reading().fits(heapBytes)) {
          throw tooLargeForHeap();
        }
        if (!pass.raise(heapBytes)) {
          throw overloaded();
        }
      }

      @Override
      public void keep(long heapBytes) {
        pass.lower(heapBytes);
      }
    };
  }

  private Request request(Room room) {
    Map<String, List<String>> headers = new HashMap<>();
    for (Map.Entry<String, String> header : head.headers()) {
      headers
          .computeIfAbsent(header.getKey().toLowerCase(Locale.ROOT), n -> new ArrayList<>(1))
          .add(header.getValue());
    }
    return new Request(
        id, head.method().name(), row.path(), query(), headers, body.take(), caller, room);
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

  private static ApiException tooLargeForHeap() {
    return new ApiException(
        413,
        "request_too_large",
        "The server's memory is too small for a body of this size. Send several smaller ones.");
  }
}
