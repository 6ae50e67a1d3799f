package dev.whyops.finding.check;

import dev.whyops.why.stats.Samples;
import dev.whyops.why.view.Fact;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Values that stand far above the others of their name, in the trace and in history. */
final class Outliers {
  private static final int OTHERS_MIN = 10;

  private final Map<String, List<Value>> byName = new HashMap<>();

  private record Value(long value, Fact fact) {}

  /**
   * @param others how many values it was compared with
   * @param p95 95th percentile of the others
   */
  record Outlier(String name, long value, Fact fact, int others, long p95) {}

  void add(String name, @Nullable Long value, Fact fact) {
    if (value != null) {
      byName.computeIfAbsent(name, n -> new ArrayList<>()).add(new Value(value, fact));
    }
  }

  List<Outlier> find(Function<String, Samples> history, double factor, long aboveMin) {
    List<Outlier> outliers = new ArrayList<>();
    byName.forEach(
        (name, values) -> {
          if (values.stream().allMatch(value -> value.value() < aboveMin)) {
            return; // nothing below can stand so far above the others
          }
          Samples all =
              Samples.of(values.stream().mapToLong(Value::value).toArray())
                  .and(history.apply(name));
          for (Value value : values) {
            if (all.size() - 1 < OTHERS_MIN) {
              continue;
            }
            long p95 = all.quantileWithout(value.value(), 0.95);
            if (value.value() > factor * p95 && value.value() - p95 >= aboveMin) {
              outliers.add(new Outlier(name, value.value(), value.fact(), all.size() - 1, p95));
            }
          }
        });
    outliers.sort(java.util.Comparator.comparingInt(o -> o.fact().position()));
    return outliers;
  }
}
