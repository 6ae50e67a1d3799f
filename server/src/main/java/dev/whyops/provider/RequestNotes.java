package dev.whyops.provider;

import dev.whyops.provider.RequestFacts.ToolDefinition;
import dev.whyops.provider.RequestFacts.ToolOutput;
import dev.whyops.provider.RequestFacts.Turn;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Collects what a dialect reads out of a request, in any order of members, and draws what follows
 * from all of it: the system prompt, what is new at the end, the small parameters.
 */
public final class RequestNotes {
  private static final int PARAM_MAX_BYTES = 1_024;
  private static final int PARAMS_MAX_CHARS = 16 * 1_024;

  private final Set<String> notes = new LinkedHashSet<>();
  private final List<Turn> system = new ArrayList<>();
  private final List<Turn> turns = new ArrayList<>();
  private final List<ToolDefinition> tools = new ArrayList<>();
  private final JsonText params = new JsonText().open('{');
  private int paramsChars;
  private @Nullable String model;
  private boolean stream;
  private @Nullable String toolChoice;
  private @Nullable String responseFormat;
  private @Nullable String previousResponseId;
  private @Nullable String conversation;
  private int inputCount;

  public Set<String> notes() {
    return notes;
  }

  /** The first one counts, as for the router. */
  public void model(JsonValue value) {
    if (model == null) {
      model = value.textOrNull();
    }
  }

  public void stream(JsonValue value) {
    stream = value.isTrue();
  }

  public void system(Turn turn) {
    system.add(turn);
  }

  public void turn(Turn turn) {
    turns.add(turn);
  }

  public void tool(String name, Span span) {
    tools.add(new ToolDefinition(name, span));
  }

  public void responseFormat(JsonValue value) {
    if (value.isPresent()) {
      responseFormat = value.raw();
    }
  }

  public void previousResponseId(JsonValue value) {
    previousResponseId = value.textOrNull();
  }

  /** An id, or an object with one. */
  public void conversation(JsonValue value) {
    conversation = value.isString() ? value.text() : value.get("id").textOrNull();
  }

  public void inputCount(int count) {
    inputCount = count;
  }

  /** Any other member; kept while it is small. */
  public void param(String name, JsonValue value) {
    if (name.equals("tool_choice")) {
      toolChoice = value.raw();
    }
    int size = name.length() + value.span().length();
    if (value.span().length() <= PARAM_MAX_BYTES && paramsChars + size <= PARAMS_MAX_CHARS) {
      params.name(name).raw(value.raw());
      paramsChars += size;
    }
  }

  public RequestFacts facts() {
    int lastAnswer = -1;
    for (int i = 0; i < turns.size(); i++) {
      if (turns.get(i).role().equals("assistant")) {
        lastAnswer = i;
      }
    }
    List<ToolOutput> newOutputs = new ArrayList<>();
    String lastUserText = null;
    for (Turn turn : turns.subList(lastAnswer + 1, turns.size())) {
      newOutputs.addAll(turn.outputs());
      if (turn.role().equals("user") && !turn.text().isEmpty()) {
        lastUserText = turn.text();
      }
    }
    return new RequestFacts(
        model,
        stream,
        systemPrompt(),
        system,
        turns,
        tools,
        newOutputs,
        lastUserText,
        params.close('}').toString(),
        toolChoice,
        responseFormat,
        previousResponseId,
        conversation,
        inputCount,
        notes);
  }

  private @Nullable String systemPrompt() {
    List<String> parts = new ArrayList<>();
    system.forEach(turn -> parts.add(turn.text()));
    for (Turn turn : turns) {
      if (turn.role().equals("system") || turn.role().equals("developer")) {
        parts.add(turn.text());
      }
    }
    parts.removeIf(String::isEmpty);
    return parts.isEmpty() ? null : String.join("\n\n", parts);
  }
}
