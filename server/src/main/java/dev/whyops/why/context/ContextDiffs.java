package dev.whyops.why.context;

import dev.whyops.why.context.ContextDiff.Change;
import dev.whyops.why.context.ContextDiff.Edit;
import dev.whyops.why.view.Message;
import dev.whyops.why.view.ModelCall;
import dev.whyops.why.view.Part;
import dev.whyops.why.view.TraceView;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compares what a model call held with what the call before held. */
public final class ContextDiffs {
  private static final int TEXT_CHARS_MAX = 500;
  private static final double COMPACTED_MAX = 0.6;

  private final TraceView view;
  private final ModelFacts models;

  public ContextDiffs(TraceView view, ModelFacts models) {
    this.view = view;
    this.models = models;
  }

  public ContextDiff of(ModelCall call) {
    ModelCall previous = view.previous(call);
    List<Message> before = previous == null ? List.of() : previous.context().messages();
    List<Message> after = call.context().messages();
    Myers.Alignment alignment = Myers.align(ids(before), ids(after));
    Hunks hunks = new Hunks(before, after);
    alignment.pairs().forEach(pair -> hunks.keep(pair.a(), pair.b()));
    hunks.keep(before.size(), after.size());
    Long tokensBefore = previous == null ? null : previous.inputTokens();
    ContextDiff.Tokens tokens =
        new ContextDiff.Tokens(
            tokensBefore, call.inputTokens(), models.window(provider(call), call.model()));
    boolean fewer =
        hunks.removed.size() >= 2
            && hunks.added.size() + hunks.edited.size() >= 1
            && hunks.added.size() < hunks.removed.size() + hunks.edited.size();
    return new ContextDiff(
        previous == null ? null : previous.eventId(),
        alignment.pairs().size(),
        hunks.added,
        hunks.removed,
        hunks.edited,
        !alignment.found(),
        fewer && fell(before, after, tokens),
        tokens,
        previous == null ? null : CacheBreaks.of(previous, call, models));
  }

  static String provider(ModelCall call) {
    String provider = call.end().event().facts().provider();
    return provider == null ? "" : provider;
  }

  private static boolean fell(
      List<Message> before, List<Message> after, ContextDiff.Tokens counted) {
    if (counted.before() != null && counted.after() != null && counted.before() > 0) {
      return counted.after() <= COMPACTED_MAX * counted.before();
    }
    return size(after) <= COMPACTED_MAX * size(before);
  }

  private static long size(List<Message> messages) {
    long size = 0;
    for (Message message : messages) {
      size += message.tokensEstimate();
    }
    return size;
  }

  private static int[] ids(List<Message> messages) {
    int[] ids = new int[messages.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = messages.get(i).contentId();
    }
    return ids;
  }

  static Change change(int index, Message message) {
    String text = shown(message);
    return new Change(
        index,
        message.role().wireName(),
        message.contentId(),
        text.length() > TEXT_CHARS_MAX ? text.substring(0, TEXT_CHARS_MAX - 1) + "…" : text,
        message.tokensEstimate());
  }

  private static String shown(Message message) {
    StringBuilder text = new StringBuilder();
    for (Part part : message.parts()) {
      String piece =
          switch (part) {
            case Part.Text words -> words.text();
            case Part.Thinking thinking -> thinking.text();
            case Part.Call call -> call.tool() + "(" + call.arguments() + ")";
            case Part.Result result -> result.text();
            case Part.Opaque opaque -> "[" + opaque.kind() + "]";
          };
      text.append(text.isEmpty() ? "" : "\n").append(piece);
      if (text.length() > TEXT_CHARS_MAX) {
        break;
      }
    }
    return text.toString();
  }

  /** What lies between kept turns: went and came pairwise is edited, the rest went or came. */
  private static final class Hunks {
    private final List<Message> before;
    private final List<Message> after;
    private final List<Change> added = new ArrayList<>();
    private final List<Change> removed = new ArrayList<>();
    private final List<Edit> edited = new ArrayList<>();
    private int nextBefore;
    private int nextAfter;

    Hunks(List<Message> before, List<Message> after) {
      this.before = before;
      this.after = after;
    }

    void keep(int a, int b) {
      while (nextBefore < a || nextAfter < b) {
        @Nullable Message gone = nextBefore < a ? before.get(nextBefore) : null;
        @Nullable Message come = nextAfter < b ? after.get(nextAfter) : null;
        if (gone != null && come != null && gone.role() == come.role()) {
          edited.add(new Edit(change(nextBefore++, gone), change(nextAfter++, come)));
        } else if (gone != null) {
          removed.add(change(nextBefore++, gone));
        } else if (come != null) {
          added.add(change(nextAfter++, come));
        }
      }
      nextBefore = a + 1;
      nextAfter = b + 1;
    }
  }
}
