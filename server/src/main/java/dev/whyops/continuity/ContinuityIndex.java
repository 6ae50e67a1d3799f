package dev.whyops.continuity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.whyops.project.ProjectId;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what recorded answers issued, so that the next call of a conversation finds its trace:
 * response ids, tool call ids, histories, and the references of signatures. The latest are in
 * memory, all are in the store, which is asked only for what it may know. Thread-safe.
 */
public final class ContinuityIndex {
  /** Some 100 bytes each. */
  public static final int ENTRIES_MAX = 100_000;

  /** The shortest retention; for what is older the store decides. */
  private static final Duration IN_MEMORY = Duration.ofDays(1);

  private final IssuedStore store;

  /** Written by the threads that read conversations; those tidy it up, rather than wake another. */
  private final Cache<Key, Known> entries =
      Caffeine.newBuilder()
          .maximumSize(ENTRIES_MAX)
          .expireAfterWrite(IN_MEMORY)
          .executor(Runnable::run)
          .build();

  /** Forgets with a restart. */
  public ContinuityIndex() {
    this(IssuedStore.NONE);
  }

  public ContinuityIndex(IssuedStore store) {
    this.store = store;
  }

  /**
   * What one recorded answer issued.
   *
   * @param history of the whole conversation up to and including the answer; null when too short
   */
  public record Issued(
      Speaker speaker,
      Known known,
      @Nullable String responseId,
      List<String> toolCallIds,
      @Nullable Key history) {
    public Issued {
      toolCallIds = List.copyOf(toolCallIds);
    }
  }

  public void issued(Issued issued) {
    Speaker speaker = issued.speaker();
    ProjectId project = speaker.project();
    if (issued.responseId() != null) {
      put(project, responseKey(project, issued.responseId()), issued.known());
    }
    for (String id : issued.toolCallIds()) {
      merge(project, toolCallKey(speaker, id), issued.known());
    }
    if (issued.history() != null) {
      merge(project, issued.history(), issued.known());
    }
  }

  private void put(ProjectId project, Key key, Known known) {
    Known before = entries.asMap().put(key, known);
    if (!known.equals(before)) {
      store.keep(project, key, known, true);
    }
  }

  /** What two traces issued says nothing about either. */
  private void merge(ProjectId project, Key key, Known known) {
    Known before = entries.getIfPresent(key);
    if (before == null && store.mayKnow(key)) { // then only the store can tell whether it agrees
      store.keep(project, key, known, false);
      return;
    }
    Known merged =
        entries
            .asMap()
            .merge(
                key, known, (a, b) -> a.traceId().equals(b.traceId()) ? a : IssuedStore.AMBIGUOUS);
    if (before == null || !before.equals(merged)) {
      store.keep(project, key, known, false);
    }
  }

  /**
   * A signature of this trace goes out.
   *
   * @param plain the reference alone tells the trace, so that nothing has to be kept of it
   */
  void signed(ProjectId project, TraceRef ref, Known known, boolean plain) {
    if (!plain) {
      put(project, refKey(project, ref), known);
    }
    Key marker = signsKey(project);
    if (entries.getIfPresent(marker) == null) {
      put(project, marker, known);
    }
  }

  /** Whether the project's conversations may hold signatures; false is certain. Never blocks. */
  public boolean maySign(ProjectId project) {
    Key marker = signsKey(project);
    return entries.getIfPresent(marker) != null || store.mayKnow(marker);
  }

  /** Whatever the agent: a response id is unique, and routing needs its provider. May block. */
  public Optional<Known> byResponse(ProjectId project, String responseId) {
    return find(project, responseKey(project, responseId));
  }

  /** Whether {@link #byResponse} has to ask the store, and so may block. */
  public boolean isOnlyStored(ProjectId project, String responseId) {
    Key key = responseKey(project, responseId);
    return entries.getIfPresent(key) == null && store.mayKnow(key);
  }

  Optional<Known> byToolCall(Speaker speaker, String toolCallId) {
    return find(speaker.project(), toolCallKey(speaker, toolCallId));
  }

  /** {@link IssuedStore#AMBIGUOUS} included: what is shorter than that may mislead. */
  @Nullable Known byHistory(ProjectId project, Key history) {
    return look(project, history);
  }

  Optional<Known> byRef(ProjectId project, TraceRef ref) {
    return find(project, refKey(project, ref));
  }

  private Optional<Known> find(ProjectId project, Key key) {
    return Optional.ofNullable(look(project, key))
        .filter(known -> !known.equals(IssuedStore.AMBIGUOUS));
  }

  private @Nullable Known look(ProjectId project, Key key) {
    Known known = entries.getIfPresent(key);
    if (known == null && store.mayKnow(key)) {
      known = store.find(project, key).orElse(null);
      if (known != null) {
        entries.asMap().putIfAbsent(key, known);
      }
    }
    return known;
  }

  /** Forgets what a trace, or a whole project, issued. */
  public void forget(ProjectId project, @Nullable String traceId) {
    entries.asMap().values().removeIf(known -> traceId == null || known.traceId().equals(traceId));
    store.forget(project, traceId);
  }

  private static Key responseKey(ProjectId project, String id) {
    return Key.of("response", project.value(), id);
  }

  private static Key toolCallKey(Speaker speaker, String id) {
    return Key.of("tool", speaker.project().value(), speaker.agentName(), id);
  }

  private static Key refKey(ProjectId project, TraceRef ref) {
    HexFormat hex = HexFormat.of();
    return Key.of("ref", project.value(), hex.toHexDigits(ref.high()) + hex.toHexDigits(ref.low()));
  }

  private static Key signsKey(ProjectId project) {
    return Key.of("signs", project.value());
  }
}
