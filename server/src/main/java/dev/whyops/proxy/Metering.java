package dev.whyops.proxy;

import dev.whyops.auth.Caller;
import dev.whyops.limit.Limiter;
import dev.whyops.pricing.Cost;
import dev.whyops.provider.AnswerFacts;
import dev.whyops.provider.CallKind;
import dev.whyops.provider.ContentCoding;
import dev.whyops.provider.Dialect;
import dev.whyops.provider.Usage;
import dev.whyops.record.Pricer;
import dev.whyops.route.ProviderRef;
import java.time.Instant;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Reads what a call of a limited key used, off the event loops, and tells the limiter. */
final class Metering {
  private final Limiter limiter;
  private final Pricer pricer;
  private final Executor blocking;

  Metering(Limiter limiter, Pricer pricer, Executor blocking) {
    this.limiter = limiter;
    this.pricer = pricer;
    this.blocking = blocking;
  }

  static boolean isMetered(Caller caller) {
    return caller.limits().tokensPerMinute() != null
        || caller.limits().monthlyBudgetNanoUsd() != null;
  }

  /** One answer, complete or cut. */
  record Answered(
      Caller caller,
      ProviderRef provider,
      CallKind kind,
      @Nullable String requestedModel,
      CallRecord.Answer head,
      byte[] body,
      boolean partial,
      Instant at) {}

  void answered(Answered call) {
    blocking.execute(
        () -> {
          try {
            count(call);
          } catch (RuntimeException e) {
            Faults.note("metering", e);
          }
        });
  }

  private void count(Answered call) {
    byte[] body =
        ContentCoding.decode(
                call.head().contentEncoding(), call.body(), ContentCoding.ANSWER_MAX_BYTES)
            .bytes();
    AnswerFacts facts =
        Dialect.of(call.provider().type())
            .answer(call.kind(), call.head().status(), call.head().contentType(), body);
    Usage usage = facts.usage();
    if (usage == null) {
      return;
    }
    Cost cost =
        pricer.price(
            new Pricer.Question(
                call.caller().project(),
                call.provider().slug(),
                facts.model(),
                call.requestedModel(),
                facts.serviceTier(),
                usage,
                null,
                call.partial(),
                call.at()));
    limiter.used(call.caller(), usage.total(), cost.nanoUsd() == null ? 0 : cost.nanoUsd());
  }
}
