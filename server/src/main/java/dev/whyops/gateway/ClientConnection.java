package dev.whyops.gateway;

import dev.whyops.auth.Caller;
import dev.whyops.auth.KeyCheck;
import dev.whyops.endpoint.RouteTable;
import dev.whyops.http.Answer;
import dev.whyops.http.ApiException;
import dev.whyops.http.ErrorDialect;
import dev.whyops.proxy.CallRequest;
import dev.whyops.proxy.CallTarget;
import dev.whyops.proxy.ProxyCall;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection: takes its requests one after the other and answers them in order. What
 * arrives while an exchange is under way is queued, and reading stops when the queue grows, but for
 * a client that leaves.
 */
final class ClientConnection extends ClientSocket {
  private static final int QUEUED_MAX = 16;

  private enum State {
    IDLE,
    AUTHENTICATING,
    COLLECTING,
    ANSWERING,
    PROXYING,
    DISCARDING,
    LINGERING,
    CLOSED
  }

  private final Shared shared;
  private final LoopState loop;
  private final ArrayDeque<HttpObject> queue = new ArrayDeque<>();
  private final Patience patience;

  private State state = State.IDLE;
  private boolean draining;
  private boolean requestEnded = true;
  private boolean keepAlive = true;
  private boolean http10;
  private boolean callTakesMore = true;
  private boolean dispatching;
  private String requestId = "";
  private ErrorDialect errors = ErrorDialect.OWN;
  private int slot = -1;
  private @Nullable ProxyCall call;
  private @Nullable OwnRequest own;

  ClientConnection(Shared shared, LoopState loop) {
    this.shared = shared;
    this.loop = loop;
    this.patience = new Patience(shared.config().limits());
  }

  Patience patience() {
    return patience;
  }

  /** Place in the list of the loop's connections. */
  int slot() {
    return slot;
  }

  void slot(int place) {
    slot = place;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    patience.idle(System.nanoTime());
    loop.add(this);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    loop.remove(this);
    state = State.CLOSED;
    ProxyCall running = call;
    call = null;
    if (running != null) {
      running.clientGone();
    }
    own = null;
    queue.forEach(ReferenceCountUtil::release);
    queue.clear();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    HttpObject part = (HttpObject) message;
    patience.received(part);
    if (!queue.isEmpty() || !takes(part)) {
      queue.addLast(part);
      if (queue.size() > QUEUED_MAX) {
        autoRead(false);
      }
      return;
    }
    dispatch(part);
  }

  /** Whether this part can be worked on now, or has to wait for what is under way. */
  private boolean takes(HttpObject part) {
    return switch (state) {
      case IDLE, COLLECTING, DISCARDING, LINGERING, CLOSED -> true;
      case AUTHENTICATING, ANSWERING -> false;
      case PROXYING -> !requestEnded && !(part instanceof HttpRequest);
    };
  }

  private void dispatch(HttpObject part) {
    try {
      if (part instanceof HttpRequest request) {
        if (state == State.IDLE) {
          begin(request);
        }
      } else if (part instanceof HttpContent content) {
        content(content);
      }
    } finally {
      ReferenceCountUtil.release(part);
    }
  }

  private void drainQueue() {
    if (dispatching) {
      return;
    }
    dispatching = true;
    while (!queue.isEmpty() && takes(queue.peekFirst())) {
      dispatch(queue.removeFirst());
    }
    dispatching = false;
    if (queue.size() <= QUEUED_MAX && state != State.CLOSED && callTakesMore) {
      autoRead(true);
    }
  }

  private void begin(HttpRequest request) {
    requestId = shared.ids().next("req_");
    errors = ErrorDialect.OWN;
    requestEnded = false;
    http10 = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
    keepAlive = HttpUtil.isKeepAlive(request) && !draining;
    patience.requestBegan(request);
    ApiException fault = RequestHeads.fault(request, shared.config().limits());
    if (fault != null) {
      keepAlive = false;
      refuse(fault, Map.of());
      return;
    }
    GatewayRoutes.Found found =
        shared.routes().find(request.method().name(), request.uri(), request.headers());
    errors = found.errors();
    try {
      answerOrAuthenticate(request, found);
    } catch (ApiException e) {
      refuse(e, Map.of());
    }
  }

