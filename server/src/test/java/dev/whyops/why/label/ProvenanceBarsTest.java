package dev.whyops.why.label;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.why.label.Planted.Kind;
import dev.whyops.why.provenance.Provenance;
import dev.whyops.why.provenance.Provenance.Result;
import dev.whyops.why.provenance.Tracer;
import dev.whyops.why.provenance.ValueHabits;
import dev.whyops.why.view.ToolUse;
import dev.whyops.why.view.TraceView;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The bars of provenance on planted values, drawn with a seed that tuning never saw. */
class ProvenanceBarsTest {
  private static final int TRACES = 320;

  /** What was found for what was planted. */
  record Judged(Planted planted, Provenance found, boolean span) {}

  @Test
  void barsHoldOnASetDrawnWithAHeldOutSeed() {
    List<Judged> all = draw(LabelledSet.seed(), TRACES);
    LabelledSet.report("origins of values", table(all));

    assertThat(all).hasSizeGreaterThanOrEqualTo(1_000);
    for (Bar bar : BARS) {
      assertThat(bar.share(all)).as(bar.name()).isGreaterThanOrEqualTo(bar.least());
    }
  }

  @Test
  @DisplayName("A planted value is found in every normal form and every derivation, in its place")
  void everyForm() {
    SplittableRandom random = new SplittableRandom(LabelledSet.seed());
    List<Planted> all = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      Values values = new Values(random);
      for (int form = 0; form < OtherForms.FORMS; form++) {
        all.add(new OtherForms(values, random).draw(form));
      }
      for (int way = 0; way < Derivations.WAYS; way++) {
        all.add(new Derivations(values, random).draw(way));
      }
    }
    for (int i = 0; i < all.size(); i++) {
      PlantedRun run = PlantedRun.alone(random, i, all.get(i));
      Judged judged = judge(run.run().view(), run.planted(), run.place()).getFirst();
      assertThat(judged.found().result().name())
          .as("%s", judged)
          .isEqualTo(judged.planted().kind().name());
      assertThat(judged.planted().kind() == Kind.DERIVED || judged.span())
          .as("%s", judged)
          .isTrue();
    }
  }

  /** A share of the judged leaves that must not fall below a bar. */
  private record Bar(String name, double least, Predicate<Judged> of, Predicate<Judged> good) {
    double share(List<Judged> all) {
      List<Judged> base = all.stream().filter(of).toList();
      return base.isEmpty() ? 0 : (double) base.stream().filter(good).count() / base.size();
    }
  }

  private static final List<Bar> BARS =
      List.of(
          new Bar("exact, right place", 0.98, planted(Kind.EXACT), Judged::span),
          new Bar("normalised, right place", 0.98, planted(Kind.NORMALISED), Judged::span),
          new Bar("derived, precision", 0.90, found(Result.DERIVED), planted(Kind.DERIVED)),
          new Bar(
              "unsourced, precision",
              0.95,
              found(Result.UNSOURCED),
              judged -> judged.planted().sourceless()),
          new Bar(
              "unsourced, recall",
              0.85,
              judged -> judged.planted().sourceless(),
              found(Result.UNSOURCED)));

  private static Predicate<Judged> planted(Kind kind) {
    return judged -> judged.planted().kind() == kind;
  }

  private static Predicate<Judged> found(Result result) {
    return judged -> judged.found().result() == result;
  }

  static List<Judged> draw(long seed, int traces) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Judged> all = new ArrayList<>();
    for (int i = 0; i < traces; i++) {
      PlantedRun drawn = PlantedRun.draw(random.split(), i);
      all.addAll(judge(drawn.run().view(), drawn.planted(), drawn.place()));
    }
    return all;
  }

  private static List<Judged> judge(
      TraceView view, Map<String, Planted> planted, Map<String, String> place) {
    ToolUse use = view.toolUses().getLast();
    List<Judged> judged = new ArrayList<>();
    for (Provenance found : new Tracer(view, ValueHabits.NONE).of(use)) {
      Planted value = planted.get(found.leaf().path().substring(2));
      if (value != null) {
        judged.add(new Judged(value, found, span(view, value, found, place)));
      }
    }
    return judged;
  }

  /** True when the origin is exactly where the value was planted. */
  private static boolean span(
      TraceView view, Planted value, Provenance found, Map<String, String> place) {
    Provenance.Origin origin = found.origin();
    String where = place.get(value.key());
    boolean right = found.result().name().equals(value.kind().name());
    if (!right || origin == null || where == null) {
      return false;
    }
    boolean user = where.equals("user") && origin.role().equals("user") && origin.path() == null;
    boolean tool = where.equals(origin.path());
    return (user || tool)
        && origin.end() - origin.start() == value.spanText().length()
        && view.fact(origin.eventId()) != null;
  }

  private static String table(List<Judged> all) {
    StringBuilder out = new StringBuilder("planted      ");
    for (Result result : Result.values()) {
      out.append(String.format("%12s", result));
    }
    Map<Kind, Map<Result, Integer>> counts = new EnumMap<>(Kind.class);
    for (Judged j : all) {
      counts
          .computeIfAbsent(j.planted().kind(), k -> new EnumMap<>(Result.class))
          .merge(j.found().result(), 1, Integer::sum);
    }
    counts.forEach(
        (kind, row) -> {
          out.append('\n').append(String.format("%-13s", kind));
          for (Result result : Result.values()) {
            out.append(String.format("%12d", row.getOrDefault(result, 0)));
          }
        });
    for (Bar bar : BARS) {
      out.append(
          String.format(
              Locale.ROOT, "%n%-24s %.3f (bar %.2f)", bar.name(), bar.share(all), bar.least()));
    }
    if (Boolean.getBoolean("whyops.misses")) {
      for (Judged j : all) {
        boolean good =
            j.planted().sourceless()
                ? j.found().result() == Result.UNSOURCED
                : j.planted().kind() == Kind.DERIVED
                    ? j.found().result() == Result.DERIVED
                    : j.span();
        if (!good) {
          out.append('\n').append(j.planted()).append(" -> ").append(j.found());
        }
      }
    }
    return out.toString();
  }
}
