package dev.whyops.why.view;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A tool as a request offered it. Equal definitions of a trace are one object.
 *
 * @param schema the schema of the arguments; null when the tool has none
 * @param raw JSON text of the definition in its dialect
 */
public record Tool(
    int contentId,
    String name,
    @Nullable String description,
    @Nullable JsonNode schema,
    String raw) {

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return contentId;
  }
}