  private void answerOrAuthenticate(HttpRequest request, GatewayRoutes.Found found) {
    switch (found) {
      case GatewayRoutes.Found.Refused(ApiException refusal, ErrorDialect dialect) -> throw refusal;
      case GatewayRoutes.Found.BuiltIn(GatewayRoutes.Page page) ->
          write(Pages.answer(page, shared), request.method().name().equals("HEAD"));
      case GatewayRoutes.Found.Own own -> authenticate(request, found);
      case GatewayRoutes.Found.Proxy proxy -> {
        if (request.headers().containsValue("upgrade", "websocket", true)) {
          throw new ApiException(
              426,
              "websocket_not_supported",
              "WebSocket is not supported yet. Use HTTP with stream: true.",
              java.util.List.of(),
              Map.of("Upgrade", "HTTP/1.1"));
        }
        authenticate(request, found);
      }
    }
  }

  private void authenticate(HttpRequest request, GatewayRoutes.Found found) {
    String key = PresentedKey.of(request.headers(), request.uri());
    if (key == null) {
      throw Authentication.invalidKey();
    }
    Optional<KeyCheck> cached = shared.keys().cached(key);
    if (cached.isPresent()) {
      authenticated(request, found, cached.get());
      return;
    }
    state = State.AUTHENTICATING;
    shared
        .blocking()
        .execute(
            () -> {
              KeyCheck check = Authentication.check(shared.keys(), key);
              loop().execute(() -> resume(request, found, check));
            });
  }

  private void resume(HttpRequest request, GatewayRoutes.Found found, KeyCheck check) {
    if (state != State.AUTHENTICATING) {
      return;
    }
    state = State.IDLE;
    try {
      authenticated(request, found, check);
    } catch (ApiException e) {
      refuse(e, Map.of());
    }
    drainQueue();
  }

  private void authenticated(HttpRequest request, GatewayRoutes.Found found, KeyCheck check) {
    Caller caller = Authentication.caller(check, found);
    if (found instanceof GatewayRoutes.Found.Own(RouteTable.Row row)) {
      startOwn(request, row, caller);
    } else if (found instanceof GatewayRoutes.Found.Proxy(CallTarget target)) {
      startCall(request, target, caller);
    }
  }

  private void startOwn(HttpRequest request, RouteTable.Row row, Caller caller) {
    int limit = shared.config().limits().ownBodyMax();
    own = new OwnRequest(requestId, request, row, caller, limit);
    state = State.COLLECTING;
    continueIfExpected(request.headers());
  }

  private void startCall(HttpRequest request, CallTarget target, Caller caller) {
    CallRequest callRequest =
        new CallRequest(
            requestId,
            request.method().name(),
            request.uri(),
            request.headers(),
            contentLength(request.headers()),
            caller,
            target,
            shared.clock().instant(),
            patience.requestNanos());
    call = shared.proxy().start(this, loop.lane(), callRequest);
    state = State.PROXYING;
    continueIfExpected(request.headers());
  }

  private static long contentLength(HttpHeaders headers) {
    if (headers.contains("transfer-encoding")) {
      return -1;
    }
    String length = headers.get("content-length");
    return length == null ? 0 : Long.parseLong(length);
  }

  private void continueIfExpected(HttpHeaders headers) {
    String expected = headers.get("expect");
    if (expected != null && !http10) {
      if (!expected.equalsIgnoreCase("100-continue")) {
        throw new ApiException(417, "expectation_failed", "This expectation is not known.");
      }
      write(AnswerBytes.continued());
      flush();
    }
  }

  private void content(HttpContent content) {
    if (content.decoderResult().isFailure()) {
      keepAlive = false;
      refuseBody(RequestHeads.decoderFault(content.decoderResult().cause()));
      return;
    }
    boolean last = content instanceof LastHttpContent;
    if (last) {
      requestEnded = true;
      patience.requestEnded();
    }
    switch (state) {
      case COLLECTING -> collect(content.content(), last);
      case PROXYING -> {
        ProxyCall running = call;
        if (running != null) {
          if (content.content().isReadable()) {
            running.body(content.content());
          }
          if (last && call == running) {
            running.bodyEnd();
          }
        }
      }
      case DISCARDING -> {
        if (last) {
          next();
        }
      }
      case IDLE, AUTHENTICATING, ANSWERING, LINGERING, CLOSED -> {}
    }
  }

