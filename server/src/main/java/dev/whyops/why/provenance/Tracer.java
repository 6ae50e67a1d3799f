package dev.whyops.why.provenance;

import dev.whyops.why.provenance.Provenance.Origin;
import dev.whyops.why.provenance.Provenance.Result;
import dev.whyops.why.view.Context;
import dev.whyops.why.view.Fact;
import dev.whyops.why.view.Leaf;
import dev.whyops.why.view.Leaves;
import dev.whyops.why.view.Message;
import dev.whyops.why.view.ModelCall;
import dev.whyops.why.view.Part;
import dev.whyops.why.view.Role;
import dev.whyops.why.view.Tool;
import dev.whyops.why.view.ToolUse;
import dev.whyops.why.view.TraceView;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds where the arguments of tool calls came from. Each message of the trace is indexed once; a
 * leaf costs its own length and at most 64 candidates. At most 200 leaves and a fixed amount of
 * work per call: what is beyond is {@code unknown}, never {@code unsourced}.
 *
 * <p>Not thread-safe; made per trace and read once per call.
 */
public final class Tracer {
  private static final int LEAVES_MAX = 200;
  private static final long STEPS_MAX = 200_000;
  private static final int BACK_MAX = 3;

  private final TraceView view;
  private final ValueHabits habits;
  private final Sources sources = new Sources();
  private final Map<Integer, List<Provenance>> known = new HashMap<>();
  private final Map<String, Provenance> judged = new HashMap<>();

  public Tracer(TraceView view, ValueHabits habits) {
    this.view = view;
    this.habits = habits;
  }

  /** Every leaf of the arguments, in order; empty when no model call of the trace issued it. */
  public List<Provenance> of(ToolUse use) {
    ModelCall call = view.issuer(use);
    if (call == null) {
      return List.of();
    }
    List<Provenance> found = known.get(use.index());
    if (found == null) {
      found = judge(use, call);
      known.put(use.index(), found);
    }
    return found;
  }

  private List<Provenance> judge(ToolUse use, ModelCall call) {
    List<Leaf> leaves = Leaves.of(use.arguments(), LEAVES_MAX + 1).orElse(List.of());
    if (leaves.isEmpty()) {
      return List.of();
    }
    sources.hold(call.context());
    Question question = new Question(use, call, new Budget(STEPS_MAX), 0);
    List<Provenance> found = new ArrayList<>(leaves.size());
    for (Leaf leaf : leaves) {
      if (found.size() >= LEAVES_MAX) {
        break;
      }
      found.add(judge(question, leaf));
    }
    return List.copyOf(found);
  }

  /** One tool use under examination. */
  private record Question(ToolUse use, ModelCall call, Budget budget, int depth) {}

  private Provenance judge(Question q, Leaf leaf) {
    Probe probe = Probe.of(leaf);
    String skipped = skip(q, leaf, probe);
    if (skipped != null) {
      return new Provenance(q.use().callId(), leaf, Result.SKIPPED, 1, skipped, 0, null, null);
    }
    if (q.budget().overrun()) {
      return unknown(q, leaf, "bound of work per call met");
    }
    List<Match> matches = sources.index().find(probe, sources::held, q.budget());
    Provenance direct = direct(q, leaf, matches);
    if (direct != null) {
      return direct;
    }
    Optional<Derivation.Found> derived = probe.cut() ? Optional.empty() : derive(q, leaf, probe);
    if (derived.isPresent()) {
      Derivation.Found found = derived.get();
      return new Provenance(
          q.use().callId(),
          leaf,
          Result.DERIVED,
          found.confidence(),
          found.rule(),
          found.places().size(),
          origin(q.call(), found.places().getFirst(), false),
          origin(q.call(), found.places().getLast(), true));
    }
    return byModel(q, leaf, probe, matches).orElseGet(() -> nothing(q, leaf, probe));
  }

