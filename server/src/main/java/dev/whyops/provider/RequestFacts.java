package dev.whyops.provider;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a request body says. Everything is as sent; what could not be read is told by {@code notes}
 * and left out.
 *
 * @param model as sent, a provider slug included
 * @param systemPrompt {@code system}, {@code instructions} and system or developer turns, joined by
 *     blank lines; null when there is none
 * @param system the parts that do not stand among the turns: Anthropic {@code system} blocks,
 *     Responses {@code instructions}
 * @param turns items of {@code messages}, {@code input} or {@code prompt}, in order
 * @param newToolOutputs tool outputs behind the last turn of the assistant
 * @param lastUserText text of the last user turn; null when the request ends otherwise or has none
 * @param paramsJson a JSON object of all other members that are small (1 KiB each, 16 KiB together)
 * @param toolChoice JSON text of {@code tool_choice}
 * @param responseFormat JSON text of {@code response_format} or {@code text.format}
 * @param inputCount inputs of an embeddings request; 0 otherwise
 * @param notes {@link Notes}
 */
public record RequestFacts(
    @Nullable String model,
    boolean stream,
    @Nullable String systemPrompt,
    List<Turn> system,
    List<Turn> turns,
    List<ToolDefinition> tools,
    List<ToolOutput> newToolOutputs,
    @Nullable String lastUserText,
    String paramsJson,
    @Nullable String toolChoice,
    @Nullable String responseFormat,
    @Nullable String previousResponseId,
    @Nullable String conversation,
    int inputCount,
    Set<String> notes) {
  public RequestFacts {
    system = List.copyOf(system);
    turns = List.copyOf(turns);
    tools = List.copyOf(tools);
    newToolOutputs = List.copyOf(newToolOutputs);
    notes = Set.copyOf(notes);
  }

  /**
   * One item of the conversation.
   *
   * @param role {@code system}, {@code developer}, {@code user}, {@code assistant} or {@code tool}
   *     ({@code function_call} items are the assistant's, their outputs the tool's)
   * @param kind the item's own {@code type}, or {@code message}
   * @param span the whole item
   * @param text its text parts joined, at most {@link #TEXT_MAX_CHARS}; binary parts left out
   * @param itemId id of a Responses item or of an {@code item_reference}
   * @param calls tool calls in it
   * @param outputs tool outputs in it
   */
  public record Turn(
      String role,
      String kind,
      Span span,
      String text,
      @Nullable String itemId,
      List<ToolCall> calls,
      List<ToolOutput> outputs) {
    public static final int TEXT_MAX_CHARS = 1 << 20;

    public Turn {
      calls = List.copyOf(calls);
      outputs = List.copyOf(outputs);
    }

    /** The first characters of the text. */
    public String preview(int maxChars) {
      return text.length() <= maxChars ? text : text.substring(0, maxChars);
    }
  }

  /** A tool that the model was offered; {@code span} covers its whole definition. */
  public record ToolDefinition(String name, Span span) {}

  /**
   * What a tool gave back.
   *
   * @param span its {@code content} or {@code output} value
   * @param text its text parts joined
   * @param isError null where the dialect or the client does not say
   */
  public record ToolOutput(String callId, Span span, String text, @Nullable Boolean isError) {}
}
