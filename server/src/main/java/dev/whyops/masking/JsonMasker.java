package dev.whyops.masking;

import dev.whyops.json.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Masks the text values of a JSON document and leaves its names, numbers and shape alone. What is
 * no JSON is masked as one text.
 */
public final class JsonMasker {
  private JsonMasker() {}

  /** All text values, or only those in these members of the document or of its elements. */
  public static byte[] mask(byte[] json, Masks masks, Set<String> onlyMembers) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(json.length + 64);
    try (JsonParser in = Json.mapper().createParser(json);
        JsonGenerator generator = Json.mapper().createGenerator(out)) {
      copy(in, generator, masks, onlyMembers);
    } catch (JacksonException e) {
      return masks.text(new String(json, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
    }
    return out.toByteArray();
  }

  public static byte[] mask(byte[] json, Masks masks) {
    return mask(json, masks, Set.of());
  }

  private static void copy(JsonParser in, JsonGenerator out, Masks masks, Set<String> onlyMembers) {
    int depth = 0;
    int insideDepth = onlyMembers.isEmpty() ? 0 : Integer.MAX_VALUE; // masked from here down
    boolean memberOpens = false;
    for (JsonToken token = in.nextToken(); token != null; token = in.nextToken()) {
      if (token == JsonToken.END_OBJECT || token == JsonToken.END_ARRAY) {
        depth--;
        if (depth < insideDepth && !onlyMembers.isEmpty()) {
          insideDepth = Integer.MAX_VALUE;
        }
      }
      boolean masked = depth >= insideDepth || memberOpens;
      switch (token) {
        case PROPERTY_NAME -> {
          out.writeName(in.currentName());
          memberOpens = insideDepth == Integer.MAX_VALUE && onlyMembers.contains(in.currentName());
          continue;
        }
        case START_OBJECT, START_ARRAY -> {
          depth++;
          if (memberOpens) {
            insideDepth = depth;
          }
          out.copyCurrentEvent(in);
        }
        case VALUE_STRING -> out.writeString(masked ? masks.text(in.getString()) : in.getString());
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> out.writeNumber(in.getString());
        default -> out.copyCurrentEvent(in);
      }
      memberOpens = false;
    }
  }
}
