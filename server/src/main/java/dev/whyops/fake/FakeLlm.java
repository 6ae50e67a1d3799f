package dev.whyops.fake;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A scripted provider of both dialects, for tests, the demo and the bench: plain sockets and
 * virtual threads, HTTP/1.1 with keep-alive. What it answers follows from its seed, the request and
 * the {@link Script}: the director's, with the words of the query, the model name and the last user
 * text on top, or instead of all of them the next of those queued by {@link #script}.
 *
 * <p>It checks the credential it was told to expect, and logs the last 4,096 requests with at most
 * 64 MiB of body each. Thread-safe.
 */
public final class FakeLlm implements AutoCloseable {
  static final int LOG_MAX = 4_096;

  /**
   * How a provider is started.
   *
   * @param port 0 for any free one
   * @param key the only credential that is let in; null lets everybody in
   * @param director chooses the script by the request
   * @param log what is remembered of the requests that came
   * @param clock tells the time that answers say they were made at
   */
  public record Options(
      int port,
      long seed,
      @Nullable String key,
      Function<Asked, Script> director,
      Log log,
      Clock clock) {
    public static final Options DEFAULT =
        new Options(0, 1, null, asked -> Script.PLAIN, Log.WHOLE, Clock.systemUTC());

    /** What is remembered of the requests that came. */
    public enum Log {
      /** Heads and bodies. */
      WHOLE,
      /** Heads and how the exchange ended, for a provider that runs for long. */
      HEADS,
      /** Nothing: millions of requests come (bench). */
      NOTHING
    }

    public Options port(int port) {
      return new Options(port, seed, key, director, log, clock);
    }

    public Options seed(long seed) {
      return new Options(port, seed, key, director, log, clock);
    }

    public Options key(@Nullable String key) {
      return new Options(port, seed, key, director, log, clock);
    }

    public Options director(Function<Asked, Script> director) {
      return new Options(port, seed, key, director, log, clock);
    }

    public Options withoutLog() {
      return log(Log.NOTHING);
    }

    public Options log(Log log) {
      return new Options(port, seed, key, director, log, clock);
    }

    public Options clock(Clock clock) {
      return new Options(port, seed, key, director, log, clock);
    }
  }

  private final Options options;
  private final ServerSocket server;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicLong connections = new AtomicLong();
  private final Deque<Script> queue = new ArrayDeque<>();
  private final Deque<Seen> log = new ArrayDeque<>();
  private final Map<String, StoredResponse> responses = new HashMap<>();
  private final Files files = new Files();
  private final PromptCache promptCache = new PromptCache();
  private volatile boolean closed;

  private FakeLlm(Options options) throws IOException {
    this.options = options;
    this.server = new ServerSocket();
    server.setReuseAddress(true);
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), options.port()), 4_096);
  }

  /** Starts on a loopback port (0: any) and lets every credential in. */
  public static FakeLlm start(int port) throws IOException {
    return start(Options.DEFAULT.port(port));
  }

  public static FakeLlm start(Options options) throws IOException {
    FakeLlm fake = new FakeLlm(options);
    Thread.ofVirtual().name("fake-accept").start(fake::accept);
    return fake;
  }

  /**
   * {@code --port n --seed n --key text --now instant --log nothing|heads}: runs until the process
   * ends.
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Options options = Options.DEFAULT.withoutLog();
    for (int i = 0; i + 1 < args.length; i += 2) {
      options =
          switch (args[i]) {
            case "--port" -> options.port(Integer.parseInt(args[i + 1]));
            case "--seed" -> options.seed(Long.parseLong(args[i + 1]));
            case "--key" -> options.key(args[i + 1]);
            case "--log" -> options.log(Options.Log.valueOf(args[i + 1].toUpperCase(Locale.ROOT)));
            case "--now" -> options.clock(Clock.fixed(Instant.parse(args[i + 1]), ZoneOffset.UTC));
            default -> throw new IllegalArgumentException("unknown option: " + args[i]);
          };
    }
    try (FakeLlm fake = start(options)) {
      System.out.println("scripted provider on " + fake.url());
      Thread.currentThread().join();
    }
  }

  public int port() {
    return server.getLocalPort();
  }

  /** {@code http://127.0.0.1:port}, the Anthropic base URL. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + port());
  }

  /** {@code http://127.0.0.1:port/v1}, the OpenAI base URL. */
  public URI openAiUrl() {
    return URI.create(url() + "/v1");
  }

  /** Queues the script of the next request that comes; first in, first out. */
  public void script(Script script) {
    synchronized (queue) {
      queue.add(script);
    }
  }

  public void script(String words) {
    script(Script.of(words));
  }

  /** What was seen so far, oldest first. */
  public List<Seen> seen() {
    synchronized (log) {
      return new ArrayList<>(log);
    }
  }

  /** Waits for the first request that fits; throws when none came in time. */
  public Seen awaitSeen(Predicate<Seen> wanted, long timeoutMs) throws InterruptedException {
    long deadline = System.nanoTime() + timeoutMs * 1_000_000;
    synchronized (log) {
      while (true) {
        for (Seen seen : log) {
          if (wanted.test(seen)) {
            return seen;
          }
        }
        long leftMs = (deadline - System.nanoTime()) / 1_000_000;
        if (leftMs <= 0) {
          throw new IllegalStateException("no such request after " + timeoutMs + " ms");
        }
        log.wait(leftMs);
      }
    }
  }

  /** By the {@code marker=} of its script. */
  public Seen awaitMarker(String marker, long timeoutMs) throws InterruptedException {
    return awaitSeen(seen -> seen.marker().equals(marker), timeoutMs);
  }

  public void clearLog() {
    synchronized (log) {
      log.clear();
    }
  }

  /** Connections accepted so far. */
  public long connectionCount() {
    return connections.get();
  }

  /** Connections that are open now. */
  public int openConnectionCount() {
    return open.size();
  }

  /** Stops listening and resets what is open. */
  @Override
  public void close() throws IOException {
    closed = true;
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
  }

  Options options() {
    return options;
  }

  PromptCache promptCache() {
    return promptCache;
  }

  @Nullable Script nextQueued() {
    synchronized (queue) {
      return queue.poll();
    }
  }

  void log(Seen seen) {
    if (options.log() == Options.Log.NOTHING) {
      return;
    }
    synchronized (log) {
      if (log.size() == LOG_MAX) {
        log.poll();
      }
      log.add(seen);
      log.notifyAll();
    }
  }

  /** Tells waiters that a logged request got its marker. */
  void logChanged() {
    synchronized (log) {
      log.notifyAll();
    }
  }

  /** An answer of {@code /v1/responses} and the input it was given. */
  record StoredResponse(byte[] json, JsonNode input) {}

  /** Keeps an answer for {@code /v1/responses/{id}}; the newest 4,096 at most. */
  void keepResponse(String id, StoredResponse response) {
    synchronized (responses) {
      if (responses.size() >= LOG_MAX) {
        responses.clear();
      }
      responses.put(id, response);
    }
  }

  @Nullable StoredResponse response(String id) {
    synchronized (responses) {
      return responses.get(id);
    }
  }

  Files files() {
    return files;
  }

  boolean forgetResponse(String id) {
    synchronized (responses) {
      return responses.remove(id) != null;
    }
  }

  private void accept() {
    while (!closed) {
      try {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        open.add(socket);
        Connection connection = new Connection(this, socket, connections.incrementAndGet());
        Thread.ofVirtual()
            .name("fake-connection")
            .start(
                () -> {
                  try {
                    connection.run();
                  } finally {
                    open.remove(socket);
                  }
                });
      } catch (IOException e) {
        if (!closed) {
          Thread.onSpinWait();
        }
      }
    }
  }
}
