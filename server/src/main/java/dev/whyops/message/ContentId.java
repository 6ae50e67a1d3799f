package dev.whyops.message;

import dev.whyops.project.ProjectId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Names a part by its content: 128 bits of SHA-256 over project and bytes, so that equal texts of
 * two projects have different names and neither can learn what the other holds.
 */
public record ContentId(long high, long low) {

  public static ContentId of(ProjectId project, String part) {
    MessageDigest digest = sha256();
    digest.update(project.value().getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
    ByteBuffer hash = ByteBuffer.wrap(digest.digest(part.getBytes(StandardCharsets.UTF_8)));
    return new ContentId(hash.getLong(), hash.getLong());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
