package dev.whyops.record;

import dev.whyops.json.Json;
import dev.whyops.provider.RequestFacts;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** What a request tells about its agent, in the shape of an init call's metadata. */
final class ObservedAgent {
  private ObservedAgent() {}

  static String json(RequestFacts asked, byte[] request) {
    if (asked.systemPrompt() == null && asked.tools().isEmpty()) {
      return "{}";
    }
    JsonOut out = new JsonOut();
    out.open('{');
    if (asked.systemPrompt() != null) {
      out.member("systemPrompt", asked.systemPrompt());
    }
    if (!asked.tools().isEmpty()) {
      out.name("tools").open('[');
      for (RequestFacts.ToolDefinition tool : asked.tools()) {
        out.raw(tool(tool, request));
      }
      out.close(']');
    }
    return out.close('}').toString();
  }

  /** Name, description and input schema, wherever the dialect puts them. */
  private static String tool(RequestFacts.ToolDefinition tool, byte[] request) {
    String definition =
        new String(request, tool.span().start(), tool.span().length(), StandardCharsets.UTF_8);
    JsonOut out = new JsonOut().open('{').member("name", tool.name());
    try (JsonParser in = Json.mapper().createParser(definition)) {
      for (JsonToken token = in.nextToken(); token != null; token = in.nextToken()) {
        int depth = in.streamReadContext().getNestingDepth();
        if (token != JsonToken.PROPERTY_NAME || depth > 2) {
          continue;
        }
        String name = in.currentName();
        JsonToken value = in.nextToken();
        if (name.equals("description") && value == JsonToken.VALUE_STRING) {
          out.member("description", in.getString());
        } else if (value == JsonToken.START_OBJECT
            && (name.equals("parameters") || name.equals("input_schema"))) {
          int from = (int) in.currentTokenLocation().getCharOffset();
          in.skipChildren();
          int to = (int) in.currentLocation().getCharOffset();
          out.name("inputSchema").raw(definition.substring(from, to));
        } else if (value == JsonToken.START_OBJECT && !name.equals("function")) {
          in.skipChildren();
        } else if (value == JsonToken.START_ARRAY) {
          in.skipChildren();
        }
      }
    } catch (JacksonException e) {
      return new JsonOut().open('{').member("name", tool.name()).close('}').toString();
    }
    return out.close('}').toString();
  }
}
