package dev.whyops.why.view;

import dev.whyops.event.Event;
import dev.whyops.event.EventType;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An event with its content parsed, at its place in the trace's order.
 *
 * @param position index into {@link TraceView#facts}
 * @param content the content; a string node with the raw text where it is no JSON
 * @param metadata an object, empty when there is none
 * @param turns the turns of a request that stood in content or metadata, equal ones of the trace as
 *     one object; null when there were none
 * @param tools tools that were offered, likewise
 */
public record Fact(
    int position,
    Event event,
    JsonNode content,
    JsonNode metadata,
    @Nullable List<Message> turns,
    @Nullable List<Tool> tools) {

  public EventType type() {
    return event.type();
  }

  public String id() {
    return event.id().toString();
  }

  public String spanId() {
    return event.place().spanId();
  }

  /** True where the sender or the provider marked it so, or it ended badly. */
  public boolean failed() {
    return event.type() == EventType.ERROR
        || event.facts().status().equals("error")
        || content.path("isError").asBoolean(false);
  }

  /** The text that a person would read: a string, or the JSON text of anything else. */
  public String text() {
    return content.isNull() || content.isMissingNode() ? "" : textOf(content);
  }

  static String textOf(JsonNode node) {
    return node.isString() ? node.stringValue() : node.toString();
  }
}