  private void collect(ByteBuf part, boolean last) {
    OwnRequest request = own;
    if (request == null) {
      return;
    }
    try {
      request.append(part);
    } catch (ApiException e) {
      refuse(e, Map.of());
      return;
    }
    if (last) {
      state = State.ANSWERING;
      own = null;
      boolean head = request.isHead();
      shared
          .blocking()
          .execute(
              () -> {
                Answer answer = request.run(errors);
                loop().execute(() -> answerOwn(answer, head));
              });
    }
  }

  private void answerOwn(Answer answer, boolean head) {
    if (state == State.ANSWERING) {
      write(answer, head);
      drainQueue();
    }
  }

  /** Refuses while a body is being read, whoever reads it. */
  private void refuseBody(ApiException failure) {
    ProxyCall running = call;
    if (running != null) {
      running.refuseRequest(failure);
    } else if (state != State.LINGERING && state != State.CLOSED) {
      refuse(failure, Map.of());
    }
  }

  @Override
  public void refuse(ApiException failure, Map<String, String> headers) {
    call = null;
    own = null;
    Log.refusal(requestId, failure);
    write(AnswerBytes.failure(failure, errors, requestId, headers), false);
  }

  /** Writes an answer of ours and goes on to the next request, or closes. */
  private void write(Answer answer, boolean head) {
    boolean small = requestEnded || patience.restIsSmall();
    boolean reusable = keepAlive && !draining && small;
    write(AnswerBytes.of(answer, requestId, reusable, http10, head, alloc()));
    flush();
    if (reusable) {
      state = State.DISCARDING;
      if (requestEnded) {
        next();
      }
    } else if (requestEnded) {
      end();
    } else {
      linger();
    }
  }

  private void next() {
    call = null;
    state = State.IDLE;
    patience.idle(System.nanoTime());
    callTakesMore = true;
    if (draining) {
      end();
    } else {
      drainQueue();
    }
  }

  private void end() {
    state = State.LINGERING;
    patience.linger(System.nanoTime());
    closeAfterFlush();
  }

  /** Half-closes and reads the rest away, so that a reset does not overtake the answer. */
  private void linger() {
    state = State.LINGERING;
    patience.linger(System.nanoTime());
    autoRead(true);
    halfCloseAfterFlush();
  }

  /** Called several times per second. */
  void tick(long nowNanos) {
    ProxyCall running = call;
    if (running != null) {
      running.tick(nowNanos);
    }
    if (state == State.CLOSED) {
      return;
    }
    boolean waitsForBody =
        !requestEnded && (state == State.COLLECTING || state == State.PROXYING) && callTakesMore;
    switch (patience.judge(nowNanos, state == State.IDLE, waitsForBody, pendingBytes())) {
      case FINE -> {}
      case CLOSE -> close();
      case BODY_TOO_SLOW -> {
        keepAlive = false;
        refuseBody(new ApiException(408, "body_too_slow", "The body comes too slowly."));
      }
      case HEAD_TOO_SLOW -> {
        keepAlive = false;
        requestId = shared.ids().next("req_");
        requestEnded = true;
        refuse(new ApiException(408, "head_too_slow", "The head did not come in time."), Map.of());
      }
    }
  }

  /** No further request is taken; what runs may end. */
  void drain() {
    draining = true;
    keepAlive = false;
    if (state == State.IDLE) {
      close();
    }
  }

  void abort() {
    breakOff();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (ctx.channel().isWritable() && call != null) {
      call.clientWritable();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof java.io.IOException)) {
      Log.fault("client connection", cause);
    }
    ctx.close();
  }

  @Override
  public void readRequest(boolean on) {
    callTakesMore = on;
    autoRead(on && queue.size() <= QUEUED_MAX);
  }

  @Override
  public boolean keepAlive() {
    return keepAlive && !draining && requestEnded;
  }

  @Override
  public boolean http10() {
    return http10;
  }

  @Override
  public void done(boolean reusable) {
    call = null;
    if (reusable && requestEnded) {
      next();
    } else if (requestEnded) {
      end();
    } else {
      linger();
    }
  }

  @Override
  public void breakOff() {
    call = null;
    if (http10) {
      closeWithReset();
    }
    end();
  }
}
