package dev.whyops.sdk;

import com.openai.client.OpenAIClient;
import com.openai.client.OpenAIClientAsync;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.client.okhttp.OpenAIOkHttpClientAsync;
import com.openai.core.ClientOptions;
import com.openai.core.RequestOptions;
import com.openai.core.http.HttpClient;
import com.openai.core.http.HttpRequest;
import com.openai.core.http.HttpResponse;
import java.util.concurrent.CompletableFuture;

/** Sends the clients of openai-java through the proxy. Loaded only when that package is there. */
final class OpenAiClients {
  private OpenAiClients() {}

  @SuppressWarnings("unchecked") // each branch gives back the type it was given
  static <T> T through(WhyOps whyops, T target) {
    String key = whyops.proxyKey();
    if (target instanceof OpenAIOkHttpClient.Builder builder) {
      builder.baseUrl(whyops.proxyBaseUrl()).apiKey(key);
      Scope.agentHeaders(whyops.agentName()).forEach(builder::replaceHeaders);
    } else if (target instanceof OpenAIOkHttpClientAsync.Builder builder) {
      builder.baseUrl(whyops.proxyBaseUrl()).apiKey(key);
      Scope.agentHeaders(whyops.agentName()).forEach(builder::replaceHeaders);
    } else if (target instanceof OpenAIClient client) {
      return (T) client.withOptions(options -> redirect(whyops, key, options));
    } else if (target instanceof OpenAIClientAsync client) {
      return (T) client.withOptions(options -> redirect(whyops, key, options));
    } else {
      throw new IllegalArgumentException(
          "openAi() takes OpenAIOkHttpClient.builder() or an OpenAIClient, not "
              + target.getClass().getName());
    }
    return target;
  }

  private static void redirect(WhyOps whyops, String key, ClientOptions.Builder options) {
    ClientOptions given = options.build();
    if (given.azureServiceVersion() != null || isOfAzure(given)) {
      throw new IllegalArgumentException(
          "openAi() takes no Azure client: its requests are addressed for another platform. Add"
              + " Azure as a provider in WhyOps and use a plain OpenAIClient");
    }
    options.baseUrl(whyops.proxyBaseUrl()).apiKey(key);
    Scope.agentHeaders(whyops.agentName()).forEach(options::replaceHeaders);
    // The client built so far retries and authorises; ours only adds the trace to each call.
    options.httpClient(new InTrace(options.build().httpClient())).maxRetries(0);
  }

  private static boolean isOfAzure(ClientOptions options) {
    return options.credential() != null
        && options.credential().getClass().getName().startsWith("com.openai.azure.");
  }

  /** Adds the headers of the calling thread's trace, unless the call has its own. */
  private record InTrace(HttpClient inner) implements HttpClient {
    @Override
    public HttpResponse execute(HttpRequest request, RequestOptions options) {
      return inner.execute(placed(request), options);
    }

    @Override
    public CompletableFuture<HttpResponse> executeAsync(
        HttpRequest request, RequestOptions options) {
      return inner.executeAsync(placed(request), options);
    }

    @Override
    public void close() {
      inner.close();
    }

    private static HttpRequest placed(HttpRequest request) {
      if (Scope.current() == null) {
        return request;
      }
      HttpRequest.Builder placed = request.toBuilder();
      Scope.place(name -> request.headers().values(name).isEmpty(), placed::putHeader);
      return placed.build();
    }
  }
}
