package dev.whyops.continuity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.whyops.project.ProjectId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what recorded answers issued, so that the next call of a conversation finds its trace:
 * response ids, tool call ids and histories. In memory and bounded; filled as answers end, and at
 * the start from what is stored. Thread-safe, never blocks.
 */
public final class ContinuityIndex {
  /** Some 100 bytes each. */
  public static final int ENTRIES_MAX = 200_000;

  /** Two traces have this history: it says nothing. */
  private static final Known AMBIGUOUS = new Known("", "", "");

  private final Cache<Key, Known> entries = Caffeine.newBuilder().maximumSize(ENTRIES_MAX).build();

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
    if (issued.responseId() != null) {
      entries.put(responseKey(speaker.project(), issued.responseId()), issued.known());
    }
    for (String id : issued.toolCallIds()) {
      entries.put(toolCallKey(speaker, id), issued.known());
    }
    if (issued.history() != null) {
      entries
          .asMap()
          .merge(
              issued.history(),
              issued.known(),
              (a, b) -> a.traceId().equals(b.traceId()) ? b : AMBIGUOUS);
    }
  }

  /** What the store knows, told after the start; what was issued since then is newer and stays. */
  public void restored(Issued issued) {
    Speaker speaker = issued.speaker();
    if (issued.responseId() != null) {
      Key key = responseKey(speaker.project(), issued.responseId());
      entries.asMap().putIfAbsent(key, issued.known());
    }
    for (String id : issued.toolCallIds()) {
      entries.asMap().putIfAbsent(toolCallKey(speaker, id), issued.known());
    }
  }

  /** Whatever the agent: a response id is unique, and routing needs its provider. */
  public Optional<Known> byResponse(ProjectId project, String responseId) {
    return find(responseKey(project, responseId));
  }

  Optional<Known> byToolCall(Speaker speaker, String toolCallId) {
    return find(toolCallKey(speaker, toolCallId));
  }

  Optional<Known> byHistory(Key history) {
    return find(history);
  }

  private Optional<Known> find(Key key) {
    Known known = entries.getIfPresent(key);
    return known == null || known == AMBIGUOUS ? Optional.empty() : Optional.of(known);
  }

  private static Key responseKey(ProjectId project, String id) {
    return Key.of("response", project.value(), id);
  }

  private static Key toolCallKey(Speaker speaker, String id) {
    return Key.of("tool", speaker.project().value(), speaker.agentName(), id);
  }
}
