package dev.whyops.why.provenance;

import dev.whyops.why.view.Leaf;
import dev.whyops.why.view.Leaves;
import dev.whyops.why.view.ModelCall;
import dev.whyops.why.view.ToolUse;
import dev.whyops.why.view.TraceView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of a tool's result: which of its values stand in later answers and arguments. All
 * that the models wrote is indexed once.
 *
 * <p>Not thread-safe; made per trace.
 */
public final class Uses {
  private static final int LEAVES_MAX = 200;
  private static final long STEPS_MAX = 100_000;
  private static final int SENTENCE_TOKENS_MIN = 4;
  private static final double RETOLD_MIN = 0.5;

  private final TraceView view;
  private final TextIndex index = new TextIndex();
  private final List<Output> outputs = new ArrayList<>();
  private final Map<Integer, Outcome> known = new HashMap<>();

  private record Output(int call, int toolUse) {}

  /** A value of a result in something that a model wrote later. */
  public record Use(String resultPath, int call, int toolUse, String path) {}

  /**
   * @param judged leaves of the result that could be told apart
   * @param complete false when a bound left something out
   */
  public record Outcome(int judged, List<Use> uses, boolean complete) {}

  public Uses(TraceView view) {
    this.view = view;
    for (ModelCall call : view.calls()) {
      if (!call.answer().text().isEmpty()) {
        add(new Output(call.index(), -1), "$.content", call.answer().text());
      }
      for (int number : call.toolUses()) {
        ToolUse use = view.toolUses().get(number);
        Output output = new Output(call.index(), number);
        List<Leaf> leaves = Leaves.of(use.arguments(), LEAVES_MAX).orElse(List.of());
        for (Leaf leaf : leaves) {
          add(output, leaf.path(), leaf.text());
        }
      }
    }
  }

  private void add(Output output, String path, String text) {
    outputs.add(output);
    index.add(
        new Segment(outputs.size() - 1, dev.whyops.why.view.Role.ASSISTANT, path, null, text));
  }

  public Outcome of(ToolUse use) {
    return known.computeIfAbsent(use.index(), i -> judge(use));
  }

  private Outcome judge(ToolUse use) {
    String result = use.output();
    int from = firstReader(use);
    if (result == null || from < 0) {
      return new Outcome(0, List.of(), false);
    }
    Budget budget = new Budget(STEPS_MAX);
    List<Use> uses = new ArrayList<>();
    int judged = 0;
    List<Leaf> leaves = Leaves.of(result, LEAVES_MAX + 1).orElse(null);
    boolean structured = leaves != null;
    List<Leaf> parts = leaves == null ? sentences(result) : leaves;
    for (Leaf leaf : parts.subList(0, Math.min(LEAVES_MAX, parts.size()))) {
      Probe probe = Probe.of(leaf);
      if (!telling(leaf, probe)) {
        continue;
      }
      judged++;
      Use found = structured ? value(leaf, probe, from, budget) : null;
      if (found == null && probe.tokens().size() >= SENTENCE_TOKENS_MIN) {
        found = retold(leaf, probe, from, budget);
      }
      if (found != null) {
        uses.add(found);
      }
    }
    boolean complete = !budget.overrun() && !index.full() && parts.size() <= LEAVES_MAX;
    return new Outcome(judged, List.copyOf(uses), complete);
  }

  /** First model call that could know the result; -1 when none did. */
  private int firstReader(ToolUse use) {
    if (use.firstHolder() >= 0) {
      return use.firstHolder();
    }
    if (use.result() == null) {
      return -1;
    }
    int at = use.result().position();
    int low = 0;
    int high = view.calls().size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (view.calls().get(middle).end().position() > at) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low < view.calls().size() ? low : -1;
  }

  private @Nullable Use value(Leaf leaf, Probe probe, int from, Budget budget) {
    List<Match> matches =
        index.find(probe, s -> outputs.get(index.segment(s).unit()).call() >= from, budget);
    if (matches.isEmpty()) {
      return null;
    }
    return use(leaf, matches.getFirst().segment());
  }

  /** Half of the telling words of a text in one thing that was written later. */
  private @Nullable Use retold(Leaf leaf, Probe probe, int from, Budget budget) {
    Map<Integer, Integer> hits = new HashMap<>();
    int words = 0;
    for (String word : new java.util.LinkedHashSet<>(probe.tokens())) {
      if (CommonWords.is(word)) {
        continue;
      }
      words++;
      index.segmentsOf(
          word,
          s -> outputs.get(index.segment(s).unit()).call() >= from,
          budget,
          segment -> hits.merge(segment, 1, Integer::sum));
    }
    int best = -1;
    for (Map.Entry<Integer, Integer> hit : hits.entrySet()) {
      boolean enough = hit.getValue() >= 2 && hit.getValue() >= RETOLD_MIN * words;
      if (enough && (best < 0 || hit.getKey() < best)) {
        best = hit.getKey();
      }
    }
    return best < 0 ? null : use(leaf, best);
  }

  private Use use(Leaf leaf, int segment) {
    Output output = outputs.get(index.segment(segment).unit());
    String path = index.segment(segment).path();
    return new Use(leaf.path(), output.call(), output.toolUse(), path == null ? "$" : path);
  }

  private static boolean telling(Leaf leaf, Probe probe) {
    return switch (leaf.kind()) {
      case BOOLEAN, NULL -> false;
      case NUMBER -> leaf.text().length() >= 3;
      case STRING -> leaf.text().strip().length() >= 3 && !CommonWords.all(probe.tokens());
    };
  }

  private static List<Leaf> sentences(String text) {
    List<Leaf> sentences = new ArrayList<>();
    for (String sentence : text.split("(?<=[.!?;])\\s+|\\R+")) {
      if (!sentence.isBlank() && sentences.size() <= LEAVES_MAX) {
        sentences.add(new Leaf("$", null, Leaf.Kind.STRING, sentence.strip()));
      }
    }
    return sentences;
  }
}
