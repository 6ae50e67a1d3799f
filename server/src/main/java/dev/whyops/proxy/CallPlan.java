package dev.whyops.proxy;

import dev.whyops.continuity.CallTrace;
import dev.whyops.continuity.ContinuityIndex;
import dev.whyops.continuity.Known;
import dev.whyops.http.ApiException;
import dev.whyops.project.Capture;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import dev.whyops.project.ProjectSettings;
import dev.whyops.provider.CallKind;
import dev.whyops.provider.ContentCoding;
import dev.whyops.proxy.BodyScanner.Member;
import dev.whyops.proxy.BodyScanner.Name;
import dev.whyops.record.Rewrite;
import dev.whyops.route.ProjectProviders;
import dev.whyops.route.ProviderRef;
import dev.whyops.route.Route;
import dev.whyops.route.Router;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds out for one call where it goes, with which credential, with which changes to its body, and
 * which trace it belongs to. Everything comes from memory in the common case; what does not is
 * looked up on a virtual thread.
 *
 * <p>Lives on the call's event loop.
 */
final class CallPlan {
  /** A call waits this long for the trace that it continues; then it begins a new one. */
  private static final long TRACE_WAIT_NANOS = 2_000_000;

  /** Told on the loop, at once or later. */
  interface Made {
    void ready();

    /** More of the body is needed before the plan can be made. */
    void holdOn();

    void refused(ApiException refusal);
  }

  private final ProxyHandler handler;
  private final EventLoop loop;
  private final LookUps lookUps;
  private final CallRequest request;
  private final CallContext context;
  private final CallTarget target;
  private final RequestBody body;
  private final CallRecord record;
  private final CallSignature signature;

  private @Nullable CallTrace trace;
  private boolean traceSought;
  private boolean masked;
  private boolean injectionDropped;
  private @Nullable Attempts attempts;
  private @Nullable String credential;
  private BodyEdits edits = BodyEdits.NONE;

  CallPlan(
      ProxyHandler handler,
      EventLoop loop,
      CallRequest request,
      CallContext context,
      RequestBody body,
      CallRecord record) {
    this.handler = handler;
    this.loop = loop;
    this.lookUps = new LookUps(handler.parts().blocking(), loop);
    this.request = request;
    this.context = context;
    this.target = request.target();
    this.body = body;
    this.record = record;
    this.trace = context.trace();
    this.signature = new CallSignature(handler, loop, request, context, body);
  }

  ProviderRef provider() {
    return attempts().current();
  }

  Attempts attempts() {
    return Objects.requireNonNull(attempts, "no route yet");
  }

  String credential() {
    return Objects.requireNonNull(credential, "no credential yet");
  }

  BodyEdits edits() {
    return edits;
  }

  boolean answerMayChange() {
    return edits.has(UsageInjection.KIND) || signature.mayBeAdded();
  }

  /** The change to make to an answer with this head; null for none. */
  @Nullable AnswerEdit answerEdit(boolean stream, long length, ByteBufAllocator alloc) {
    AnswerEdit signing =
        signature.mayBeAdded() ? signature.edit(trace(), stream, length, record) : null;
    if (!stream || !edits.has(UsageInjection.KIND)) {
      return signing;
    }
    AnswerEdit hiding =
        new UsageChunkFilter(
            alloc,
            rewrite -> {
              record.rewrote(rewrite);
              if (signing instanceof SignedStream signed) {
                signed.shift(rewrite.removedLength());
              }
            });
    return signing == null ? hiding : AnswerEdit.chain(hiding, signing);
  }

  /** The trace of the call; a new one when nothing said otherwise by now. */
  CallTrace trace() {
    CallTrace known = trace;
    if (known == null) {
      known = context.newTrace(handler.parts().ids());
      trace = known;
    }
    return known;
  }

