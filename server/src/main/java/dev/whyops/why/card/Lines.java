package dev.whyops.why.card;

import dev.whyops.why.card.WhyCard.Basis;
import dev.whyops.why.card.WhyCard.Line;
import dev.whyops.why.card.WhyCard.Ref;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sentences of a card, numbered in order. */
final class Lines {
  private final List<Line> lines = new ArrayList<>();

  void add(Basis basis, String text, Ref... refs) {
    lines.add(new Line("L" + (lines.size() + 1), basis, text, List.of(refs)));
  }

  List<Line> all() {
    return List.copyOf(lines);
  }

  /** A number with its noun. */
  static String count(int n, String noun) {
    return n + " " + noun + (n == 1 ? "" : "s");
  }

  static Ref ref(String eventId, @Nullable String path) {
    return new Ref(eventId, path);
  }

  static String clipped(String text, int chars) {
    String line = text.strip().replaceAll("\\s+", " ");
    return line.length() <= chars ? line : line.substring(0, chars - 1) + "…";
  }
}
