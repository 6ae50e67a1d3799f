package dev.whyops.sdk;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sends an agent's model calls through the WhyOps proxy and its own steps as runtime events. One
 * per agent and process.
 *
 * <p>What the builder is not told comes from {@code WHYOPS_API_KEY}, {@code WHYOPS_AGENT_NAME},
 * {@code WHYOPS_PROXY_BASE_URL}, {@code WHYOPS_ANALYSE_BASE_URL} and {@code WHYOPS_ENABLED}. When
 * disabled, every call is a no-op and provider clients stay as they are.
 *
 * <p>Never throws because of WhyOps, with one exception: {@link #openAi} and {@link #anthropic}
 * throw {@link IllegalArgumentException} at once for what they cannot send through the proxy.
 * Thread-safe, also on virtual threads.
 */
public final class WhyOps implements AutoCloseable {
  private static final long FLUSH_MS = 5_000;
  private static final long EXIT_FLUSH_OF_FAILING_MS = 1_000;
  private static final long FIRST_BATCH_WAITS_MS = 1_000;
  private static final int EVENT_BYTES_MAX = 1024 * 1024 - 4096;
  private static final int PREVIEW_CHARS = 64 * 1024;

  private final Settings settings;
  private final boolean hasMetadata;
  private final @Nullable Registration registration;
  private final EventQueue queue;
  private final Thread exitHook;

  private WhyOps(Builder builder) {
    settings = Settings.resolve(builder, System::getenv);
    hasMetadata = builder.metadata != null;
    String agentName = settings.agentName();
    registration =
        settings.enabled() && agentName != null && settings.apiKey() != null
            ? Registration.of(
                settings.analyseBaseUrl(), settings.apiKey(), agentName, builder.metadata)
            : null;
    queue =
        new EventQueue(
            new Transport(settings.analyseBaseUrl(), settings.apiKey()),
            builder.queueSize,
            () -> {
              if (registration != null) {
                registration.await(FIRST_BATCH_WAITS_MS);
              }
            });
    exitHook = new Thread(this::flushAtExit, "whyops-exit");
    if (settings.enabled()) {
      flushAtExitOfTheProcess();
    }
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Collects what the environment does not say. */
  public static final class Builder {
    @Nullable String apiKey;
    @Nullable String agentName;
    @Nullable AgentMetadata metadata;
    @Nullable String proxyBaseUrl;
    @Nullable String analyseBaseUrl;
    @Nullable Boolean enabled;
    int queueSize = EventQueue.EVENTS_MAX;

    private Builder() {}

    public Builder apiKey(@Nullable String apiKey) {
      this.apiKey = apiKey;
      return this;
    }

    public Builder agent(@Nullable String name) {
      this.agentName = name;
      return this;
    }

    /** The agent and the definition that makes its version. */
    public Builder agent(@Nullable String name, AgentMetadata metadata) {
      this.agentName = name;
      this.metadata = metadata;
      return this;
    }

    public Builder proxyBaseUrl(@Nullable String url) {
      this.proxyBaseUrl = url;
      return this;
    }

    public Builder analyseBaseUrl(@Nullable String url) {
      this.analyseBaseUrl = url;
      return this;
    }

    public Builder enabled(boolean enabled) {
      this.enabled = enabled;
      return this;
    }

    /** Events that may wait, 10,000 unless set; the oldest is dropped when there are more. */
    public Builder queueSize(int events) {
      this.queueSize = events;
      return this;
    }

    public WhyOps build() {
      return new WhyOps(this);
    }
  }

  /**
   * Sends OpenAI traffic through the proxy. Takes {@code OpenAIOkHttpClient.builder()} or {@code
   * OpenAIOkHttpClientAsync.builder()}, which it configures and gives back, or an {@code
   * OpenAIClient} or {@code OpenAIClientAsync}, of which it gives a copy. A copied {@code
   * OpenAIClient} follows {@link #withTrace}; an asynchronous client sends from threads of its own,
   * so take {@link #proxyHeaders} along with its {@code withOptions}. Generic, so that the SDK
   * loads without the provider's package.
   */
  public <T> T openAi(T target) {
    return settings.enabled() ? started(OpenAiClients.through(this, target)) : target;
  }

  /**
   * As {@link #openAi}, for the builders and clients of Anthropic; all follow {@link #withTrace}.
   */
  public <T> T anthropic(T target) {
    return settings.enabled() ? started(AnthropicClients.through(this, target)) : target;
  }

  /** A builder for the events of one trace; cheap, keep it or make it anew. */
  public Trace trace(String traceId) {
    return trace(traceId, null, null);
  }

  public Trace trace(String traceId, @Nullable String threadId, @Nullable String externalUserId) {
    return new Trace(this, new Scope(traceId, threadId, externalUserId, null));
  }

  /** The trace that {@link #withTrace} opened on this thread. */
  public Optional<Trace> currentTrace() {
    return Optional.ofNullable(Scope.current()).map(scope -> new Trace(this, scope));
  }

  /** {@code try (TraceScope scope = whyops.withTrace("session-123")) { … }} */
  public TraceScope withTrace(String traceId) {
    return withTrace(traceId, null, null);
  }

  /** Puts every call of proxied clients on this thread into the trace until it is closed. */
  public TraceScope withTrace(
      String traceId, @Nullable String threadId, @Nullable String externalUserId) {
    Scope scope = new Scope(traceId, threadId, externalUserId, null);
    return new TraceScope(new Trace(this, scope), scope);
  }

  /** Takes the current trace over to the thread that runs the task. */
  public static Runnable carry(Runnable task) {
    Scope scope = Scope.current();
    return () -> {
      Scope before = Scope.enter(scope);
      try {
        task.run();
      } finally {
        Scope.enter(before);
      }
    };
  }

  /** Headers for a client that the helpers do not know, such as a framework's own. */
  public Map<String, String> proxyHeaders() {
    if (!settings.enabled()) {
      return Map.of();
    }
    Map<String, String> headers = new LinkedHashMap<>(Scope.agentHeaders(settings.agentName()));
    headers.putAll(Scope.headers(Scope.current()));
    return headers;
  }

  /** Registers the agent's definition now; empty, and one log line, when that fails. */
  public Optional<AgentInfo> initAgent() {
    if (!settings.enabled()) {
      return Optional.empty();
    }
    if (registration == null) {
      Notices.warn("agent_init", "no API key or no agent name is set; nothing registered");
      return Optional.empty();
    }
    return Optional.ofNullable(registration.register());
  }

  /** Waits until the events so far are with the server; false when 5 s were not enough. */
  public boolean flush() {
    return flush(FLUSH_MS);
  }

  public boolean flush(long timeoutMs) {
    try {
      return queue.flush(timeoutMs);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Flushes and stops sending; events after it are dropped and counted. */
  @Override
  public void close() {
    close(FLUSH_MS);
    try {
      Runtime.getRuntime().removeShutdownHook(exitHook);
    } catch (IllegalStateException exiting) {
      // The process ends and runs the hook anyway.
    }
  }

  public Stats stats() {
    return queue.stats();
  }

  public boolean isEnabled() {
    return settings.enabled();
  }

  public @Nullable String agentName() {
    return settings.agentName();
  }

  public String proxyBaseUrl() {
    return settings.proxyBaseUrl();
  }

  public String analyseBaseUrl() {
    return settings.analyseBaseUrl();
  }

  /** Never the key. */
  @Override
  public String toString() {
    return "WhyOps[agent=" + settings.agentName() + ", proxy=" + settings.proxyBaseUrl() + "]";
  }

  /**
   * @throws IllegalArgumentException without a key: a provider's own is never sent to the proxy
   */
  String proxyKey() {
    String key = settings.apiKey();
    if (key == null) {
      throw new IllegalArgumentException(
          "No WhyOps API key: give WhyOps.builder().apiKey(…) or set WHYOPS_API_KEY");
    }
    return key;
  }

  void enqueue(
      String type,
      Map<String, @Nullable Object> place,
      @Nullable Object content,
      EventOptions options) {
    if (settings.agentName() == null || settings.apiKey() == null) {
      Notices.warn("settings", "no agent name or no API key is set; events are not sent");
      return;
    }
    Map<String, @Nullable Object> event = new LinkedHashMap<>();
    event.put("eventType", type);
    event.put("eventId", Ids.uuid7());
    Object at = options.timestamp == null ? Instant.now() : options.timestamp;
    event.put("timestamp", at instanceof Instant instant ? instant.toString() : at);
    event.put("agentName", settings.agentName());
    putGiven(event, place);
    event.put("content", content);
    Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
    putGiven(metadata, options.metadata);
    if (!metadata.isEmpty()) {
      event.put("metadata", metadata);
    }
    registerInBackground();
    queue.put(encoded(event).getBytes(StandardCharsets.US_ASCII));
  }

  void failed(String type, RuntimeException bug) {
    queue.internalErrors.incrementAndGet();
    Notices.warn("event", "a " + type + " could not be recorded: " + bug);
  }

  private String encoded(Map<String, @Nullable Object> event) {
    String json = Json.write(event);
    if (json.length() <= EVENT_BYTES_MAX) {
      return json;
    }
    queue.truncated.incrementAndGet();
    Notices.warn("truncated", "a " + event.get("eventType") + " over 1 MiB was shortened");
    String content = Json.write(event.get("content"));
    String preview = content.substring(0, Math.min(content.length(), PREVIEW_CHARS));
    event.put("content", Map.of("truncated", true, "bytes", content.length(), "preview", preview));
    json = Json.write(event);
    if (json.length() > EVENT_BYTES_MAX && event.get("metadata") instanceof Map<?, ?> metadata) {
      Map<Object, @Nullable Object> kept = new LinkedHashMap<>();
      for (String name : new String[] {"tool", "model", "provider", "latencyMs", "finishReason"}) {
        if (metadata.get(name) != null) {
          kept.put(name, metadata.get(name));
        }
      }
      event.put("metadata", kept);
      json = Json.write(event);
    }
    return json;
  }

  private static void putGiven(
      Map<String, @Nullable Object> target, Map<String, @Nullable Object> source) {
    source.forEach(
        (name, value) -> {
          if (value != null) {
            target.put(name, value);
          }
        });
  }

  private <T> T started(T proxied) {
    registerInBackground();
    return proxied;
  }

  private void registerInBackground() {
    // Without a definition there is nothing to register: the server learns the agent from its first
    // call, and an empty definition must not become its newest version.
    if (registration != null && hasMetadata) {
      registration.start();
    }
  }

  private void flushAtExitOfTheProcess() {
    try {
      Runtime.getRuntime().addShutdownHook(exitHook);
    } catch (IllegalStateException exiting) {
      // The process already ends: close() is the host's last chance.
    }
  }

  private void flushAtExit() {
    close(queue.isFailing() ? EXIT_FLUSH_OF_FAILING_MS : FLUSH_MS);
  }

  private void close(long timeoutMs) {
    try {
      queue.close(timeoutMs);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