  /** Whether the part of the body that came so far is enough to find the route. */
  boolean routeKnown() {
    if (target.slug() != null || !target.recordedBody()) {
      return true;
    }
    if (coding() != null) {
      return false; // it can be read only as a whole
    }
    if (target.kind() != CallKind.RESPONSES || request.caller().boundProviderId() != null) {
      return body.modelFound();
    }
    // The response that is continued decides, wherever it is named.
    boolean continued =
        body.member(Name.PREVIOUS_RESPONSE_ID) != null || body.member(Name.CONVERSATION) != null;
    return body.scanOver() || body.modelFound() && continued;
  }

  void make(Made made) {
    String coding = target.recordedBody() ? coding() : null;
    if (!body.isComplete() || coding == null) {
      settle(made);
    } else {
      byte[] coded = body.forReading();
      lookUps.run(
          () -> ContentCoding.decode(coding, coded, ContentCoding.REQUEST_MAX_BYTES),
          plain -> {
            if (plain.note() == null) {
              body.decoded(plain.bytes());
            }
            settle(made);
          },
          made::refused);
    }
  }

  private @Nullable String coding() {
    String coding = request.headers().get("content-encoding");
    return coding == null || coding.equalsIgnoreCase("identity") ? null : coding;
  }

  private void settle(Made made) {
    ProjectScope scope = request.caller().scope();
    Optional<ProjectSettings> settings = handler.parts().settings().cached(scope);
    if (settings.isPresent()) {
      converse(settings.get(), made);
    } else {
      lookUps.run(
          () -> handler.parts().settings().load(scope), s -> converse(s, made), made::refused);
    }
  }

  /** Reads what a whole body says about its trace before the route is chosen. */
  private void converse(ProjectSettings settings, Made made) {
    signature.decide(settings);
    if (!body.isComplete()) {
      if (signature.needsWholeBody()) {
        made.holdOn();
      } else {
        route(settings, made);
      }
    } else if (target.recordedBody()) {
      boolean coded = coding() != null;
      signature.read(
          body.plain(coded),
          body.plainLength(coded),
          () -> {
            trace = trace == null ? signature.trace() : trace;
            findTrace(() -> route(settings, made));
          });
    } else {
      route(settings, made);
    }
  }

  private void route(ProjectSettings settings, Made made) {
    record.capture(capture(settings));
    masked = !settings.masks().isEmpty();
    ProjectScope scope = request.caller().scope();
    Optional<ProjectProviders> cached = handler.parts().providers().cached(scope);
    if (cached.isPresent()) {
      findIssuer(cached.get(), made);
    } else {
      lookUps.run(
          () -> handler.parts().providers().load(scope),
          all -> findIssuer(all, made),
          made::refused);
    }
  }

  /** What the drain reads in full it remembers for later calls; all else is remembered here. */
  boolean remembersByItself() {
    return record.isOn() && (masked || !record.isFull());
  }

  /** A key whose use is counted cannot turn the counting off with the capture. */
  private Capture capture(ProjectSettings settings) {
    Capture asked = context.capture() == null ? settings.capture() : context.capture();
    return asked == Capture.OFF && Metering.isMetered(request.caller()) ? Capture.METADATA : asked;
  }

  private void choose(ProjectProviders providers, Optional<Known> issuer, Made made) {
    Router.Ask ask =
        new Router.Ask(
            target.dialect(),
            target.dialectFixed(),
            target.slug(),
            issuer.map(Known::providerSlug).orElse(null),
            body.model(),
            target.recordedBody() && body.modelUnreadable(),
            request.caller().boundProviderId(),
            request.caller().projectName());
    switch (handler.parts().router().route(providers, ask)) {
      case Route.Refused(int status, String code, String message) ->
          made.refused(new ApiException(status, code, message));
      case Route.To(ProviderRef chosen, boolean cutSlug) -> {
        if (!body.isComplete() && handler.usageInjection().mayApply(chosen, target)) {
          made.holdOn();
          return;
        }
        attempts = new Attempts(providers, chosen);
        edits = edits(chosen, cutSlug);
        findCredential(made::ready, made::refused);
      }
    }
  }

