package dev.whyops.kit;

import dev.whyops.json.Json;
import dev.whyops.provider.AnswerFacts;
import dev.whyops.provider.CallKind;
import dev.whyops.provider.Dialect;
import dev.whyops.provider.ProviderType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An answer of a provider and, where it was recorded, the request before it.
 *
 * @param path with its query
 * @param request null where only the answer was recorded
 * @param expect what the answer says; only of the streams that the repository holds
 */
public record Recording(
    String id,
    ProviderType type,
    CallKind kind,
    String method,
    String path,
    int status,
    byte @Nullable [] request,
    byte[] answer,
    boolean stream,
    @Nullable JsonNode expect) {

  /** All recorded traffic, or a visible skip. */
  public static List<Recording> recorded() {
    List<Recording> all = new ArrayList<>();
    Fixtures.lines("recorded-exchanges.jsonl").forEach(line -> all.add(exchange(line)));
    Fixtures.lines("recorded-streams.jsonl").forEach(line -> all.add(stream(line)));
    return all;
  }

  /** Streams of the same shapes that are part of the repository. */
  public static List<Recording> own() {
    try (InputStream in = Recording.class.getResourceAsStream("/streams/own-streams.jsonl")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> stream(Json.mapper().readTree(line)))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String contentType() {
    return stream ? "text/event-stream" : "application/json";
  }

  public AnswerFacts decode(byte[] body) {
    return Dialect.of(type).answer(kind, status, contentType(), body);
  }

  /** The answer with other line ends. */
  public byte[] answerWith(String lineEnd) {
    String lf = new String(answer, StandardCharsets.UTF_8).replace("\r\n", "\n");
    return bytes(lf.replace("\n", lineEnd));
  }

  private static Recording exchange(JsonNode line) {
    JsonNode request = line.path("request");
    JsonNode response = line.path("response");
    String path = request.path("path").asString();
    String query = request.path("query").asString("");
    String method = request.path("method").asString();
    boolean text = response.has("text");
    byte[] answer = bytes(text ? response.path("text").asString() : write(response.path("json")));
    return new Recording(
        line.path("id").asString(),
        type(line),
        method.equals("POST") ? kind(path) : CallKind.PASSTHROUGH,
        method,
        query.isEmpty() ? path : path + '?' + query,
        response.path("status").asInt(),
        request.path("body").isObject() ? bytes(write(request.path("body"))) : null,
        answer,
        text && response.path("text").asString().contains("data:"),
        null);
  }

  private static Recording stream(JsonNode line) {
    String api = line.path("api").asString();
    boolean stream = line.has("chunks") || line.has("text");
    String body =
        line.has("chunks")
            ? events(line.path("chunks"))
            : stream ? line.path("text").asString() : write(line.path("json"));
    String path =
        switch (api) {
          case "chat" -> "/v1/chat/completions";
          case "messages" -> "/v1/messages";
          default -> "/v1/" + api;
        };
    return new Recording(
        line.path("id").asString(),
        type(line),
        api.equals("messages") ? CallKind.MESSAGES : kind(path),
        "POST",
        path,
        200,
        null,
        bytes(body),
        stream,
        line.get("expect"));
  }

  private static String events(JsonNode chunks) {
    StringBuilder events = new StringBuilder();
    chunks.forEach(
        chunk -> {
          String data = chunk.isString() ? chunk.asString() : write(chunk);
          events.append("data: ").append(data.replace("\n", "\ndata: ")).append("\n\n");
        });
    return events.toString();
  }

  private static ProviderType type(JsonNode line) {
    return line.path("dialect").asString().equals("anthropic")
        ? ProviderType.ANTHROPIC
        : ProviderType.OPENAI;
  }

  private static CallKind kind(String path) {
    return switch (path) {
      case "/v1/chat/completions" -> CallKind.CHAT_COMPLETIONS;
      case "/v1/responses" -> CallKind.RESPONSES;
      case "/v1/completions" -> CallKind.COMPLETIONS;
      case "/v1/embeddings" -> CallKind.EMBEDDINGS;
      case "/v1/messages" -> CallKind.MESSAGES;
      case "/v1/messages/count_tokens" -> CallKind.COUNT_TOKENS;
      default -> CallKind.PASSTHROUGH;
    };
  }

  private static String write(JsonNode node) {
    return Json.mapper().writeValueAsString(node);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
