package dev.whyops.auth;

import dev.whyops.http.ApiException;
import dev.whyops.http.UnavailableException;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Base64;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Hashes passwords: Argon2id with 64 MiB, 3 passes, 1 lane, over an HMAC of the password with a
 * pepper that no database holds; stored as a PHC string.
 *
 * <p>Two hash at once, so that a core stays free for the relay; 34 wait, more are refused with 503.
 * Thread-safe; blocks.
 */
public final class Passwords {
  private static final int MEMORY_KIB = 64 * 1024;
  private static final int PASSES = 3;
  private static final int LANES = 1;
  private static final int HASH_BYTES = 32;
  private static final int SALT_BYTES = 16;
  private static final int AT_ONCE_MAX = 2;
  private static final int WAITING_MAX = 34;
  private static final int CHARACTERS_MIN = 8;
  private static final int BYTES_MAX = 1024;
  private static final Pattern PHC =
      Pattern.compile(
          "\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,2}),p=(\\d)\\$([A-Za-z0-9+/]+)\\$([A-Za-z0-9+/]+)");

  private final Supplier<byte[]> pepper;
  private final SecureRandom random;
  private final Semaphore running = new Semaphore(AT_ONCE_MAX, true);
  private final Semaphore admitted = new Semaphore(AT_ONCE_MAX + WAITING_MAX);
  private final AtomicLong hashCount = new AtomicLong();

  public Passwords(Supplier<byte[]> pepper, SecureRandom random) {
    this.pepper = pepper;
    this.random = random;
  }

  /**
   * @throws ApiException 400 {@code invalid_password} outside 8 characters to 1 KiB, 503 when too
   *     many wait
   */
  public String hash(String password) {
    byte[] input = prepared(password);
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    byte[] hash = argon2(input, salt, MEMORY_KIB, PASSES, LANES, HASH_BYTES);
    Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
    return "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s"
        .formatted(
            MEMORY_KIB, PASSES, LANES, base64.encodeToString(salt), base64.encodeToString(hash));
  }

  /** Whether the password has this hash. */
  public boolean matches(String password, String phc) {
    Matcher parts = PHC.matcher(phc);
    if (!parts.matches()) {
      throw new IllegalArgumentException("not a PHC string of Argon2id");
    }
    byte[] expected = Base64.getDecoder().decode(parts.group(5));
    byte[] hash =
        argon2(
            prepared(password),
            Base64.getDecoder().decode(parts.group(4)),
            Integer.parseInt(parts.group(1)),
            Integer.parseInt(parts.group(2)),
            Integer.parseInt(parts.group(3)),
            expected.length);
    return MessageDigest.isEqual(hash, expected);
  }

  /** Does the work of {@link #matches} for an account that does not exist. */
  public void matchNothing(String password) {
    argon2(prepared(password), new byte[SALT_BYTES], MEMORY_KIB, PASSES, LANES, HASH_BYTES);
  }

  /** Hashes made since the start. */
  public long hashCount() {
    return hashCount.get();
  }

  /** NFKC once, then checked; nothing is ever cut off. */
  private static byte[] prepared(String password) {
    if (password.length() <= BYTES_MAX && password.indexOf('\0') < 0) {
      String normal = Normalizer.normalize(password, Normalizer.Form.NFKC);
      byte[] bytes = utf8(normal);
      if (normal.codePointCount(0, normal.length()) >= CHARACTERS_MIN
          && bytes.length <= BYTES_MAX) {
        return bytes;
      }
    }
    throw invalid();
  }

  private static byte[] utf8(String text) {
    try {
      var buffer = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
      return bytes;
    } catch (CharacterCodingException e) {
      throw invalid(); // an unpaired surrogate
    }
  }

  private static ApiException invalid() {
    return ApiException.invalid(
        "password", "invalid_password", "A password has at least 8 characters and at most 1 KiB.");
  }

  private byte[] argon2(
      byte[] input, byte[] salt, int memoryKib, int passes, int lanes, int hashBytes) {
    if (!admitted.tryAcquire()) {
      throw new UnavailableException("busy", "Too many logins at once. Try again in a moment.");
    }
    try {
      running.acquire();
      try {
        hashCount.incrementAndGet();
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(
            new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(memoryKib)
                .withIterations(passes)
                .withParallelism(lanes)
                .withSalt(salt)
                .build());
        byte[] hash = new byte[hashBytes];
        generator.generateBytes(peppered(input), hash);
        return hash;
      } finally {
        running.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableException("busy", "The server is stopping.");
    } finally {
      admitted.release();
    }
  }

  private byte[] peppered(byte[] input) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(pepper.get(), "HmacSHA256"));
      return mac.doFinal(input);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
