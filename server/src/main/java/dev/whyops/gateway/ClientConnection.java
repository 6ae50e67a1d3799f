package dev.whyops.gateway;

import dev.whyops.http.Answer;
import dev.whyops.http.ApiException;
import dev.whyops.http.ErrorDialect;
import dev.whyops.project.ProjectId;
import dev.whyops.proxy.CallRequest;
import dev.whyops.proxy.ProxyCall;
import dev.whyops.proxy.Turns;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
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

  private final Shared shared;
  private final LoopState loop;
  private final RequestStart starts;
  private final CurrentRequest current;
  private final Patience patience;
  private final ArrayDeque<HttpObject> queue = new ArrayDeque<>();

  private ConnectionState state = ConnectionState.IDLE;
  private boolean draining;
  private boolean dispatching;
  private boolean keepAlive = true;
  private boolean requestEnded = true;
  private boolean takesBody = true;
  private @Nullable ProxyCall call;
  private @Nullable OwnRequest own;

  ClientConnection(Shared shared, LoopState loop, Patience patience) {
    this.shared = shared;
    this.loop = loop;
    this.starts = new RequestStart(shared);
    this.current = new CurrentRequest(shared);
    this.patience = patience;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    patience.idle(System.nanoTime());
    loop.add(this);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    loop.remove(this);
    state = ConnectionState.CLOSED;
    ProxyCall running = call;
    call = null;
    dropOwn();
    if (running != null) {
      running.clientGone();
    }
    queue.forEach(ReferenceCountUtil::release);
    queue.clear();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    HttpObject part = (HttpObject) message;
    if (!queue.isEmpty() || !state.takes(part, requestEnded)) {
      queue.addLast(part);
      if (queue.size() > QUEUED_MAX) {
        autoRead(false);
      }
    } else {
      dispatch(part);
    }
  }

  private void dispatch(HttpObject part) {
    patience.received(part);
    try {
      if (part instanceof HttpRequest request) {
        if (state == ConnectionState.IDLE) {
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
    while (!queue.isEmpty() && state.takes(queue.peekFirst(), requestEnded)) {
      dispatch(queue.removeFirst());
    }
    dispatching = false;
    if (queue.size() <= QUEUED_MAX && state != ConnectionState.CLOSED && takesBody) {
      autoRead(true);
    }
  }

  private void begin(HttpRequest request) {
    current.began(request);
    requestEnded = false;
    keepAlive = HttpUtil.isKeepAlive(request) && !draining;
    patience.requestBegan(request);
    follow(starts.judge(request, remote()), request);
  }

  private void follow(Start start, HttpRequest request) {
    try {
      switch (start) {
        case Start.Refuse refused -> {
          current.judged(refused.errors(), refused.caller());
          keepAlive &= !refused.close();
          refuse(refused.refusal(), Map.of());
        }
        case Start.Page(GatewayRoutes.Page page) -> answer(Pages.answer(page, shared));
        case Start.CheckKey check -> {
          state = ConnectionState.WAITING;
          starts.check(check, remote(), loop(), next -> goOn(() -> follow(next, request)));
        }
        case Start.Own own -> startOwn(own, request);
        case Start.Call proxied -> takeTurn(proxied, request);
      }
    } catch (ApiException e) {
      refuse(e, Map.of());
    }
  }

  /** Takes the next step of a request that had to wait; a connection that closed takes none. */
  private void goOn(Runnable step) {
    if (state == ConnectionState.WAITING) {
      state = ConnectionState.IDLE;
      step.run();
      drainQueue();
    }
  }

  private void startOwn(Start.Own start, HttpRequest request) {
    current.judged(ErrorDialect.OWN, start.caller());
    own = new OwnRequest(current.id(), request, start.row(), start.caller(), shared);
    state = ConnectionState.COLLECTING;
    continueIfExpected(request.headers(), current.http10());
  }

  /** At once, or when many calls come, in its project's turn. */
  private void takeTurn(Start.Call start, HttpRequest request) {
    current.judged(start.target().errors(), start.caller());
    Turns turns = loop.lane().turns();
    if (turns.mayBegin(System.nanoTime())) {
      startCall(start, request);
    } else {
      state = ConnectionState.WAITING;
      turns.await(start.caller().project(), () -> goOn(() -> startCall(start, request)));
    }
  }

  private void startCall(Start.Call start, HttpRequest request) {
    try {
      CallRequest asked = current.call(start.target(), request.headers(), patience.requestNanos());
      call = shared.proxy().start(this, loop.lane(), asked);
      state = ConnectionState.PROXYING;
      continueIfExpected(request.headers(), current.http10());
    } catch (ApiException e) {
      refuse(e, Map.of());
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
      case IDLE, WAITING, ANSWERING, LINGERING, CLOSED -> {}
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
      state = ConnectionState.ANSWERING;
      own = null;
      request.start(shared.blocking(), loop(), current.errors(), this::answerOwn);
    }
  }

  private void answerOwn(OwnRequest.Outcome outcome) {
    if (state == ConnectionState.ANSWERING) {
      if (outcome.refusal() != null) {
        current.note(outcome.refusal());
      }
      answer(outcome.answer());
      drainQueue();
    }
  }

  private void dropOwn() {
    if (own != null) {
      own.release();
      own = null;
    }
  }

  /** Refuses while a body is being read, whoever reads it. */
  private void refuseBody(ApiException failure) {
    ProxyCall running = call;
    if (running != null) {
      running.refuse(failure);
    } else if (state != ConnectionState.LINGERING && state != ConnectionState.CLOSED) {
      refuse(failure, Map.of());
    }
  }

  @Override
  public void refuse(ApiException failure, Map<String, String> headers) {
    call = null;
    dropOwn();
    current.note(failure);
    answer(current.failure(failure, headers));
  }

  /** Writes an answer of ours and goes on to the next request, or closes. */
  private void answer(Answer answer) {
    boolean reusable = keepAlive && !draining && (requestEnded || patience.restIsSmall());
    write(AnswerBytes.of(answer, current, reusable, alloc()));
    flush();
    if (!reusable) {
      finish();
    } else if (requestEnded) {
      next();
    } else {
      state = ConnectionState.DISCARDING;
      readRequest(true); // the call may have turned it off
    }
  }

  private void next() {
    call = null;
    state = ConnectionState.IDLE;
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
    state = ConnectionState.LINGERING;
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
    if (call != null) {
      call.tick(nowNanos);
    }
    boolean waitsForBody =
        !requestEnded
            && (state == ConnectionState.COLLECTING || state == ConnectionState.PROXYING)
            && takesBody;
    boolean idle = state == ConnectionState.IDLE;
    switch (patience.judge(nowNanos, idle, waitsForBody, pendingBytes())) {
      case FINE -> {}
      case CLOSE -> close();
      case BODY_TOO_SLOW -> {
        keepAlive = false;
        refuseBody(new ApiException(408, "body_too_slow", "The body comes too slowly."));
      }
      case HEAD_TOO_SLOW -> {
        keepAlive = false;
        requestEnded = true;
        current.renew();
        refuseBody(new ApiException(408, "head_too_slow", "The head did not come in time."));
      }
    }
  }

  /** Breaks off a call of this project; its provider's side ends with the connection. */
  void endFor(ProjectId project) {
    if (call != null && current.isOf(project)) {
      closeWithReset();
      close();
    }
  }

  /** No further request is taken; what runs may end. */
  void drain() {
    draining = true;
    keepAlive = false;
    if (state == ConnectionState.IDLE) {
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
    return current.http10();
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
    if (current.http10()) {
      closeWithReset();
    }
    finish();
  }
}
