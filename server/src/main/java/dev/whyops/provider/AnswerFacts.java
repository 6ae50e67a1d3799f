package dev.whyops.provider;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an answer body says, streamed or not, complete or not.
 *
 * @param responseId the provider's id of the answer
 * @param model the model that answered
 * @param choices in the order of their index; one, but for {@code n > 1}
 * @param usage by the rule of its dialect; null when none came
 * @param usageJson the raw text it was read from
 * @param reportedCostUsd decimal text, when the provider says what it charged
 * @param error an error body, or an error event inside a stream
 * @param embedding what an embeddings answer held
 * @param terminated the dialect's end was seen: {@code [DONE]} or {@code message_stop} or {@code
 *     response.completed|failed|incomplete}, or a whole JSON body
 * @param notes {@link Notes}
 */
public record AnswerFacts(
    @Nullable String responseId,
    @Nullable String model,
    @Nullable String serviceTier,
    List<Choice> choices,
    @Nullable Usage usage,
    @Nullable String usageJson,
    @Nullable String reportedCostUsd,
    @Nullable ProviderError error,
    @Nullable Embedding embedding,
    boolean terminated,
    Set<String> notes) {
  public AnswerFacts {
    choices = List.copyOf(choices);
    notes = Set.copyOf(notes);
  }

  /**
   * One answer of the model.
   *
   * @param text all text, in order
   * @param calls in order of appearance
   * @param finishReason the provider's own word
   */
  public record Choice(
      int index,
      String text,
      List<Thinking> thinking,
      List<ToolCall> calls,
      @Nullable String refusal,
      @Nullable String finishReason) {
    public Choice {
      thinking = List.copyOf(thinking);
      calls = List.copyOf(calls);
    }
  }

  /**
   * Stated reasoning.
   *
   * @param kind {@code thinking}, {@code redacted_thinking}, {@code reasoning} or {@code summary}
   * @param text empty when only a signature or a coded form came
   * @param signature verbatim: signature, {@code data} of a redacted block, {@code
   *     encrypted_content}
   */
  public record Thinking(
      String kind, String text, @Nullable String signature, @Nullable String itemId) {}

  /**
   * What went wrong, in the provider's words.
   *
   * @param bodyJson the error object as it came
   */
  public record ProviderError(
      @Nullable String type, @Nullable String code, String message, String bodyJson) {}

  /**
   * Vectors are not kept.
   *
   * @param dimensions of the first vector; 0 when unknown
   * @param encoding {@code float} or {@code base64}
   */
  public record Embedding(int count, int dimensions, String encoding) {}
}
