package dev.whyops.fake;

import com.github.luben.zstd.ZstdInputStream;
import dev.whyops.json.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A request, read the way the model behind a provider would read it.
 *
 * @param path without query and without the {@code /v1} prefix, such as {@code /messages}
 * @param body an empty object when there is none; a missing node when it is not JSON
 * @param model without the words of a script
 */
public record Asked(Seen seen, String path, JsonNode body, String model) {
  private static final Pattern TEXT_MARKER = Pattern.compile("\\{\\{fake ([^}]*)\\}\\}");

  static Asked of(Seen seen) {
    String path = seen.path().startsWith("/v1/") ? seen.path().substring(3) : seen.path();
    JsonNode body = parse(seen);
    String model = body.path("model").asString("");
    int words = model.indexOf('~');
    return new Asked(seen, path, body, words < 0 ? model : model.substring(0, words));
  }

  public boolean anthropic() {
    return path.startsWith("/messages")
        || (path.startsWith("/models")
            && (seen.header("anthropic-version").isPresent()
                || seen.header("x-api-key").isPresent()));
  }

  public boolean stream() {
    return body.path("stream").asBoolean(false);
  }

  /** The text of the last user turn, whatever the dialect. */
  public String lastUserText() {
    JsonNode turns = body.has("messages") ? body.path("messages") : body.path("input");
    if (turns.isString()) {
      return turns.asString();
    }
    for (int i = turns.size() - 1; i >= 0; i--) {
      JsonNode turn = turns.get(i);
      if (turn.isString()) {
        return turn.asString();
      }
      if (turn.path("role").asString("").equals("user")) {
        String text = text(turn.path("content"));
        if (!text.isEmpty()) {
          return text;
        }
      }
    }
    return body.path("prompt").asString("");
  }

  /** True when the request's end brings tool results rather than a user's words. */
  public boolean answersTools() {
    return !lastToolResult().isEmpty();
  }

  /** Text of the tool result that the request ends with; empty when it ends otherwise. */
  public String lastToolResult() {
    JsonNode turns = body.has("messages") ? body.path("messages") : body.path("input");
    if (turns.isEmpty()) {
      return "";
    }
    JsonNode last = turns.get(turns.size() - 1);
    if (last.path("role").asString("").equals("tool")) {
      return text(last.path("content"));
    }
    if (last.path("type").asString("").equals("function_call_output")) {
      return text(last.path("output"));
    }
    for (JsonNode block : last.path("content")) {
      if (block.path("type").asString("").equals("tool_result")) {
        return text(block.path("content"));
      }
    }
    return "";
  }

  /** Names of the offered tools, in order. */
  public List<String> toolNames() {
    return body.path("tools").valueStream().map(Asked::toolName).toList();
  }

  /** The parameter schema of an offered tool; a missing node when it has none. */
  JsonNode toolSchema(String name) {
    for (JsonNode tool : body.path("tools")) {
      if (toolName(tool).equals(name)) {
        JsonNode function = tool.has("function") ? tool.path("function") : tool;
        return function.has("input_schema")
            ? function.path("input_schema")
            : function.path("parameters");
      }
    }
    return body.path("\0");
  }

  /** How often the client has tried this before, as the providers' own clients tell it. */
  int tryNumber() {
    return Integer.parseInt(seen.header("x-stainless-retry-count").orElse("0"));
  }

  /** The schema that the answer must fit; a missing node when the request has none. */
  JsonNode outputSchema() {
    JsonNode chat = body.path("response_format").path("json_schema").path("schema");
    JsonNode responses = body.path("text").path("format").path("schema");
    JsonNode messages = body.path("output_config").path("format").path("schema");
    return chat.isObject() ? chat : responses.isObject() ? responses : messages;
  }

  /** The words that the request itself carries: query, then header, then model, then text. */
  Script ownScript() {
    Script script =
        queryScript(seen.target()).and(Script.of(seen.header("x-fake-script").orElse("")));
    String model = body.path("model").asString("");
    int words = model.indexOf('~');
    if (words >= 0) {
      script = script.and(Script.of(model.substring(words + 1)));
    }
    Matcher inText = TEXT_MARKER.matcher(lastUserText());
    while (inText.find()) {
      script = script.and(Script.of(inText.group(1)));
    }
    return script;
  }

  static Script queryScript(String target) {
    int query = target.indexOf('?');
    if (query >= 0) {
      for (String parameter : target.substring(query + 1).split("&")) {
        if (parameter.startsWith("fake=")) {
          return Script.of(URLDecoder.decode(parameter.substring(5), StandardCharsets.UTF_8));
        }
      }
    }
    return Script.PLAIN;
  }

  private static String toolName(JsonNode tool) {
    return tool.has("function")
        ? tool.path("function").path("name").asString("")
        : tool.path("name").asString("");
  }

  static String text(JsonNode content) {
    if (content.isString()) {
      return content.asString();
    }
    StringBuilder all = new StringBuilder();
    for (JsonNode part : content) {
      all.append(part.path("text").asString(""));
    }
    return all.toString();
  }

  private static JsonNode parse(Seen seen) {
    byte[] bytes = seen.body();
    if (bytes.length == 0) {
      return JsonNodeFactory.instance.objectNode();
    }
    try {
      return Json.mapper().readTree(decoded(bytes, seen.header("content-encoding")));
    } catch (IOException | JacksonException e) {
      return JsonNodeFactory.instance.missingNode();
    }
  }

  private static byte[] decoded(byte[] bytes, Optional<String> coding) throws IOException {
    InputStream in = new ByteArrayInputStream(bytes);
    return switch (coding.orElse("identity").toLowerCase(Locale.ROOT)) {
      case "gzip" -> new GZIPInputStream(in).readAllBytes();
      case "deflate" -> new InflaterInputStream(in).readAllBytes();
      case "zstd" -> new ZstdInputStream(in).readAllBytes();
      default -> bytes;
    };
  }
}
