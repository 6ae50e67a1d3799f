package dev.whyops.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.AnthropicClientAsync;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClientAsync;
import com.anthropic.core.RequestOptions;
import com.anthropic.core.http.HttpClient;
import com.anthropic.core.http.HttpRequest;
import com.anthropic.core.http.HttpResponse;
import com.anthropic.core.http.Interceptor;
import com.anthropic.models.messages.MessageCreateParams;
import com.openai.azure.AzureOpenAIServiceVersion;
import com.openai.azure.credential.AzureApiKeyCredential;
import com.openai.client.OpenAIClient;
import com.openai.client.OpenAIClientAsync;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.client.okhttp.OpenAIOkHttpClientAsync;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The helpers on the real clients of both packages. */
class ProxyHelpersTest {
  private StubServer server;
  private WhyOps whyops;

  private static final ChatCompletionCreateParams CHAT =
      ChatCompletionCreateParams.builder()
          .model("gpt-4o")
          .addUserMessage("Where is order 123?")
          .build();
  private static final MessageCreateParams MESSAGE =
      MessageCreateParams.builder()
          .model("claude-3-5-sonnet-20241022")
          .maxTokens(800)
          .addUserMessage("Where is order 123?")
          .build();

  /** What an application may have put into its client: sees each request, adds a header. */
  private static final Interceptor HOST_HEADER =
      inner ->
          new HttpClient() {
            @Override
            public HttpResponse execute(HttpRequest request, RequestOptions options) {
              return inner.execute(marked(request), options);
            }

            @Override
            public CompletableFuture<HttpResponse> executeAsync(
                HttpRequest request, RequestOptions options) {
              return inner.executeAsync(marked(request), options);
            }

            @Override
            public void close() {
              inner.close();
            }

            private HttpRequest marked(HttpRequest request) {
              return request.toBuilder().putHeader("X-Of-The-Host", "1").build();
            }
          };

  @BeforeEach
  void start() throws IOException {
    server = new StubServer();
    whyops = server.client().build();
  }

  @AfterEach
  void stop() {
    whyops.close();
    server.close();
  }

  @Test
  void anOpenAiBuilder() {
    OpenAIClient client =
        whyops.openAi(OpenAIOkHttpClient.builder().apiKey("provider-key")).build();
    assertThat(answer(client)).isEqualTo(StubServer.TEXT);
    checkAgentAndKey();
  }

  @Test
  void anOpenAiClientFollowsTheTrace() {
    OpenAIClient plain = OpenAIOkHttpClient.builder().apiKey("provider-key").build();
    OpenAIClient client = whyops.openAi(plain);
    try (TraceScope scope = whyops.withTrace("session-1", "thread-1", "user-1")) {
      assertThat(answer(client)).isEqualTo(StubServer.TEXT);
      try (ToolSpan tool = scope.trace().tool("search", Map.of())) {
        assertThat(answer(client.withOptions(options -> options.maxRetries(1)))).isNotEmpty();
        assertThat(server.calls().get(1).headers())
            .containsEntry("X-WhyOps-Parent-Span", tool.spanId());
      }
    }
    answer(client);
    checkAgentAndKey();
    assertThat(server.calls().get(0).headers())
        .containsEntry("X-Trace-ID", "session-1")
        .containsEntry("X-Thread-ID", "thread-1")
        .containsEntry("X-External-User-Id", "user-1");
    assertThat(server.calls().get(2).headers()).doesNotContainKey("X-Trace-ID");
  }

  @Test
  void aCallsOwnHeaderWins() {
    OpenAIClient client = whyops.openAi(OpenAIOkHttpClient.builder().apiKey("x").build());
    try (TraceScope scope = whyops.withTrace("session-1")) {
      client
          .chat()
          .completions()
          .create(CHAT.toBuilder().putAdditionalHeader("X-Trace-ID", "explicit").build());
    }
    assertThat(server.calls().get(0).headers()).containsEntry("X-Trace-ID", "explicit");
  }

