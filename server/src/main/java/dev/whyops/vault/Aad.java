package dev.whyops.vault;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Associated data of a sealed value: a label, then each field behind its length, so that no two
 * lists of fields give the same bytes.
 */
final class Aad {
  private Aad() {}

  static byte[] of(String label, String... fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(label.getBytes(StandardCharsets.UTF_8));
    for (String field : fields) {
      byte[] value = field.getBytes(StandardCharsets.UTF_8);
      bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(value.length).array());
      bytes.writeBytes(value);
    }
    return bytes.toByteArray();
  }
}
