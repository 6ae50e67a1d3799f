package dev.whyops.finding;

import dev.whyops.why.card.CardSources;
import dev.whyops.why.context.ContextDiff;
import dev.whyops.why.context.ContextDiffs;
import dev.whyops.why.context.ModelFacts;
import dev.whyops.why.history.VersionHistory;
import dev.whyops.why.provenance.Provenance;
import dev.whyops.why.provenance.Tracer;
import dev.whyops.why.provenance.Uses;
import dev.whyops.why.schema.ArgumentSchemas;
import dev.whyops.why.schema.SchemaVerdict;
import dev.whyops.why.view.Message;
import dev.whyops.why.view.ModelCall;
import dev.whyops.why.view.Part;
import dev.whyops.why.view.Tool;
import dev.whyops.why.view.ToolUse;
import dev.whyops.why.view.TraceView;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All that rules may look at, each inferred once for all of them.
 *
 * <p>Not thread-safe; made per trace.
 */
public final class Evidence implements CardSources {
  private final TraceView view;
  private final Supplier<VersionHistory> history;
  private final Supplier<VersionHistory> versionBefore;
  private final ModelFacts models;
  private final Thresholds thresholds;
  private final Tracer tracer;
  private final ContextDiffs diffs;
  private final ArgumentSchemas schemas = new ArgumentSchemas();
  private final Map<Integer, ContextDiff> diffOf = new HashMap<>();
  private final Map<Integer, SchemaVerdict> verdictOf = new HashMap<>();
  private @Nullable Uses uses;
  private @Nullable Set<String> callIds;

  /**
   * @param history traces of the version, as they are now: asked for at each use, because a state
   *     of the history is large and this may be kept for long
   * @param versionBefore the same of the version before it
   */
  public Evidence(
      TraceView view,
      Supplier<VersionHistory> history,
      Supplier<VersionHistory> versionBefore,
      ModelFacts models,
      Thresholds thresholds) {
    this.view = view;
    this.history = history;
    this.versionBefore = versionBefore;
    this.models = models;
    this.thresholds = thresholds;
    this.tracer = new Tracer(view, (tool, path, value) -> history().usual(tool, path, value));
    this.diffs = new ContextDiffs(view, models);
  }

  public static Evidence of(TraceView view) {
    return new Evidence(
        view,
        () -> VersionHistory.NONE,
        () -> VersionHistory.NONE,
        ModelFacts.NONE,
        Thresholds.DEFAULT);
  }

  @Override
  public TraceView view() {
    return view;
  }

  /** Other traces of the version. */
  @Override
  public VersionHistory history() {
    return history.get().without(view.traceId());
  }

  public VersionHistory versionBefore() {
    return versionBefore.get();
  }

  public ModelFacts models() {
    return models;
  }

  public Thresholds thresholds() {
    return thresholds;
  }

  @Override
  public List<Provenance> provenance(ToolUse use) {
    return tracer.of(use);
  }

  @Override
  public ContextDiff diff(ModelCall call) {
    return diffOf.computeIfAbsent(call.index(), i -> diffs.of(call));
  }

  @Override
  public Uses uses() {
    if (uses == null) {
      uses = new Uses(view);
    }
    return uses;
  }

  /** What the offered schema says; no verdict when the tool was not offered on record. */
  @Override
  public @Nullable SchemaVerdict schema(ToolUse use) {
    ModelCall call = view.issuer(use);
    Tool tool = call == null || use.tool() == null ? null : call.context().tool(use.tool());
    if (tool == null) {
      return null;
    }
    return verdictOf.computeIfAbsent(
        use.index(), i -> schemas.judge(tool, use.arguments(), use.parsed()));
  }

  /** Ids of all tool calls that the trace knows of, those of earlier history included. */
  public Set<String> callIds() {
    if (callIds == null) {
      callIds = collectCallIds();
    }
    return callIds;
  }

  private Set<String> collectCallIds() {
    Set<String> ids = new HashSet<>();
    Set<Integer> seen = new HashSet<>();
    for (ToolUse use : view.toolUses()) {
      add(ids, use.callId());
    }
    for (ModelCall call : view.calls()) {
      for (Message message : call.context().messages()) {
        if (seen.add(message.contentId())) {
          for (Part part : message.parts()) {
            if (part instanceof Part.Call asked) {
              add(ids, asked.callId());
            }
          }
        }
      }
    }
    return ids;
  }

  private static void add(Set<String> ids, @Nullable String id) {
    if (id != null) {
      ids.add(id);
    }
  }
}
