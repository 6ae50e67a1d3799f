package dev.whyops.why.schema;

import com.networknt.schema.regex.RegularExpression;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * A schema's pattern that cannot run away: each look at a character is counted, and past the bound
 * the match is given up. Patterns come from tool definitions, so they are not to be trusted.
 */
final class BoundedPattern implements RegularExpression {
  private static final int PATTERN_CHARS_MAX = 2_000;
  private static final int STEPS_MAX = 200_000;

  private final @Nullable Pattern pattern;

  BoundedPattern(String regex) {
    this.pattern = regex.length() > PATTERN_CHARS_MAX ? null : compiled(regex);
  }

  static boolean usable(String regex) {
    return regex.length() <= PATTERN_CHARS_MAX && compiled(regex) != null;
  }

  @Override
  public boolean matches(String value) {
    if (pattern == null) {
      throw new UnusableException();
    }
    return pattern.matcher(new Counted(value, new int[] {STEPS_MAX})).find();
  }

  /**
   * A broken pattern must not be thrown here: the library would log it, and it is a user's text.
   */
  private static @Nullable Pattern compiled(String regex) {
    try {
      return Pattern.compile(regex, Pattern.UNICODE_CHARACTER_CLASS);
    } catch (PatternSyntaxException e) {
      return null;
    }
  }

  /** The pattern is none, or its bound was met: there is no verdict. */
  static final class UnusableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnusableException() {
      super("pattern cannot be applied", null, false, false);
    }
  }

  private record Counted(String text, int[] left) implements CharSequence {
    @Override
    public char charAt(int index) {
      if (--left[0] < 0) {
        throw new UnusableException();
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new Counted(text.substring(start, end), left);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
