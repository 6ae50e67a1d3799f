package dev.whyops.proxy;

import java.util.concurrent.atomic.LongAdder;

/** What the gateway counts; read by the metrics page. */
public final class GatewayCounters {
  final LongAdder calls = new LongAdder();
  final LongAdder answerReads = new LongAdder();
  final LongAdder lateRecords = new LongAdder();
  final LongAdder brokenAnswers = new LongAdder();
  final LongAdder clientsGone = new LongAdder();
  final LongAdder upstreamConnects = new LongAdder();
  final LongAdder upstreamReuses = new LongAdder();
  final LongAdder captureGaps = new LongAdder();
  final LongAdder providerFailures = new LongAdder();
  final LongAdder continuityLate = new LongAdder();
  final LongAdder retries = new LongAdder();
  final LongAdder keysEchoed = new LongAdder();

  /** Proxied calls that were taken. */
  public long calls() {
    return calls.sum();
  }

  /** Reads of providers' sockets that brought bytes of answers. */
  public long answerReads() {
    return answerReads.sum();
  }

  /** Answers whose end went before their record was settled. */
  public long lateRecords() {
    return lateRecords.sum();
  }

  /** Answers that broke off because the provider did. */
  public long brokenAnswers() {
    return brokenAnswers.sum();
  }

  /** Calls whose client left before the end. */
  public long clientsGone() {
    return clientsGone.sum();
  }

  /** Calls that began a new trace because the look-up took longer than 2 ms. */
  public long continuityLate() {
    return continuityLate.sum();
  }

  /** Further attempts at a provider, fallbacks included. */
  public long retries() {
    return retries.sum();
  }

  /** Answers in which a provider sent our credential back. */
  public long keysEchoed() {
    return keysEchoed.sum();
  }

  public long upstreamConnects() {
    return upstreamConnects.sum();
  }

  public long upstreamReuses() {
    return upstreamReuses.sum();
  }

  /** Calls of which less was kept than came: too much was in flight, or the recorder failed. */
  public long captureGaps() {
    return captureGaps.sum();
  }

  /** Calls that no provider answered. */
  public long providerFailures() {
    return providerFailures.sum();
  }
}
