package dev.whyops.why.view;

import dev.whyops.event.Event;
import dev.whyops.event.EventType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/** Puts events in the one order that does not depend on how they came, each of them once. */
final class FactOrder {
  private static final Comparator<Event> ORDER =
      Comparator.comparing(Event::timestamp)
          .thenComparing(FactOrder::step)
          .thenComparing(event -> rank(event.type()))
          .thenComparing(Event::id);

  private FactOrder() {}

  static List<Fact> of(Collection<Event> events, Messages messages) {
    Map<UUID, Event> once = new LinkedHashMap<>(events.size() * 2);
    for (Event event : events) {
      once.putIfAbsent(event.id(), event);
    }
    List<Event> sorted = new ArrayList<>(once.values());
    sorted.sort(ORDER);
    List<Fact> facts = new ArrayList<>(sorted.size());
    for (Event event : sorted) {
      facts.add(fact(facts.size(), event, messages));
    }
    return facts;
  }

  /** A resent conversation is most of a trace's text: its turns are kept once and taken out. */
  private static Fact fact(int position, Event event, Messages messages) {
    JsonNode content = Parsing.orText(event.contentJson());
    JsonNode metadata = Parsing.object(event.metadataJson());
    JsonNode turns = taken(content, metadata, "messages", "input");
    JsonNode tools = Parsing.unquoted(taken(metadata, content, "tools"));
    return new Fact(
        position,
        event,
        content,
        metadata,
        turns.isArray() ? messages.all(turns) : null,
        tools.isArray() ? messages.tools(tools) : null);
  }

  private static JsonNode taken(JsonNode first, JsonNode second, String... names) {
    for (JsonNode from : new JsonNode[] {first, second}) {
      for (String name : names) {
        JsonNode value = from.path(name);
        if (from instanceof ObjectNode object && (value.isArray() || name.equals("tools"))) {
          object.remove(name);
          if (!value.isMissingNode()) {
            return value;
          }
        }
      }
    }
    return MissingNode.getInstance();
  }

  private static int step(Event event) {
    Integer step = event.place().stepId();
    return step == null ? Integer.MAX_VALUE : step;
  }

  /** What happens first inside one instant. */
  private static int rank(EventType type) {
    return switch (type) {
      case SYSTEM_MESSAGE -> 0;
      case TOOL_RESULT, TOOL_CALL_RESPONSE -> 1;
      case USER_MESSAGE, EMBEDDING_REQUEST -> 2;
      case LLM_THINKING -> 3;
      case LLM_RESPONSE, EMBEDDING_RESPONSE -> 4;
      case AGENT_MESSAGE -> 5;
      case TOOL_CALL_REQUEST -> 6;
      case ERROR -> 7;
    };
  }
}
