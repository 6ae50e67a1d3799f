package dev.whyops.why.history;

import dev.whyops.why.provenance.ValueHabits;
import dev.whyops.why.stats.Samples;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What follows from the digests of a version's closed traces. Made once per version and asked for
 * many traces; the trace in question is left out where it could testify for itself, and shares all
 * else with the whole.
 *
 * <p>Immutable.
 */
public final class VersionHistory implements ValueHabits {
  public static final VersionHistory NONE = new VersionHistory(null, Map.of());
  private static final int USUAL_CALLS_MIN = 50;

  private final @Nullable String versionId;
  private final Map<String, TraceDigest> byTrace;
  private final Totals totals;
  private final @Nullable TraceDigest leftOut;

  /** Of all digests, also of one that is left out. */
  private record Totals(
      Map<String, Samples> latencies,
      Map<String, Samples> tokens,
      Map<String, Map<String, Integer>> values,
      Map<String, Integer> valueCounts) {
    static Totals of(Collection<TraceDigest> digests) {
      Map<String, List<Long>> latency = new HashMap<>();
      Map<String, List<Long>> input = new HashMap<>();
      Map<String, Map<String, Integer>> values = new HashMap<>();
      Map<String, Integer> valueCounts = new HashMap<>();
      for (TraceDigest digest : digests) {
        digest
            .latencyUs()
            .forEach((name, v) -> latency.computeIfAbsent(name, n -> new ArrayList<>()).addAll(v));
        digest
            .inputTokens()
            .forEach((name, v) -> input.computeIfAbsent(name, n -> new ArrayList<>()).addAll(v));
        digest
            .values()
            .forEach(
                (place, counts) -> {
                  Map<String, Integer> here = values.computeIfAbsent(place, p -> new HashMap<>());
                  counts.forEach((value, count) -> here.merge(value, count, Integer::sum));
                  valueCounts.merge(place, sum(counts), Integer::sum);
                });
      }
      return new Totals(samples(latency), samples(input), values, valueCounts);
    }

    private static Map<String, Samples> samples(Map<String, List<Long>> values) {
      Map<String, Samples> samples = new HashMap<>();
      values.forEach((name, v) -> samples.put(name, VersionHistory.samples(v)));
      return samples;
    }
  }

  private VersionHistory(@Nullable String versionId, Map<String, TraceDigest> byTrace) {
    this(versionId, byTrace, Totals.of(byTrace.values()), null);
  }

  private VersionHistory(
      @Nullable String versionId,
      Map<String, TraceDigest> byTrace,
      Totals totals,
      @Nullable TraceDigest leftOut) {
    this.versionId = versionId;
    this.byTrace = byTrace;
    this.totals = totals;
    this.leftOut = leftOut;
  }

  /** All digests that belong to the version, the same trace only once, its newest digest. */
  public static VersionHistory of(String versionId, Collection<TraceDigest> digests) {
    Map<String, TraceDigest> newest = new LinkedHashMap<>();
    for (TraceDigest digest : digests) {
      if (versionId.equals(digest.versionId())) {
        newest.put(digest.traceId(), digest);
      }
    }
    return new VersionHistory(versionId, newest);
  }

  public @Nullable String versionId() {
    return versionId;
  }

  public List<TraceDigest> digests() {
    return others().toList();
  }

  private Stream<TraceDigest> others() {
    Stream<TraceDigest> all = byTrace.values().stream();
    return leftOut == null ? all : all.filter(digest -> digest != leftOut);
  }

  /** History of what ended in a range of time; null is open on that side. */
  public VersionHistory between(@Nullable Instant from, @Nullable Instant to) {
    if (versionId == null || (from == null && to == null)) {
      return this;
    }
    return of(
        versionId,
        others()
            .filter(d -> from == null || !d.endedAt().isBefore(from))
            .filter(d -> to == null || d.endedAt().isBefore(to))
            .toList());
  }

  public int traceCount() {
    return byTrace.size() - (leftOut == null ? 0 : 1);
  }

  /** History without one trace, and with none other left out. */
  public VersionHistory without(String traceId) {
    TraceDigest digest = byTrace.get(traceId);
    return digest == leftOut ? this : new VersionHistory(versionId, byTrace, totals, digest);
  }

  /** Latencies in microseconds of {@code model:name} or {@code tool:name}. */
  public Samples latencies(String name) {
    Samples all = totals.latencies().getOrDefault(name, Samples.NONE);
    return leftOut == null ? all : less(all, leftOut.latencyUs().get(name));
  }

  public Samples inputTokens(String name) {
    Samples all = totals.tokens().getOrDefault(name, Samples.NONE);
    return leftOut == null ? all : less(all, leftOut.inputTokens().get(name));
  }

  private static Samples less(Samples all, @Nullable List<Long> values) {
    return values == null ? all : all.without(samples(values));
  }

  /** Traces in which the tool was offered. */
  public long offered(String tool) {
    return others().filter(digest -> digest.offered().contains(tool)).count();
  }

  public long calls(String tool) {
    return others().mapToLong(d -> d.toolCalls().getOrDefault(tool, 0)).sum();
  }

  public long errors(String tool) {
    return others().mapToLong(d -> d.toolErrors().getOrDefault(tool, 0)).sum();
  }

  public long misuses(String tool) {
    return others().mapToLong(d -> d.misuses().getOrDefault(tool, 0)).sum();
  }

  public Samples costs(Instant at, Duration window) {
    return Samples.of(
        others()
            .filter(d -> !d.endedAt().isAfter(at) && d.endedAt().isAfter(at.minus(window)))
            .map(TraceDigest::costNanoUsd)
            .filter(Objects::nonNull)
            .mapToLong(Long::longValue)
            .toArray());
  }

  public BaseRate baseRate(String given, String chose) {
    long n = 0;
    long k = 0;
    for (TraceDigest digest : digests()) {
      String choice = digest.decisions().get(given);
      n += choice == null ? 0 : 1;
      k += chose.equals(choice) ? 1 : 0;
    }
    return BaseRate.of(given, chose, k, n);
  }

  /** Occurrences of an error in other traces. */
  public long seen(String fingerprint) {
    return others().mapToLong(d -> d.errorFingerprints().getOrDefault(fingerprint, 0)).sum();
  }

  public @Nullable Instant firstSeen(String fingerprint) {
    return others()
        .filter(d -> d.errorFingerprints().containsKey(fingerprint))
        .map(TraceDigest::endedAt)
        .min(Instant::compareTo)
        .orElse(null);
  }

  @Override
  public boolean usual(String tool, String pathShape, String value) {
    String place = tool + " " + pathShape;
    Map<String, Integer> all = totals.values().getOrDefault(place, Map.of());
    Map<String, Integer> left =
        leftOut == null ? Map.of() : leftOut.values().getOrDefault(place, Map.of());
    int calls = totals.valueCounts().getOrDefault(place, 0) - sum(left);
    int count = all.getOrDefault(value, 0) - left.getOrDefault(value, 0);
    return calls >= USUAL_CALLS_MIN && count > 0.2 * calls;
  }

  private static int sum(Map<String, Integer> counts) {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }

  private static Samples samples(List<Long> values) {
    return Samples.of(values.stream().mapToLong(Long::longValue).toArray());
  }
}
