package dev.whyops.continuity;

import dev.whyops.fuzz.Oracle;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Signatures: shapes stand inside of the text, in order; none is valid that we did not sign. */
public final class SignatureFuzz {
  private static final byte[] KEY =
      "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private SignatureFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    List<SignatureShapes.Shape> shapes = SignatureShapes.in(data, data.length);
    int end = 0;
    for (SignatureShapes.Shape shape : shapes) {
      Oracle.check(shape.start() >= 0 && shape.end() <= data.length, "place");
      Oracle.check(shape.end() > end, "order");
      Oracle.check(Signature.verify(KEY, shape.payload()) == null, "MAC by chance");
      end = shape.end();
    }
    Oracle.check(
        shapes.isEmpty() || SignatureShapes.mayBeIn(data, data.length), "look before the look");
    String text = new String(data, StandardCharsets.UTF_8);
    Oracle.check(SignatureShapes.lastValid(KEY, text) == null, "MAC by chance");
    Oracle.check(SignatureShapes.without(text).length() <= text.length(), "length");
  }
}
