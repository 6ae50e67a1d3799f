package dev.whyops.why.label;

import dev.whyops.finding.Evidence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Traces with a known fault or known origins of values, drawn with a fixed seed, so that their
 * whole evidence can be kept in files and be read in review.
 */
public final class GoldenTraces {
  private static final long SEED = 20_260_304L;
  private static final int PLANTED_RUNS = 10;

  private GoldenTraces() {}

  /**
   * A trace and what is known about it beforehand.
   *
   * @param code the finding that was planted; empty for none
   * @param results how each argument of the last call has to be judged, by name
   */
  public record Golden(String name, Evidence evidence, String code, Map<String, String> results) {}

  public static List<Golden> all() {
    List<Golden> all = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(SEED);
    for (Map.Entry<String, Scenes.Scene> scene : Scenes.all().entrySet()) {
      for (int n = 0; n < 2; n++) {
        String name = scene.getKey().toLowerCase(java.util.Locale.ROOT) + "-" + (n + 1);
        Evidence evidence = scene.getValue().fires().apply(random.split(), n);
        all.add(new Golden(name, evidence, scene.getKey(), Map.of()));
      }
    }
    for (int n = 0; n < PLANTED_RUNS; n++) {
      PlantedRun run = PlantedRun.draw(random.split(), n);
      Map<String, String> results = new LinkedHashMap<>();
      run.planted()
          .forEach(
              (key, value) ->
                  results.put(key, value.sourceless() ? "UNSOURCED" : value.kind().name()));
      all.add(new Golden("origins-" + (n + 1), Evidence.of(run.run().view()), "", results));
    }
    return all;
  }
}
