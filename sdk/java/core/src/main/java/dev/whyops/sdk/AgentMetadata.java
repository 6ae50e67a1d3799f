package dev.whyops.sdk;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The definition that makes an agent's version. Immutable. */
public record AgentMetadata(String systemPrompt, @Nullable String description, List<Tool> tools) {

  /** A tool of the agent; schemas are JSON text. */
  public record Tool(
      String name,
      @Nullable String description,
      @Nullable String inputSchema,
      @Nullable String outputSchema) {}

  public AgentMetadata {
    tools = List.copyOf(tools);
  }

  public static AgentMetadata of(String systemPrompt) {
    return new AgentMetadata(systemPrompt, null, List.of());
  }

  public AgentMetadata description(String description) {
    return new AgentMetadata(systemPrompt, description, tools);
  }

  public AgentMetadata tool(String name, @Nullable String description) {
    return tool(name, description, null, null);
  }

  public AgentMetadata tool(
      String name,
      @Nullable String description,
      @Nullable String inputSchema,
      @Nullable String outputSchema) {
    List<Tool> more = new ArrayList<>(tools);
    more.add(new Tool(name, description, inputSchema, outputSchema));
    return new AgentMetadata(systemPrompt, description(), more);
  }

  Map<String, Object> wire() {
    Map<String, Object> wire = new LinkedHashMap<>();
    wire.put("systemPrompt", systemPrompt);
    if (description != null) {
      wire.put("description", description);
    }
    wire.put("tools", tools.stream().map(AgentMetadata::wire).toList());
    return wire;
  }

  private static Map<String, Object> wire(Tool tool) {
    Map<String, Object> wire = new LinkedHashMap<>();
    wire.put("name", tool.name());
    putIfGiven(wire, "description", tool.description());
    putIfGiven(wire, "inputSchema", tool.inputSchema());
    putIfGiven(wire, "outputSchema", tool.outputSchema());
    return wire;
  }

  private static void putIfGiven(Map<String, Object> wire, String name, @Nullable String value) {
    if (value != null) {
      wire.put(name, value);
    }
  }
}
