package dev.whyops.auth;

import dev.whyops.project.Environment;
import dev.whyops.vault.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;

/**
 * How an API key looks: {@code whyops_live_} or {@code whyops_test_}, 30 base62 characters, and the
 * CRC-32 of all that stands before it as 6 base62 characters. So a typing error or a junk key costs
 * no query.
 */
public final class KeyFormat {
  private static final String LIVE = "whyops_live_";
  private static final String TEST = "whyops_test_";
  private static final String BASE62 =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final int SECRET_CHARACTERS = 30;
  private static final int CHECK_CHARACTERS = 6;
  private static final int SHOWN_CHARACTERS = 16;

  /** Length of every API key. */
  public static final int LENGTH = LIVE.length() + SECRET_CHARACTERS + CHECK_CHARACTERS;

  private KeyFormat() {}

  /** A new key: {@code live} for PRODUCTION, {@code test} elsewhere. */
  public static Secret generate(Environment environment, RandomGenerator random) {
    StringBuilder key =
        new StringBuilder(LENGTH).append(environment == Environment.PRODUCTION ? LIVE : TEST);
    for (int i = 0; i < SECRET_CHARACTERS; i++) {
      key.append(BASE62.charAt(random.nextInt(BASE62.length())));
    }
    return new Secret(key.append(checksum(key)).toString());
  }

  /** Shape and checksum hold. Looks at no more than {@link #LENGTH} characters. */
  public static boolean wellFormed(String key) {
    if (key.length() != LENGTH || !(key.startsWith(LIVE) || key.startsWith(TEST))) {
      return false;
    }
    for (int i = LIVE.length(); i < LENGTH; i++) {
      if (!isBase62(key.charAt(i))) {
        return false;
      }
    }
    int checkAt = LENGTH - CHECK_CHARACTERS;
    return key.regionMatches(checkAt, checksum(key.subSequence(0, checkAt)), 0, CHECK_CHARACTERS);
  }

  /** SHA-256 in hex: the only form in which a key is stored or looked up. */
  public static String hash(String key) {
    return sha256(key.getBytes(StandardCharsets.UTF_8));
  }

  /** The first characters, for recognition in lists. */
  public static String shownPrefix(String key) {
    return key.substring(0, SHOWN_CHARACTERS);
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String checksum(CharSequence before) {
    CRC32 crc = new CRC32();
    crc.update(before.toString().getBytes(StandardCharsets.US_ASCII));
    long rest = crc.getValue();
    char[] text = new char[CHECK_CHARACTERS];
    for (int i = CHECK_CHARACTERS - 1; i >= 0; i--) {
      text[i] = BASE62.charAt((int) (rest % BASE62.length()));
      rest /= BASE62.length();
    }
    return new String(text);
  }

  private static boolean isBase62(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  }
}
