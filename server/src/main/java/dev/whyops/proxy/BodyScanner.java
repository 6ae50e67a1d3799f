package dev.whyops.proxy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds the few top-level members of a JSON request that routing needs, in the bytes as they come.
 * Iterative and linear; it judges nothing else of the body, that is the provider's task. Of two
 * members with one name the first counts.
 *
 * <p>Not thread-safe; belongs to one call.
 */
final class BodyScanner {
  /** Longest value whose text is kept; a longer one has only its place. */
  private static final int TEXT_MAX = 1_024;

  private static final int NAME_MAX = 64;

  /** The members that are looked for. */
  enum Name {
    MODEL("model"),
    STREAM("stream"),
    STREAM_OPTIONS("stream_options"),
    PREVIOUS_RESPONSE_ID("previous_response_id"),
    CONVERSATION("conversation"),
    N("n"),
    LOGPROBS("logprobs"),
    RESPONSE_FORMAT("response_format"),
    TEXT("text");

    private final String json;

    Name(String json) {
      this.json = json;
    }
  }

  /**
   * A member's value as it stands in the body.
   *
   * @param start offset of its first byte
   * @param end offset after its last byte
   * @param text its first bytes, at most 1 KiB of them
   */
  record Member(long start, long end, byte[] text) {
    boolean whole() {
      return text.length == end - start;
    }

    boolean isString() {
      return text.length >= 2 && text[0] == '"' && whole();
    }

    /** The decoded string; null when it is none, is too long, or its escapes are malformed. */
    @Nullable String string() {
      return isString() ? JsonText.unquote(text) : null;
    }

    boolean is(String literal) {
      return Arrays.equals(text, literal.getBytes(StandardCharsets.US_ASCII));
    }
  }

  private enum State {
    BYTE_ORDER_MARK,
    BEFORE_OBJECT,
    BEFORE_NAME,
    IN_NAME,
    BEFORE_COLON,
    BEFORE_VALUE,
    IN_STRING,
    IN_CONTAINER,
    IN_CONTAINER_STRING,
    IN_SCALAR,
    AFTER_VALUE,
    DONE,
    UNREADABLE
  }

  private static final Name[] NAMES = Name.values();
  private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final @Nullable Member[] members = new Member[NAMES.length];
  private State state = State.BYTE_ORDER_MARK;
  private int markSeen;
  private long position;
  private long base;
  private boolean escaped;
  private long depth;
  private final byte[] name = new byte[NAME_MAX];
  private int nameLength;
  private @Nullable Name wanted;
  private long valueStart;
  private byte[] text = new byte[64];
  private int textLength;
  private long objectStart = -1;
  private boolean empty = true;

  /** The member, or null when it was not found so far. */
  @Nullable Member member(Name wantedName) {
    return members[wantedName.ordinal()];
  }

  /** The whole object was read. */
  boolean complete() {
    return state == State.DONE;
  }

  /** The body is no JSON object that can be read. */
  boolean unreadable() {
    return state == State.UNREADABLE;
  }

  /** Offset after the opening brace, or -1. */
  long objectStart() {
    return objectStart;
  }

  /** The object has no members so far. */
  boolean empty() {
    return empty;
  }

  /** Reads the next bytes of the body. */
  void feed(byte[] bytes, int from, int to) {
    base = position - from;
    int i = from;
    while (i < to && state != State.DONE && state != State.UNREADABLE) {
      i = step(bytes, i, to);
    }
    position += to - from;
  }

  /** Reads as far as one state goes; answers the next index. */
  private int step(byte[] bytes, int i, int to) {
    return switch (state) {
      case BYTE_ORDER_MARK -> mark(bytes[i], i);
      case BEFORE_OBJECT -> beforeObject(bytes[i], i);
      case BEFORE_NAME -> beforeName(bytes[i], i);
      case IN_NAME -> inName(bytes, i, to);
      case BEFORE_COLON -> beforeColon(bytes[i], i);
      case BEFORE_VALUE -> beforeValue(bytes[i], i);
      case IN_STRING -> inString(bytes, i, to);
      case IN_CONTAINER -> inContainer(bytes, i, to);
      case IN_CONTAINER_STRING -> inContainerString(bytes, i, to);
      case IN_SCALAR -> inScalar(bytes, i, to);
      case AFTER_VALUE -> afterValue(bytes[i], i);
      case DONE, UNREADABLE -> to;
    };
  }

  private int mark(byte b, int i) {
    if (markSeen < MARK.length && b == MARK[markSeen]) {
      markSeen++;
      return i + 1;
    }
    state = markSeen == 0 || markSeen == MARK.length ? State.BEFORE_OBJECT : State.UNREADABLE;
    return i;
  }

