package dev.whyops.masking;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.whyops.project.ProjectSettings.Mask;
import java.util.List;

/** The compiled masks of a project, applied in their order. Linear in the text; thread-safe. */
public final class Masks {
  private record Compiled(Pattern pattern, String replacement) {}

  private final List<Compiled> compiled;

  private Masks(List<Compiled> compiled) {
    this.compiled = List.copyOf(compiled);
  }

  /** Patterns were checked when they were saved. */
  public static Masks of(List<Mask> masks) {
    return new Masks(
        masks.stream()
            .map(
                mask ->
                    new Compiled(
                        Pattern.compile(mask.pattern()),
                        Matcher.quoteReplacement(mask.replacement())))
            .toList());
  }

  public boolean isEmpty() {
    return compiled.isEmpty();
  }

  public String text(String text) {
    String masked = text;
    for (Compiled mask : compiled) {
      masked = mask.pattern.matcher(masked).replaceAll(mask.replacement);
    }
    return masked;
  }
}
