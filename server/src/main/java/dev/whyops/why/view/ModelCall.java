package dev.whyops.why.view;

import dev.whyops.event.EventType;
import dev.whyops.provider.Usage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One call of a model: request, thinking and answer of one span.
 *
 * @param index place in {@link TraceView#calls}
 * @param end the {@code llm_response}, or the {@code error} when there was no answer
 * @param requests events of the request, in order
 * @param error what went wrong, also after a partial answer
 * @param previous index of the call whose context this one continues, -1 for none
 * @param toolUses indices into {@link TraceView#toolUses} of the tools that the answer called
 */
public record ModelCall(
    int index,
    Fact end,
    List<Fact> requests,
    List<Fact> thinking,
    @Nullable Fact error,
    Context context,
    Answer answer,
    int previous,
    List<Integer> toolUses) {
  public ModelCall {
    requests = List.copyOf(requests);
    thinking = List.copyOf(thinking);
    toolUses = List.copyOf(toolUses);
  }

  public boolean answered() {
    return end.type() == EventType.LLM_RESPONSE;
  }

  /** The first event of the call. */
  public Fact start() {
    return requests.isEmpty() ? end : requests.getFirst();
  }

  /** The model that answered, else the one asked for; empty when neither is known. */
  public String model() {
    String answered = end.event().facts().model();
    String asked = end.event().facts().requestedModel();
    return answered != null ? answered : asked != null ? asked : "";
  }

  /** All tokens that went in; null when nobody counted. */
  public @Nullable Long inputTokens() {
    Usage usage = end.event().facts().usage();
    if (usage == null || (usage.allInput() == null && usage.allCacheRead() == null)) {
      return null;
    }
    Long output = usage.allOutput();
    return usage.total() - (output == null ? 0 : output);
  }

  public String eventId() {
    return end.id();
  }
}
