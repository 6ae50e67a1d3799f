package dev.whyops.sdk;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Registers one definition at one server: once per process, whoever asks first, shared by every
 * client that has it. Thread-safe.
 */
final class Registration {
  private static final long[] RETRY_DELAYS_MS = {200, 400, 800};
  private static final long BACK_OFF_MIN_MS = 1_000;
  private static final long BACK_OFF_MAX_MS = 60_000;
  private static final int KNOWN_MAX = 1_000;
  private static final Map<String, Registration> KNOWN = new ConcurrentHashMap<>();

  private final String baseUrl;
  private final @Nullable String apiKey;
  private final byte[] body;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile @Nullable AgentInfo info;
  private volatile @Nullable Thread background;
  private volatile long nextTryAtNanos = System.nanoTime();
  private long backOffMs = BACK_OFF_MIN_MS;

  private Registration(String baseUrl, @Nullable String apiKey, byte[] body) {
    this.baseUrl = baseUrl;
    this.apiKey = apiKey;
    this.body = body;
  }

  static Registration of(
      String baseUrl, @Nullable String apiKey, String agentName, @Nullable AgentMetadata metadata) {
    Map<String, Object> definition = new LinkedHashMap<>();
    definition.put("agentName", agentName);
    definition.put("metadata", metadata == null ? Map.of() : metadata.wire());
    String body = Json.write(definition);
    if (KNOWN.size() >= KNOWN_MAX) {
      KNOWN.clear();
    }
    return KNOWN.computeIfAbsent(
        baseUrl + '\n' + apiKey + '\n' + body,
        key -> new Registration(baseUrl, apiKey, body.getBytes(StandardCharsets.UTF_8)));
  }

  /** Registers now unless done already; null, and one log line, when it cannot. */
  @Nullable AgentInfo register() {
    lock.lock();
    try {
      if (info == null) {
        info = attempt();
        if (info == null) {
          nextTryAtNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(backOffMs);
          backOffMs = Math.min(backOffMs * 2, BACK_OFF_MAX_MS);
        }
      }
      return info;
    } finally {
      lock.unlock();
    }
  }

  /** Registers in the background, if it is due. Never blocks. */
  void start() {
    Thread running = background;
    if (info != null
        || System.nanoTime() - nextTryAtNanos < 0
        || running != null && running.isAlive()) {
      return;
    }
    Thread thread = new Thread(this::register, "whyops-init");
    thread.setDaemon(true);
    background = thread;
    thread.start();
  }

  /** Gives a registration under way a moment, so that first events find their version. */
  void await(long ms) {
    Thread running = background;
    if (running != null && running.isAlive()) {
      try {
        running.join(ms);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private @Nullable AgentInfo attempt() {
    Transport transport = new Transport(baseUrl, apiKey);
    String problem = "";
    try {
      for (int attempt = 0; attempt <= RETRY_DELAYS_MS.length; attempt++) {
        try {
          HttpResponse<String> response = transport.post("/entities/init", body);
          if (response.statusCode() / 100 == 2) {
            return info(response.body());
          }
          problem = "HTTP " + response.statusCode();
          if (!Transport.RETRYABLE.contains(response.statusCode())) {
            break;
          }
        } catch (IOException unreachable) {
          problem = unreachable.getClass().getSimpleName();
        }
        if (attempt < RETRY_DELAYS_MS.length) {
          Thread.sleep(RETRY_DELAYS_MS[attempt]);
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      problem = "interrupted";
    } catch (IllegalArgumentException unusable) {
      problem = String.valueOf(unusable.getMessage());
    }
    Notices.warn(
        "agent_init", "the agent could not be registered (" + problem + "); will try again");
    return null;
  }

  private static AgentInfo info(String answer) {
    Map<?, ?> fields = JsonReader.object(answer);
    return new AgentInfo(
        text(fields, "agentId"),
        text(fields, "agentVersionId"),
        text(fields, "status"),
        text(fields, "versionHash"));
  }

  private static String text(Map<?, ?> fields, String name) {
    if (fields.get(name) instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException("the answer has no " + name);
  }
}
