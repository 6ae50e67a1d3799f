package dev.whyops.gateway;

import dev.whyops.auth.Caller;
import dev.whyops.auth.KeyCheck;
import dev.whyops.http.Answer;
import dev.whyops.http.ApiException;
import dev.whyops.http.ErrorDialect;
import dev.whyops.intake.Refusal;
import dev.whyops.project.ProjectId;
import dev.whyops.proxy.CallRequest;
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
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Map;
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
  private final RequestStart starts;
  private final Patience patience;
  private final ArrayDeque<HttpObject> queue = new ArrayDeque<>();

  private State state = State.IDLE;
  private boolean draining;
  private boolean dispatching;
  private int slot = -1;

  private String requestId = "";
  private String method = "";
  private String uri = "";
  private ErrorDialect errors = ErrorDialect.OWN;
  private @Nullable Caller caller;
  private boolean http10;
  private boolean keepAlive = true;
  private boolean requestEnded = true;
  private boolean takesBody = true;
  private @Nullable ProxyCall call;
  private @Nullable OwnRequest own;

  ClientConnection(Shared shared, LoopState loop) {
    this.shared = shared;
    this.loop = loop;
    this.starts = new RequestStart(shared);
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
    own = null;
    if (running != null) {
      running.clientGone();
    }
    queue.forEach(ReferenceCountUtil::release);
    queue.clear();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    HttpObject part = (HttpObject) message;
    if (!queue.isEmpty() || !takes(part)) {
      queue.addLast(part);
      if (queue.size() > QUEUED_MAX) {
        autoRead(false);
      }
    } else {
      dispatch(part);
    }
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
    patience.received(part);
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
    if (queue.size() <= QUEUED_MAX && state != State.CLOSED && takesBody) {
      autoRead(true);
    }
  }

  private void begin(HttpRequest request) {
    requestId = shared.ids().next("req_");
    method = request.method().name();
    uri = request.uri();
    errors = ErrorDialect.OWN;
    caller = null;
    requestEnded = false;
    http10 = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
    keepAlive = HttpUtil.isKeepAlive(request) && !draining;
    patience.requestBegan(request);
    follow(starts.judge(request, remote()), request);
  }

  private void follow(Start start, HttpRequest request) {
    try {
      switch (start) {
        case Start.Refuse(
                ApiException refusal,
                ErrorDialect dialect,
                Caller known,
                boolean close) -> {
          errors = dialect;
          caller = known;
          keepAlive &= !close;
          refuse(refusal, Map.of());
        }
        case Start.Page(GatewayRoutes.Page page) -> answer(Pages.answer(page, shared));
        case Start.CheckKey check -> checkKey(check, request);
        case Start.Own own -> startOwn(own, request);
        case Start.Call proxied -> startCall(proxied, request);
      }
    } catch (ApiException e) {
      refuse(e, Map.of());
    }
  }

  private void checkKey(Start.CheckKey check, HttpRequest request) {
    state = State.AUTHENTICATING;
    shared
        .blocking()
        .execute(
            () -> {
              KeyCheck answer = Authentication.check(shared.keys(), check.key());
              loop()
                  .execute(
                      () -> {
                        if (state == State.AUTHENTICATING) {
                          state = State.IDLE;
                          follow(starts.admit(check.found(), answer, remote()), request);
                          drainQueue();
                        }
                      });
            });
  }

  private void startOwn(Start.Own start, HttpRequest request) {
    caller = start.caller();
    int bodyMax = shared.config().limits().ownBodyMax();
    own = new OwnRequest(requestId, request, start.row(), start.caller(), bodyMax);
    state = State.COLLECTING;
    continueIfExpected(request.headers());
  }

  private void startCall(Start.Call start, HttpRequest request) {
    caller = start.caller();
    errors = start.target().errors();
    CallRequest callRequest =
        new CallRequest(
            requestId,
            method,
            uri,
            request.headers(),
            contentLength(request.headers()),
            start.caller(),
            start.target(),
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
    if (headers.contains("expect") && !http10) {
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
      case PROXYING -> proxy(content.content(), last);
      case DISCARDING -> {
        if (last) {
          next();
        }
      }
      case IDLE, AUTHENTICATING, ANSWERING, LINGERING, CLOSED -> {}
    }
  }

  private void proxy(ByteBuf part, boolean last) {
    ProxyCall running = call;
    if (running == null) {
      return;
    }
    if (part.isReadable()) {
      running.body(part);
    }
    if (last && call == running) {
      running.bodyEnd();
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
      shared.blocking().execute(() -> run(request));
    }
  }

  /** Runs on a virtual thread. */
  private void run(OwnRequest request) {
    OwnRequest.Outcome outcome = request.run(errors);
    loop()
        .execute(
            () -> {
              if (state == State.ANSWERING) {
                if (outcome.refusal() != null) {
                  note(outcome.refusal());
                }
                answer(outcome.answer());
                drainQueue();
              }
            });
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
    note(failure);
    answer(AnswerBytes.failure(failure, errors, requestId, headers));
  }

  private void note(ApiException failure) {
    Log.refusal(requestId, failure);
    shared
        .intake()
        .refused(
            caller == null ? null : caller.project(),
            new Refusal(
                shared.clock().instant(),
                method,
                uri,
                failure.status(),
                failure.code(),
                requestId));
  }

  /** Writes an answer of ours and goes on to the next request, or closes. */
  private void answer(Answer answer) {
    boolean small = requestEnded || patience.restIsSmall();
    boolean reusable = keepAlive && !draining && small;
    boolean head = method.equals("HEAD");
    write(AnswerBytes.of(answer, requestId, reusable, http10, head, alloc()));
    flush();
    if (!reusable) {
      finish();
    } else if (requestEnded) {
      next();
    } else {
      state = State.DISCARDING;
    }
  }

  private void next() {
    call = null;
    state = State.IDLE;
    patience.idle(System.nanoTime());
    takesBody = true;
    if (draining) {
      finish();
    } else {
      drainQueue();
    }
  }

  /**
   * Closes once all is flushed. When the client still sends, only our direction is closed first and
   * the rest is read away, so that a reset does not overtake the answer.
   */
  private void finish() {
    state = State.LINGERING;
    patience.linger(System.nanoTime());
    if (requestEnded) {
      closeAfterFlush();
    } else {
      autoRead(true);
      halfCloseAfterFlush();
    }
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
        !requestEnded && (state == State.COLLECTING || state == State.PROXYING) && takesBody;
    switch (patience.judge(nowNanos, state == State.IDLE, waitsForBody, pendingBytes())) {
      case FINE -> {}
      case CLOSE -> close();
      case BODY_TOO_SLOW -> {
        keepAlive = false;
        refuseBody(new ApiException(408, "body_too_slow", "The body comes too slowly."));
      }
      case HEAD_TOO_SLOW -> {
        keepAlive = false;
        requestEnded = true;
        requestId = shared.ids().next("req_");
        refuse(new ApiException(408, "head_too_slow", "The head did not come in time."), Map.of());
      }
    }
  }

  /** Breaks off a call of this project; its provider's side ends with the connection. */
  void endFor(ProjectId project) {
    if (call != null && caller != null && caller.project().equals(project)) {
      closeWithReset();
      close();
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

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (ctx.channel().isWritable() && call != null) {
      call.clientWritable();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof IOException)) {
      Log.fault("client connection", cause);
    }
    ctx.close();
  }

  @Override
  public void readRequest(boolean on) {
    takesBody = on;
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
    } else {
      finish();
    }
  }

  @Override
  public void breakOff() {
    call = null;
    requestEnded = true;
    if (http10) {
      closeWithReset();
    }
    finish();
  }
}
