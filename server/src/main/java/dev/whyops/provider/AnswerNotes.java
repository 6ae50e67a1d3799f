package dev.whyops.provider;

import dev.whyops.provider.AnswerFacts.Choice;
import dev.whyops.provider.AnswerFacts.Embedding;
import dev.whyops.provider.AnswerFacts.ProviderError;
import dev.whyops.provider.AnswerFacts.Thinking;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Assembles an answer from whole values or from the pieces of a stream. Indexes of the provider are
 * keys, never sizes: a wild one costs one entry, and past {@link #CHOICES_MAX} or {@link
 * #CALLS_MAX} nothing more is taken.
 */
public final class AnswerNotes {
  private static final int CHOICES_MAX = 128;
  private static final int CALLS_MAX = 1_024;

  private final Set<String> notes = new LinkedHashSet<>();
  private final Map<Integer, ChoiceNotes> choices = new TreeMap<>();
  private @Nullable String responseId;
  private @Nullable String model;
  private @Nullable String serviceTier;
  private @Nullable Usage usage;
  private @Nullable String usageJson;
  private @Nullable String reportedCostUsd;
  private @Nullable ProviderError error;
  private @Nullable Embedding embedding;
  private boolean terminated;

  public Set<String> notes() {
    return notes;
  }

  /** Id, model and service tier, wherever they come first. */
  public void head(JsonValue id, JsonValue answeredModel, JsonValue tier) {
    responseId = responseId == null ? id.textOrNull() : responseId;
    model = model == null ? answeredModel.textOrNull() : model;
    serviceTier = tier.textOrNull() == null ? serviceTier : tier.textOrNull();
  }

  public void usage(Usage read, String rawJson) {
    usage = read;
    usageJson = rawJson;
  }

  public void reportedCost(@Nullable String usd) {
    reportedCostUsd = usd;
  }

  public void error(ProviderError provider) {
    error = provider;
  }

  public void embedding(Embedding vectors) {
    embedding = vectors;
  }

  public void terminated() {
    terminated = true;
  }

  /** The choice of that index; null when there are too many to take another. */
  public @Nullable ChoiceNotes choice(int index) {
    ChoiceNotes choice = choices.get(index);
    if (choice == null) {
      if (choices.size() == CHOICES_MAX) {
        notes.add(Notes.TRUNCATED);
        return null;
      }
      choice = new ChoiceNotes(notes);
      choices.put(index, choice);
    }
    return choice;
  }

  public AnswerFacts facts() {
    List<Choice> all = new ArrayList<>();
    choices.forEach((index, choice) -> all.add(choice.choice(index)));
    return new AnswerFacts(
        responseId,
        model,
        serviceTier,
        all,
        usage,
        usageJson,
        reportedCostUsd,
        error,
        embedding,
        terminated,
        notes);
  }

  /** One choice on its way. */
  public static final class ChoiceNotes {
    private final Set<String> notes;
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder refusal = new StringBuilder();
    private final List<ThinkingNotes> thinking = new ArrayList<>();
    private final Map<Integer, CallNotes> callAt = new LinkedHashMap<>();
    private final List<CallNotes> calls = new ArrayList<>();
    private @Nullable String finishReason;

    private ChoiceNotes(Set<String> notes) {
      this.notes = notes;
    }

    public void text(String piece) {
      text.append(piece);
    }

    public void refusal(String piece) {
      refusal.append(piece);
    }

    public void finish(JsonValue reason) {
      if (reason.isString()) {
        finishReason = reason.text();
      }
    }

    public void finish(String reason) {
      finishReason = reason;
    }

    /** Begins a block of reasoning. */
    public ThinkingNotes think(String kind) {
      ThinkingNotes block = new ThinkingNotes(kind);
      thinking.add(block);
      return block;
    }

    /** The running block of that kind, for dialects that do not number their blocks. */
    public ThinkingNotes thinkOn(String kind) {
      return !thinking.isEmpty() && thinking.getLast().kind.equals(kind)
          ? thinking.getLast()
          : think(kind);
    }

    /**
     * The call at a tool index. A second id at one index begins another call: some servers number
     * all of their parallel calls 0.
     */
    public @Nullable CallNotes call(int index, String id) {
      CallNotes at = callAt.get(index);
      boolean another = at != null && !id.isEmpty() && !at.id.isEmpty() && !at.id.equals(id);
      if (at == null || another) {
        at = newCall();
        if (at != null) {
          callAt.put(index, at);
        }
      }
      return at;
    }

    /** A call that comes without an index: a new one with a new id, else the last goes on. */
    public @Nullable CallNotes callWithoutIndex(String id) {
      if (!calls.isEmpty() && (id.isEmpty() || calls.getLast().id.equals(id))) {
        return calls.getLast();
      }
      return newCall();
    }

    public @Nullable CallNotes newCall() {
      if (calls.size() == CALLS_MAX) {
        notes.add(Notes.TRUNCATED);
        return null;
      }
      CallNotes call = new CallNotes();
      calls.add(call);
      return call;
    }

    private Choice choice(int index) {
      return new Choice(
          index,
          text.toString(),
          thinking.stream().map(ThinkingNotes::thinking).toList(),
          calls.stream().map(CallNotes::call).toList(),
          refusal.isEmpty() ? null : refusal.toString(),
          finishReason);
    }
  }

  /** One block of reasoning on its way. */
  public static final class ThinkingNotes {
    private final String kind;
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder signature = new StringBuilder();
    private @Nullable String itemId;

    private ThinkingNotes(String kind) {
      this.kind = kind;
    }

    public ThinkingNotes text(String piece) {
      text.append(piece);
      return this;
    }

    public ThinkingNotes signature(String piece) {
      signature.append(piece);
      return this;
    }

    public ThinkingNotes itemId(@Nullable String id) {
      itemId = id;
      return this;
    }

    private Thinking thinking() {
      return new Thinking(
          kind, text.toString(), signature.isEmpty() ? null : signature.toString(), itemId);
    }
  }

  /** One tool call on its way. */
  public static final class CallNotes {
    private String id = "";
    private String kind = "function";
    private String name = "";
    private final StringBuilder arguments = new StringBuilder();

    private CallNotes() {}

    /** Ids, kinds and names come whole, once; an empty one changes nothing. */
    public CallNotes head(String id, String kind, String name) {
      this.id = id.isEmpty() ? this.id : id;
      this.kind = kind.isEmpty() ? this.kind : kind;
      this.name = name.isEmpty() ? this.name : name;
      return this;
    }

    public CallNotes arguments(String piece) {
      arguments.append(piece);
      return this;
    }

    public boolean hasArguments() {
      return !arguments.isEmpty();
    }

    private ToolCall call() {
      return new ToolCall(id, kind, name, arguments.toString());
    }
  }
}
