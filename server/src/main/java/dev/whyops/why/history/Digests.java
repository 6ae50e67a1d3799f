package dev.whyops.why.history;

import dev.whyops.event.Event;
import dev.whyops.event.EventType;
import dev.whyops.provider.Usage;
import dev.whyops.why.view.Fact;
import dev.whyops.why.view.Leaf;
import dev.whyops.why.view.Leaves;
import dev.whyops.why.view.ModelCall;
import dev.whyops.why.view.Tool;
import dev.whyops.why.view.ToolUse;
import dev.whyops.why.view.TraceView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Makes the digest of a trace. */
public final class Digests {
  private static final int VALUES_MAX = 50;
  private static final int PATHS_MAX = 200;
  private static final int VALUE_CHARS_MAX = 64;

  private Digests() {}

  /**
   * @param misuses calls that broke the tool's schema, by tool; found by the schema check
   */
  public static TraceDigest of(TraceView view, Map<String, Integer> misuses) {
    Map<String, List<Long>> latency = new TreeMap<>();
    Map<String, List<Long>> tokens = new TreeMap<>();
    TreeSet<String> offered = new TreeSet<>();
    Map<String, String> decisions = new TreeMap<>();
    for (ModelCall call : view.calls()) {
      sample(latency, TraceDigest.MODEL + call.model(), call.end().event().facts().latencyUs());
      sample(tokens, TraceDigest.MODEL + call.model(), call.inputTokens());
      for (Tool tool : call.context().tools()) {
        offered.add(tool.name());
      }
      if (call.answered()) {
        decisions.putIfAbsent(Decisions.given(view, call), Decisions.chose(call));
      }
    }
    Map<String, Integer> calls = new TreeMap<>();
    Map<String, Integer> errors = new TreeMap<>();
    Map<String, Map<String, Integer>> values = new TreeMap<>();
    for (ToolUse use : view.toolUses()) {
      String tool = use.tool() == null ? "tool" : use.tool();
      calls.merge(tool, 1, Integer::sum);
      if (use.error()) {
        errors.merge(tool, 1, Integer::sum);
      }
      sample(latency, TraceDigest.TOOL + tool, use.measuredUs());
      count(values, tool, use);
    }
    Map<String, Integer> fingerprints = new TreeMap<>();
    for (Fact fact : view.facts()) {
      if (fact.type() == EventType.ERROR && fingerprints.size() < VALUES_MAX) {
        fingerprints.merge(Fingerprints.of(fact), 1, Integer::sum);
      }
    }
    return digest(
        view,
        misuses,
        latency,
        tokens,
        List.copyOf(offered),
        calls,
        errors,
        decisions,
        values,
        fingerprints);
  }

  private static TraceDigest digest(
      TraceView view,
      Map<String, Integer> misuses,
      Map<String, List<Long>> latency,
      Map<String, List<Long>> tokens,
      List<String> offered,
      Map<String, Integer> calls,
      Map<String, Integer> errors,
      Map<String, String> decisions,
      Map<String, Map<String, Integer>> values,
      Map<String, Integer> fingerprints) {
    Event first = view.facts().isEmpty() ? null : view.facts().getFirst().event();
    Event last = view.facts().isEmpty() ? null : view.facts().getLast().event();
    Long cost = null;
    long total = 0;
    boolean failed = false;
    for (Fact fact : view.facts()) {
      Long nano = fact.event().facts().cost().nanoUsd();
      cost = nano == null ? cost : (Long) (nano + (cost == null ? 0 : cost));
      Usage usage = fact.event().facts().usage();
      total += usage == null ? 0 : usage.total();
    }
    if (!view.calls().isEmpty()) {
      failed = !view.calls().getLast().answered();
    }
    Instant ended = last == null ? Instant.EPOCH : last.timestamp();
    return new TraceDigest(
        view.traceId(),
        first == null ? null : first.agent().agentId(),
        first == null ? null : first.agent().versionId(),
        ended,
        failed,
        first == null ? 0 : Duration.between(first.timestamp(), ended).toNanos() / 1_000,
        cost,
        total,
        view.calls().size(),
        latency,
        tokens,
        offered,
        calls,
        errors,
        misuses,
        decisions,
        values,
        fingerprints,
        first == null ? null : first.place().externalUserId());
  }

  private static void sample(Map<String, List<Long>> samples, String name, @Nullable Long value) {
    List<Long> values = samples.computeIfAbsent(name, n -> new ArrayList<>());
    if (value != null && values.size() < VALUES_MAX) {
      values.add(value);
    }
  }

  private static void count(Map<String, Map<String, Integer>> values, String tool, ToolUse use) {
    for (Leaf leaf : Leaves.of(use.arguments(), VALUES_MAX).orElse(List.of())) {
      String place = tool + " " + Leaves.shape(leaf.path());
      if (leaf.text().length() <= VALUE_CHARS_MAX
          && (values.containsKey(place) || values.size() < PATHS_MAX)) {
        Map<String, Integer> here = values.computeIfAbsent(place, p -> new HashMap<>());
        if (here.containsKey(leaf.text()) || here.size() < VALUES_MAX) {
          here.merge(leaf.text(), 1, Integer::sum);
        }
      }
    }
  }
}
