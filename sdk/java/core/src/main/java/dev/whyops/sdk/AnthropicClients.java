package dev.whyops.sdk;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.AnthropicClientAsync;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClientAsync;
import com.anthropic.core.ClientOptions;
import com.anthropic.core.RequestOptions;
import com.anthropic.core.http.HttpClient;
import com.anthropic.core.http.HttpRequest;
import com.anthropic.core.http.HttpResponse;
import com.anthropic.core.http.Interceptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Sends the clients of anthropic-java through the proxy. Loaded only when that package is there.
 */
final class AnthropicClients {
  private static final Interceptor IN_TRACE = InTrace::new;

  private AnthropicClients() {}

  @SuppressWarnings("unchecked") // each branch gives back the type it was given
  static <T> T through(WhyOps whyops, T target) {
    String key = whyops.proxyKey();
    // The provider's client adds /v1 itself.
    String baseUrl = Settings.withoutV1(whyops.proxyBaseUrl());
    Map<String, String> agent = Scope.agentHeaders(whyops.agentName());
    if (target instanceof AnthropicOkHttpClient.Builder builder) {
      builder.baseUrl(baseUrl).authToken(Optional.empty()).apiKey(key).addInterceptor(IN_TRACE);
      agent.forEach(builder::replaceHeaders);
    } else if (target instanceof AnthropicOkHttpClientAsync.Builder builder) {
      builder.baseUrl(baseUrl).authToken(Optional.empty()).apiKey(key).addInterceptor(IN_TRACE);
      agent.forEach(builder::replaceHeaders);
    } else if (target instanceof AnthropicClient client) {
      return (T) client.withOptions(options -> redirect(options, baseUrl, key, agent));
    } else if (target instanceof AnthropicClientAsync client) {
      return (T) client.withOptions(options -> redirect(options, baseUrl, key, agent));
    } else {
      throw new IllegalArgumentException(
          "anthropic() takes AnthropicOkHttpClient.builder() or an AnthropicClient, not "
              + target.getClass().getName());
    }
    return target;
  }

  private static void redirect(
      ClientOptions.Builder options, String baseUrl, String key, Map<String, String> agent) {
    options.baseUrl(baseUrl);
    agent.forEach(options::replaceHeaders);
    List<Interceptor> interceptors = new ArrayList<>(options.build().interceptors());
    interceptors.add(inner -> new WithKey(IN_TRACE.intercept(inner), key));
    options.interceptors(interceptors);
  }

  /** A client's own credential cannot be replaced once it is built, but on its way out. */
  private record WithKey(HttpClient inner, String key) implements HttpClient {
    @Override
    public HttpResponse execute(HttpRequest request, RequestOptions options) {
      return inner.execute(keyed(request), options);
    }

    @Override
    public CompletableFuture<HttpResponse> executeAsync(
        HttpRequest request, RequestOptions options) {
      return inner.executeAsync(keyed(request), options);
    }

    @Override
    public void close() {
      inner.close();
    }

    private HttpRequest keyed(HttpRequest request) {
      return request.toBuilder()
          .removeHeaders("Authorization")
          .replaceHeaders("X-Api-Key", key)
          .build();
    }
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
