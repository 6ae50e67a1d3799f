package dev.whyops.why.provenance;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Cuts text into tokens: runs of letters and digits, and single characters in scripts that write no
 * spaces. The folded form of a token is compatible (NFKC) and lower case.
 */
final class Words {
  /** Longer tokens are cut, so that a blob costs no more than its length. */
  private static final int TOKEN_CHARS_MAX = 256;

  private Words() {}

  /** Receives tokens in order. */
  interface Sink {
    void token(int start, int end);
  }

  static void scan(String text, Sink sink) {
    int start = -1;
    int at = 0;
    while (at < text.length()) {
      int c = text.codePointAt(at);
      int width = Character.charCount(c);
      if (isWord(c) && isSpaceless(c)) {
        if (start >= 0) {
          sink.token(start, at);
        }
        sink.token(at, at + width);
        start = -1;
      } else if (isWord(c)) {
        if (start < 0) {
          start = at;
        } else if (at - start >= TOKEN_CHARS_MAX) {
          sink.token(start, at);
          start = at;
        }
      } else if (start >= 0) {
        sink.token(start, at);
        start = -1;
      }
      at += width;
    }
    if (start >= 0) {
      sink.token(start, text.length());
    }
  }

  /** Folded tokens of a text. */
  static List<String> of(String text) {
    List<String> tokens = new ArrayList<>();
    scan(text, (start, end) -> tokens.add(fold(text, start, end)));
    return tokens;
  }

  static boolean isWord(int c) {
    return c < 128
        ? c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
        : Character.isLetterOrDigit(c) || Character.getType(c) == Character.NON_SPACING_MARK;
  }

  static String fold(String text, int start, int end) {
    boolean plain = true;
    for (int i = start; i < end && plain; i++) {
      char c = text.charAt(i);
      plain = c < 128 && (c < 'A' || c > 'Z');
    }
    String token = text.substring(start, end);
    return plain ? token : fold(token);
  }

  static String fold(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
  }

  /** Folded text with one space for any run of space and one mark for any quote. */
  static String foldText(String text) {
    String folded = fold(text);
    StringBuilder out = new StringBuilder(folded.length());
    boolean space = false;
    for (int i = 0; i < folded.length(); i++) {
      char c = folded.charAt(i);
      if (Character.isWhitespace(c) || Character.isSpaceChar(c)) {
        space = true;
        continue;
      }
      if (space && !out.isEmpty()) {
        out.append(' ');
      }
      space = false;
      out.append("\"'`´‘’“”„‚«»‹›".indexOf(c) >= 0 ? '\'' : "‐‑‒–—−".indexOf(c) >= 0 ? '-' : c);
    }
    return out.toString();
  }

  /** Camel case and letter-digit borders as tokens of their own; empty when there are none. */
  static List<String> humps(String text) {
    List<String> humps = new ArrayList<>();
    scan(
        text,
        (start, end) -> {
          int from = start;
          for (int i = start + 1; i < end; i++) {
            char before = text.charAt(i - 1);
            char here = text.charAt(i);
            boolean border =
                Character.isLowerCase(before) && Character.isUpperCase(here)
                    || Character.isLetter(before) != Character.isLetter(here);
            if (border) {
              humps.add(fold(text, from, i));
              from = i;
            }
          }
          humps.add(fold(text, from, end));
        });
    return humps;
  }

  private static boolean isSpaceless(int c) {
    if (c < 0x0E00) {
      return false;
    }
    return switch (Character.UnicodeScript.of(c)) {
      case HAN, HIRAGANA, KATAKANA, THAI, LAO, KHMER, MYANMAR -> true;
      default -> false;
    };
  }
}
