package dev.whyops.sdk;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/** A small HTTP server on a free port that remembers requests and answers as scripted. */
@NullUnmarked // reads JSON bluntly
final class StubServer implements AutoCloseable {
  static final String KEY = "whyops_test_" + "a".repeat(36);
  static final String TEXT = "It has shipped.";

  record Seen(String path, Map<String, String> headers, String body) {
    Object json() {
      return JsonReader.read(body);
    }
  }

  record Answer(int status, String type, String body, Map<String, String> headers) {
    static Answer json(int status, String body) {
      return new Answer(status, "application/json", body, Map.of());
    }
  }

  static final Answer INIT =
      Answer.json(
          201,
          "{\"success\":true,\"agentId\":\"a\",\"agentVersionId\":\"v\",\"status\":\"created\",\"versionHash\":\"h\"}");

  final List<Seen> seen = new CopyOnWriteArrayList<>();
  final Deque<Answer> answers = new ConcurrentLinkedDeque<>();
  volatile Function<Seen, Answer> otherwise = StubServer::provider;
  volatile Answer init = INIT;
  final String url;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  StubServer() throws IOException {
    this(0);
  }

  StubServer(int port) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
    url = "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @SuppressWarnings("unchecked") // events are JSON objects
  List<Map<String, Object>> events() {
    List<Map<String, Object>> events = new ArrayList<>();
    for (Seen request : requests("/events/ingest")) {
      for (Object event : (List<?>) request.json()) {
        events.add((Map<String, Object>) event);
      }
    }
    return events;
  }

  List<Seen> requests(String suffix) {
    return seen.stream().filter(request -> request.path().endsWith(suffix)).toList();
  }

  List<Seen> calls() {
    return seen.stream().filter(request -> !request.path().startsWith("/api/")).toList();
  }

  WhyOps.Builder client() {
    return WhyOps.builder().apiKey(KEY).agent("support-agent").proxyBaseUrl(url);
  }

  static Object golden(String name) throws IOException {
    Path folder = Path.of("..", "..", "contract", "golden");
    return JsonReader.read(Files.readString(folder.resolve(name + ".json")));
  }

  static void until(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + 5_000_000_000L;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("did not happen within 5 s");
      }
      Thread.sleep(5);
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    InputStream in = exchange.getRequestBody();
    String coding = exchange.getRequestHeaders().getFirst("Content-Encoding");
    byte[] body = ("gzip".equals(coding) ? new GZIPInputStream(in) : in).readAllBytes();
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
    Seen request =
        new Seen(
            exchange.getRequestURI().getPath(), headers, new String(body, StandardCharsets.UTF_8));
    seen.add(request);
    @Nullable Answer scripted = request.path().endsWith("/entities/init") ? init : answers.poll();
    Answer answer = scripted == null ? otherwise.apply(request) : scripted;
    byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", answer.type());
    answer.headers().forEach(exchange.getResponseHeaders()::set);
    exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static Answer provider(Seen request) {
    boolean streamed = request.body().contains("\"stream\":true");
    if (request.path().equals("/chat/completions")) {
      return streamed ? openAiStream() : Answer.json(200, OPEN_AI);
    }
    if (request.path().equals("/v1/messages")) {
      return streamed ? anthropicStream() : Answer.json(200, ANTHROPIC);
    }
    return request.path().startsWith("/api/")
        ? Answer.json(202, "{\"success\":true}")
        : Answer.json(404, "{\"error\":{\"message\":\"no such path\"}}");
  }

  private static final String OPEN_AI =
      """
      {"id":"c1","object":"chat.completion","created":1,"model":"gpt-4o","choices":[{"index":0,
       "finish_reason":"stop","logprobs":null,"message":{"role":"assistant","content":"%s","refusal":null}}]}
      """
          .formatted(TEXT);

  private static final String ANTHROPIC =
      """
      {"id":"m1","type":"message","role":"assistant","model":"claude","stop_reason":"end_turn",
       "stop_sequence":null,"content":[{"type":"text","text":"%s"}],"usage":{"input_tokens":1,"output_tokens":1}}
      """
          .formatted(TEXT);

  private static Answer openAiStream() {
    return stream(
        """
        data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[{"index":0,"delta":{"role":"assistant","content":"%s"},"finish_reason":null}]}

        data: [DONE]

        """
            .formatted(TEXT));
  }

  private static Answer anthropicStream() {
    return stream(
        """
        event: message_start
        data: {"type":"message_start","message":{"id":"m1","type":"message","role":"assistant","model":"claude","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}}

        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"%s"}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":0}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":1}}

        event: message_stop
        data: {"type":"message_stop"}

        """
            .formatted(TEXT));
  }

  private static Answer stream(String body) {
    return new Answer(200, "text/event-stream", body, Map.of());
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
