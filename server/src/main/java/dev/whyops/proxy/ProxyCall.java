package dev.whyops.proxy;

import dev.whyops.http.ApiException;
import dev.whyops.project.Capture;
import dev.whyops.provider.CallKind;
import dev.whyops.record.CallEnd;
import dev.whyops.record.CallStart;
import dev.whyops.record.Outcome;
import dev.whyops.record.Recorder.OpenCall;
import dev.whyops.route.ProjectProviders;
import dev.whyops.route.ProviderRef;
import dev.whyops.route.Route;
import dev.whyops.route.Router;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One proxied call from its head to its end: collects the request as far as its route needs, finds
 * the provider and its credential, sends the request up and leaves the answer to a {@link Relay}.
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
    ROUTING,
    CONNECTING,
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
  private final long bodyMax;

  private State state = State.BODY;
  private @Nullable ProviderRef provider;
  private @Nullable String credential;
  private @Nullable Relay relay;
  private @Nullable OpenCall openCall;
  private boolean streamsUp;
  private boolean requestSent;
  private long sentNanos;

  ProxyCall(
      ProxyHandler handler,
      ClientSide client,
      Lane lane,
      CallRequest request,
      CallContext context) {
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
    this.body = new RequestBody(target.recordedBody(), capturesRequest(), request.contentLength());
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
    body.append(part);
    if (streamsUp) {
      sendPart(part);
    } else if (state == State.BODY && body.length() > COLLECT_MAX && routeKnown()) {
      findRoute();
    } else if (body.length() > COLLECT_MAX && state != State.BODY) {
      client.readRequest(false);
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
      findRoute();
    }
  }

  private boolean routeKnown() {
    if (target.slug() != null || !target.recordedBody()) {
      return true;
    }
    return target.kind() == CallKind.RESPONSES ? body.scanOver() : body.modelFound();
  }

  private void findRoute() {
    state = State.ROUTING;
    Optional<ProjectProviders> cached = handler.providers().cached(request.caller().scope());
    if (cached.isPresent()) {
      route(cached.get());
    } else {
      offLoop(() -> handler.providers().load(request.caller().scope()), this::route);
    }
  }

  private void route(ProjectProviders providers) {
    Router.Ask ask =
        new Router.Ask(
            target.dialect(),
            target.dialectFixed(),
            target.slug(),
            null,
            body.model(),
            target.recordedBody() && body.modelUnreadable(),
            request.caller().boundProviderId(),
            request.caller().projectName());
    switch (handler.router().route(providers, ask)) {
      case Route.Refused(int status, String code, String message) ->
          refuse(new ApiException(status, code, message));
      case Route.To(ProviderRef chosen, boolean cutSlug) -> {
        provider = chosen;
        tap.routable();
        findCredential(chosen);
      }
    }
  }

  private void findCredential(ProviderRef chosen) {
    Optional<String> cached =
        handler.providers().cachedCredential(request.caller().scope(), chosen);
    if (cached.isPresent()) {
      connect(chosen, cached.get());
    } else {
      offLoop(
          () -> handler.providers().credential(request.caller().scope(), chosen),
          secret -> connect(chosen, secret));
    }
  }

  /** Runs a look-up on a virtual thread and goes on with its answer on the loop. */
  private <T> void offLoop(Supplier<T> lookUp, Consumer<T> next) {
    handler
        .blocking()
        .execute(
            () -> {
              try {
                T answer = lookUp.get();
                lane.loop().execute(() -> ifRunning(() -> next.accept(answer)));
              } catch (ApiException e) {
                lane.loop().execute(() -> ifRunning(() -> refuse(e)));
              } catch (RuntimeException e) {
                Faults.note("look-up", e);
                lane.loop().execute(() -> ifRunning(() -> refuse(unavailable())));
              }
            });
  }

  private void ifRunning(Runnable step) {
    if (state != State.OVER) {
      step.run();
    }
  }

  private void connect(ProviderRef chosen, String secret) {
    credential = secret;
    state = State.CONNECTING;
    switch (handler.gate().parse(chosen.baseUrl().toString())) {
      case EgressPolicy.Verdict.Refused r -> attemptFailed(ProviderFailures.refusedByPolicy(), 0);
      case EgressPolicy.Verdict.Allowed(Origin origin, String basePath) -> {
        Upstream idle = lane.takeIdle(origin);
        if (idle != null) {
          counters().upstreamReuses.increment();
          send(idle, basePath);
        } else {
          open(chosen, origin, basePath);
        }
      }
    }
  }

  private void open(ProviderRef chosen, Origin origin, String basePath) {
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
            ifRunning(() -> attemptFailed(failure, 0));
          }
        };
    handler.gate().connect(lane.loop(), origin, chosen.timeouts().connect(), fresh, opening);
  }

  private void send(Upstream upstream, String basePath) {
    state = State.EXCHANGE;
    Relay attempt = new Relay(this, upstream);
    relay = attempt;
    boolean whole = body.isComplete();
    if (whole) {
      ensureOpen();
    }
    upstream.begin(attempt, request.method().equals("HEAD"));
    ByteBuf out = client.alloc().buffer(1_024 + body.length());
    writeRequestHead(out, upstream.origin(), basePath);
    tap.sent();
    if (whole || request.contentLength() >= 0) {
      out.writeBytes(body.bytes(), 0, body.length());
    } else if (body.length() > 0) {
      Relay.text(out, Integer.toHexString(body.length()) + "\r\n");
      out.writeBytes(body.bytes(), 0, body.length());
      Relay.text(out, "\r\n");
    }
    body.sent();
    upstream.send(out);
    sentNanos = System.nanoTime();
    if (whole) {
      requestSent = true;
      tap.bodySent();
    } else {
      streamsUp = true;
      client.readRequest(upstream.isWritable());
    }
    upstream.read();
  }

  private void writeRequestHead(ByteBuf out, Origin origin, String basePath) {
    ProviderRef to = java.util.Objects.requireNonNull(provider);
    Relay.text(out, request.method());
    out.writeByte(' ');
    Relay.text(out, UpstreamUrl.target(to.type(), basePath, target.path(), target.query()));
    Relay.text(out, " HTTP/1.1\r\nhost: ");
    Relay.text(out, origin.authority());
    Relay.text(out, "\r\n");
    UpHeaders.write(request.headers(), out, false, false);
    switch (to.type()) {
      case OPENAI -> Relay.text(out, "authorization: Bearer ");
      case ANTHROPIC -> Relay.text(out, "x-api-key: ");
    }
    UpHeaders.latin1(out, java.util.Objects.requireNonNull(credential));
    Relay.text(out, "\r\n");
    boolean hasBody = request.contentLength() != 0 || !request.method().equals("GET");
    if (body.isComplete() && hasBody) {
      Relay.text(out, "content-length: " + body.length() + "\r\n");
    } else if (request.contentLength() > 0) {
      Relay.text(out, "content-length: " + request.contentLength() + "\r\n");
    } else if (request.contentLength() < 0) {
      Relay.text(out, "transfer-encoding: chunked\r\n");
    }
    Relay.text(out, "\r\n");
  }

  private void sendPart(ByteBuf part) {
    Relay attempt = relay;
    if (attempt == null || attempt.isOver() || !part.isReadable()) {
      return;
    }
    if (request.contentLength() < 0) {
      ByteBuf framed = client.alloc().buffer(part.readableBytes() + 16);
      Relay.text(framed, Integer.toHexString(part.readableBytes()) + "\r\n");
      framed.writeBytes(part, part.readerIndex(), part.readableBytes());
      Relay.text(framed, "\r\n");
      attempt.upstream().send(framed);
    } else {
      attempt.upstream().send(part.retainedSlice());
    }
    client.readRequest(attempt.upstream().isWritable());
  }

  private void sendEnd() {
    streamsUp = false;
    Relay attempt = relay;
    if (attempt == null || attempt.isOver()) {
      return;
    }
    if (request.contentLength() < 0) {
      ByteBuf end = client.alloc().buffer(8);
      Relay.text(end, "0\r\n\r\n");
      attempt.upstream().send(end);
    }
    requestSent = true;
    sentNanos = System.nanoTime();
    tap.bodySent();
    ensureOpen();
  }

  /** Journals the request half, once. */
  private void ensureOpen() {
    ProviderRef to = provider;
    if (openCall != null || !isRecorded() || to == null) {
      return;
    }
    openCall =
        handler
            .recorder()
            .open(
                new CallStart(
                    request.id(),
                    request.caller().project(),
                    request.caller().environment(),
                    request.caller().keyId(),
                    context.agentName(),
                    context.trace().traceId(),
                    context.trace().threadId(),
                    context.trace().rule().wireName(),
                    context.externalUserId(),
                    context.parentSpanId(),
                    context.traceparent(),
                    context.capture(),
                    to.id(),
                    to.slug(),
                    to.type(),
                    target.kind(),
                    request.method(),
                    request.uri(),
                    request.headers().get("content-type"),
                    request.headers().get("content-encoding"),
                    body.forRecord(),
                    body.received(),
                    List.of(),
                    request.receivedAt()));
  }

  /** Looks at the head of an answer before anything of it goes on; a failure refuses it. */
  @Nullable ApiException judgeHead(ResponseHead head) {
    int status = head.status();
    if (status == 301 || status == 302 || status == 303 || status == 307 || status == 308) {
      return ProviderFailures.redirect();
    }
    ensureOpen();
    return null;
  }

  /** No usable answer came, and nothing was sent to the client so far. */
  void attemptFailed(ApiException failure, int providerStatus) {
    counters().providerFailures.increment();
    ensureOpen();
    OpenCall open = openCall;
    if (open != null) {
      Outcome outcome = new Outcome.Failed(failure.status(), failure.code(), failure.text());
      open.end(emptyEnd(outcome, providerStatus), () -> {});
    }
    state = State.OVER;
    client.refuse(failure, ownHeaders());
  }

  private CallEnd emptyEnd(Outcome outcome, int providerStatus) {
    return new CallEnd(
        outcome,
        providerStatus,
        null,
        null,
        null,
        new byte[0],
        0,
        false,
        List.of(),
        tap.stamps(),
        tap.timeline(),
        context.warnings());
  }

  /** The listener found a fault in the request while its body was read. */
  public void refuseRequest(ApiException refusal) {
    refuse(refusal);
  }

  private void refuse(ApiException refusal) {
    State before = state;
    state = State.OVER;
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
    Map<String, String> headers = new HashMap<>();
    headers.put("X-Trace-ID", context.trace().traceId());
    headers.put("X-Thread-ID", context.trace().threadId());
    headers.put("X-WhyOps-Continuity", context.trace().rule().wireName());
    if (!context.warnings().isEmpty()) {
      headers.put("X-WhyOps-Warning", String.join(", ", context.warnings()));
    }
    return headers;
  }

  void writeOwnHeaders(ByteBuf out) {
    UpHeaders.line(out, "X-Trace-ID", context.trace().traceId());
    UpHeaders.line(out, "X-Thread-ID", context.trace().threadId());
    UpHeaders.line(out, "X-WhyOps-Request-ID", request.id());
    UpHeaders.line(out, "X-WhyOps-Continuity", context.trace().rule().wireName());
    if (!context.warnings().isEmpty()) {
      UpHeaders.line(out, "X-WhyOps-Warning", String.join(", ", context.warnings()));
    }
  }

  /** The client's connection is closed: the provider's follows at once. */
  public void clientGone() {
    if (state == State.OVER && (relay == null || relay.isReleased())) {
      return;
    }
    boolean running = state != State.OVER;
    state = State.OVER;
    if (running) {
      counters().clientsGone.increment();
    }
    Relay attempt = relay;
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
    ProviderRef to = provider;
    if (state != State.EXCHANGE || attempt == null || attempt.isOver() || to == null) {
      return;
    }
    if (!attempt.headSeen()) {
      if (requestSent && nowNanos - sentNanos > to.timeouts().head().toNanos()) {
        attempt.abandon();
        attemptFailed(ProviderFailures.timeout("No answer came in time."), 0);
      }
    } else if (!attempt.isPaused()
        && nowNanos - attempt.readNanos() > to.timeouts().silence().toNanos()) {
      attempt.breakOff("provider_timeout");
    }
  }

  void exchangeOver() {
    state = State.OVER;
  }

  private boolean capturesRequest() {
    return target.recordedBody() && context.capture() != Capture.OFF;
  }

  boolean capturesAnswer() {
    return isRecorded() && target.kind() != CallKind.PASSTHROUGH;
  }

  boolean isRecorded() {
    return context.capture() != Capture.OFF;
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

  GatewayCounters counters() {
    return handler.counters();
  }

  List<String> warnings() {
    return context.warnings();
  }

  @Nullable OpenCall openCall() {
    return openCall;
  }

  private static ApiException tooLarge() {
    return new ApiException(
        413, "request_too_large", "The body of the request is larger than this route takes.");
  }

  private static ApiException unavailable() {
    return new ApiException(
        503, "control_plane_unavailable", "The configuration cannot be read now. Try again.");
  }
}
