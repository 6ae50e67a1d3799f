package dev.whyops.evidence;

import dev.whyops.project.ProjectScope;
import dev.whyops.why.history.TraceDigest;
import dev.whyops.why.history.VersionHistory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * History of versions from the digests of closed traces, in memory and in a log. At most 2,000
 * traces of a version count, 50,000 of a project, and of all projects what takes a sixteenth of the
 * heap; the oldest go first, and of many projects those of the largest.
 *
 * <p>Thread-safe.
 */
public final class VersionHistories implements Histories, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(VersionHistories.class);
  private static final int TRACES_MAX = 50_000;
  static final int DIGESTS_MAX = 2_000;

  /** What a digest takes in memory, about: most of it are the maps. */
  private static final int DIGEST_BYTES = 1_536;

  private final Map<String, Project> projects = new HashMap<>();

  private static final class Project {
    final LinkedHashMap<String, DigestEntry> byTrace = new LinkedHashMap<>();
    final Map<String, LinkedHashMap<String, TraceDigest>> byVersion = new HashMap<>();
    final Map<String, VersionHistory> histories = new HashMap<>();

    /** The earliest trace of each version, also when it does not count any more. */
    final Map<String, TraceDigest> first = new HashMap<>();

    /** Which version came before; empty when none did. */
    final Map<String, Optional<String>> before = new HashMap<>();

    void seen(String versionId, TraceDigest digest) {
      TraceDigest known = first.get(versionId);
      if (known == null || digest.endedAt().isBefore(known.endedAt())) {
        first.put(versionId, digest);
        before.clear();
      }
    }
  }

  private final DigestLog log;
  private final Clock clock;
  private final int allMax;
  private int count;

  private VersionHistories(List<DigestEntry> kept, DigestLog log, Clock clock, int allMax) {
    this.log = log;
    this.clock = clock;
    this.allMax = allMax;
    kept.forEach(this::put);
  }

  /** Reads what is kept in the data folder. */
  public static VersionHistories open(Path dataDir, Clock clock) throws IOException {
    return open(dataDir, clock, (int) (Runtime.getRuntime().maxMemory() / 16 / DIGEST_BYTES));
  }

  /**
   * @param allMax digests of all projects together
   */
  static VersionHistories open(Path dataDir, Clock clock, int allMax) throws IOException {
    Path file = dataDir.resolve("digests.jsonl");
    List<DigestEntry> kept = DigestLog.read(file, clock.instant());
    return new VersionHistories(kept, DigestLog.open(file, kept), clock, allMax);
  }

  /** Digests that are in memory. */
  synchronized int count() {
    return count;
  }

  /** Takes the digest of a trace that has closed. */
  public void add(ProjectScope scope, TraceDigest digest) {
    addAll(scope, List.of(digest));
  }

  public void addAll(ProjectScope scope, List<TraceDigest> digests) {
    Instant now = clock.instant();
    keep(
        digests.stream()
            .map(d -> new DigestEntry(scope.project().value(), d.traceId(), now, d))
            .toList());
  }

  /** Forgets a trace, or with null a whole project. */
  public void forget(ProjectScope scope, @Nullable String traceId) {
    keep(List.of(new DigestEntry(scope.project().value(), traceId, clock.instant(), null)));
  }

  private void keep(List<DigestEntry> entries) {
    entries.forEach(this::put);
    try {
      log.append(entries);
    } catch (IOException e) {
      LOG.warn("digest_not_kept cause={}", e.getClass().getSimpleName());
    }
  }

  @Override
  public void close() throws IOException {
    log.close();
  }

  private synchronized void put(DigestEntry entry) {
    if (entry.traceId() == null) {
      Project gone = projects.remove(entry.projectId());
      count -= gone == null ? 0 : gone.byTrace.size();
      return;
    }
    Project project = projects.computeIfAbsent(entry.projectId(), p -> new Project());
    remove(project, entry.traceId());
    TraceDigest digest = entry.digest();
    if (digest == null) {
      forgetFirst(project, entry.traceId());
    } else if (digest.versionId() != null) { // without a version there is nothing to compare
      keep(project, digest.versionId(), entry, digest);
    }
  }

  private void keep(Project project, String versionId, DigestEntry entry, TraceDigest digest) {
    LinkedHashMap<String, TraceDigest> version =
        project.byVersion.computeIfAbsent(versionId, v -> new LinkedHashMap<>());
    if (version.size() >= DIGESTS_MAX) {
      remove(project, version.firstEntry().getKey());
    }
    version.put(entry.traceId(), digest);
    project.byTrace.put(entry.traceId(), entry);
    count++;
    project.histories.remove(versionId);
    project.seen(versionId, digest);
    if (project.byTrace.size() > TRACES_MAX) {
      remove(project, project.byTrace.firstEntry().getKey());
    }
    while (count > allMax) {
      Project largest =
          Collections.max(projects.values(), Comparator.comparingInt(p -> p.byTrace.size()));
      remove(largest, largest.byTrace.firstEntry().getKey());
    }
  }

  private void remove(Project project, String traceId) {
    DigestEntry old = project.byTrace.remove(traceId);
    count -= old == null ? 0 : 1;
    TraceDigest digest = old == null ? null : old.digest();
    if (digest != null && digest.versionId() != null) {
      LinkedHashMap<String, TraceDigest> version = project.byVersion.get(digest.versionId());
      if (version != null) {
        version.remove(traceId);
      }
      project.histories.remove(digest.versionId());
    }
  }

  /** What is deleted does not testify, not even to when its version began. */
  private static void forgetFirst(Project project, String traceId) {
    if (project.first.values().removeIf(digest -> digest.traceId().equals(traceId))) {
      project.before.clear();
      project.byVersion.forEach(
          (id, traces) -> traces.values().forEach(digest -> project.seen(id, digest)));
    }
  }

  @Override
  public synchronized VersionHistory of(ProjectScope scope, @Nullable String versionId) {
    Project project = projects.get(scope.project().value());
    if (project != null) {
      forgetOld(project);
    }
    if (project == null || versionId == null || !project.byVersion.containsKey(versionId)) {
      return VersionHistory.NONE;
    }
    return project.histories.computeIfAbsent(
        versionId,
        id ->
            VersionHistory.of(
                id,
                List.copyOf(project.byVersion.getOrDefault(id, new LinkedHashMap<>()).values())));
  }

  /** Entries stand in the order in which they came. */
  private void forgetOld(Project project) {
    Instant oldest = clock.instant().minus(DigestLog.KEPT_MAX);
    while (!project.byTrace.isEmpty()
        && project.byTrace.firstEntry().getValue().at().isBefore(oldest)) {
      remove(project, project.byTrace.firstEntry().getKey());
    }
  }

  @Override
  public synchronized VersionHistory before(ProjectScope scope, @Nullable String versionId) {
    Project project = projects.get(scope.project().value());
    if (project == null || versionId == null) {
      return VersionHistory.NONE;
    }
    return project
        .before
        .computeIfAbsent(versionId, id -> findBefore(project, id))
        .map(id -> of(scope, id))
        .orElse(VersionHistory.NONE);
  }

  private static Optional<String> findBefore(Project project, String versionId) {
    TraceDigest now = project.first.get(versionId);
    if (now == null || now.agentId() == null) {
      return Optional.empty();
    }
    return project.first.values().stream()
        .filter(d -> now.agentId().equals(d.agentId()) && d.endedAt().isBefore(now.endedAt()))
        .max(Comparator.comparing(TraceDigest::endedAt))
        .map(TraceDigest::versionId);
  }
}
