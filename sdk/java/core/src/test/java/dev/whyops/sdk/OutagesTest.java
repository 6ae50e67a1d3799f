package dev.whyops.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A server that fails for an hour, and a host that is frozen between requests. */
@NullUnmarked // reads JSON bluntly
class OutagesTest {
  private static final long HOUR_NANOS = Duration.ofHours(1).toNanos();
  private static final StubServer.Answer FAILS = StubServer.Answer.json(500, "{}");
  private static final StubServer.Answer TAKES = StubServer.Answer.json(202, "{\"success\":true}");

  /** Waits of the sender pass at once and move this clock; the network stays real. */
  private final AtomicLong passedNanos = new AtomicLong();

  private EventQueue queue(StubServer server, int eventsMax) {
    server.otherwise = seen -> passedNanos.get() < HOUR_NANOS ? FAILS : TAKES;
    return new EventQueue(
        new Transport(server.url + "/api", StubServer.KEY),
        eventsMax,
        () -> {},
        (changed, nanos) -> {
          passedNanos.addAndGet(nanos);
          return changed.awaitNanos(1) - nanos;
        });
  }

  private static byte[] event(int n) {
    return ("{\"n\":" + n + "}").getBytes(StandardCharsets.UTF_8);
  }

  private static void settled(EventQueue queue) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (queue.stats().queued() > 0 && System.nanoTime() < deadline) {
      Thread.sleep(5);
    }
    assertThat(queue.stats().queued()).isZero();
  }

  /** Numbers in the batches that were answered 202: the last ones. */
  private static List<Integer> accepted(StubServer server, EventQueue queue) {
    List<Integer> numbers = new ArrayList<>();
    List<StubServer.Seen> all = server.requests("/events/ingest");
    for (StubServer.Seen seen : all.subList((int) queue.stats().failedSends(), all.size())) {
      for (Object event : (List<?>) seen.json()) {
        numbers.add(((Double) ((Map<?, ?>) event).get("n")).intValue());
      }
    }
    return numbers;
  }

  @Test
  void anHourOf500LosesAndDoublesNothing() throws Exception {
    List<String> lines = new ArrayList<>();
    Handler handler = remembering(lines);
    Logger log = Logger.getLogger("dev.whyops.sdk");
    log.addHandler(handler);
    try (StubServer server = new StubServer()) {
      EventQueue queue = queue(server, EventQueue.EVENTS_MAX);
      List<Integer> all = new ArrayList<>();
      for (int n = 0; n < 250; n++) {
        queue.put(event(n));
        all.add(n);
      }
      settled(queue);
      Stats stats = queue.stats();
      assertThat(stats.sent()).isEqualTo(250);
      assertThat(stats.dropped() + stats.rejected() + stats.internalErrors()).isZero();
      assertThat(accepted(server, queue)).isEqualTo(all);
      // Four tries a round, and rounds half a minute apart: the server is not hammered either.
      assertThat(stats.failedSends()).isBetween(360L, 1_200L);
      Set<String> kinds = new HashSet<>(lines);
      kinds.removeIf(line -> !line.contains("cannot deliver"));
      assertThat(kinds.size()).isLessThanOrEqualTo(1); // another test may have said it just before
      assertThat(lines).allMatch(line -> line.startsWith("[whyops] ")).hasSizeLessThan(5);
      queue.close(100);
    } finally {
      log.removeHandler(handler);
    }
  }

  @Test
  void anHourOf500KeepsTheNewestThatFit() throws Exception {
    try (StubServer server = new StubServer()) {
      EventQueue queue = queue(server, 150);
      for (int n = 0; n < 1_000; n++) {
        queue.put(event(n));
      }
      settled(queue);
      Stats stats = queue.stats();
      assertThat(stats.sent() + stats.dropped()).isEqualTo(stats.accepted()).isEqualTo(1_000);
      List<Integer> kept = accepted(server, queue);
      assertThat(kept).hasSize(150).first().isEqualTo(850);
      assertThat(kept).last().isEqualTo(999);
      queue.close(100);
    }
  }

  @Test
  void aFlushBeforeTheFreezeEndsInTime() throws IOException {
    try (StubServer server = new StubServer();
        WhyOps whyops = server.client().build()) {
      whyops.trace("t").userMessage("away at once");
      assertThat(whyops.flush(2_000)).isTrue();
      assertThat(server.events()).hasSize(1);
      AtomicLong hangMs = new AtomicLong(1_500);
      server.otherwise =
          seen -> {
            sleep(hangMs.getAndSet(0));
            return TAKES;
          };
      whyops.trace("t").userMessage("the server hangs");
      long started = System.nanoTime();
      assertThat(whyops.flush(300)).isFalse();
      assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(1));
      assertThat(whyops.flush(5_000)).isTrue();
      assertThat(whyops.stats().sent()).isEqualTo(2);
    }
  }

  private static void sleep(long ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "F-23: Windows cannot stop a process")
  void aFrozenHostGoesOnWhereItStopped() throws Exception {
    try (StubServer server = new StubServer()) {
      String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
      ProcessBuilder builder =
          new ProcessBuilder(
              java, "-cp", System.getProperty("java.class.path"), Requests.class.getName());
      builder.environment().put("WHYOPS_API_KEY", StubServer.KEY);
      builder.environment().put("WHYOPS_PROXY_BASE_URL", server.url);
      Process host = builder.start();
      try (Writer requests = host.outputWriter();
          BufferedReader answers =
              new BufferedReader(
                  new InputStreamReader(host.getInputStream(), StandardCharsets.UTF_8))) {
        for (String request : List.of("first", "second", "third")) {
          requests.write(request + "\n");
          requests.flush();
          assertThat(answers.readLine()).isEqualTo("true");
          // Everything is with the server when the platform stops the process.
          assertThat(server.events()).last().extracting("content").isEqualTo(request);
          signal("STOP", host);
          Thread.sleep(200);
          signal("CONT", host);
        }
      }
      assertThat(host.waitFor()).isZero();
      assertThat(server.events()).hasSize(3);
    }
  }

  private static void signal(String name, Process host) throws Exception {
    String pid = Long.toString(host.pid());
    assertThat(new ProcessBuilder("kill", "-" + name, pid).start().waitFor()).isZero();
  }

  /** A host that answers a request a line. */
  static final class Requests {
    public static void main(String[] args) {
      WhyOps whyops = WhyOps.builder().agent("a").build();
      Scanner in = new Scanner(System.in, StandardCharsets.UTF_8);
      while (in.hasNextLine()) {
        whyops.trace("t").userMessage(in.nextLine());
        System.out.println(whyops.flush(5_000));
      }
    }
  }

  private static Handler remembering(List<String> lines) {
    return new Handler() {
      @Override
      public void publish(LogRecord line) {
        lines.add(line.getMessage());
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }
}
