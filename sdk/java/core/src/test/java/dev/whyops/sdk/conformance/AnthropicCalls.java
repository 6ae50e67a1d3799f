package dev.whyops.sdk.conformance;

import com.anthropic.client.AnthropicClient;
import com.anthropic.core.ObjectMappers;
import com.anthropic.core.http.HttpResponse;
import com.anthropic.core.http.HttpResponseFor;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.models.messages.MessageCountTokensParams;
import com.anthropic.models.messages.MessageCreateParams;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code com.anthropic:anthropic-java}. */
@SuppressWarnings("MustBeClosedChecker") // the answer carries what its reader closes
final class AnthropicCalls implements Calls {
  private static final JsonMapper JSON = ObjectMappers.jsonMapper();

  private final AnthropicClient closeable;
  private final AnthropicClient.WithRawResponse client;

  AnthropicCalls(AnthropicClient client) {
    this.closeable = client;
    this.client = client.withRawResponse();
  }

  @Override
  public Answered call(String name, String id, JsonNode body, boolean stream) {
    return switch (name) {
      case "messages.create" -> message(body, stream);
      case "messages.count_tokens" ->
          parsed(
              client
                  .messages()
                  .countTokens(
                      MessageCountTokensParams.builder()
                          .body(read(body, MessageCountTokensParams.Body.class))
                          .build()));
      case "models.list" -> {
        var page = client.models().list();
        yield answered(page, page.parse().response());
      }
      case "models.retrieve" -> parsed(client.models().retrieve(id));
      default -> throw new IllegalArgumentException("no call of this client: " + name);
    };
  }

  @Override
  public @Nullable Failed failed(Exception exception) {
    return exception instanceof AnthropicServiceException e
        ? new Failed(
            e.statusCode(),
            headers(e.headers()),
            JSON.valueToTree(e.body().isMissing() ? null : e.body()),
            e.errorCode().orElse(null),
            e.errorType().map(Object::toString).orElse(null),
            e.requestId().orElse(null))
        : null;
  }

  @Override
  public void close() {
    closeable.close();
  }

  private Answered message(JsonNode body, boolean stream) {
    MessageCreateParams params =
        MessageCreateParams.builder().body(read(body, MessageCreateParams.Body.class)).build();
    return stream
        ? streamed(client.messages().createStreaming(params))
        : parsed(client.messages().create(params));
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

  private static <T> Answered streamed(HttpResponseFor<StreamResponse<T>> response) {
    StreamResponse<T> stream = response.parse();
    return new Answered(
        headers(response.headers()),
        null,
        stream.stream().map(chunk -> (JsonNode) JSON.valueToTree(chunk)).iterator(),
        stream);
  }

  private static Map<String, List<String>> headers(com.anthropic.core.http.Headers headers) {
    return headers.names().stream().collect(Collectors.toMap(name -> name, headers::values));
  }
}