  @Test
  void anOpenAiClientStreamsAndRetries() {
    server.answers.add(StubServer.Answer.json(500, "{\"error\":{\"message\":\"later\"}}"));
    OpenAIClient client =
        whyops.openAi(OpenAIOkHttpClient.builder().apiKey("x").maxRetries(1).build());
    try (TraceScope scope = whyops.withTrace("session-1");
        var stream = client.chat().completions().createStreaming(CHAT)) {
      assertThat(
              stream.stream()
                  .flatMap(chunk -> chunk.choices().stream())
                  .map(choice -> choice.delta().content().orElse(""))
                  .collect(Collectors.joining()))
          .isEqualTo(StubServer.TEXT);
    }
    assertThat(server.calls()).hasSize(2);
    assertThat(server.calls().get(1).headers()).containsEntry("X-Trace-ID", "session-1");
  }

  @Test
  void anAsynchronousOpenAiClientTakesItsTraceAlong() {
    OpenAIClientAsync built =
        whyops.openAi(OpenAIOkHttpClientAsync.builder().apiKey("provider-key")).build();
    OpenAIClientAsync client =
        whyops.openAi(OpenAIOkHttpClientAsync.builder().apiKey("provider-key").build());
    built.chat().completions().create(CHAT).join();
    try (TraceScope scope = whyops.withTrace("session-2")) {
      client
          .withOptions(options -> whyops.proxyHeaders().forEach(options::replaceHeaders))
          .chat()
          .completions()
          .create(CHAT)
          .join();
    }
    checkAgentAndKey();
    assertThat(server.calls().get(1).headers()).containsEntry("X-Trace-ID", "session-2");
  }

  @Test
  void anAnthropicBuilderFollowsTheTrace() {
    AnthropicClient client =
        whyops.anthropic(AnthropicOkHttpClient.builder().apiKey("provider-key")).build();
    try (TraceScope scope = whyops.withTrace("session-3")) {
      assertThat(client.messages().create(MESSAGE).content().get(0).asText().text())
          .isEqualTo(StubServer.TEXT);
      try (var stream = client.messages().createStreaming(MESSAGE)) {
        assertThat(stream.stream().count()).isGreaterThan(3);
      }
    }
    checkAgentAndKey();
    assertThat(server.calls())
        .allSatisfy(call -> assertThat(call.headers()).containsEntry("X-Trace-ID", "session-3"));
  }

  @Test
  void anAnthropicBuilderKeepsTheInterceptorsOfTheHost() {
    AnthropicClient client =
        whyops
            .anthropic(
                AnthropicOkHttpClient.builder().apiKey("provider-key").addInterceptor(HOST_HEADER))
            .build();
    AnthropicClientAsync async =
        whyops
            .anthropic(
                AnthropicOkHttpClientAsync.builder()
                    .apiKey("provider-key")
                    .addInterceptor(HOST_HEADER))
            .build();
    try (TraceScope scope = whyops.withTrace("session-3")) {
      client.messages().create(MESSAGE);
    }
    async.messages().create(MESSAGE).join();
    checkAgentAndKey();
    assertThat(server.calls())
        .hasSize(2)
        .allSatisfy(call -> assertThat(call.headers()).containsEntry("X-Of-The-Host", "1"));
    assertThat(server.calls().get(0).headers()).containsEntry("X-Trace-ID", "session-3");
  }

  @Test
  void anAnthropicBuilderWithATokenSendsTheWhyOpsKeyOnly() {
    whyops
        .anthropic(AnthropicOkHttpClient.builder().authToken("provider-token"))
        .build()
        .messages()
        .create(MESSAGE);
    whyops
        .anthropic(AnthropicOkHttpClientAsync.builder().authToken("provider-token"))
        .build()
        .messages()
        .create(MESSAGE)
        .join();
    checkAgentAndKey();
    assertThat(server.calls()).hasSize(2);
    assertThat(server.calls().toString()).doesNotContain("provider-token");
  }