  private int beforeObject(byte b, int i) {
    if (b == '{') {
      objectStart = base + i + 1;
      state = State.BEFORE_NAME;
    } else if (!isBlank(b)) {
      state = State.UNREADABLE;
    }
    return i + 1;
  }

  private int beforeName(byte b, int i) {
    if (b == '"') {
      empty = false;
      nameLength = 0;
      escaped = false;
      state = State.IN_NAME;
    } else if (b == '}') {
      state = State.DONE;
    } else if (!isBlank(b)) {
      state = State.UNREADABLE;
    }
    return i + 1;
  }

  private int inName(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      if (!escaped && b == '"') {
        wanted = wantedName();
        state = State.BEFORE_COLON;
        return i + 1;
      }
      escaped = !escaped && b == '\\';
      if (nameLength < NAME_MAX) {
        name[nameLength] = b;
      }
      nameLength++;
    }
    return to;
  }

  /** Which member the name in {@code name} is, or null; one that was found before is not wanted. */
  private @Nullable Name wantedName() {
    if (nameLength > NAME_MAX) {
      return null;
    }
    String text = JsonText.unescape(name, 0, nameLength);
    for (Name candidate : NAMES) {
      if (candidate.json.equals(text)) {
        return members[candidate.ordinal()] == null ? candidate : null;
      }
    }
    return null;
  }

  private int beforeColon(byte b, int i) {
    if (b == ':') {
      state = State.BEFORE_VALUE;
    } else if (!isBlank(b)) {
      state = State.UNREADABLE;
    }
    return i + 1;
  }

  private int beforeValue(byte b, int i) {
    if (isBlank(b)) {
      return i + 1;
    }
    valueStart = base + i;
    textLength = 0;
    escaped = false;
    if (b == '"') {
      state = State.IN_STRING;
    } else if (b == '{' || b == '[') {
      depth = 1;
      state = State.IN_CONTAINER;
    } else {
      state = State.IN_SCALAR;
      return i;
    }
    keep(b);
    return i + 1;
  }

  private int inString(byte[] bytes, int from, int to) {
    int end = stringEnd(bytes, from, to);
    keep(bytes, from, Math.min(to, end + 1));
    if (end < to) {
      endValue(end + 1);
      return end + 1;
    }
    return to;
  }

  private int inContainerString(byte[] bytes, int from, int to) {
    int end = stringEnd(bytes, from, to);
    keep(bytes, from, Math.min(to, end + 1));
    if (end < to) {
      state = State.IN_CONTAINER;
      return end + 1;
    }
    return to;
  }

  /** Index of the closing quote, or {@code to}. */
  private int stringEnd(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (escaped) {
        escaped = false;
      } else if (bytes[i] == '\\') {
        escaped = true;
      } else if (bytes[i] == '"') {
        return i;
      }
    }
    return to;
  }

  private int inContainer(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      if (b == '"') {
        keep(bytes, from, i + 1);
        state = State.IN_CONTAINER_STRING;
        return i + 1;
      }
      if (b == '{' || b == '[') {
        depth++;
      } else if ((b == '}' || b == ']') && --depth == 0) {
        keep(bytes, from, i + 1);
        endValue(i + 1);
        return i + 1;
      }
    }
    keep(bytes, from, to);
    return to;
  }

  private int inScalar(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      if (b == ',' || b == '}' || isBlank(b)) {
        keep(bytes, from, i);
        endValue(i);
        return i;
      }
    }
    keep(bytes, from, to);
    return to;
  }

  private int afterValue(byte b, int i) {
    if (b == ',') {
      state = State.BEFORE_NAME;
    } else if (b == '}') {
      state = State.DONE;
    } else if (!isBlank(b)) {
      state = State.UNREADABLE;
    }
    return i + 1;
  }

  private void endValue(int endIndex) {
    if (wanted != null) {
      members[wanted.ordinal()] =
          new Member(valueStart, base + endIndex, Arrays.copyOf(text, textLength));
    }
    state = State.AFTER_VALUE;
  }

  private void keep(byte b) {
    if (wanted != null && textLength < TEXT_MAX) {
      if (textLength == text.length) {
        text = Arrays.copyOf(text, text.length * 2);
      }
      text[textLength++] = b;
    }
  }

  private void keep(byte[] bytes, int from, int to) {
    if (wanted == null) {
      return;
    }
    int length = Math.min(to - from, TEXT_MAX - textLength);
    if (length > 0) {
      if (textLength + length > text.length) {
        text = Arrays.copyOf(text, Math.max(text.length * 2, textLength + length));
      }
      System.arraycopy(bytes, from, text, textLength, length);
      textLength += length;
    }
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }
}
