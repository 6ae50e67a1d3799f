package dev.whyops.audit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * Chains entries: each hash covers the entry and the hash before it, so that a changed or removed
 * entry breaks all that follow.
 */
public final class AuditChain {
  /** The hash before the first entry. */
  public static final String START = "";

  private AuditChain() {}

  public static String hash(String previousHash, long sequence, Instant at, AuditNote note) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      add(digest, previousHash);
      add(digest, Long.toString(sequence));
      add(digest, Long.toString(at.toEpochMilli()));
      add(digest, note.actor());
      add(digest, note.actorLabel());
      add(digest, note.action());
      add(digest, note.target());
      for (Map.Entry<String, String> detail : new TreeMap<>(note.details()).entrySet()) {
        add(digest, detail.getKey());
        add(digest, detail.getValue());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void add(MessageDigest digest, String field) {
    byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
    digest.update(bytes);
  }
}
