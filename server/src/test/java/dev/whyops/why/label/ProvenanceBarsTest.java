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
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The bars of provenance on planted values, drawn with a seed that tuning never saw. */
class ProvenanceBarsTest {
  private static final long HELD_OUT = 9_174_420_611_337L;
  private static final int TRACES = 320;

  /** What was found for what was planted. */
  record Judged(Planted planted, Provenance found, boolean span) {}

  @Test
  void barsHoldOnASetDrawnWithAHeldOutSeed() {
    List<Judged> all = draw(Long.getLong("whyops.seed", HELD_OUT), TRACES);
    System.out.println(table(all));

    assertThat(all).hasSizeGreaterThanOrEqualTo(1_000);
    assertThat(share(all, j -> j.planted().kind() == Kind.EXACT, Judged::span))
        .as("exact span")
        .isGreaterThanOrEqualTo(0.98);
    assertThat(share(all, j -> j.planted().kind() == Kind.NORMALISED, Judged::span))
        .as("normalised span")
        .isGreaterThanOrEqualTo(0.98);
    assertThat(
            share(
                all,
                j -> j.found().result() == Result.DERIVED,
                j -> j.planted().kind() == Kind.DERIVED))
        .as("derived precision")
        .isGreaterThanOrEqualTo(0.90);
    assertThat(
            share(all, j -> j.found().result() == Result.UNSOURCED, j -> j.planted().sourceless()))
        .as("unsourced precision")
        .isGreaterThanOrEqualTo(0.95);
    assertThat(
            share(all, j -> j.planted().sourceless(), j -> j.found().result() == Result.UNSOURCED))
        .as("unsourced recall")
        .isGreaterThanOrEqualTo(0.85);
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

  static double share(
      List<Judged> all,
      java.util.function.Predicate<Judged> of,
      java.util.function.Predicate<Judged> good) {
    List<Judged> base = all.stream().filter(of).toList();
    return base.isEmpty() ? 0 : (double) base.stream().filter(good).count() / base.size();
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
