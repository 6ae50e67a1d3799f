package dev.whyops.evidence;

import dev.whyops.project.ProjectScope;
import dev.whyops.why.history.TraceDigest;
import dev.whyops.why.history.VersionHistory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
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
 * History of versions from the digests of closed traces, in memory and in a log. At most 50,000
 * traces of a project and 2,000 of a version count; the oldest go first.
 *
 * <p>Thread-safe.
 */
public final class VersionHistories implements Histories, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(VersionHistories.class);
  private static final int TRACES_MAX = 50_000;
  private static final int DIGESTS_MAX = 2_000;

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

  private VersionHistories(List<DigestEntry> kept, DigestLog log, Clock clock) {
    this.log = log;
    this.clock = clock;
    kept.forEach(this::put);
  }

  /** Reads what is kept in the data folder. */
  public static VersionHistories open(Path dataDir, Clock clock) throws IOException {
    Path file = dataDir.resolve("digests.jsonl");
    List<DigestEntry> kept = DigestLog.read(file, clock.instant());
    return new VersionHistories(kept, DigestLog.open(file, kept), clock);
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
      projects.remove(entry.projectId());
      return;
    }
    Project project = projects.computeIfAbsent(entry.projectId(), p -> new Project());
    remove(project, entry.traceId());
    TraceDigest digest = entry.digest();
    if (digest == null) {
      forgetFirst(project, entry.traceId());
      return;
    }
    project.byTrace.put(entry.traceId(), entry);
    if (project.byTrace.size() > TRACES_MAX) {
      remove(project, project.byTrace.firstEntry().getKey());
    }
    if (digest.versionId() != null) {
      LinkedHashMap<String, TraceDigest> version =
          project.byVersion.computeIfAbsent(digest.versionId(), v -> new LinkedHashMap<>());
      version.put(entry.traceId(), digest);
      if (version.size() > DIGESTS_MAX) {
        version.pollFirstEntry();
      }
      project.histories.remove(digest.versionId());
      project.seen(digest.versionId(), digest);
    }
  }

  private static void remove(Project project, String traceId) {
    DigestEntry old = project.byTrace.remove(traceId);
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
