package dev.whyops.masking;

import dev.whyops.json.Json;
import dev.whyops.provider.SseDecoder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Takes all text out of a captured body and leaves its shape: who spoke, which tools were called by
 * name, ids, finish reasons, numbers of usage, and the length of each text. For calls whose capture
 * is {@code metadata}, before anything of them reaches the journal. What is no JSON becomes
 * nothing.
 */
public final class Blanker {
  private static final byte[] NOTHING = new byte[0];

  /** Members whose text tells how a call went and not what was said. */
  private static final Set<String> KEPT =
      Set.of(
          "role",
          "type",
          "object",
          "model",
          "id",
          "name",
          "status",
          "code",
          "tool_call_id",
          "tool_use_id",
          "call_id",
          "item_id",
          "response_id",
          "previous_response_id",
          "finish_reason",
          "stop_reason",
          "service_tier",
          "reasoning_effort",
          "encoding_format");

  /** Members whose whole inside is what was said: arguments, schemas, metadata of users. */
  private static final Set<String> SAID =
      Set.of("input", "arguments", "metadata", "parameters", "input_schema", "logprobs", "schema");

  private Blanker() {}

  public static byte[] json(byte[] json) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(json.length + 64);
    try (JsonParser in = Json.mapper().createParser(json);
        JsonGenerator generator = Json.mapper().createGenerator(out)) {
      copy(in, generator);
    } catch (JacksonException e) {
      return NOTHING;
    }
    return out.toByteArray();
  }

  public static byte[] stream(byte[] stream) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(stream.length);
    SseDecoder decoder = new SseDecoder(event -> write(event, out));
    decoder.accept(stream);
    decoder.finish();
    return out.toByteArray();
  }

  private static void write(SseDecoder.Event event, ByteArrayOutputStream out) {
    String data = new String(event.data(), StandardCharsets.UTF_8);
    byte[] blank = data.equals("[DONE]") ? event.data() : json(event.data());
    if (!event.name().equals("message")) {
      line(out, "event: " + event.name());
    }
    line(out, "data: " + new String(blank, StandardCharsets.UTF_8));
    line(out, "");
  }

  private static void line(ByteArrayOutputStream out, String text) {
    out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    out.write('\n');
  }

  private static void copy(JsonParser in, JsonGenerator out) {
    int depth = 0;
    int saidDepth = Integer.MAX_VALUE; // from here down nothing is kept
    int blankNames = 0;
    String member = "";
    for (JsonToken token = in.nextToken(); token != null; token = in.nextToken()) {
      boolean said = depth >= saidDepth;
      switch (token) {
        case PROPERTY_NAME -> {
          member = in.currentName();
          out.writeName(said ? "member" + ++blankNames : member);
        }
        case START_OBJECT, START_ARRAY -> {
          depth++;
          // "input" holds the turns of a Responses call as an array, and arguments as an object.
          if (!said && SAID.contains(member) && token == JsonToken.START_OBJECT) {
            saidDepth = depth;
          }
          member = "";
          out.copyCurrentEvent(in);
        }
        case END_OBJECT, END_ARRAY -> {
          depth--;
          if (depth < saidDepth) {
            saidDepth = Integer.MAX_VALUE;
          }
          member = "";
          out.copyCurrentEvent(in);
        }
        case VALUE_STRING -> {
          boolean kept = !said && KEPT.contains(member);
          out.writeString(kept ? in.getString() : blank(in.getString()));
          member = "";
        }
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> out.writeNumber(said ? "0" : in.getString());
        default -> out.copyCurrentEvent(in);
      }
    }
  }

  /** As long as the text was, with nothing of it. */
  private static String blank(String text) {
    return "x".repeat(text.length());
  }
}
