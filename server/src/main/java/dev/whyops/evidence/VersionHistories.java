package dev.whyops.evidence;

import dev.whyops.project.ProjectScope;
import dev.whyops.why.history.TraceDigest;
import dev.whyops.why.history.VersionHistory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
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

    /** The earliest trace of each version that has any, also when it does not count any more. */
    final Map<String, DigestEntry> first = new HashMap<>();

    /** Which version came before; empty when none did. */
    final Map<String, Optional<String>> before = new HashMap<>();

    void seen(String versionId, DigestEntry entry) {
      DigestEntry known = first.get(versionId);
      if (known == null || endedAt(entry).isBefore(endedAt(known))) {
        first.put(versionId, entry);
        before.clear();
      }
    }
  }

  private static TraceDigest digest(DigestEntry entry) {
    return Objects.requireNonNull(entry.digest(), "only deletions have none, and are not kept");
  }

  private static Instant endedAt(DigestEntry entry) {
    return digest(entry).endedAt();
  }

  private final DigestLog log;
  private final Clock clock;
  private final int allMax;
  private final AtomicBoolean sweeps = new AtomicBoolean();
  private int count;

  private VersionHistories(Path file, Clock clock, int allMax) throws IOException {
    this.clock = clock;
    this.allMax = allMax;
    DigestLog.read(file, clock.instant(), this::put);
    this.log = DigestLog.open(file, this::live, clock);
  }

  /** Reads what is kept in the data folder. */
  public static VersionHistories open(Path dataDir, Clock clock) throws IOException {
    return open(dataDir, clock, (int) (Runtime.getRuntime().maxMemory() / 16 / DIGEST_BYTES));
  }

  /**
   * @param allMax digests of all projects together
   */
  static VersionHistories open(Path dataDir, Clock clock, int allMax) throws IOException {
    return new VersionHistories(dataDir.resolve("digests.jsonl"), clock, allMax);
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

  /**
   * Forgets a trace, or with null a whole project: at once for whoever asks, and right afterwards
   * in the file, which many deletions together rewrite a few times only.
   */
  public void forget(ProjectScope scope, @Nullable String traceId) {
    keep(List.of(new DigestEntry(scope.project().value(), traceId, clock.instant(), null)));
    if (sweeps.compareAndSet(false, true)) {
      Thread.ofVirtual().name("digests-sweep").start(this::sweep);
    }
  }

  private void sweep() {
    sweeps.set(false); // what is deleted from here on may come too late for this one
    try {
      log.rewrite();
    } catch (IOException e) {
      LOG.warn("digests_not_swept cause={}", e.getClass().getSimpleName());
    }
  }

  /** All that counts, of each project the oldest first. */
  private synchronized List<DigestEntry> live() {
    Instant oldest = clock.instant().minus(DigestLog.KEPT_MAX);
    List<DigestEntry> live = new ArrayList<>(count);
    for (Project project : projects.values()) {
      project.first.values().stream()
          .filter(entry -> entry.at().isAfter(oldest))
          .filter(entry -> !project.byTrace.containsKey(digest(entry).traceId()))
          .sorted(Comparator.comparing(DigestEntry::at))
          .forEach(live::add);
      project.byTrace.values().stream()
          .filter(entry -> entry.at().isAfter(oldest))
          .forEach(live::add);
    }
    return live;
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
    project.seen(versionId, entry);
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
    if (old == null) {
      return;
    }
    count--;
    String versionId = digest(old).versionId();
    LinkedHashMap<String, TraceDigest> version = project.byVersion.get(versionId);
    project.histories.remove(versionId);
    if (version != null && version.remove(traceId) != null && version.isEmpty()) {
      project.byVersion.remove(versionId); // else versions without traces would pile up
      project.first.remove(versionId);
      project.before.clear();
    }
  }

  /** What is deleted does not testify, not even to when its version began. */
  private static void forgetFirst(Project project, String traceId) {
    if (project.first.values().removeIf(entry -> traceId.equals(entry.traceId()))) {
      project.before.clear();
      project.byTrace.values().forEach(entry -> seen(project, entry));
    }
  }

  private static void seen(Project project, DigestEntry entry) {
    String versionId = digest(entry).versionId();
    if (versionId != null) {
      project.seen(versionId, entry);
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
    DigestEntry known = project.first.get(versionId);
    TraceDigest now = known == null ? null : digest(known);
    if (now == null || now.agentId() == null) {
      return Optional.empty();
    }
    return project.first.values().stream()
        .map(VersionHistories::digest)
        .filter(d -> now.agentId().equals(d.agentId()) && d.endedAt().isBefore(now.endedAt()))
        .max(Comparator.comparing(TraceDigest::endedAt))
        .map(TraceDigest::versionId);
  }
}
