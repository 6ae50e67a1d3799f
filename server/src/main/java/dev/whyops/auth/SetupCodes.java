package dev.whyops.auth;

import dev.whyops.http.ApiException;
import dev.whyops.id.Ids;
import dev.whyops.vault.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * One-time codes that prove access to the machine: 128 bits, stored as a hash, void after one use,
 * a day, or ten wrong tries. A new one makes the one before void.
 */
public final class SetupCodes {
  private static final int CODE_BYTES = 16;
  private static final int WRONG_TRIES_MAX = 10;
  private static final Duration LIFE_MAX = Duration.ofDays(1);

  private final SetupCodeStore store;
  private final Ids ids;
  private final Clock clock;
  private final SecureRandom random;

  public SetupCodes(SetupCodeStore store, Ids ids, Clock clock, SecureRandom random) {
    this.store = store;
    this.ids = ids;
    this.clock = clock;
    this.random = random;
  }

  /**
   * @param userId whose password it resets; null for the first owner's setup
   */
  Secret issue(@Nullable String userId) {
    byte[] bits = new byte[CODE_BYTES];
    random.nextBytes(bits);
    String code = Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
    store.replace(
        new SetupCodeStore.Row(
            ids.next("code_"), hash(code), userId, 0, clock.instant().plus(LIFE_MAX), null),
        clock.instant());
    return new Secret(code);
  }

  /**
   * Checks a code without using it up.
   *
   * @throws ApiException 400 {@code invalid_code}, 410 {@code code_used}, 429 {@code
   *     too_many_attempts}
   */
  SetupCodeStore.Row check(String code, boolean reset) {
    SetupCodeStore.Row row = store.newest(reset).orElseThrow(SetupCodes::invalid);
    if (row.wrongTries() >= WRONG_TRIES_MAX) {
      throw new ApiException(
          429,
          "too_many_attempts",
          "Too many wrong codes. Make a new one on the server with: ./whyops setup-code");
    }
    if (!MessageDigest.isEqual(
        hash(code).getBytes(StandardCharsets.US_ASCII),
        row.sha256().getBytes(StandardCharsets.US_ASCII))) {
      store.countWrongTry(row.id());
      throw invalid();
    }
    if (row.usedAt() != null) {
      throw used();
    }
    if (!clock.instant().isBefore(row.expiresAt())) {
      throw invalid();
    }
    return row;
  }

  void use(SetupCodeStore.Row row) {
    if (!store.use(row.id(), clock.instant())) {
      throw used();
    }
  }

  static ApiException used() {
    return new ApiException(410, "code_used", "This code was used already.");
  }

  private static ApiException invalid() {
    return new ApiException(
        400,
        "invalid_code",
        "This code is wrong or too old. Make a new one on the server with: ./whyops setup-code");
  }

  private static String hash(String code) {
    return KeyFormat.sha256(code.getBytes(StandardCharsets.UTF_8));
  }
}
