package dev.whyops.why.provenance;

import dev.whyops.why.view.Leaf;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A value that is looked for.
 *
 * @param tokens folded tokens of the text
 * @param cut there are more tokens, which are not among them
 * @param firstStart where the first token starts in the text
 * @param lastEnd where the last token ends
 * @param forms keys of the normal forms that the whole text is
 * @param number its value; null when it is no number
 * @param date the day that it names; null when it names none
 */
record Probe(
    String text,
    List<String> tokens,
    boolean cut,
    int firstStart,
    int lastEnd,
    Set<String> forms,
    @Nullable BigDecimal number,
    @Nullable LocalDate date) {
  private static final int TOKENS_MAX = 400;

  static Probe of(Leaf leaf) {
    return of(leaf.text());
  }

  static Probe of(String text) {
    List<String> tokens = new ArrayList<>();
    int[] span = {-1, 0};
    boolean[] cut = {false};
    Words.scan(
        text,
        (start, end) -> {
          if (tokens.size() < TOKENS_MAX) {
            span[0] = span[0] < 0 ? start : span[0];
            span[1] = end;
            tokens.add(Words.fold(text, start, end));
          } else {
            cut[0] = true;
          }
        });
    Set<String> forms = new LinkedHashSet<>();
    String stripped = text.strip();
    if (stripped.length() <= 2_100) {
      NormalForms.scan(
          stripped,
          (key, start, end, compound) -> {
            boolean currency = start == 1 && "$€£¥".indexOf(stripped.charAt(0)) >= 0;
            if ((start == 0 || currency) && whole(stripped, key, end)) {
              forms.add(key);
            }
          });
    }
    LocalDate date = null;
    for (String form : forms) {
      if (form.startsWith("d:")) {
        date = LocalDate.parse(form.substring(2));
        break;
      }
    }
    return new Probe(
        text,
        tokens,
        cut[0],
        Math.max(span[0], 0),
        span[1],
        forms,
        NumberForms.value(stripped),
        date);
  }

  /** True when the form is all of the text, but for the zone and seconds of a time. */
  private static boolean whole(String text, String key, int end) {
    return end == text.length()
        || key.startsWith("t:") && text.length() - end <= 14
        || end + 1 == text.length() && text.charAt(end) == '%';
  }

  /** True for a plain number or a string of digits only. */
  boolean numeric() {
    return number != null;
  }
}
