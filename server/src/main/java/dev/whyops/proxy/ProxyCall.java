package dev.whyops.proxy;

import dev.whyops.http.ApiException;
import dev.whyops.limit.Permit;
import dev.whyops.record.Outcome;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One proxied call from its head to its end: collects the request as far as its route needs, sends
 * it up and leaves the answer to a {@link Relay}. Where it goes is found by {@link CallPlan}.
 *
 * <p>Lives on the event loop of the client's connection; only look-ups that may block leave it.
 */
public final class ProxyCall {
  /** What is collected before a request whose route is known begins to stream. */
  private static final int COLLECT_MAX = 64 * 1024;

  private static final long RECORDED_BODY_MAX = 32L * 1024 * 1024;
  private static final long OTHER_BODY_MAX = 512L * 1024 * 1024;

  private enum State {
    BODY,
    PLANNING,
    CONNECTING,
    WAITING,
    EXCHANGE,
    OVER
  }

  private final ProxyHandler handler;
  private final ClientSide client;
  private final Lane lane;
  private final CallRequest request;
  private final CallContext context;
  private final CallTarget target;
  private final Tap tap;
  private final RequestBody body;
  private final CallRecord record;
  private final CallPlan plan;
  private final Aftermath aftermath;
  private final Permit permit;
  private final long bodyMax;
  private State state = State.BODY;
  private @Nullable Relay relay;
  private @Nullable UpstreamRequest upward;

  ProxyCall(
      ProxyHandler handler,
      ClientSide client,
      Lane lane,
      CallRequest request,
      CallContext context,
      Permit permit) {
    this.permit = permit;
    this.handler = handler;
    this.client = client;
    this.lane = lane;
    this.request = request;
    this.context = context;
    this.target = request.target();
    this.tap = new Tap(request.receivedNanos(), request.caller().project(), handler.captured());
    this.bodyMax = target.recordedBody() ? RECORDED_BODY_MAX : OTHER_BODY_MAX;
    if (request.contentLength() > bodyMax) {
      throw CallRefusals.tooLarge();
    }
    this.record = new CallRecord(handler, request, context, tap);
    this.body = new RequestBody(request, record.keepsRequest(), handler.parts().heldBytes());
    this.plan = new CallPlan(handler, lane.loop(), request, context, body, record);
    this.aftermath = new Aftermath(handler, request, context, body, plan, tap);
  }

  /** The next bytes of the request's body; borrowed. */
  public void body(ByteBuf part) {
    if (state == State.OVER) {
      return;
    }
    if (body.received() + part.readableBytes() > bodyMax) {
      refuse(CallRefusals.tooLarge());
      return;
    }
    UpstreamRequest up = streaming();
    if (!body.append(part, up != null)) {
      refuse(CallRefusals.overloaded());
      return;
    }
    if (up != null) {
      sendPart(up, part);
    } else if (body.length() > COLLECT_MAX) {
      if (state != State.BODY) {
        client.readRequest(false);
      } else if (plan.routeKnown()) {
        makePlan();
      }
    }
  }

  /** The request's body is complete. */
  public void bodyEnd() {
    if (state == State.OVER) {
      return;
    }
    body.complete();
    UpstreamRequest up = streaming();
    if (up != null) {
      sendEnd(up);
    } else if (state == State.BODY) {
      makePlan();
    }
  }

  /** The request that goes up in parts, if it does. */
  private @Nullable UpstreamRequest streaming() {
    UpstreamRequest up = upward;
    return up != null && up.streams() ? up : null;
  }

  private void makePlan() {
    state = State.PLANNING;
    plan.make(
        new CallPlan.Made() {
          @Override
          public void ready() {
            ifIn(State.PLANNING, ProxyCall.this::planned);
          }

          @Override
          public void holdOn() {
            ifIn(State.PLANNING, ProxyCall.this::collectOn);
          }

          @Override
          public void refused(ApiException refusal) {
            ifIn(State.PLANNING, () -> refuse(refusal));
          }
        });
  }

  /** A step that was asked for in one state is not taken in another, such as after the end. */
  private void ifIn(State expected, Runnable step) {
    if (state == expected) {
      step.run();
    }
  }

  private void planned() {
    tap.routable();
    if (body.isComplete()) { // perhaps only since the plan was begun
      plan.findTrace(() -> ifIn(State.PLANNING, this::connect));
    } else {
      connect();
    }
  }

  private void collectOn() {
    state = State.BODY;
    if (body.isComplete()) {
      makePlan();
    } else {
      client.readRequest(true);
    }
  }

  private void connect() {
    state = State.CONNECTING;
    Connecting.start(
        lane,
        handler.parts().gate(),
        plan.provider(),
        request.caller().project(),
        counters(),
        new Connecting.Outcome() {
          @Override
          public boolean connected(Upstream upstream, String basePath) {
            if (state == State.CONNECTING) {
              send(upstream, basePath);
              return true;
            }
            return false;
          }

          @Override
          public void failed(ApiException failure) {
            ifIn(State.CONNECTING, () -> attemptFailed(failure, 0));
          }
        });
  }

  private void send(Upstream upstream, String basePath) {
    state = State.EXCHANGE;
    Relay attempt = new Relay(this, upstream, client, lane, tap, record);
    relay = attempt;
    if (body.isComplete()) {
      openEarly();
    }
    upstream.begin(attempt, request.method().equals("HEAD"));
    UpstreamRequest up =
        new UpstreamRequest(
            request,
            body,
            plan.provider(),
            plan.credential(),
            plan.edits(),
            plan.answerMayChange());
    upward = up;
    tap.sent(plan.credential());
    up.begin(upstream, client.alloc(), basePath);
    if (up.isSent()) {
      tap.bodySent();
    } else {
      client.readRequest(upstream.isWritable());
    }
    upstream.read();
  }

