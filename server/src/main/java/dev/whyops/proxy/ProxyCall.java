package dev.whyops.proxy;

import dev.whyops.continuity.CallTrace;
import dev.whyops.http.ApiException;
import dev.whyops.limit.Permit;
import dev.whyops.project.Capture;
import dev.whyops.record.Outcome;
import dev.whyops.route.ProviderRef;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
  private final Permit permit;
  private final long bodyMax;

  private State state = State.BODY;
  private @Nullable Relay relay;
  private @Nullable UpstreamRequest upward;
  private boolean streamsUp;
  private boolean requestSent;
  private long sentNanos;

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
    this.tap = new Tap(request.receivedNanos());
    this.bodyMax = target.recordedBody() ? RECORDED_BODY_MAX : OTHER_BODY_MAX;
    if (request.contentLength() > bodyMax) {
      throw tooLarge();
    }
    Capture asked = context.capture() == null ? Capture.FULL : context.capture();
    this.record = new CallRecord(handler.parts().recorder(), request, context, asked, tap);
    this.body =
        new RequestBody(
            target.recordedBody(),
            record.keepsRequest(),
            request.contentLength(),
            handler.parts().heldBytes());
    this.plan = new CallPlan(handler, lane.loop(), request, context, body, record);
  }

  /** The next bytes of the request's body; borrowed. */
  public void body(ByteBuf part) {
    if (state == State.OVER) {
      return;
    }
    if (body.received() + part.readableBytes() > bodyMax) {
      refuse(tooLarge());
      return;
    }
    if (!body.append(part, streamsUp)) {
      refuse(overloaded());
      return;
    }
    if (streamsUp) {
      sendPart(part);
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
    if (streamsUp) {
      sendEnd();
    } else if (state == State.BODY) {
      makePlan();
    }
  }

  private void makePlan() {
    state = State.PLANNING;
    plan.make(
        new CallPlan.Made() {
          @Override
          public void ready() {
            if (state == State.PLANNING) {
              tap.routable();
              connect();
            }
          }

          @Override
          public void holdOn() {
            if (state == State.PLANNING) {
              state = State.BODY;
              client.readRequest(true);
            }
          }

          @Override
          public void refused(ApiException refusal) {
            if (state == State.PLANNING) {
              refuse(refusal);
            }
          }
        });
  }

  private void connect() {
    state = State.CONNECTING;
    ProviderRef to = plan.provider();
    switch (lane.judge(handler.parts().gate(), to.baseUrl())) {
      case EgressPolicy.Verdict.Refused r -> attemptFailed(ProviderFailures.refusedByPolicy(), 0);
      case EgressPolicy.Verdict.Allowed(Origin origin, String basePath) -> {
        Upstream idle = lane.takeIdle(origin);
        if (idle != null) {
          counters().upstreamReuses.increment();
          send(idle, basePath);
        } else {
          open(to.timeouts().connect(), origin, basePath);
        }
      }
    }
  }

  private void open(Duration limit, Origin origin, String basePath) {
    counters().upstreamConnects.increment();
    Upstream fresh = new Upstream(lane, origin);
    OutboundGate.Opening opening =
        new OutboundGate.Opening() {
          @Override
          public void opened(Channel channel) {
            if (state == State.CONNECTING) {
              send(fresh, basePath);
            } else {
              channel.close();
            }
          }

          @Override
          public void failed(ApiException failure) {
            if (state == State.CONNECTING) {
              attemptFailed(failure, 0);
            }
          }
        };
    handler.parts().gate().connect(lane.loop(), origin, limit, fresh, opening);
  }

  private void send(Upstream upstream, String basePath) {
    state = State.EXCHANGE;
    Relay attempt = new Relay(this, upstream);
    relay = attempt;
    boolean whole = body.isComplete();
    if (whole) {
      openRecord();
    }
    upstream.begin(attempt, request.method().equals("HEAD"));
    UpstreamRequest bytes =
        new UpstreamRequest(
            request,
            body,
            plan.provider(),
            plan.credential(),
            plan.edits(),
            plan.answerMayChange());
    upward = bytes;
    tap.sent();
    upstream.send(bytes.begin(client.alloc(), upstream.origin(), basePath));
    sentNanos = System.nanoTime();
    if (whole) {
      requestSent = true;
      tap.bodySent();
    } else {
      body.sent();
      streamsUp = true;
      client.readRequest(upstream.isWritable());
    }
    upstream.read();
  }

  private void sendPart(ByteBuf part) {
    Relay attempt = relay;
    UpstreamRequest bytes = upward;
    if (attempt != null && bytes != null && !attempt.isOver() && part.isReadable()) {
      attempt.upstream().send(bytes.part(client.alloc(), part));
      client.readRequest(attempt.upstream().isWritable());
    }
  }

  private void sendEnd() {
    streamsUp = false;
    Relay attempt = relay;
    UpstreamRequest bytes = upward;
    if (attempt == null || bytes == null || attempt.isOver()) {
      return;
    }
    attempt.upstream().send(bytes.end(client.alloc()));
    requestSent = true;
    sentNanos = System.nanoTime();
    tap.bodySent();
    plan.findTrace(this::openRecord);
  }

  /** Journals the request half, once. */
  private void openRecord() {
    if (state == State.EXCHANGE) {
      record.open(plan.provider(), plan.trace(), body, plan.edits().rewrites());
    }
  }

  /** Looks at the head of an answer before anything of it goes on; a failure refuses it. */
  @Nullable ApiException judgeHead(ResponseHead head) {
    int status = head.status();
    if (status == 301 || status == 302 || status == 303 || status == 307 || status == 308) {
      return ProviderFailures.redirect();
    }
    boolean whole = requestSent && body.isHeldWhole();
    if (whole && plan.shouldDropInjection(status)
        || whole && plan.attempts().remain() && Attempts.isWorthAnother(status)) {
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
      tryAgain(delay.get());
    } else {
      giveUp(failure, providerStatus);
    }
  }

  private void tryAgain(Duration delay) {
    counters().retries.increment();
    state = State.WAITING;
    requestSent = false;
    Runnable again =
        () -> {
          if (state == State.WAITING) {
            state = State.PLANNING;
            plan.moveOn(
                () -> {
                  if (state == State.PLANNING) {
                    connect();
                  }
                },
                refusal -> {
                  if (state == State.PLANNING) {
                    giveUp(refusal, 0);
                  }
                });
          }
        };
    lane.loop().schedule(again, delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void giveUp(ApiException failure, int providerStatus) {
    counters().providerFailures.increment();
    record.open(plan.provider(), plan.trace(), body, plan.edits().rewrites());
    record.end(
        new Outcome.Failed(failure.status(), failure.code(), failure.text()),
        new CallRecord.Answer(providerStatus, null, null, null));
    over();
    client.refuse(failure, ownHeaders());
  }

  /** The listener found a fault in the request while its body was read. */
  public void refuseRequest(ApiException refusal) {
    refuse(refusal);
  }

  private void refuse(ApiException refusal) {
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
    client.refuse(refusal, ownHeaders());
  }

  private Map<String, String> ownHeaders() {
    CallTrace trace = plan.trace();
    Map<String, String> headers = new HashMap<>();
    headers.put("X-Trace-ID", trace.traceId());
    headers.put("X-Thread-ID", trace.threadId());
    headers.put("X-WhyOps-Continuity", trace.rule().wireName());
    if (!context.warnings().isEmpty()) {
      headers.put("X-WhyOps-Warning", String.join(", ", context.warnings()));
    }
    return headers;
  }

  void writeOwnHeaders(ByteBuf out) {
    CallTrace trace = plan.trace();
    UpHeaders.line(out, "X-Trace-ID", trace.traceId());
    UpHeaders.line(out, "X-Thread-ID", trace.threadId());
    UpHeaders.line(out, "X-WhyOps-Request-ID", request.id());
    UpHeaders.line(out, "X-WhyOps-Continuity", trace.rule().wireName());
    if (!context.warnings().isEmpty()) {
      UpHeaders.line(out, "X-WhyOps-Warning", String.join(", ", context.warnings()));
    }
  }

  /** The client's connection is closed: the provider's follows at once. */
  public void clientGone() {
    Relay attempt = relay;
    if (state != State.OVER) {
      counters().clientsGone.increment();
      over();
    }
    if (attempt != null) {
      attempt.clientGone();
    }
  }

  /** The client takes bytes again. */
  public void clientWritable() {
    if (relay != null) {
      relay.clientWritable();
    }
  }

  void upstreamWritable() {
    if (streamsUp && relay != null) {
      client.readRequest(relay.upstream().isWritable());
    }
  }

  /** Looks at the provider's limits of patience; called several times per second. */
  public void tick(long nowNanos) {
    Relay attempt = relay;
    if (state != State.EXCHANGE || attempt == null || attempt.isOver()) {
      return;
    }
    ProviderRef.Timeouts limits = plan.provider().timeouts();
    if (!attempt.headSeen()) {
      if (requestSent && nowNanos - sentNanos > limits.head().toNanos()) {
        attempt.abandon();
        attemptFailed(ProviderFailures.timeout("No answer came in time."), 0);
      }
    } else if (!attempt.isPaused() && nowNanos - attempt.readNanos() > limits.silence().toNanos()) {
      attempt.breakOff("provider_timeout");
    }
  }

  /** The answer is complete; the record may still be under way. */
  void answered(CallRecord.Answer head) {
    over();
    if (head.status() != 200) {
      return;
    }
    meter(head, false);
    byte[] copy = plan.remembersConversation() ? tap.wholeCopy() : null;
    if (copy != null) {
      plan.remember(head, copy);
    }
  }

  /** The answer broke off or the client left; {@code head} is what was seen of it. */
  void cut(CallRecord.Answer head) {
    over();
    if (head.status() == 200) {
      meter(head, true);
    }
  }

  private void meter(CallRecord.Answer head, boolean partial) {
    byte[] copy = Metering.isMetered(request.caller()) ? tap.wholeCopy() : null;
    if (copy != null) {
      plan.meter(head, copy, partial);
    }
  }

  private void over() {
    if (state != State.OVER) {
      state = State.OVER;
      permit.close();
      body.release();
    }
  }

  /** The answer is a chat stream with a usage chunk that the client did not ask for. */
  boolean hidesUsageChunk() {
    return plan.edits().has(UsageInjection.KIND);
  }

  boolean requestSent() {
    return requestSent;
  }

  ClientSide client() {
    return client;
  }

  Lane lane() {
    return lane;
  }

  Tap tap() {
    return tap;
  }

  CallRecord callRecord() {
    return record;
  }

  GatewayCounters counters() {
    return handler.counters();
  }

  private static ApiException overloaded() {
    return new ApiException(
        503,
        "overloaded",
        "Too many large requests are under way. Try again.",
        List.of(),
        Map.of("Retry-After", "1"));
  }

  private static ApiException tooLarge() {
    return new ApiException(
        413, "request_too_large", "The body of the request is larger than this route takes.");
  }
}
