package dev.whyops.why.provenance;

import java.util.List;
import java.util.regex.Pattern;

/** How sure one can be that a value of this shape must have had a source. */
final class Shapes {
  private static final double ID = 0.95;
  private static final double NAME = 0.8;
  private static final double FREE_TEXT = 0.4;

  private static final Pattern EMAIL = Pattern.compile("[^\\s@]{1,64}@[^\\s@]{1,255}");
  private static final Pattern CODE =
      Pattern.compile("[\\p{Alnum}][\\p{Alnum}_.:#/-]{2,127}", Pattern.UNICODE_CHARACTER_CLASS);

  private Shapes() {}

  static double confidence(Probe probe) {
    String text = probe.text().strip();
    if (probe.numeric()) {
      long digits = text.chars().filter(Character::isDigit).count();
      return digits >= 4 ? ID : FREE_TEXT;
    }
    boolean known = probe.forms().stream().anyMatch(key -> "duhpt".indexOf(key.charAt(0)) >= 0);
    if (known || EMAIL.matcher(text).matches() || isCode(text)) {
      return ID;
    }
    return isName(text) ? NAME : FREE_TEXT;
  }

  /** One word with at least two digits among its letters: an order number, a ticket, a hash. */
  private static boolean isCode(String text) {
    long digits = text.chars().filter(Character::isDigit).count();
    return digits >= 2 && CODE.matcher(text).matches();
  }

  /** One to five words, each with a capital, such as a person or a place. */
  private static boolean isName(String text) {
    String[] words = text.split("\\s+");
    if (words.length > 5 || text.length() > 80) {
      return false;
    }
    for (String word : words) {
      int first = word.codePointAt(0);
      if (!Character.isUpperCase(first) || !word.chars().allMatch(Shapes::inName)) {
        return false;
      }
    }
    boolean shouted = text.equals(text.toUpperCase(java.util.Locale.ROOT));
    return !(shouted && text.length() <= 4) && !CommonWords.all(List.of(Words.fold(text)));
  }

  private static boolean inName(int c) {
    return Character.isLetter(c) || "-'’.".indexOf(c) >= 0;
  }
}
