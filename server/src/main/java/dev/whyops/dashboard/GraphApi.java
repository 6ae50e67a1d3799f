package dev.whyops.dashboard;

import dev.whyops.evidence.KnownTrace;
import dev.whyops.evidence.TraceEvidence;
import dev.whyops.http.ApiException;
import dev.whyops.project.ProjectScope;
import dev.whyops.why.graph.DecisionGraph;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The decision graph of a trace. */
final class GraphApi {
  private final TraceEvidence evidence;

  GraphApi(TraceEvidence evidence) {
    this.evidence = evidence;
  }

  record Node(
      String id,
      String kind,
      String label,
      List<String> eventIds,
      @Nullable String spanId,
      String status,
      Instant startedAt,
      @Nullable Instant endedAt,
      int count,
      @Nullable String group,
      int row,
      int lane) {
    static Node of(DecisionGraph.Node node) {
      DecisionGraph.@Nullable Group group = node.group();
      return new Node(
          node.id(),
          node.kind().wireName(),
          node.label(),
          node.eventIds(),
          node.spanId(),
          node.status(),
          node.startedAt(),
          node.endedAt(),
          node.count(),
          group == null ? null : group.wireName(),
          node.row(),
          node.lane());
    }
  }

  record Edge(
      String from,
      String to,
      String kind,
      String basis,
      String rule,
      @Nullable String fromPath,
      @Nullable String toPath) {
    static Edge of(DecisionGraph.Edge edge) {
      return new Edge(
          edge.from(),
          edge.to(),
          edge.kind().wireName(),
          edge.basis().wireName(),
          edge.rule(),
          edge.fromPath(),
          edge.toPath());
    }
  }

  record Graph(List<Node> nodes, List<Edge> edges, boolean truncated) {}

  void addTo(RouteTable routes) {
    routes.get("/api/traces/{traceId}/graph", Access.READ, this::graph);
  }

  private Reply graph(Call call) {
    DecisionGraph graph = graph(call.project(), TracesApi.traceId(call));
    return Reply.ok(
        new Graph(
            graph.nodes().stream().map(Node::of).toList(),
            graph.edges().stream().map(Edge::of).toList(),
            graph.truncated()));
  }

  DecisionGraph graph(ProjectScope scope, String traceId) {
    return evidence
        .of(scope, traceId)
        .map(KnownTrace::graph)
        .orElseThrow(() -> ApiException.notFound("trace"));
  }
}