  /** The value stands in a source that is not the model's own; null when it does not. */
  private @Nullable Provenance direct(Question q, Leaf leaf, List<Match> matches) {
    List<Match> told = new ArrayList<>();
    for (Match match : matches) {
      if (sources.index().segment(match.segment()).role() != Role.ASSISTANT) {
        told.add(match);
      }
    }
    if (told.isEmpty()) {
      return null;
    }
    Match.Closeness best = told.getFirst().closeness();
    for (Match match : told) {
      best = match.closeness().compareTo(best) < 0 ? match.closeness() : best;
    }
    Match.Closeness closeness = best;
    told.removeIf(match -> match.closeness() != closeness);
    told.sort(earliest());
    Match nearest = told.getFirst();
    for (Match match : matches) {
      boolean later =
          sources.lastPosition(match.segment()) > sources.lastPosition(nearest.segment());
      nearest = match.closeness() == closeness && later ? match : nearest;
    }
    Result result =
        switch (closeness) {
          case EXACT -> Result.EXACT;
          case NORMALISED -> Result.NORMALISED;
          case PART, SEPARATED -> Result.DERIVED;
        };
    return new Provenance(
        q.use().callId(),
        leaf,
        result,
        confidence(closeness),
        rule(closeness),
        told.size(),
        origin(q.call(), told.getFirst(), false),
        origin(q.call(), nearest, true));
  }

  private Optional<Derivation.Found> derive(Question q, Leaf leaf, Probe probe) {
    LocalDate today = LocalDate.ofInstant(q.call().start().event().timestamp(), ZoneOffset.UTC);
    Optional<Derivation.Found> found =
        new Derivation(sources.index(), sources::heldButAssistant, q.budget()).of(probe, today);
    if (found.isPresent() || !probe.numeric()) {
      return found;
    }
    return Arithmetic.over(sources.index(), latestFirst(q.call().context())).of(probe, leaf.key());
  }

  private List<Integer> latestFirst(Context context) {
    List<Integer> segments = new ArrayList<>();
    List<Message> messages = context.messages();
    for (int i = messages.size() - 1; i >= 0 && segments.size() < 4_096; i--) {
      if (messages.get(i).role() != Role.ASSISTANT) {
        segments.addAll(sources.segments(messages.get(i)).reversed());
      }
    }
    return segments;
  }

  /**
   * Only the model itself said it before. Its own earlier arguments are followed back to where they
   * came from; words of an assistant that no recorded call wrote are the application's.
   */
  private Optional<Provenance> byModel(Question q, Leaf leaf, Probe probe, List<Match> matches) {
    List<Match> said = new ArrayList<>(matches);
    said.removeIf(match -> match.closeness().compareTo(Match.Closeness.NORMALISED) > 0);
    if (said.isEmpty()) {
      return Optional.empty();
    }
    said.sort(earliest());
    Match first = said.getFirst();
    Origin nearest = origin(q.call(), said.getLast(), true);
    Fact fact = view.origins().get(sources.unit(first.segment()).contentId());
    ModelCall earlier = fact == null ? null : view.callOf(fact.id());
    boolean recorded = earlier != null && earlier.end() == fact;
    if (!recorded || earlier == null) {
      Result result = first.closeness() == Match.Closeness.EXACT ? Result.EXACT : Result.NORMALISED;
      return Optional.of(
          new Provenance(
              q.use().callId(),
              leaf,
              result,
              0.9,
              "assistant turn given by the application",
              said.size(),
              origin(q.call(), first, false),
              nearest));
    }
    if (earlier.index() >= q.call().index() || q.depth() >= BACK_MAX) {
      return Optional.empty();
    }
    Provenance back = before(q, leaf, probe, earlier);
    return Optional.of(
        new Provenance(
            q.use().callId(),
            leaf,
            back.result(),
            back.confidence(),
            back.sourced()
                ? back.rule() + ", repeated by the model"
                : "the model itself said it first",
            said.size(),
            back.origin(),
            nearest));
  }

  /** The same value as the earlier call would have been asked. */
  private Provenance before(Question q, Leaf leaf, Probe probe, ModelCall earlier) {
    String key = earlier.index() + "\u0000" + leaf.kind() + probe.text();
    Provenance known = judged.get(key);
    if (known != null) {
      return known;
    }
    sources.hold(earlier.context());
    Provenance back = judge(new Question(q.use(), earlier, q.budget(), q.depth() + 1), leaf);
    sources.hold(q.call().context());
    judged.put(key, back);
    return back;
  }

  private Provenance nothing(Question q, Leaf leaf, Probe probe) {
    String gap = Coverage.gap(q.call().context());
    if (gap != null) {
      return unknown(q, leaf, gap);
    }
    if (sources.index().full()) {
      return unknown(q, leaf, "text of the trace beyond the bound");
    }
    if (q.budget().overrun()) {
      return unknown(q, leaf, "bound of work per call met");
    }
    if (probe.cut()) {
      return unknown(q, leaf, "too long to be compared with pieces of text");
    }
    return new Provenance(
        q.use().callId(),
        leaf,
        Result.UNSOURCED,
        Shapes.confidence(probe),
        "nothing that the request held fits",
        0,
        null,
        null);
  }

