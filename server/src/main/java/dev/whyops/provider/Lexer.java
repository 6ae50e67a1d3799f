package dev.whyops.provider;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/**
 * Opens Jackson's streaming parser over a captured copy. It takes the numbers that JSON does not
 * have (NaN), because providers were seen to send them, and 1,000 levels of nesting.
 */
final class Lexer {
  private static final int DEPTH_MAX = 1_000;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEPTH_MAX)
                  .maxStringLength(64 << 20)
                  .maxNameLength(64 << 10)
                  .maxNumberLength(1_000)
                  .build())
          .build();

  private Lexer() {}

  /** A byte order mark reads as spaces, so that offsets count it. */
  static JsonParser open(byte[] text) {
    byte[] readable = text;
    if (Utf8.hasByteOrderMark(text)) {
      readable = text.clone();
      Arrays.fill(readable, 0, 3, (byte) ' ');
    }
    return FACTORY.createParser(ObjectReadContext.empty(), readable);
  }

  static int startOffset(JsonParser parser) {
    return (int) parser.currentTokenLocation().getByteOffset();
  }

  /** Behind the last byte of the token that the parser stands on. */
  static int endOffset(JsonParser parser) {
    parser.finishToken();
    return (int) parser.currentLocation().getByteOffset();
  }

  static String note(JsonParser parser) {
    return parser.streamReadContext().getNestingDepth() >= DEPTH_MAX
        ? Notes.TOO_DEEP
        : Notes.UNPARSED;
  }

  static JacksonException endedEarly() {
    return new StreamReadException("ended early");
  }

  /** The text of a quoted string; lone surrogates of escapes stay as they are. */
  static String unquote(byte[] source, int start, int end) {
    if (isPlain(
        source, start, end)) { // most are, and a parser for each would cost more than all else
      return new String(source, start + 1, end - start - 2, StandardCharsets.UTF_8);
    }
    try (JsonParser parser =
        FACTORY.createParser(ObjectReadContext.empty(), Arrays.copyOfRange(source, start, end))) {
      parser.nextToken();
      @Nullable String text = parser.getString();
      return text == null ? "" : text;
    } catch (JacksonException e) {
      return "";
    }
  }

  /** Quotes at both ends and nothing escaped between them. */
  private static boolean isPlain(byte[] source, int start, int end) {
    if (end - start < 2 || source[start] != '"' || source[end - 1] != '"') {
      return false;
    }
    for (int i = start + 1; i < end - 1; i++) {
      if (source[i] == '\\' || source[i] == '"') {
        return false;
      }
    }
    return true;
  }
}
