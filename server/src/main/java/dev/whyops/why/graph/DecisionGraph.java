package dev.whyops.why.graph;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What led to what in a trace: at most 2,000 nodes in the order of the run and 6,000 edges, each
 * with the basis on which it was drawn. Nothing is guessed from names.
 *
 * @param truncated true when a cap made windows of steps or left edges out
 */
public record DecisionGraph(List<Node> nodes, List<Edge> edges, boolean truncated) {
  public static final int NODES_MAX = 2_000;
  public static final int EDGES_MAX = 6_000;

  public DecisionGraph {
    nodes = List.copyOf(nodes);
    edges = List.copyOf(edges);
  }

  /** What a node is. */
  public enum Kind {
    USER,
    LLM,
    TOOL,
    EMBEDDING,
    AGENT,
    MESSAGE,
    ERROR,
    GROUP;

    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Why several steps are one node. */
  public enum Group {
    /** At least four equal neighbours. */
    REPEAT,
    /** More than eight calls of one tool by one answer. */
    SIBLINGS,
    /** A cycle of steps that ran at least three times. */
    LOOP,
    /** Neighbours that did not fit under the cap. */
    WINDOW;

    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One step, or a group of steps.
   *
   * @param count steps of the same kind, or rounds of a loop
   * @param row place in the order of the run
   * @param lane steps that ran at the same time have different ones
   */
  public record Node(
      String id,
      Kind kind,
      String label,
      List<String> eventIds,
      @Nullable String spanId,
      String status,
      Instant startedAt,
      @Nullable Instant endedAt,
      int count,
      @Nullable Group group,
      int row,
      int lane) {
    public Node {
      eventIds = List.copyOf(eventIds);
    }
  }

  /** What an edge says. */
  public enum Relation {
    CAUSAL,
    DATA,
    TIME;

    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** On what grounds an edge was drawn. */
  public enum Basis {
    ID,
    PARENT,
    PROVENANCE,
    ORDER;

    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * @param rule the rule in words
   * @param fromPath JSON path of the value at its origin; data edges only
   * @param toPath JSON path where the value is used; data edges only
   */
  public record Edge(
      String from,
      String to,
      Relation kind,
      Basis basis,
      String rule,
      @Nullable String fromPath,
      @Nullable String toPath) {}
}
