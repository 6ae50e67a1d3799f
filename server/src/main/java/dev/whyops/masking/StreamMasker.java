package dev.whyops.masking;

import dev.whyops.json.Json;
import dev.whyops.provider.SseDecoder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * Masks a captured stream of server-sent events. A provider cuts a text anywhere, so the pieces of
 * one text are also masked joined: where that finds more, the whole masked text takes the place of
 * the first piece and the others become empty, which every decoder joins to the same text.
 */
public final class StreamMasker {
  /** Members that hold pieces of a text. */
  private static final Set<String> PIECES =
      Set.of(
          "content",
          "text",
          "partial_json",
          "arguments",
          "delta",
          "thinking",
          "reasoning",
          "reasoning_content",
          "refusal");

  /** Members that tell which text a piece belongs to. */
  private static final List<String> IDENTITY =
      List.of("type", "index", "item_id", "output_index", "content_index", "summary_index");

  private record Piece(ObjectNode holder, String name, String before) {}

  /** An event with its parsed data; {@code json} is null when the data is no JSON. */
  private record Part(SseDecoder.Event event, @Nullable JsonNode json) {}

  private final Masks masks;
  private final List<Part> parts = new ArrayList<>();
  private final Map<String, List<Piece>> texts = new LinkedHashMap<>();

  private StreamMasker(Masks masks) {
    this.masks = masks;
  }

  public static byte[] mask(byte[] stream, Masks masks) {
    StreamMasker masker = new StreamMasker(masks);
    SseDecoder decoder = new SseDecoder(masker::read);
    decoder.accept(stream);
    decoder.finish();
    masker.maskJoinedTexts();
    return masker.write();
  }

  private void read(SseDecoder.Event event) {
    JsonNode json;
    try {
      json = Json.mapper().readTree(event.data());
    } catch (JacksonException e) {
      json = null;
    }
    if (json instanceof ObjectNode object) {
      maskInside(object, "");
    }
    parts.add(new Part(event, json instanceof ObjectNode ? json : null));
  }

  private void maskInside(ObjectNode object, String path) {
    String here = path + "{" + identity(object) + "}";
    for (String name : List.copyOf(object.propertyNames())) {
      JsonNode value = object.get(name);
      if (value.isString()) {
        if (PIECES.contains(name)) {
          texts
              .computeIfAbsent(here + "." + name, _ -> new ArrayList<>())
              .add(new Piece(object, name, value.stringValue()));
        }
        object.put(name, masks.text(value.stringValue()));
      } else if (value instanceof ObjectNode child) {
        maskInside(child, here + "." + name);
      } else if (value instanceof ArrayNode array) {
        maskInside(array, here + "." + name);
      }
    }
  }

  private void maskInside(ArrayNode array, String path) {
    for (int i = 0; i < array.size(); i++) {
      JsonNode value = array.get(i);
      if (value.isString()) {
        array.set(i, StringNode.valueOf(masks.text(value.stringValue())));
      } else if (value instanceof ObjectNode child) {
        maskInside(child, path + "[]");
      } else if (value instanceof ArrayNode inner) {
        maskInside(inner, path + "[]");
      }
    }
  }

  private static String identity(ObjectNode object) {
    return IDENTITY.stream()
        .map(object::path)
        .map(JsonNode::asString)
        .collect(Collectors.joining("|"));
  }

  private void maskJoinedTexts() {
    for (List<Piece> pieces : texts.values()) {
      String joined = pieces.stream().map(Piece::before).collect(Collectors.joining());
      String masked = masks.text(joined);
      String maskedOneByOne =
          pieces.stream()
              .map(piece -> piece.holder.path(piece.name).stringValue())
              .collect(Collectors.joining());
      if (!masked.equals(maskedOneByOne)) {
        pieces.forEach(piece -> piece.holder.put(piece.name, ""));
        Piece first = pieces.getFirst();
        first.holder.put(first.name, masked);
      }
    }
  }

  private byte[] write() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Part part : parts) {
      if (!part.event.name().equals("message")) {
        line(out, "event: " + part.event.name());
      }
      String data =
          part.json == null
              ? masks.text(new String(part.event.data(), StandardCharsets.UTF_8))
              : part.json.toString();
      data.lines().forEach(text -> line(out, "data: " + text));
      if (!part.event.unfinished()) {
        line(out, "");
      }
    }
    return out.toByteArray();
  }

  private static void line(ByteArrayOutputStream out, String text) {
    out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    out.write('\n');
  }
}
