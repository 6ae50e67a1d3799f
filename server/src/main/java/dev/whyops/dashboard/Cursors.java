package dev.whyops.dashboard;

import dev.whyops.http.ApiException;
import dev.whyops.project.ProjectScope;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Makes the places where a next page starts and takes only its own back: each is signed together
 * with its list, sort and project, so that one from elsewhere, an older version or a forged one is
 * 400. Thread-safe.
 */
final class Cursors {
  private static final byte VERSION = 1;
  private static final int MAC_BYTES = 16;
  private static final String SEPARATOR = "\u001f";

  private final SecretKeySpec key;

  /**
   * @param secret at least 32 bytes, the same on every node and after a restart
   */
  Cursors(byte[] secret) {
    if (secret.length < 32) {
      throw new IllegalArgumentException("the cursor key is too short");
    }
    this.key = new SecretKeySpec(secret, "HmacSHA256");
  }

  /**
   * @param list names the list and everything else that the place depends on, such as its sort
   */
  String sign(@Nullable ProjectScope scope, String list, List<String> place) {
    byte[] payload = String.join(SEPARATOR, place).getBytes(StandardCharsets.UTF_8);
    byte[] mac = mac(scope, list, payload);
    byte[] all = new byte[1 + MAC_BYTES + payload.length];
    all[0] = VERSION;
    System.arraycopy(mac, 0, all, 1, MAC_BYTES);
    System.arraycopy(payload, 0, all, 1 + MAC_BYTES, payload.length);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(all);
  }

  /** The place that {@link #sign} was given, or 400. */
  List<String> open(@Nullable ProjectScope scope, String list, String cursor, int parts) {
    byte[] all;
    try {
      all = Base64.getUrlDecoder().decode(cursor);
    } catch (IllegalArgumentException e) {
      throw refused();
    }
    if (all.length < 1 + MAC_BYTES || all[0] != VERSION) {
      throw refused();
    }
    byte[] payload = Arrays.copyOfRange(all, 1 + MAC_BYTES, all.length);
    byte[] given = Arrays.copyOfRange(all, 1, 1 + MAC_BYTES);
    byte[] right = Arrays.copyOf(mac(scope, list, payload), MAC_BYTES);
    if (!MessageDigest.isEqual(given, right)) {
      throw refused();
    }
    List<String> place = List.of(new String(payload, StandardCharsets.UTF_8).split(SEPARATOR, -1));
    if (place.size() != parts) {
      throw refused();
    }
    return place;
  }

  private byte[] mac(@Nullable ProjectScope scope, String list, byte[] payload) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      String owner = scope == null ? "" : scope.project().value();
      mac.update((owner + SEPARATOR + list + SEPARATOR).getBytes(StandardCharsets.UTF_8));
      return mac.doFinal(payload);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ApiException refused() {
    return QueryRule.bad("cursor", "is not one that this list gave");
  }
}
