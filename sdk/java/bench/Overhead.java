import com.sun.net.httpserver.HttpServer;
import dev.whyops.sdk.TokenUsage;
import dev.whyops.sdk.Trace;
import dev.whyops.sdk.WhyOps;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * What does an event cost the caller? Median and 99th percentile of a call, in microseconds: {@code
 * java -cp sdk/java/core/target/classes sdk/java/bench/Overhead.java}. A server of this process
 * takes the events, so that the background sender works as it does in production.
 */
class Overhead {
  private static final int CALLS = 20_000;
  private static final double MEDIAN_US_MAX = 20;

  public static void main(String[] arguments) throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(202, -1);
          exchange.close();
        });
    server.start();
    WhyOps whyops =
        WhyOps.builder()
            .apiKey("whyops_test_bench")
            .agent("bench")
            .proxyBaseUrl("http://127.0.0.1:" + server.getAddress().getPort())
            .build();
    Trace trace = whyops.trace("session-123", null, "user-1");
    List<Map<String, Object>> calls =
        List.of(Map.of("name", "search_orders", "arguments", Map.of("orderId", "123")));
    String text = "Your order has shipped. ".repeat(80);
    boolean kept = measured("toolCallRequest", () -> trace.toolCallRequest("search_orders", calls));
    kept &=
        measured(
            "llmResponse of 2 KB",
            () ->
                trace.llmResponse(
                    "gpt-4o",
                    "openai",
                    text,
                    with -> with.finishReason("stop").usage(TokenUsage.of(42, 16)).latencyMs(390)));
    whyops.close();
    server.stop(0);
    System.out.println("sent " + whyops.stats().sent() + ", dropped " + whyops.stats().dropped());
    System.exit(kept ? 0 : 1);
  }

  private static boolean measured(String name, Runnable call) {
    long[] nanos = new long[CALLS];
    for (int round = 0; round < 2; round++) { // the first one warms up
      for (int n = 0; n < CALLS; n++) {
        long started = System.nanoTime();
        call.run();
        nanos[n] = System.nanoTime() - started;
        LockSupport.parkNanos(50_000);
      }
    }
    Arrays.sort(nanos);
    double median = nanos[CALLS / 2] / 1_000.0;
    System.out.printf(
        "%s: p50 %.1f us, p99 %.1f us%n", name, median, nanos[CALLS * 99 / 100] / 1_000.0);
    return median <= MEDIAN_US_MAX;
  }
}
