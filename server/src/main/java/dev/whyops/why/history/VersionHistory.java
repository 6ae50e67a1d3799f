package dev.whyops.why.history;

import dev.whyops.why.provenance.ValueHabits;
import dev.whyops.why.stats.Samples;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What follows from the digests of a version's closed traces. Made once per version and asked for
 * many traces; the trace in question is left out where it could testify for itself.
 *
 * <p>Immutable.
 */
public final class VersionHistory implements ValueHabits {
  public static final VersionHistory NONE = new VersionHistory(null, List.of());
  private static final int USUAL_CALLS_MIN = 50;

  private final @Nullable String versionId;
  private final List<TraceDigest> digests;
  private final Set<String> traceIds;
  private final Map<String, Samples> latencies = new HashMap<>();
  private final Map<String, Samples> tokens = new HashMap<>();
  private final Map<String, Map<String, Integer>> values = new HashMap<>();
  private final Map<String, Integer> valueCounts = new HashMap<>();

  private VersionHistory(@Nullable String versionId, List<TraceDigest> digests) {
    this.versionId = versionId;
    this.digests = List.copyOf(digests);
    this.traceIds = digests.stream().map(TraceDigest::traceId).collect(Collectors.toSet());
    Map<String, List<Long>> latency = new HashMap<>();
    Map<String, List<Long>> input = new HashMap<>();
    for (TraceDigest digest : digests) {
      digest
          .latencyUs()
          .forEach((name, v) -> latency.computeIfAbsent(name, n -> new ArrayList<>()).addAll(v));
      digest
          .inputTokens()
          .forEach((name, v) -> input.computeIfAbsent(name, n -> new ArrayList<>()).addAll(v));
      digest.values().forEach(this::count);
    }
    latency.forEach((name, v) -> latencies.put(name, samples(v)));
    input.forEach((name, v) -> tokens.put(name, samples(v)));
  }

  /** All digests that belong to the version, the same trace only once, its newest digest. */
  public static VersionHistory of(String versionId, List<TraceDigest> digests) {
    Map<String, TraceDigest> newest = new java.util.LinkedHashMap<>();
    for (TraceDigest digest : digests) {
      if (versionId.equals(digest.versionId())) {
        newest.put(digest.traceId(), digest);
      }
    }
    return new VersionHistory(versionId, List.copyOf(newest.values()));
  }

  public @Nullable String versionId() {
    return versionId;
  }

  public List<TraceDigest> digests() {
    return digests;
  }

  /** History of what ended in a range of time; null is open on that side. */
  public VersionHistory between(@Nullable Instant from, @Nullable Instant to) {
    if (from == null && to == null) {
      return this;
    }
    return new VersionHistory(
        versionId,
        digests.stream()
            .filter(d -> from == null || !d.endedAt().isBefore(from))
            .filter(d -> to == null || d.endedAt().isBefore(to))
            .toList());
  }

  public int traceCount() {
    return digests.size();
  }

  /** History without one trace. */
  public VersionHistory without(String traceId) {
    if (!traceIds.contains(traceId)) {
      return this;
    }
    return new VersionHistory(
        versionId, digests.stream().filter(d -> !d.traceId().equals(traceId)).toList());
  }

  /** Latencies in microseconds of {@code model:name} or {@code tool:name}. */
  public Samples latencies(String name) {
    return latencies.getOrDefault(name, Samples.NONE);
  }

  public Samples inputTokens(String name) {
    return tokens.getOrDefault(name, Samples.NONE);
  }

  /** Traces in which the tool was offered. */
  public long offered(String tool) {
    return digests.stream().filter(digest -> digest.offered().contains(tool)).count();
  }

  public long calls(String tool) {
    return digests.stream().mapToLong(d -> d.toolCalls().getOrDefault(tool, 0)).sum();
  }

  public long errors(String tool) {
    return digests.stream().mapToLong(d -> d.toolErrors().getOrDefault(tool, 0)).sum();
  }

  public long misuses(String tool) {
    return digests.stream().mapToLong(d -> d.misuses().getOrDefault(tool, 0)).sum();
  }

  public Samples costs(Instant at, Duration window) {
    return Samples.of(
        digests.stream()
            .filter(d -> !d.endedAt().isAfter(at) && d.endedAt().isAfter(at.minus(window)))
            .map(TraceDigest::costNanoUsd)
            .filter(Objects::nonNull)
            .mapToLong(Long::longValue)
            .toArray());
  }

  public BaseRate baseRate(String given, String chose) {
    long n = 0;
    long k = 0;
    for (TraceDigest digest : digests) {
      String choice = digest.decisions().get(given);
      n += choice == null ? 0 : 1;
      k += chose.equals(choice) ? 1 : 0;
    }
    return BaseRate.of(given, chose, k, n);
  }

  /** Occurrences of an error in other traces. */
  public long seen(String fingerprint) {
    return digests.stream()
        .mapToLong(d -> d.errorFingerprints().getOrDefault(fingerprint, 0))
        .sum();
  }

  public @Nullable Instant firstSeen(String fingerprint) {
    return digests.stream()
        .filter(d -> d.errorFingerprints().containsKey(fingerprint))
        .map(TraceDigest::endedAt)
        .min(Instant::compareTo)
        .orElse(null);
  }

  @Override
  public boolean usual(String tool, String pathShape, String value) {
    String place = tool + " " + pathShape;
    int calls = valueCounts.getOrDefault(place, 0);
    return calls >= USUAL_CALLS_MIN
        && values.getOrDefault(place, Map.of()).getOrDefault(value, 0) > 0.2 * calls;
  }

  private void count(String place, Map<String, Integer> counts) {
    Map<String, Integer> here = values.computeIfAbsent(place, p -> new HashMap<>());
    counts.forEach(
        (value, count) -> {
          here.merge(value, count, Integer::sum);
          valueCounts.merge(place, count, Integer::sum);
        });
  }

  private static Samples samples(List<Long> values) {
    return Samples.of(values.stream().mapToLong(Long::longValue).toArray());
  }
}
