package dev.whyops.why.graph;

import dev.whyops.why.graph.DecisionGraph.Basis;
import dev.whyops.why.graph.DecisionGraph.Edge;
import dev.whyops.why.graph.DecisionGraph.Node;
import dev.whyops.why.graph.DecisionGraph.Relation;
import dev.whyops.why.view.Fact;
import dev.whyops.why.view.ModelCall;
import dev.whyops.why.view.ToolUse;
import dev.whyops.why.view.TraceView;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Draws the graph of a trace. Linear in events and data flows. */
public final class GraphBuilder {
  private final Steps steps;
  private final TraceView view;
  private final List<Link> links = new ArrayList<>();
  private final Set<Pair> throughTools = new HashSet<>();

  /** An edge between steps, before they are grouped. */
  private record Link(int from, int to, Relation kind, Basis basis, String rule, Paths paths) {}

  private record Pair(int from, int to) {}

  private record Paths(@Nullable String from, @Nullable String to) {
    static final Paths NONE = new Paths(null, null);
  }

  private GraphBuilder(TraceView view) {
    this.view = view;
    this.steps = new Steps(view);
  }

  /** The graph with similar neighbours and loops grouped. */
  public static DecisionGraph of(TraceView view, List<DataFlow> flows) {
    GraphBuilder builder = new GraphBuilder(view);
    builder.link(flows);
    return builder.draw();
  }

  private void link(List<DataFlow> flows) {
    linkIds();
    linkParents();
    boolean[] caused = new boolean[steps.all().size()];
    links.forEach(link -> caused[link.to()] = true);
    for (DataFlow flow : flows) {
      int to = flow.toolUse() >= 0 ? steps.ofUse(flow.toolUse()) : steps.ofCall(flow.call());
      add(
          steps.ofEvent(flow.originEventId()),
          to,
          Relation.DATA,
          Basis.PROVENANCE,
          flow.rule(),
          new Paths(flow.fromPath(), flow.toPath()));
    }
    for (int i = 1; i < caused.length; i++) {
      if (!caused[i]) {
        add(i - 1, i, Relation.TIME, Basis.ORDER, "next in order", Paths.NONE);
      }
    }
  }

  private void linkIds() {
    for (ModelCall call : view.calls()) {
      int at = steps.ofCall(call.index());
      for (Fact request : call.requests()) {
        List<Integer> brought = view.toolUsesByEvent().get(request.id());
        if (brought == null) {
          causal(steps.ofEvent(request.id()), at, Basis.ID, "request of the span");
        } else {
          brought.forEach(use -> held(view.toolUses().get(use), call.index()));
        }
      }
      for (int use : call.toolUses()) {
        causal(at, steps.ofUse(use), Basis.ID, "tool called by the answer");
      }
    }
    for (ToolUse use : view.toolUses()) {
      if (use.firstHolder() >= 0) {
        held(use, use.firstHolder());
      }
    }
  }

  private void held(ToolUse use, int call) {
    if (use.issuedBy() >= call) {
      return;
    }
    causal(steps.ofUse(use.index()), steps.ofCall(call), Basis.ID, "result held by the call");
    if (use.issuedBy() >= 0) {
      throughTools.add(new Pair(steps.ofCall(use.issuedBy()), steps.ofCall(call)));
    }
  }

  /**
   * Explicit parents; a circle of them loses its youngest edge. A call that goes on from its
   * parent's tools hangs on those tools already.
   */
  private void linkParents() {
    List<Step> all = steps.all();
    int[] parents = new int[all.size()];
    for (int i = 0; i < parents.length; i++) {
      Fact first = all.get(i).first();
      int parent = steps.ofSpan(first.event().place().parentSpanId());
      if (parent < 0 || parent == i) {
        parent = steps.ofStepId(first.event().place().parentStepId());
      }
      boolean own = parent >= 0 && all.get(parent).first().spanId().equals(first.spanId());
      parents[i] = parent == i || own ? -1 : parent;
    }
    Parents.cutCycles(parents);
    for (int i = 0; i < parents.length; i++) {
      boolean drawn = all.get(i).issuer() >= 0 || throughTools.contains(new Pair(parents[i], i));
      if (parents[i] >= 0 && !drawn) {
        causal(parents[i], i, Basis.PARENT, "child of the parent it names");
      }
    }
  }

  private void causal(int from, int to, Basis basis, String rule) {
    add(from, to, Relation.CAUSAL, basis, rule, Paths.NONE);
  }

  private void add(int from, int to, Relation kind, Basis basis, String rule, Paths paths) {
    if (from >= 0 && to >= 0 && from != to) {
      links.add(new Link(from, to, kind, basis, rule, paths));
    }
  }

  private DecisionGraph draw() {
    List<Unit> units = Collapse.of(steps.all());
    boolean truncated = units.size() > DecisionGraph.NODES_MAX;
    if (truncated) {
      units = Collapse.windows(units);
    }
    int[] unitOf = new int[steps.all().size()];
    for (int u = 0; u < units.size(); u++) {
      for (int step : units.get(u).steps()) {
        unitOf[step] = u;
      }
    }
    List<Node> nodes = new ArrayList<>(units.size());
    Lanes lanes = new Lanes();
    for (Unit unit : units) {
      nodes.add(unit.node(steps.all(), nodes.size(), lanes));
    }
    List<Edge> edges = edges(units, nodes, unitOf);
    if (edges.size() > DecisionGraph.EDGES_MAX) {
      truncated = true;
      edges = fit(edges);
    }
    return new DecisionGraph(nodes, edges, truncated);
  }

  private List<Edge> edges(List<Unit> units, List<Node> nodes, int[] unitOf) {
    Map<Edge, Boolean> edges = new LinkedHashMap<>(links.size() * 2);
    for (Link link : links) {
      int from = unitOf[link.from()];
      int to = unitOf[link.to()];
      if (from == to) {
        continue;
      }
      boolean grouped = units.get(from).group() != null || units.get(to).group() != null;
      if (link.kind() == Relation.TIME && from > to) {
        continue;
      }
      edges.put(
          new Edge(
              nodes.get(from).id(),
              nodes.get(to).id(),
              link.kind(),
              link.basis(),
              link.rule(),
              grouped ? null : link.paths().from(),
              grouped ? null : link.paths().to()),
          true);
    }
    return new ArrayList<>(edges.keySet());
  }

  /** Order can be seen without an edge, so its edges go first, then those of data. */
  private static List<Edge> fit(List<Edge> edges) {
    List<Edge> kept = new ArrayList<>(DecisionGraph.EDGES_MAX);
    for (Relation kind : List.of(Relation.CAUSAL, Relation.DATA, Relation.TIME)) {
      for (Edge edge : edges) {
        if (edge.kind() == kind && kept.size() < DecisionGraph.EDGES_MAX) {
          kept.add(edge);
        }
      }
    }
    return kept;
  }
}
