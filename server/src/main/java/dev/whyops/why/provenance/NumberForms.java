package dev.whyops.why.provenance;

import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Numbers by value: grouped thousands, decimal comma or point, exponents, percents. */
final class NumberForms {
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?\\d[\\d.,'’]{0,40}+(?:[eE][-+]?\\d{1,3})?");
  private static final Pattern PLAIN =
      Pattern.compile("[-+]?\\d+(?:\\.\\d+)?(?:[eE][-+]?\\d{1,3})?");
  private static final Pattern GROUPED_POINT =
      Pattern.compile("[-+]?\\d{1,3}(?:[,'’]\\d{3})+(?:\\.\\d+)?");
  private static final Pattern GROUPED_COMMA =
      Pattern.compile("[-+]?\\d{1,3}(?:[.'’]\\d{3})+(?:,\\d+)?");
  private static final Pattern DECIMAL_COMMA = Pattern.compile("[-+]?\\d+,\\d+");
  private static final int DIGITS_MAX = 40;

  private NumberForms() {}

  static void scan(String text, NormalForms.Sink sink) {
    Matcher m = NUMBER.matcher(text);
    while (m.find()) {
      int start = m.start();
      int end = m.end();
      while (end > start && ".,'’".indexOf(text.charAt(end - 1)) >= 0) {
        end--;
      }
      if (start > 0
          && "+-".indexOf(text.charAt(start)) >= 0
          && Words.isWord(text.charAt(start - 1))) {
        start++;
      }
      if (start > 0 && Words.isWord(text.charAt(start - 1))
          || end < text.length() && Words.isWord(text.charAt(end))) {
        continue;
      }
      emit(text, start, end, sink);
    }
  }

  private static void emit(String text, int start, int end, NormalForms.Sink sink) {
    String lexeme = text.substring(start, end);
    boolean compound = compound(text, start, end);
    boolean percent = end < text.length() && text.charAt(end) == '%';
    for (Pattern shape : new Pattern[] {PLAIN, GROUPED_POINT, GROUPED_COMMA, DECIMAL_COMMA}) {
      if (!shape.matcher(lexeme).matches()) {
        continue;
      }
      String plain = lexeme.replace("'", "").replace("’", "");
      if (shape == GROUPED_POINT) {
        plain = plain.replace(",", "");
      } else if (shape == GROUPED_COMMA) {
        plain = plain.replace(".", "").replace(',', '.');
      } else if (shape == DECIMAL_COMMA) {
        plain = plain.replace(',', '.');
      }
      BigDecimal value = value(plain);
      if (value != null) {
        sink.form(key(value), start, end, compound);
        if (percent) {
          sink.form(key(value.movePointLeft(2)), start, end + 1, compound);
        }
      }
    }
  }

  /** The value of a JSON number or plain lexeme; null when it is none or out of any use. */
  static @Nullable BigDecimal value(String lexeme) {
    if (lexeme.isEmpty() || lexeme.length() > DIGITS_MAX || !PLAIN.matcher(lexeme).matches()) {
      return null;
    }
    try {
      BigDecimal value = new BigDecimal(lexeme);
      boolean huge = Math.abs((long) value.scale()) + value.precision() > 2L * DIGITS_MAX;
      return huge ? null : value;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  static String key(BigDecimal value) {
    return "n:" + (value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString());
  }

  /** True inside an id, a version, a date: glued to more letters or digits by a mark. */
  static boolean compound(String text, int start, int end) {
    return start >= 2
            && "-_.@+/:#".indexOf(text.charAt(start - 1)) >= 0
            && Words.isWord(text.charAt(start - 2))
        || end + 1 < text.length()
            && "-_.@+/:#".indexOf(text.charAt(end)) >= 0
            && Words.isWord(text.charAt(end + 1));
  }
}
