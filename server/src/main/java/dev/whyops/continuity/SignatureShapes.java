package dev.whyops.continuity;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds what has the shape of a signature, in text or in the bytes of a JSON body, where each of
 * its characters may be written as such or as an escape. Linear in what it reads. Whether somebody
 * signed it is for {@link Signature#verify} to say.
 */
final class SignatureShapes {
  private static final int NOTHING = -1;
  private static final int EDGE = 4;

  /** A signature in UTF-8 has this many bytes, and one in escapes more. */
  private static final int BYTES_MIN = Signature.CHARS * 3;

  /** Every signature has a byte at a multiple of this with so many of its bytes behind it. */
  private static final int RUN = 24;

  private static final int STRIDE = BYTES_MIN - RUN;
  private static final boolean[] OF_SIGNATURES = ofSignatures();

  private SignatureShapes() {}

  /**
   * @param start of its first character
   * @param end after its last one; the next may begin with the same character
   */
  record Shape(int start, int end, byte[] payload) {}

  /** Reads the characters that signatures are made of. */
  private interface Source {
    int length();

    /** The symbol, {@link #EDGE}, or {@link #NOTHING} that begins here. */
    int at(int index);

    /** How long that is; 1 for nothing. */
    int width(int index);
  }

  /** A look at few of the bytes: false when there is surely none. */
  static boolean mayBeIn(byte[] body, int length) {
    for (int i = 0; i < length - RUN; i += STRIDE) {
      int run = 0;
      while (run < RUN && OF_SIGNATURES[body[i + run] & 0xff]) {
        run++;
      }
      if (run == RUN) {
        return true;
      }
    }
    return false;
  }

  static List<Shape> in(byte[] body, int length) {
    return find(new Bytes(body, length));
  }

  static List<Shape> in(String text) {
    return text.indexOf(Signature.EDGE) < 0 ? List.of() : find(new Chars(text));
  }

  /** The text without them, whoever signed them. */
  static String without(String text) {
    List<Shape> shapes = in(text);
    if (shapes.isEmpty()) {
      return text;
    }
    StringBuilder rest = new StringBuilder(text.length());
    int at = 0;
    for (Shape shape : shapes) {
      if (shape.start() > at) {
        rest.append(text, at, shape.start());
      }
      at = Math.max(at, shape.end());
    }
    return rest.append(text, at, text.length()).toString();
  }

  private static List<Shape> find(Source source) {
    List<Shape> found = new ArrayList<>();
    int i = 0;
    while (i < source.length()) {
      if (source.at(i) != EDGE) {
        i += source.width(i);
        continue;
      }
      int start = i;
      byte[] payload = new byte[Signature.PAYLOAD_BYTES];
      int symbols = 0;
      i += source.width(i);
      int symbol = NOTHING;
      while (i < source.length()) {
        symbol = source.at(i);
        if (symbol < 0 || symbol == EDGE || symbols == Signature.SYMBOLS) {
          break;
        }
        payload[symbols >> 2] |= (byte) (symbol << 6 - 2 * (symbols & 3));
        symbols++;
        i += source.width(i);
      }
      if (i < source.length() && symbol == EDGE && symbols == Signature.SYMBOLS) {
        found.add(new Shape(start, i + source.width(i), payload));
      }
    }
    return found;
  }

  private record Chars(String text) implements Source {
    @Override
    public int length() {
      return text.length();
    }

    @Override
    public int at(int index) {
      char c = text.charAt(index);
      return c == Signature.EDGE ? EDGE : Signature.value(c);
    }

    @Override
    public int width(int index) {
      return 1;
    }
  }

  /** JSON in UTF-8. A backslash that another one escapes is skipped with it. */
  private record Bytes(byte[] body, int length) implements Source {
    private static final int UTF8 = 3;
    private static final int ESCAPE = 6;

    @Override
    public int at(int index) {
      int character = character(index);
      return character == Signature.EDGE ? EDGE : Signature.value(character);
    }

    @Override
    public int width(int index) {
      if (body[index] == '\\') {
        return at(index) == NOTHING ? 2 : ESCAPE;
      }
      return at(index) == NOTHING ? 1 : UTF8;
    }

    private int character(int index) {
      byte first = body[index];
      if (first == (byte) 0xE2 && index + UTF8 <= length) {
        boolean valid = (body[index + 1] & 0xC0) == 0x80 && (body[index + 2] & 0xC0) == 0x80;
        return valid ? 0x2000 | (body[index + 1] & 0x3f) << 6 | body[index + 2] & 0x3f : NOTHING;
      }
      if (first == '\\' && index + ESCAPE <= length && body[index + 1] == 'u') {
        int code = 0;
        for (int i = index + 2; i < index + ESCAPE; i++) {
          int digit = Character.digit(body[i], 16);
          if (digit < 0) {
            return NOTHING;
          }
          code = code << 4 | digit;
        }
        return code;
      }
      return NOTHING;
    }
  }

  private static boolean[] ofSignatures() {
    boolean[] bytes = new boolean[256];
    for (int b : new int[] {0xE2, 0x80, 0x81, 0x8B, 0x8C, 0x8D, 0xA0, 0xA3}) {
      bytes[b] = true;
    }
    for (char c : "\\u0236bBcCdD".toCharArray()) {
      bytes[c] = true;
    }
    return bytes;
  }

  /** The last one that this key signed; null when there is none. */
  static @Nullable TraceRef lastValid(byte[] key, String text) {
    for (Shape shape : in(text).reversed()) {
      TraceRef trace = Signature.verify(key, shape.payload());
      if (trace != null) {
        return trace;
      }
    }
    return null;
  }
}
