package dev.whyops.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whyops.http.ApiException;
import dev.whyops.http.UnavailableException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordsTest {
  private final Passwords passwords = new Passwords(() -> new byte[32], new SecureRandom());

  @Test
  void aHashIsAPhcStringOfArgon2id() {
    String hash = passwords.hash("correct horse");
    assertThat(hash).matches("\\$argon2id\\$v=19\\$m=65536,t=3,p=1\\$[^$]{22}\\$[^$]{43}");
    assertThat(passwords.matches("correct horse", hash)).isTrue();
    assertThat(passwords.matches("wrong horses", hash)).isFalse();
    assertThat(passwords.hashCount()).isEqualTo(3);
  }

  @Test
  @DisplayName("AU-07 the stored hash is no password")
  void theHashDoesNotOpen() {
    String hash = passwords.hash("correct horse");
    assertThat(passwords.matches(hash, hash)).isFalse();
  }

  @Test
  void knowsNoOtherHash() {
    assertThatThrownBy(() -> passwords.matches("correct horse", "$2a$10$abcdefghijklmnopqrstuv"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(passwords.hashCount()).isZero();
  }

  @Test
  void withoutThePepperNothingMatches() {
    String hash = passwords.hash("correct horse");
    byte[] other = new byte[32];
    other[0] = 1;
    assertThat(new Passwords(() -> other, new SecureRandom()).matches("correct horse", hash))
        .isFalse();
  }

  @ParameterizedTest
  @DisplayName("AU-05 8 characters to 1 KiB, no NUL, no unpaired surrogate")
  @ValueSource(strings = {"", "1234567", "with\0nul!", "\uD800abcdefgh", "abcdefgh\uDC00"})
  void refusesOtherPasswords(String password) {
    refused(password);
    assertThat(passwords.hashCount()).isZero();
  }

  @Test
  @DisplayName("AU-05 nothing is cut off")
  void longPasswordsCountWhole() {
    String longest = "x".repeat(1024);
    String hash = passwords.hash(longest);
    assertThat(passwords.matches(longest, hash)).isTrue();
    assertThat(passwords.matches("x".repeat(1023) + "y", hash)).isFalse();
    refused(longest + "x");
    refused("x".repeat(1 << 20));
    refused("é".repeat(513)); // 1026 bytes
  }

  @Test
  @DisplayName("AU-05 NFKC once")
  void equalTextIsEqual() {
    assertThat(passwords.matches("ﬁne café!", passwords.hash("fine café!"))).isTrue();
  }

  @Test
  @DisplayName("AU-06 1000 at once: two hash, 34 wait, the others get 503")
  void floodIsRefused() throws Exception {
    CountDownLatch refused = new CountDownLatch(1_000 - 36);
    CountDownLatch both = new CountDownLatch(2); // the refusals may be over before the second
    AtomicInteger hashing = new AtomicInteger();
    AtomicInteger mostHashing = new AtomicInteger();
    Passwords slow =
        new Passwords(
            () -> { // asked for by each that hashes
              mostHashing.accumulateAndGet(hashing.incrementAndGet(), Math::max);
              both.countDown();
              awaitQuietly(both);
              awaitQuietly(refused);
              hashing.decrementAndGet();
              return new byte[32];
            },
            new SecureRandom());
    int done = 0;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> all = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        all.add(
            threads.submit(
                () -> {
                  try {
                    return slow.hash("correct horse");
                  } catch (UnavailableException refusal) {
                    assertThat(refusal.status()).isEqualTo(503);
                    assertThat(refusal.headers()).containsKey("Retry-After");
                    refused.countDown();
                    return "refused";
                  }
                }));
      }
      for (Future<String> one : all) {
        done += one.get().startsWith("$argon2id") ? 1 : 0;
      }
    }
    assertThat(done).isEqualTo(36);
    assertThat(slow.hashCount()).isEqualTo(36);
    assertThat(mostHashing).hasValue(2);
    assertThat(slow.hash("correct horse")).as("and again afterwards").startsWith("$argon2id");
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).as("the others are refused").isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void refused(String password) {
    assertThatThrownBy(() -> passwords.hash(password))
        .isInstanceOfSatisfying(
            ApiException.class,
            e -> {
              assertThat(e.status()).isEqualTo(400);
              assertThat(e.code()).isEqualTo("invalid_password");
            });
  }
}
