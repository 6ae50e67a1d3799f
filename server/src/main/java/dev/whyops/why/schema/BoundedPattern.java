package dev.whyops.why.schema;

import com.networknt.schema.regex.RegularExpression;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A schema's pattern that cannot run away: each look at a character is counted, and past the bound
 * the match is given up. Patterns come from tool definitions, so they are not to be trusted.
 */
final class BoundedPattern implements RegularExpression {
  private static final int PATTERN_CHARS_MAX = 2_000;
  private static final int STEPS_MAX = 200_000;

  private final Pattern pattern;

  BoundedPattern(String regex) {
    if (regex.length() > PATTERN_CHARS_MAX) {
      throw new PatternSyntaxException("pattern too long", "", 0);
    }
    this.pattern = Pattern.compile(regex, Pattern.UNICODE_CHARACTER_CLASS);
  }

  @Override
  public boolean matches(String value) {
    return pattern.matcher(new Counted(value, new int[] {STEPS_MAX})).find();
  }

  /** The bound was met. */
  static final class RunawayException extends RuntimeException {
    private static final long serialVersionUID = 1;

    RunawayException() {
      super("pattern took too many steps", null, false, false);
    }
  }

  private record Counted(String text, int[] left) implements CharSequence {
    @Override
    public char charAt(int index) {
      if (--left[0] < 0) {
        throw new RunawayException();
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
