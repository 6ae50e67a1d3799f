package dev.whyops.message;

import java.util.Arrays;
import java.util.Set;

/**
 * Finds the parts of a JSON text that an agent sends again and again: the items of {@code
 * messages}, {@code input}, {@code tools} and {@code system}, and long texts of system prompts.
 * Nothing is parsed into a tree or written anew: a part is a range of the text as it came, so parts
 * and rest joined again give the very same text.
 *
 * <p>Text that is no JSON has no parts. Time is linear, nesting costs no stack.
 */
public final class ContentSplitter {
  /** Shorter parts are cheaper inside the envelope than as a row of their own. */
  public static final int PART_CHARS_MIN = 256;

  private static final Set<String> REPEATED =
      Set.of("messages", "input", "tools", "system", "instructions", "systemPrompt", "contents");

  private final String text;
  private int at;
  private int[] ranges = new int[8];
  private int count;

  private ContentSplitter(String text) {
    this.text = text;
  }

  /** Ascending, disjoint ranges as (start, end) pairs of character offsets. */
  public static int[] parts(String json) {
    if (json.length() < PART_CHARS_MIN) {
      return new int[0];
    }
    ContentSplitter splitter = new ContentSplitter(json);
    splitter.scan();
    return Arrays.copyOf(splitter.ranges, splitter.count);
  }

  private void scan() {
    skipSpace();
    if (peek() == '[') {
      items();
    } else if (peek() == '{') {
      members();
    }
  }

  private void members() {
    at++;
    while (true) {
      skipSpace();
      if (peek() != '"') {
        return;
      }
      int nameStart = at + 1;
      skipString();
      String name = text.substring(nameStart, Math.max(nameStart, at - 1));
      skipSpace();
      if (peek() != ':') {
        return;
      }
      at++;
      skipSpace();
      if (REPEATED.contains(name) && peek() == '[') {
        items();
      } else {
        int start = at;
        skipValue();
        if (REPEATED.contains(name)) {
          add(start, at);
        }
      }
      skipSpace();
      if (peek() != ',') {
        return;
      }
      at++;
    }
  }

  private void items() {
    at++;
    while (true) {
      skipSpace();
      int start = at;
      skipValue();
      if (at == start) {
        break;
      }
      add(start, at);
      skipSpace();
      if (peek() != ',') {
        break;
      }
      at++;
    }
    if (peek() == ']') {
      at++;
    }
  }

  private void add(int start, int end) {
    if (end - start < PART_CHARS_MIN) {
      return;
    }
    if (count == ranges.length) {
      ranges = Arrays.copyOf(ranges, count * 2);
    }
    ranges[count++] = start;
    ranges[count++] = end;
  }

  /** Moves behind the value that starts here; stays where no value can start. */
  private void skipValue() {
    char c = peek();
    if (c == '"') {
      skipString();
    } else if (c == '{' || c == '[') {
      int depth = 0;
      do {
        char here = peek();
        if (here == '"') {
          skipString();
          continue;
        }
        if (here == '{' || here == '[') {
          depth++;
        } else if (here == '}' || here == ']') {
          depth--;
        }
        at++;
      } while (depth > 0 && at < text.length());
    } else {
      while (at < text.length() && isScalar(text.charAt(at))) {
        at++;
      }
    }
  }

  private static boolean isScalar(char c) {
    return c >= '0' && c <= '9'
        || c >= 'a' && c <= 'z'
        || c == '-'
        || c == '+'
        || c == '.'
        || c == 'E';
  }

  private void skipString() {
    at++;
    while (at < text.length()) {
      int quote = text.indexOf('"', at);
      if (quote < 0) {
        at = text.length();
        return;
      }
      int slashes = 0;
      for (int i = quote - 1; i >= at && text.charAt(i) == '\\'; i--) {
        slashes++;
      }
      at = quote + 1;
      if ((slashes & 1) == 0) {
        return;
      }
    }
  }

  private void skipSpace() {
    while (at < text.length() && text.charAt(at) <= ' ') {
      at++;
    }
  }

  private char peek() {
    return at < text.length() ? text.charAt(at) : '\0';
  }
}
