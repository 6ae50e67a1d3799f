package dev.whyops.proxy;

import dev.whyops.continuity.CallTrace;
import dev.whyops.http.ApiException;
import dev.whyops.project.Capture;
import dev.whyops.provider.CallKind;
import dev.whyops.record.CallEnd;
import dev.whyops.record.CallStart;
import dev.whyops.record.Outcome;
import dev.whyops.record.Recorder;
import dev.whyops.record.Recorder.OpenCall;
import dev.whyops.record.Rewrite;
import dev.whyops.route.ProviderRef;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What is told to the recorder about one call: the request half once, the answer half once.
 *
 * <p>Not thread-safe; belongs to one call.
 */
final class CallRecord {
  static final String ECHOED = "provider_echoed_key";
  private static final byte[] NOTHING = new byte[0];
  private static final Runnable NOBODY_WAITS = () -> {};

  /** What the head of an answer said; all null before there was one. */
  record Answer(
      int status,
      @Nullable String contentType,
      @Nullable String contentEncoding,
      @Nullable String providerRequestId) {
    static final Answer NONE = new Answer(0, null, null, null);
  }

  private final Recorder recorder;
  private final Executor reading;
  private final CallRequest request;
  private final CallContext context;
  private final Tap tap;
  private final List<Rewrite> answerRewrites = new ArrayList<>(0);
  private Capture capture;
  private final GatewayCounters counters;
  private @Nullable OpenCall open;
  private boolean opened;
  private boolean ended;

  /**
   * @param reading for what takes too long for the event loop
   */
  CallRecord(ProxyHandler handler, CallRequest request, CallContext context, Tap tap) {
    this.counters = handler.counters();
    this.recorder = handler.parts().recorder();
    this.reading = handler.parts().blocking();
    this.request = request;
    this.context = context;
    this.capture = context.capture() == null ? Capture.FULL : context.capture();
    this.tap = tap;
  }

  /** What holds once the project's settings are known; full until then. */
  void capture(Capture decided) {
    capture = decided;
  }

  boolean isOn() {
    return capture != Capture.OFF;
  }

  /** All of the call is kept as it is. */
  boolean isFull() {
    return capture == Capture.FULL;
  }

  /** Whether the bytes of the request are wanted. */
  boolean keepsRequest() {
    return isOn() && request.target().recordedBody();
  }

  boolean keepsAnswer() {
    return isOn() && request.target().kind() != CallKind.PASSTHROUGH;
  }

  /** Journals the request half; later calls do nothing. */
  void open(ProviderRef to, CallTrace trace, RequestBody body, List<Rewrite> rewrites) {
    if (opened || !isOn()) {
      return;
    }
    opened = true;
    try {
      open = recorder.open(start(to, trace, body, rewrites));
    } catch (RuntimeException e) {
      lost("open", e);
    }
  }

  private CallStart start(
      ProviderRef to, CallTrace trace, RequestBody body, List<Rewrite> rewrites) {
    return new CallStart(
        request.id(),
        request.caller().project(),
        request.caller().environment(),
        request.caller().keyId(),
        context.agentName(),
        trace.traceId(),
        trace.threadId(),
        trace.rule().wireName(),
        context.externalUserId(),
        context.parentSpanId(),
        context.traceparent(),
        capture,
        to.id(),
        to.slug(),
        to.type(),
        request.target().kind(),
        request.method(),
        request.uri(),
        request.headers().get("content-type"),
        body.isSentDecoded() ? null : request.headers().get("content-encoding"),
        body.forRecord(),
        body.received(),
        rewrites,
        request.receivedAt());
  }

  /** A change that was made to the answer on its way. */
  void rewrote(Rewrite rewrite) {
    answerRewrites.add(rewrite);
  }

  /** A read of the provider's socket is over. */
  void readComplete(long nowNanos) {
    OpenCall call = open;
    if (call != null) {
      try {
        tap.readComplete(nowNanos, call);
      } catch (RuntimeException e) {
        lost("chunk", e);
      }
    }
  }

  /** What observes never fails a call: it goes on without a record, and that is counted. */
  private void lost(String half, RuntimeException cause) {
    open = null;
    counters.captureGaps.increment();
    Faults.note("record " + half, cause);
  }

  /** Journals the answer half of a call that got none. */
  void fail(ApiException failure, int providerStatus) {
    end(
        new Outcome.Failed(failure.status(), failure.code(), failure.text()),
        new Answer(providerStatus, null, null, null));
  }

  /** Journals the answer half when nobody waits for it. */
  void end(Outcome outcome, Answer answer) {
    end(outcome, answer, NOBODY_WAITS);
  }

  /**
   * Journals the answer half; later calls do nothing.
   *
   * @param settled runs on any thread
   * @return false when there is nothing to wait for
   */
  boolean end(Outcome outcome, Answer answer, Runnable settled) {
    OpenCall call = open;
    if (call == null || ended) {
      return false;
    }
    ended = true;
    try {
      CallEnd end = answerHalf(outcome, answer);
      EchoedKey key = tap.key();
      if (key != null && CodedAnswer.isCoded(end)) {
        reading.execute(() -> endCoded(call, end, key, settled));
      } else {
        call.end(end, settled);
      }
      return true;
    } catch (RuntimeException e) {
      lost("end", e);
      return false;
    }
  }

  /** Not on the loop. Nothing else is told to the call any more. */
  private void endCoded(OpenCall call, CallEnd end, EchoedKey key, Runnable settled) {
    try {
      CallEnd masked = CodedAnswer.masked(end, key);
      if (masked.warnings().size() > end.warnings().size()) {
        counters.keysEchoed.increment();
      }
      call.end(masked, settled);
    } catch (RuntimeException e) {
      counters.captureGaps.increment();
      Faults.note("record end", e);
      settled.run();
    }
  }

  private CallEnd answerHalf(Outcome outcome, Answer answer) {
    boolean keeps = keepsAnswer();
    if (tap.keyEchoed()) {
      counters.keysEchoed.increment();
      context.warnings().add(ECHOED);
    }
    if (tap.hadNoRoom()) {
      counters.captureGaps.increment();
    }
    return new CallEnd(
        outcome,
        answer.status(),
        answer.contentType(),
        answer.contentEncoding(),
        answer.providerRequestId(),
        keeps ? tap.take() : NOTHING,
        tap.total(),
        keeps && tap.truncated(),
        answerRewrites,
        tap.stamps(),
        tap.timeline(),
        context.warnings());
  }
}
