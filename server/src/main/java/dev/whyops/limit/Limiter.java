package dev.whyops.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.whyops.auth.Caller;
import dev.whyops.auth.KeyLimits;
import dev.whyops.http.ApiException;
import dev.whyops.project.ProjectId;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Holds API keys to their limits: requests and tokens per minute, concurrent calls, money per
 * month. Tokens and money are known only after a call, so the call that exceeds them is served and
 * the next one is not. Local to this process. Thread-safe, never blocks; minutes are monotonic
 * time.
 */
public final class Limiter {
  private static final int KEYS_MAX = 100_000;
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final Clock clock;
  private final SpendHistory history;
  private final FairShare calls;
  private final Cache<String, Usage> keys =
      Caffeine.newBuilder().maximumSize(KEYS_MAX).expireAfterAccess(32, TimeUnit.DAYS).build();

  /** What one key used; replaced when its limits change. */
  private static final class Usage {
    private final KeyLimits limits;
    private final Bucket requests;
    private final Bucket tokens;
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicLong spentNanoUsd = new AtomicLong();
    private volatile YearMonth month;

    Usage(KeyLimits limits, YearMonth month) {
      this.limits = limits;
      this.month = month;
      Integer perMinute = limits.requestsPerMinute();
      Long tokensPerMinute = limits.tokensPerMinute();
      this.requests = bucket(perMinute == null ? 1 : perMinute);
      this.tokens = bucket(tokensPerMinute == null ? 1 : tokensPerMinute);
    }

    private static Bucket bucket(long perMinute) {
      long capacity = Math.max(1, perMinute);
      return Bucket.builder()
          .addLimit(limit -> limit.capacity(capacity).refillGreedy(capacity, MINUTE))
          .build();
    }
  }

  /**
   * @param history asked once per metered key
   * @param calls as many as may run together
   */
  public Limiter(Clock clock, SpendHistory history, FairShare calls) {
    this.clock = clock;
    this.history = history;
    this.calls = calls;
  }

  /**
   * Lets a call begin.
   *
   * @throws ApiException 429 {@code rate_limit_exceeded} or {@code budget_exceeded}
   */
  public Permit enter(Caller caller) {
    Permit ofKey = isFree(caller.limits()) ? Permit.FREE : enterWithKey(caller);
    ProjectId project = caller.project();
    if (!calls.take(project, 1)) {
      ofKey.close();
      throw tooMany("The project has as many calls running as others leave room for.", 0);
    }
    return new Share(calls, project, ofKey);
  }

  /** The right of a project to run one call more, and that of the key behind it. */
  private static final class Share implements Permit {
    private final FairShare calls;
    private final ProjectId project;
    private final Permit ofKey;
    private boolean closed;

    Share(FairShare calls, ProjectId project, Permit ofKey) {
      this.calls = calls;
      this.project = project;
      this.ofKey = ofKey;
    }

    @Override
    public synchronized void close() {
      if (!closed) {
        closed = true;
        calls.giveBack(project, 1);
        ofKey.close();
      }
    }
  }

  private Permit enterWithKey(Caller caller) {
    KeyLimits limits = caller.limits();
    Usage usage = usage(caller);
    checkBudget(usage);
    if (limits.tokensPerMinute() != null && usage.tokens.getAvailableTokens() <= 0) {
      throw tooMany("The key's tokens per minute are used up.", waitFor(usage.tokens));
    }
    Permit permit = concurrent(usage);
    if (limits.requestsPerMinute() != null) {
      ConsumptionProbe probe = usage.requests.tryConsumeAndReturnRemaining(1);
      if (!probe.isConsumed()) {
        permit.close();
        throw tooMany(
            "The key's requests per minute are used up.", probe.getNanosToWaitForRefill());
      }
    }
    return permit;
  }

  private static boolean isFree(KeyLimits limits) {
    return limits.requestsPerMinute() == null
        && limits.tokensPerMinute() == null
        && limits.concurrentCalls() == null
        && limits.monthlyBudgetNanoUsd() == null;
  }

  private static long waitFor(Bucket bucket) {
    return bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill();
  }

  private static Permit concurrent(Usage usage) {
    Integer most = usage.limits.concurrentCalls();
    if (most == null) {
      return Permit.FREE;
    }
    if (usage.running.incrementAndGet() > most) {
      usage.running.decrementAndGet();
      throw tooMany("The key has as many calls running as it may.", 0);
    }
    AtomicBoolean open = new AtomicBoolean(true);
    return () -> {
      if (open.compareAndSet(true, false)) {
        usage.running.decrementAndGet();
      }
    };
  }

  private void checkBudget(Usage usage) {
    Long budget = usage.limits.monthlyBudgetNanoUsd();
    if (budget == null) {
      return;
    }
    YearMonth now = month();
    if (!now.equals(usage.month)) {
      usage.month = now;
      usage.spentNanoUsd.set(0);
    }
    if (usage.spentNanoUsd.get() >= budget) {
      Instant end = now.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
      throw new ApiException(
          429,
          "budget_exceeded",
          "The key's budget for this month is used up.",
          List.of(),
          Map.of(
              "Retry-After",
              Long.toString(Math.max(1, Duration.between(clock.instant(), end).toSeconds())),
              "x-should-retry",
              "false"));
    }
  }

  /** Counts what a call used. */
  public void used(Caller caller, long tokens, long nanoUsd) {
    KeyLimits limits = caller.limits();
    if (limits.tokensPerMinute() == null && limits.monthlyBudgetNanoUsd() == null) {
      return;
    }
    Usage usage = usage(caller);
    if (limits.tokensPerMinute() != null && tokens > 0) {
      usage.tokens.consumeIgnoringRateLimits(tokens);
    }
    usage.spentNanoUsd.addAndGet(Math.max(0, nanoUsd));
  }

  private Usage usage(Caller caller) {
    Usage known = keys.getIfPresent(caller.keyId());
    if (known != null && known.limits.equals(caller.limits())) {
      return known;
    }
    Usage fresh = new Usage(caller.limits(), month());
    Usage raced = keys.asMap().merge(caller.keyId(), fresh, Limiter::newer);
    if (raced == fresh && caller.limits().monthlyBudgetNanoUsd() != null) {
      remember(caller, fresh, known);
    }
    return raced;
  }

  private static Usage newer(Usage old, Usage fresh) {
    return old.limits.equals(fresh.limits) ? old : fresh;
  }

  /**
   * A key whose limits changed keeps what it spent this month; where that was not counted, the
   * history is asked.
   */
  private void remember(Caller caller, Usage fresh, @Nullable Usage old) {
    if (old != null && old.limits.monthlyBudgetNanoUsd() != null && old.month.equals(fresh.month)) {
      fresh.spentNanoUsd.addAndGet(old.spentNanoUsd.get());
      return;
    }
    Instant since = fresh.month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    fresh.spentNanoUsd.addAndGet(history.spentNanoUsd(caller, since));
  }

  private YearMonth month() {
    return YearMonth.from(clock.instant().atOffset(ZoneOffset.UTC));
  }

  private static ApiException tooMany(String message, long waitNanos) {
    long seconds = Math.max(1, (waitNanos + 999_999_999) / 1_000_000_000);
    return new ApiException(
        429,
        "rate_limit_exceeded",
        message,
        List.of(),
        Map.of("Retry-After", Long.toString(seconds)));
  }
}
