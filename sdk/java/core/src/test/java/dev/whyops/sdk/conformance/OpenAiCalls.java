package dev.whyops.sdk.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import com.openai.client.OpenAIClient;
import com.openai.core.MultipartField;
import com.openai.core.ObjectMappers;
import com.openai.core.http.HttpResponse;
import com.openai.core.http.HttpResponseFor;
import com.openai.core.http.StreamResponse;
import com.openai.errors.OpenAIServiceException;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.files.FileCreateParams;
import com.openai.models.files.FilePurpose;
import com.openai.models.responses.ResponseCreateParams;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code com.openai:openai-java}. */
@SuppressWarnings("MustBeClosedChecker") // the answer carries what its reader closes
final class OpenAiCalls implements Calls {
  private static final JsonMapper JSON = ObjectMappers.jsonMapper();

  private final OpenAIClient closeable;
  private final OpenAIClient.WithRawResponse client;

  OpenAiCalls(OpenAIClient client) {
    this.closeable = client;
    this.client = client.withRawResponse();
  }

  @Override
  public Answered call(String name, String id, JsonNode body, boolean stream) throws Exception {
    return switch (name) {
      case "chat.completions.create" -> chat(body, stream);
      case "completions.create" -> completion(body, stream);
      case "responses.create" -> response(body, stream);
      case "responses.retrieve" -> parsed(client.responses().retrieve(id));
      case "responses.cancel" -> parsed(client.responses().cancel(id));
      case "responses.delete" -> text(client.responses().delete(id));
      case "responses.input_items.list" -> {
        var page = client.responses().inputItems().list(id);
        yield answered(page, page.parse().response());
      }
      case "embeddings.create" ->
          parsed(
              client
                  .embeddings()
                  .create(
                      EmbeddingCreateParams.builder()
                          .body(read(body, EmbeddingCreateParams.Body.class))
                          .build()));
      case "models.list" -> {
        var page = client.models().list();
        yield answered(page, page.parse().response());
      }
      case "models.retrieve" -> parsed(client.models().retrieve(id));
      case "files.create" -> parsed(client.files().create(upload(body)));
      case "files.retrieve" -> parsed(client.files().retrieve(id));
      case "files.content" -> text(client.files().content(id));
      case "files.delete" -> parsed(client.files().delete(id));
      default -> throw new IllegalArgumentException("no call of this client: " + name);
    };
  }

  @Override
  public @Nullable Failed failed(Exception exception) {
    return exception instanceof OpenAIServiceException e
        ? new Failed(
            e.statusCode(),
            headers(e.headers()),
            JSON.valueToTree(e.body().isMissing() ? null : e.body()),
            e.code().orElse(null),
            e.type().orElse(null),
            e.param().orElse(null))
        : null;
  }

  @Override
  public void close() {
    closeable.close();
  }

  private Answered chat(JsonNode body, boolean stream) {
    ChatCompletionCreateParams params =
        ChatCompletionCreateParams.builder()
            .body(read(body, ChatCompletionCreateParams.Body.class))
            .build();
    return stream
        ? streamed(client.chat().completions().createStreaming(params))
        : parsed(client.chat().completions().create(params));
  }

  private Answered completion(JsonNode body, boolean stream) {
    CompletionCreateParams params =
        CompletionCreateParams.builder()
            .body(read(body, CompletionCreateParams.Body.class))
            .build();
    return stream
        ? streamed(client.completions().createStreaming(params))
        : parsed(client.completions().create(params));
  }

  private Answered response(JsonNode body, boolean stream) {
    ResponseCreateParams params =
        ResponseCreateParams.builder().body(read(body, ResponseCreateParams.Body.class)).build();
    return stream
        ? streamed(client.responses().createStreaming(params))
        : parsed(client.responses().create(params));
  }

  private static FileCreateParams upload(JsonNode body) {
    JsonNode file = body.path("file").path("$file");
    byte[] content = file.path(1).asText().getBytes(StandardCharsets.UTF_8);
    return FileCreateParams.builder()
        .purpose(FilePurpose.of(body.path("purpose").asText()))
        .file(
            MultipartField.<InputStream>builder()
                .value(new ByteArrayInputStream(content))
                .filename(file.path(0).asText())
                .build())
        .build();
  }

  private static <T> T read(JsonNode body, Class<T> type) {
    return JSON.convertValue(body, type);
  }

  private static <T> Answered parsed(HttpResponseFor<T> response) {
    return answered(response, response.parse());
  }

  private static Answered answered(HttpResponse response, Object result) {
    return new Answered(headers(response.headers()), JSON.valueToTree(result), null, response);
  }

  private static Answered text(HttpResponse response) throws IOException {
    String text = new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
    JsonNode result = text.contains("custom_id") ? new TextNode(text) : JSON.readTree(text);
    return new Answered(headers(response.headers()), result, null, response);
  }

  private static <T> Answered streamed(HttpResponseFor<StreamResponse<T>> response) {
    StreamResponse<T> stream = response.parse();
    return new Answered(
        headers(response.headers()),
        null,
        stream.stream().map(chunk -> (JsonNode) JSON.valueToTree(chunk)).iterator(),
        stream);
  }

  private static Map<String, List<String>> headers(com.openai.core.http.Headers headers) {
    return headers.names().stream().collect(Collectors.toMap(name -> name, headers::values));
  }
}
