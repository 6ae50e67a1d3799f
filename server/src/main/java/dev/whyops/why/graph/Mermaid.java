package dev.whyops.why.graph;

import java.util.HashMap;
import java.util.Map;

/**
 * Writes a graph as a Mermaid flowchart. Labels come from models and tools, so they are hostile:
 * whatever could be markup becomes a character code, node ids are our own, and no directive, link
 * or style is ever written.
 */
public final class Mermaid {
  private static final int LABEL_CHARS = 80;

  private Mermaid() {}

  public static String of(DecisionGraph graph) {
    StringBuilder out = new StringBuilder("flowchart TD\n");
    Map<String, String> ids = new HashMap<>();
    for (DecisionGraph.Node node : graph.nodes()) {
      String id = "n" + ids.size();
      ids.put(node.id(), id);
      String label = node.kind().wireName() + ": " + node.label();
      if (!node.status().equals("ok")) {
        label += " (" + node.status() + ")";
      }
      out.append("  ").append(id).append("[\"").append(escaped(label)).append("\"]\n");
    }
    for (DecisionGraph.Edge edge : graph.edges()) {
      out.append("  ").append(ids.get(edge.from()));
      switch (edge.kind()) {
        case CAUSAL -> out.append(" --> ");
        case DATA -> out.append(" ==>|\"").append(escaped(paths(edge))).append("\"| ");
        case TIME -> out.append(" -.-> ");
      }
      out.append(ids.get(edge.to())).append('\n');
    }
    if (graph.truncated()) {
      out.append("  cut[\"not all steps are shown\"]\n");
    }
    return out.toString();
  }

  private static String paths(DecisionGraph.Edge edge) {
    String from = edge.fromPath() == null ? "text" : edge.fromPath();
    return edge.toPath() == null ? "data" : from + " to " + edge.toPath();
  }

  /** Letters, digits, plain spaces and a few harmless marks stay; the rest becomes #code;. */
  static String escaped(String label) {
    StringBuilder out = new StringBuilder(label.length() + 16);
    int[] codes = label.codePoints().limit(LABEL_CHARS + 1L).toArray();
    for (int i = 0; i < Math.min(codes.length, LABEL_CHARS); i++) {
      int c = codes[i];
      if (c == ' ' || Character.isLetterOrDigit(c) || ".,-_$×→…/".indexOf(c) >= 0) {
        out.appendCodePoint(c);
      } else if (Character.isWhitespace(c)) {
        out.append(' ');
      } else {
        out.append('#').append(c).append(';');
      }
    }
    return codes.length > LABEL_CHARS ? out.append('…').toString() : out.toString();
  }
}
