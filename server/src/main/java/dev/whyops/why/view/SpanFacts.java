package dev.whyops.why.view;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/** What a span has told since its last answer; emptied when a model call takes it. */
final class SpanFacts {
  private static final String[] SYSTEM = {"system", "instructions", "systemPrompt"};

  private static final String[][] APART = {
    {"toolChoice", "tool_choice"},
    {"previousResponseId", "previous_response_id"},
    {"conversation", "conversation"}
  };

  private final List<Fact> requests = new ArrayList<>();
  private final List<Fact> thinking = new ArrayList<>();

  void add(Fact fact) {
    switch (fact.type()) {
      case USER_MESSAGE, TOOL_RESULT, SYSTEM_MESSAGE -> requests.add(fact);
      case LLM_THINKING -> thinking.add(fact);
      default -> {}
    }
  }

  List<Fact> requests() {
    return List.copyOf(requests);
  }

  List<Fact> thinking() {
    return List.copyOf(thinking);
  }

  void clear() {
    requests.clear();
    thinking.clear();
  }

  /** The turns of the request as sent; null when no event has them. */
  @Nullable List<Message> turns(Fact end) {
    for (Fact fact : requests) {
      if (fact.turns() != null) {
        return fact.turns();
      }
    }
    return end.turns();
  }

  List<Tool> tools(Fact end) {
    for (Fact fact : requests) {
      if (fact.tools() != null) {
        return fact.tools();
      }
    }
    return end.tools() == null ? List.of() : end.tools();
  }

  /** The prompt that stands beside the turns; missing when there is none. */
  JsonNode system(Fact end) {
    for (String name : SYSTEM) {
      JsonNode system = first(end, name);
      if (!system.isMissingNode() && !system.isNull() && !system.isEmpty() || isText(system)) {
        return system;
      }
    }
    return MissingNode.getInstance();
  }

  JsonNode params(Fact end) {
    JsonNode params = Parsing.unquoted(first(end, "params"));
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    if (params instanceof ObjectNode object) {
      all.setAll(object);
    }
    for (String[] names : APART) {
      JsonNode value = first(end, names[0]);
      if (!value.isMissingNode()) {
        all.set(names[1], value);
      }
    }
    return all;
  }

  /** How much of the request was kept. */
  String capture(Fact end) {
    return first(end, "capture").asString("full");
  }

  private static boolean isText(JsonNode node) {
    return node.isString() && !node.stringValue().isEmpty();
  }

  private JsonNode first(Fact end, String name) {
    for (Fact fact : requests) {
      JsonNode found = found(fact, name);
      if (found != null) {
        return found;
      }
    }
    JsonNode found = found(end, name);
    return found == null ? MissingNode.getInstance() : found;
  }

  private static @Nullable JsonNode found(Fact fact, String name) {
    if (fact.metadata().has(name)) {
      return fact.metadata().path(name);
    }
    return fact.content().has(name) ? fact.content().path(name) : null;
  }
}