  @Test
  void anAnthropicClientFollowsTheTrace() {
    AnthropicClient client =
        whyops.anthropic(AnthropicOkHttpClient.builder().apiKey("provider-key").build());
    AnthropicClient token =
        whyops.anthropic(AnthropicOkHttpClient.builder().authToken("provider-token").build());
    try (TraceScope scope = whyops.withTrace("session-4")) {
      client.messages().create(MESSAGE);
      token.messages().create(MESSAGE);
    }
    checkAgentAndKey();
    assertThat(server.calls())
        .allSatisfy(call -> assertThat(call.headers()).containsEntry("X-Trace-ID", "session-4"));
  }

  @Test
  void anAsynchronousAnthropicClientTakesItsTraceAlong() {
    AnthropicClientAsync built =
        whyops.anthropic(AnthropicOkHttpClientAsync.builder().apiKey("provider-key")).build();
    AnthropicClientAsync client =
        whyops.anthropic(AnthropicOkHttpClientAsync.builder().apiKey("provider-key").build());
    try (TraceScope scope = whyops.withTrace("session-5")) {
      for (AnthropicClientAsync each : List.of(built, client)) {
        each.withOptions(options -> whyops.proxyHeaders().forEach(options::replaceHeaders))
            .messages()
            .create(MESSAGE)
            .join();
      }
    }
    checkAgentAndKey();
    assertThat(server.calls())
        .hasSize(2)
        .allSatisfy(call -> assertThat(call.headers()).containsEntry("X-Trace-ID", "session-5"));
  }

  @Test
  void wrongTargetsAreRefusedAtOnce() {
    OpenAIClient azure =
        OpenAIOkHttpClient.builder()
            .baseUrl("https://a.openai.azure.com")
            .credential(AzureApiKeyCredential.create("k"))
            .azureServiceVersion(AzureOpenAIServiceVersion.latestStableVersion())
            .build();
    assertThatThrownBy(() -> whyops.openAi(azure))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Azure");
    assertThatThrownBy(() -> whyops.openAi(AnthropicOkHttpClient.builder()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not com.anthropic");
    assertThatThrownBy(() -> whyops.anthropic("text")).isInstanceOf(IllegalArgumentException.class);
    WhyOps keyless = WhyOps.builder().agent("a").proxyBaseUrl(server.url).build();
    assertThatThrownBy(() -> keyless.openAi(OpenAIOkHttpClient.builder()))
        .hasMessageContaining("WHYOPS_API_KEY");
  }

  @Test
  void disabledLeavesClientsAlone() {
    WhyOps off = server.client().enabled(false).build();
    OpenAIClient client = OpenAIOkHttpClient.builder().apiKey("x").build();
    assertThat(off.openAi(client)).isSameAs(client);
    off.trace("t").userMessage("x");
    assertThat(off.flush()).isTrue();
    assertThat(off.proxyHeaders()).isEmpty();
    assertThat(server.seen).isEmpty();
  }

  @Test
  void headersForOtherClients() {
    assertThat(whyops.proxyHeaders()).isEqualTo(Map.of("X-Agent-Name", "support-agent"));
    try (TraceScope scope = whyops.withTrace("session-6", null, "Größe")) {
      assertThat(whyops.proxyHeaders())
          .isEqualTo(Map.of("X-Agent-Name", "support-agent", "X-Trace-ID", "session-6"));
    }
  }

  private static String answer(OpenAIClient client) {
    return client.chat().completions().create(CHAT).choices().get(0).message().content().get();
  }

  /** Every credential that went up is the WhyOps key: two different ones would be refused. */
  private void checkAgentAndKey() {
    assertThat(server.calls())
        .isNotEmpty()
        .allSatisfy(
            call -> {
              assertThat(call.headers()).containsEntry("X-Agent-Name", "support-agent");
              assertThat(
                      Stream.of("Authorization", "X-Api-Key")
                          .map(name -> call.headers().get(name))
                          .filter(Objects::nonNull)
                          .map(value -> value.replace("Bearer ", ""))
                          .distinct())
                  .containsExactly(StubServer.KEY);
              assertThat(call.headers().values()).noneMatch(text -> text.contains("provider-"));
            });
  }
}