  private BodyEdits edits(ProviderRef chosen, boolean cutSlug) {
    BodyEdits made = BodyEdits.NONE.with(signature.cuts());
    if (cutSlug) {
      made = made.with(body.slugCut());
    }
    if (made != BodyEdits.NONE) {
      body.sendDecoded();
    }
    boolean plain = coding() == null || body.isSentDecoded();
    Rewrite injection = plain ? handler.usageInjection().edit(chosen, target, body) : null;
    return injection == null ? made : made.with(injection);
  }

  /** The provider that issued the response which the call names, before any other is chosen. */
  private void findIssuer(ProjectProviders providers, Made made) {
    String id = namedResponse();
    ContinuityIndex index = handler.continuation().resolver().index();
    ProjectId project = request.caller().project();
    if (id == null) {
      choose(providers, Optional.empty(), made);
    } else if (index.isOnlyStored(project, id)) {
      lookUps.run(
          () -> index.byResponse(project, id),
          found -> choose(providers, found, made),
          made::refused);
    } else {
      choose(providers, index.byResponse(project, id), made);
    }
  }

  private @Nullable String namedResponse() {
    Member previous = body.member(Name.PREVIOUS_RESPONSE_ID);
    return target.kind() == CallKind.RESPONSES && previous != null
        ? previous.string()
        : target.responseId();
  }

  private void findCredential(Runnable ready, Consumer<ApiException> refused) {
    ProjectScope scope = request.caller().scope();
    ProviderRef to = provider();
    Optional<String> cached = handler.parts().providers().cachedCredential(scope, to);
    if (cached.isPresent()) {
      credential = cached.get();
      ready.run();
    } else {
      lookUps.run(
          () -> handler.parts().providers().credential(scope, to),
          secret -> {
            credential = secret;
            ready.run();
          },
          refused);
    }
  }

  /** Prepares the attempt that {@link Attempts#next} chose. */
  void moveOn(Runnable ready, Consumer<ApiException> refused) {
    if (attempts().fellBack()) {
      context.warnings().add("fallback_" + provider().slug());
    }
    findCredential(ready, refused);
  }

  boolean shouldDropInjection(int status) {
    return status == 400
        && edits.has(UsageInjection.KIND)
        && handler.usageInjection().isUnproven(provider());
  }

  void dropInjection() {
    edits = edits.without(UsageInjection.KIND);
    injectionDropped = true;
  }

  /** Whether an answer with this status may be bettered by another attempt. */
  boolean mayAskAgain(int status) {
    return shouldDropInjection(status) || attempts().remain() && Attempts.isWorthAnother(status);
  }

  /** Whether another attempt may go to another provider, or with another body. */
  boolean mayChange() {
    return body.isHeldWhole()
        && (attempts().mayFallBack()
            || edits.has(UsageInjection.KIND) && handler.usageInjection().isUnproven(provider()));
  }

  /** Learns from the status whether the provider takes the question for usage. */
  void answered(int status) {
    if (injectionDropped && status != 400) {
      handler.usageInjection().refused(provider());
    } else if (edits.has(UsageInjection.KIND) && status == 200) {
      handler.usageInjection().works(provider());
    }
  }

  /** Looks for the trace that the call continues, once, for 2 ms at most. */
  void findTrace(Runnable next) {
    if (trace != null || traceSought || !Continuation.isPossible(target, body)) {
      next.run();
      return;
    }
    traceSought = true;
    boolean[] decided = {false};
    handler
        .continuation()
        .find(
            context.speaker(request.caller()),
            target.kind(),
            target.dialect(),
            body.forReading(),
            body.isSentDecoded() ? null : request.headers().get("content-encoding"),
            found ->
                loop.execute(
                    () -> {
                      if (!decided[0]) {
                        decided[0] = true;
                        trace = trace == null ? found.orElse(null) : trace;
                        next.run();
                      }
                    }));
    loop.schedule(
        () -> {
          if (!decided[0]) {
            decided[0] = true;
            handler.counters().continuityLate.increment();
            next.run();
          }
        },
        TRACE_WAIT_NANOS,
        TimeUnit.NANOSECONDS);
  }
}