  private void sendPart(UpstreamRequest up, ByteBuf part) {
    Relay attempt = relay;
    if (attempt != null && !attempt.isOver()) {
      up.part(attempt.upstream(), client.alloc(), part);
      client.readRequest(attempt.upstream().isWritable());
    }
  }

  private void sendEnd(UpstreamRequest up) {
    Relay attempt = relay;
    if (attempt != null && !attempt.isOver()) {
      up.end(attempt.upstream(), client.alloc());
      tap.bodySent();
      plan.findTrace(this::openEarly);
    }
  }

  /** Journals the request half before the answer comes, unless it may yet change. */
  private void openEarly() {
    if (state == State.EXCHANGE && !plan.mayChange()) {
      openRecord();
    }
  }

  /** Journals the request half as it was sent last, once. */
  private void openRecord() {
    record.open(plan.provider(), plan.trace(), body, plan.edits().rewrites());
  }

  /** Looks at the head of an answer before anything of it goes on; a failure refuses it. */
  @Nullable ApiException judgeHead(ResponseHead head) {
    int status = head.status();
    if (status == 301 || status == 302 || status == 303 || status == 307 || status == 308) {
      return ProviderFailures.redirect();
    }
    if (requestSent() && body.isHeldWhole() && plan.mayAskAgain(status)) {
      return ProviderFailures.notUsed(head.value("retry-after"));
    }
    plan.answered(status);
    openRecord();
    return null;
  }

  /** No usable answer came, and nothing was sent to the client so far. */
  void attemptFailed(ApiException failure, int providerStatus) {
    if (plan.shouldDropInjection(providerStatus)) {
      plan.dropInjection();
      connect();
      return;
    }
    boolean whole = body.isComplete() && body.isHeldWhole();
    Optional<Duration> delay =
        whole && ProviderFailures.isWorthAnother(failure)
            ? plan.attempts().next(failure.headers().get("Retry-After"))
            : Optional.empty();
    if (delay.isPresent()) {
      counters().retries.increment();
      state = State.WAITING;
      lane.loop().schedule(this::nextAttempt, delay.get().toMillis(), TimeUnit.MILLISECONDS);
    } else {
      giveUp(failure, providerStatus);
    }
  }

  private void nextAttempt() {
    if (state == State.WAITING) {
      state = State.PLANNING;
      plan.moveOn(
          () -> ifIn(State.PLANNING, this::connect),
          refusal -> ifIn(State.PLANNING, () -> giveUp(refusal, 0)));
    }
  }

  private void giveUp(ApiException failure, int providerStatus) {
    counters().providerFailures.increment();
    openRecord();
    record.fail(failure, providerStatus);
    over();
    answerWith(failure);
  }

  /** Ends the call for a fault of the request, whoever found it. */
  public void refuse(ApiException refusal) {
    State before = state;
    over();
    Relay attempt = relay;
    if (before == State.EXCHANGE && attempt != null) {
      if (attempt.headSeen()) {
        attempt.breakOff(refusal.code());
        return;
      }
      attempt.abandon();
    }
    record.fail(refusal, 0);
    answerWith(refusal);
  }

  private void answerWith(ApiException refusal) {
    client.refuse(refusal, OwnHeaders.of(plan.trace(), context.warnings()));
  }

  void writeOwnHeaders(ByteBuf out) {
    OwnHeaders.write(out, request.id(), plan.trace(), context.warnings());
  }

  /** The client's connection is closed: the provider's follows at once. */
  public void clientGone() {
    Relay attempt = relay;
    if (state != State.OVER) {
      counters().clientsGone.increment();
      if (attempt != null && body.isComplete()) {
        openRecord(); // what may change is not open yet
      }
      over();
    }
    if (attempt != null) {
      attempt.clientGone();
      // The attempt that was given up leaves the end to the next one, which does not come.
      record.end(new Outcome.ClientGone(), CallRecord.Answer.NONE);
    }
  }

  /** The client takes bytes again. */
  public void clientWritable() {
    if (relay != null) {
      relay.clientWritable();
    }
  }

  void upstreamWritable() {
    if (streaming() != null && relay != null) {
      client.readRequest(relay.upstream().isWritable());
    }
  }

  /** Looks at the provider's limits of patience; called several times per second. */
  public void tick(long nowNanos) {
    Relay attempt = relay;
    UpstreamRequest up = upward;
    if (state == State.EXCHANGE && attempt != null && up != null) {
      attempt.tick(nowNanos, plan.provider().timeouts(), up);
    }
  }

  /** The answer is complete; the record may still be under way. */
  void answered(CallRecord.Answer head) {
    aftermath.answered(head);
    over();
  }

  /** The answer broke off or the client left; {@code head} is what was seen of it. */
  void cut(CallRecord.Answer head) {
    aftermath.cut(head);
    over();
  }

  private void over() {
    if (state != State.OVER) {
      state = State.OVER;
      permit.close();
      body.release();
      tap.release();
      if (body.hasGap()) {
        counters().captureGaps.increment();
      }
    }
  }

  /** The change to make to an answer with this head, which came uncoded; null for none. */
  @Nullable AnswerEdit edit(boolean stream, long length) {
    return plan.answerEdit(stream, length, client.alloc());
  }

  boolean requestSent() {
    return upward != null && upward.isSent();
  }

  GatewayCounters counters() {
    return handler.counters();
  }
}
