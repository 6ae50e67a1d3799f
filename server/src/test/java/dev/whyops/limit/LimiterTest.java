package dev.whyops.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whyops.auth.Caller;
import dev.whyops.auth.KeyLimits;
import dev.whyops.auth.Scope;
import dev.whyops.http.ApiException;
import dev.whyops.project.Environment;
import dev.whyops.project.ProjectId;
import io.github.bucket4j.TimeMeter;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LimiterTest {
  private Instant now = Instant.parse("2026-03-31T23:59:00Z");
  private final Clock clock =
      new Clock() {
        @Override
        public Instant instant() {
          return now;
        }

        @Override
        public java.time.ZoneId getZone() {
          return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
          return this;
        }
      };

  private static Caller caller(KeyLimits limits) {
    return new Caller(
        new ProjectId("prj_1"),
        "p",
        Environment.PRODUCTION,
        "key_1",
        Set.of(Scope.PROXY),
        null,
        null,
        limits);
  }

  private Limiter limiter(SpendHistory history) {
    return new Limiter(clock, history, new FairShare(1_000));
  }

  private static void refused(Limiter limiter, Caller caller, String code) {
    assertThatThrownBy(() -> limiter.enter(caller))
        .isInstanceOfSatisfying(
            ApiException.class,
            e -> {
              assertThat(e.status()).isEqualTo(429);
              assertThat(e.code()).isEqualTo(code);
              assertThat(Long.parseLong(e.headers().get("Retry-After"))).isPositive();
            });
  }

  @Test
  @DisplayName("F-26 a key without limits may run what its project's share leaves")
  void aKeyWithoutLimitsHasTheShareOfItsProject() {
    FairShare calls = new FairShare(10);
    Limiter limiter = new Limiter(clock, SpendHistory.NONE, calls);
    Permit first = limiter.enter(caller(KeyLimits.NONE));
    for (int i = 1; i < 8; i++) {
      limiter.enter(caller(KeyLimits.NONE));
    }
    refused(limiter, caller(KeyLimits.NONE), "rate_limit_exceeded");
    first.close();
    first.close();
    assertThat(calls.taken()).isEqualTo(7);
    limiter.enter(caller(KeyLimits.NONE));
  }

  @Test
  void countsRequestsPerMinute() {
    Limiter limiter = limiter(SpendHistory.NONE);
    Caller caller = caller(new KeyLimits(3, null, null, null));
    for (int i = 0; i < 3; i++) {
      limiter.enter(caller).close();
    }
    refused(limiter, caller, "rate_limit_exceeded");
  }

  @Test
  void countsConcurrentCalls() {
    Limiter limiter = limiter(SpendHistory.NONE);
    Caller caller = caller(new KeyLimits(null, null, 2, null));
    Permit first = limiter.enter(caller);
    limiter.enter(caller);
    refused(limiter, caller, "rate_limit_exceeded");
    first.close();
    first.close();
    limiter.enter(caller);
    refused(limiter, caller, "rate_limit_exceeded");
  }

  @Test
  void theCallThatExceedsTheTokensIsServedAndTheNextIsNot() {
    Limiter limiter = limiter(SpendHistory.NONE);
    Caller caller = caller(new KeyLimits(null, 100L, null, null));
    limiter.enter(caller);
    limiter.used(caller, 250, 0);
    refused(limiter, caller, "rate_limit_exceeded");
  }

  @Test
  void tokensThatAreJustUsedUpAreUsedUp() {
    Limiter limiter = limiter(SpendHistory.NONE);
    Caller caller = caller(new KeyLimits(null, 1L, null, null));
    limiter.used(caller, 0, 0);
    limiter.enter(caller);
    limiter.used(caller, 1, 0);
    refused(limiter, caller, "rate_limit_exceeded");
  }

  @Test
  void saysWhenThereAreTokensAgain() {
    Limiter limiter = limiter(SpendHistory.NONE);
    Caller caller = caller(new KeyLimits(null, 100L, null, null));
    limiter.used(caller, 250, 0);
    assertThatThrownBy(() -> limiter.enter(caller))
        .isInstanceOfSatisfying(
            ApiException.class, // 151 tokens at 100 a minute
            e -> assertThat(Long.parseLong(e.headers().get("Retry-After"))).isBetween(90L, 91L));
  }

  @Test
  void aCallThatTheRequestsRefuseDoesNotCountAsRunning() {
    Limiter limiter = limiter(SpendHistory.NONE);
    Caller caller = caller(new KeyLimits(1, null, 2, null));
    Permit running = limiter.enter(caller);
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> limiter.enter(caller)).hasMessageContaining("requests per minute");
    }
    running.close();
  }

  @Test
  void aCallThatTheProjectHasNoRoomForDoesNotCountAsTheKeys() {
    Limiter limiter = new Limiter(clock, SpendHistory.NONE, new FairShare(5));
    Permit other = limiter.enter(caller(KeyLimits.NONE));
    for (int i = 1; i < 4; i++) {
      limiter.enter(caller(KeyLimits.NONE));
    }
    Caller caller = caller(new KeyLimits(null, null, 1, null));
    refused(limiter, caller, "rate_limit_exceeded");
    other.close();
    limiter.enter(caller).close();
  }

  @Test
  void aBudgetHoldsForTheMonthAndOverARestart() {
    Limiter limiter =
        limiter(
            SpendHistory.ofMonth(
                Instant.parse("2026-03-01T00:00:00Z"), Map.of("key_1", 60L, "key_2", 1_000L)));
    Caller caller = caller(new KeyLimits(null, null, null, 100L));
    limiter.enter(caller);
    limiter.used(caller, 1, 39);
    limiter.enter(caller);
    limiter.used(caller, 1, 1);
    refused(limiter, caller, "budget_exceeded");
    now = Instant.parse("2026-04-01T00:00:00Z");
    limiter.enter(caller);
  }

  @Test
  void whatWasSpentCountsForItsMonthOnly() {
    Instant march = Instant.parse("2026-03-01T00:00:00Z");
    SpendHistory history = SpendHistory.ofMonth(march, Map.of("key_1", 60L));
    Caller caller = caller(KeyLimits.NONE);
    assertThat(history.spentNanoUsd(caller, march)).isEqualTo(60);
    assertThat(history.spentNanoUsd(caller, Instant.parse("2026-04-01T00:00:00Z"))).isZero();
  }

  @Test
  void whatAKeyUsesThatHasNoSuchLimitIsNotCounted() {
    Limiter limiter = limiter(SpendHistory.NONE);
    Caller caller = caller(new KeyLimits(5, null, 5, null));
    limiter.used(caller, 1_000_000, 1_000_000);
    limiter.enter(caller).close();
    Caller limited = caller(new KeyLimits(5, 10L, 5, 10L));
    limiter.enter(limited).close();
  }

  @Test
  void changedLimitsCountAtOnce() {
    Limiter limiter = limiter(SpendHistory.NONE);
    Caller poor = caller(new KeyLimits(null, null, null, 10L));
    limiter.enter(poor);
    limiter.used(poor, 1, 10);
    refused(limiter, poor, "budget_exceeded");
    Caller richer = caller(new KeyLimits(null, null, null, 11L));
    limiter.enter(richer);
    limiter.used(richer, 1, 1);
    refused(limiter, richer, "budget_exceeded");
  }

  @Test
  void newLimitsTakeOverOnlyWhatThisMonthSpent() {
    Limiter limiter = limiter(SpendHistory.NONE);
    Caller poor = caller(new KeyLimits(null, null, null, 10L));
    limiter.enter(poor);
    limiter.used(poor, 1, 10);
    now = Instant.parse("2026-04-01T00:00:00Z");
    limiter.enter(caller(new KeyLimits(5, null, null, 10L)));
  }

  @Test
  void aBudgetThatComesLaterAsksTheHistory() {
    Limiter limiter =
        limiter(SpendHistory.ofMonth(Instant.parse("2026-03-01T00:00:00Z"), Map.of("key_1", 60L)));
    limiter.enter(caller(new KeyLimits(5, null, null, null)));
    refused(limiter, caller(new KeyLimits(5, null, null, 60L)), "budget_exceeded");
  }

  @Test
  @DisplayName("PX-59 a network that tries keys is slowed down; an IPv6 /64 counts as one")
  void px59JunkKeys() throws Exception {
    JunkKeys junk = new JunkKeys(new StandingClock()); // nothing is refilled while it counts
    int refusals = 0;
    for (int i = 0; i < 10_000; i++) {
      try {
        junk.wrong(InetAddress.getByName("2001:db8::" + Integer.toHexString(i % 65_536)));
      } catch (ApiException e) {
        assertThat(e.status()).isEqualTo(429);
        refusals++;
      }
    }
    assertThat(refusals).isEqualTo(9_800);
    assertThatThrownBy(() -> junk.demand(InetAddress.getByName("2001:db8::1")))
        .isInstanceOf(ApiException.class);
    junk.demand(InetAddress.getByName("2001:db8:0:1::1"));
    for (int i = 0; i < 200; i++) {
      junk.wrong(InetAddress.getByName("192.0.2.1"));
    }
    assertThatThrownBy(() -> junk.demand(InetAddress.getByName("192.0.2.1")))
        .isInstanceOf(ApiException.class);
    junk.demand(InetAddress.getByName("192.0.2.2"));
    junk.wrong(InetAddress.getByName("192.0.2.2"));
    junk.demand(InetAddress.getByName("192.0.2.2")); // a few wrong ones are nothing
  }

  private static final class StandingClock implements TimeMeter {
    @Override
    public long currentTimeNanos() {
      return 1;
    }

    @Override
    public boolean isWallClockBased() {
      return false;
    }
  }
}