  private static Provenance unknown(Question q, Leaf leaf, String why) {
    return new Provenance(q.use().callId(), leaf, Result.UNKNOWN, 0, why, 0, null, null);
  }

  /** Why a leaf is not judged; null when it is. */
  private @Nullable String skip(Question q, Leaf leaf, Probe probe) {
    if (leaf.kind() == Leaf.Kind.BOOLEAN || leaf.kind() == Leaf.Kind.NULL) {
      return "boolean or null";
    }
    String tool = q.use().tool() == null ? "" : q.use().tool();
    Tool offered = q.call().context().tool(tool);
    if (offered != null && SchemaHints.offers(offered.schema(), leaf.path(), leaf.text())) {
      return "offered by the schema";
    }
    if (leaf.kind() == Leaf.Kind.NUMBER && probe.number() != null) {
      BigDecimal n = probe.number();
      boolean small =
          n.abs().compareTo(BigDecimal.valueOf(100)) < 0 && n.stripTrailingZeros().scale() <= 0;
      if (small && !namedSource(q, leaf, probe)) {
        return "small number";
      }
    } else if (leaf.text().strip().length() < 3) {
      return "shorter than three characters";
    } else if (CommonWords.all(probe.tokens())) {
      return "common words";
    }
    if (habits.usual(tool, Leaves.shape(leaf.path()), leaf.text())) {
      return "usual value of the version";
    }
    return null;
  }

  /** True when a source leaf with the same name holds the same number. */
  private boolean namedSource(Question q, Leaf leaf, Probe probe) {
    if (leaf.key() == null) {
      return false;
    }
    for (Match match : sources.index().find(probe, sources::heldButAssistant, q.budget())) {
      if (leaf.key().equals(sources.index().segment(match.segment()).key())) {
        return true;
      }
    }
    return false;
  }

  /** Turns before prompt before tool definitions; among turns the earliest, then the role. */
  private Comparator<Match> earliest() {
    return Comparator.comparingInt((Match match) -> tier(match))
        .thenComparingInt(match -> sources.position(match.segment()))
        .thenComparing(match -> sources.index().segment(match.segment()).role())
        .thenComparingInt(Match::segment)
        .thenComparingInt(Match::start);
  }

  private int tier(Match match) {
    return switch (sources.index().segment(match.segment()).role()) {
      case TOOL, USER -> 0;
      case SYSTEM -> 1;
      case TOOL_DEFINITION -> 2;
      case ASSISTANT -> 3;
    };
  }

  private Origin origin(ModelCall call, Match match, boolean last) {
    Segment segment = sources.index().segment(match.segment());
    Sources.Unit unit = sources.unit(match.segment());
    int position = last ? sources.lastPosition(match.segment()) : sources.position(match.segment());
    Fact fact = unit.message() ? view.origins().get(unit.contentId()) : null;
    return new Origin(
        fact == null ? call.start().id() : fact.id(),
        segment.role().wireName(),
        position < 0 ? null : position,
        segment.path(),
        match.start(),
        match.end());
  }

  private static double confidence(Match.Closeness closeness) {
    return switch (closeness) {
      case EXACT -> 1;
      case NORMALISED -> 0.97;
      case PART -> 0.85;
      case SEPARATED -> 0.9;
    };
  }

  private static String rule(Match.Closeness closeness) {
    return switch (closeness) {
      case EXACT -> "same text";
      case NORMALISED -> "same value, written another way";
      case PART -> "part of a longer word";
      case SEPARATED -> "same words, other marks between them";
    };
  }

  /** What is missing of a context, so that nothing can be said about what is not found. */
  private static final class Coverage {
    static @Nullable String gap(Context context) {
      if (!context.captured()) {
        return context.capture().equals("told")
            ? "the request is not on record"
            : "the texts of the request were not kept";
      }
      for (Message message : context.messages()) {
        for (Part part : message.parts()) {
          if (part instanceof Part.Opaque opaque) {
            return "the request held a part that was not read: " + opaque.kind();
          }
        }
      }
      for (String earlier : new String[] {"previous_response_id", "conversation"}) {
        if (context.params().path(earlier).isString()
            || context.params().path(earlier).isObject()) {
          return "the request went on with turns that the provider kept";
        }
      }
      return null;
    }
  }
}
