package dev.whyops.agent;

import dev.whyops.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * What changed from one version of an agent to another: the prompt by line, tools by name, and what
 * differs inside a tool or anywhere else by path.
 */
public record VersionDiff(
    Version from, Version to, List<Line> prompt, List<ToolChange> tools, List<Change> others) {
  private static final String PROMPT = "systemPrompt";
  private static final String TOOLS = "tools";

  /** How something came to differ. */
  public enum Kind {
    SAME,
    ADDED,
    REMOVED,
    CHANGED
  }

  /** One line of a prompt, in reading order; never {@code CHANGED}. */
  public record Line(Kind kind, String text) {}

  /** A tool that is not the same; {@code changes} only when it is {@code CHANGED}. */
  public record ToolChange(Kind kind, String name, List<Change> changes) {}

  /**
   * A value that is not the same.
   *
   * @param path JSON pointer
   * @param before JSON text, empty when it was added
   * @param after JSON text, empty when it was removed
   */
  public record Change(Kind kind, String path, String before, String after) {}

  static VersionDiff between(Version from, Version to) {
    JsonNode before = Json.mapper().readTree(from.definitionJson());
    JsonNode after = Json.mapper().readTree(to.definitionJson());
    List<Change> others = new ArrayList<>();
    TreeSet<String> names = new TreeSet<>(before.propertyNames());
    names.addAll(after.propertyNames());
    names.remove(PROMPT);
    names.remove(TOOLS);
    for (String name : names) {
      compare("/" + escaped(name), before.path(name), after.path(name), others);
    }
    return new VersionDiff(
        from,
        to,
        LineDiff.between(before.path(PROMPT).asString(""), after.path(PROMPT).asString("")),
        tools(before.path(TOOLS), after.path(TOOLS)),
        others);
  }

  private static List<ToolChange> tools(JsonNode before, JsonNode after) {
    Map<String, JsonNode> old = byName(before);
    Map<String, JsonNode> now = byName(after);
    TreeMap<String, JsonNode> all = new TreeMap<>(old);
    all.putAll(now);
    List<ToolChange> changes = new ArrayList<>();
    for (String name : all.keySet()) {
      JsonNode was = old.get(name);
      JsonNode is = now.get(name);
      if (was == null) {
        changes.add(new ToolChange(Kind.ADDED, name, List.of()));
      } else if (is == null) {
        changes.add(new ToolChange(Kind.REMOVED, name, List.of()));
      } else if (!was.equals(is)) {
        List<Change> inside = new ArrayList<>();
        compare("", was, is, inside);
        changes.add(new ToolChange(Kind.CHANGED, name, inside));
      }
    }
    return changes;
  }

  /** Tools by name; further ones of a name get a number behind it. */
  private static Map<String, JsonNode> byName(JsonNode tools) {
    Map<String, JsonNode> byName = new LinkedHashMap<>();
    for (JsonNode tool : tools) {
      String name = tool.path("name").asString("");
      int copy = 2;
      String key = name;
      while (byName.containsKey(key)) {
        key = name + " #" + copy++;
      }
      byName.put(key, tool);
    }
    return byName;
  }

  private static void compare(String path, JsonNode before, JsonNode after, List<Change> out) {
    if (before.equals(after)) {
      return;
    }
    if (before.isObject() && after.isObject()) {
      TreeSet<String> names = new TreeSet<>(before.propertyNames());
      names.addAll(after.propertyNames());
      for (String name : names) {
        compare(path + "/" + escaped(name), before.path(name), after.path(name), out);
      }
    } else {
      Kind kind =
          before.isMissingNode() ? Kind.ADDED : after.isMissingNode() ? Kind.REMOVED : Kind.CHANGED;
      out.add(new Change(kind, path, text(before), text(after)));
    }
  }

  private static String text(JsonNode node) {
    return node.isMissingNode() ? "" : node.toString();
  }

  private static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }
}
