package dev.whyops.why.compare;

import dev.whyops.why.history.TraceDigest;
import dev.whyops.why.history.VersionHistory;
import dev.whyops.why.stats.MixShift;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Names other differences between the traces of two versions that may explain their metrics. */
final class Shifts {
  private static final double VARIATION_MIN = 0.2;
  private static final double P_MAX = 0.01;
  private static final int NAMED_MAX = 3;

  private Shifts() {}

  static List<String> between(VersionHistory a, VersionHistory b) {
    List<String> shifts = new ArrayList<>();
    name("models", labels(a, Shifts::models), labels(b, Shifts::models), shifts);
    name(
        "users",
        labels(a, TraceDigest::externalUserId),
        labels(b, TraceDigest::externalUserId),
        shifts);
    return shifts;
  }

  private static void name(String what, List<String> a, List<String> b, List<String> shifts) {
    MixShift shift = MixShift.of(a, b);
    if (shift.variation() < VARIATION_MIN || shift.pValue() > P_MAX) {
      return;
    }
    Map<String, Double> sharesA = shares(a);
    Map<String, Double> sharesB = shares(b);
    Set<String> labels = new HashSet<>(sharesA.keySet());
    labels.addAll(sharesB.keySet());
    Function<String, Double> moved =
        label -> Math.abs(sharesA.getOrDefault(label, 0.0) - sharesB.getOrDefault(label, 0.0));
    String movers =
        labels.stream()
            .sorted(Comparator.comparing(moved).reversed().thenComparing(l -> l))
            .limit(NAMED_MAX)
            .map(label -> label + " " + percent(sharesA, label) + " → " + percent(sharesB, label))
            .collect(Collectors.joining(", "));
    shifts.add("other mix of " + what + ": " + movers);
  }

  private static List<String> labels(
      VersionHistory history, Function<TraceDigest, @Nullable String> label) {
    return history.digests().stream().map(label).filter(Objects::nonNull).toList();
  }

  /** The models that a trace called, joined by {@code +}; null when it called none. */
  private static @Nullable String models(TraceDigest digest) {
    String models =
        digest.latencyUs().keySet().stream()
            .filter(name -> name.startsWith(TraceDigest.MODEL))
            .map(name -> name.substring(TraceDigest.MODEL.length()))
            .sorted()
            .collect(Collectors.joining("+"));
    return models.isEmpty() ? null : models;
  }

  private static Map<String, Double> shares(List<String> labels) {
    return labels.stream()
        .collect(
            Collectors.groupingBy(
                l -> l,
                TreeMap::new,
                Collectors.collectingAndThen(
                    Collectors.counting(), n -> (double) n / labels.size())));
  }

  private static String percent(Map<String, Double> shares, String label) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * shares.getOrDefault(label, 0.0));
  }
}
