package dev.whyops.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.record.Outcome;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a call leaves behind, and what calls do to each other. */
class LifeIT {
  private static final String PATH = "/v1/chat/completions";
  private static final String ASK = "{\"model\":\"m\"}";
  private static final List<Path> SOCKETS =
      List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
  private final Harness gateway = new Harness();

  @AfterEach
  void stop() {
    gateway.close();
  }

  @ParameterizedTest(
      name = "A5 F-19 a client that leaves by {0} is seen though nothing is written to it")
  @ValueSource(strings = {"FIN", "RST"})
  void a5SeenByReading(String how) throws Exception {
    AtomicLong closedAt = new AtomicLong();
    try (ScriptedUpstream up =
        new ScriptedUpstream(
            (seen, out, socket) -> {
              socket.getInputStream().read();
              closedAt.set(System.nanoTime());
              return false;
            })) {
      gateway.openAi(up.port());
      for (int i = 0; i < 5; i++) {
        Harness.within(Duration.ofMillis(100), () -> leave(up, how, closedAt));
        assertThat(gateway.onlyCall().end().outcome()).isInstanceOf(Outcome.ClientGone.class);
      }
    }
  }

  private Duration leave(ScriptedUpstream up, String how, AtomicLong closedAt) throws Exception {
    closedAt.set(0);
    gateway.recorded.clear();
    int seen = up.seen().size() + 1;
    RawClient client = gateway.client();
    client.post(PATH, ASK);
    Harness.await(() -> up.seen().size() == seen);
    long leftAt = System.nanoTime();
    if (how.equals("RST")) {
      client.socket().setSoLinger(true, 0);
    }
    client.close();
    Harness.await(() -> closedAt.get() != 0);
    return Duration.ofNanos(closedAt.get() - leftAt);
  }

  @ParameterizedTest(name = "PX-76 A1 A3 the client leaves at point {0} of 20")
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19})
  void px76TwentyPoints(int point) throws Exception {
    boolean stream = point % 2 == 0;
    int bytes = point / 2 * 40; // of the answer's body, before the client leaves
    byte[] said = new byte[400];
    Arrays.fill(said, (byte) 'x');
    AtomicLong closedAt = new AtomicLong();
    try (ScriptedUpstream up =
        new ScriptedUpstream(
            (seen, out, socket) -> {
              Wire.write(
                  out, stream ? Wire.SSE_HEAD : "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n");
              Wire.write(out, stream ? Wire.chunk(said) : said);
              socket.getInputStream().read();
              closedAt.set(System.nanoTime());
              return false;
            })) {
      gateway.openAi(up.port());
      Harness.within(Duration.ofMillis(100), () -> leaveAfter(bytes, up, closedAt));
      Harness.Recorded call = gateway.onlyCall();
      assertThat(call.end().outcome()).isInstanceOf(Outcome.ClientGone.class);
      assertThat(call.answer().length).isBetween(bytes > 0 ? 1 : 0, said.length);
    }
  }

  private Duration leaveAfter(int bytes, ScriptedUpstream up, AtomicLong closedAt)
      throws Exception {
    closedAt.set(0);
    gateway.recorded.clear();
    int seen = up.seen().size() + 1;
    try (RawClient client = gateway.client()) {
      client.post(PATH, ASK);
      Harness.await(() -> up.seen().size() == seen);
      if (bytes > 0) {
        client.head();
        for (int i = 0; i < bytes; i++) {
          client.readByte();
        }
      }
      long leftAt = System.nanoTime();
      client.close();
      Harness.await(() -> closedAt.get() != 0);
      return Duration.ofNanos(closedAt.get() - leftAt);
    }
  }

  @Test
  @DisplayName(
      "F-19 a client that vanishes without a word is probed: dead after 75 s at the latest")
  void f19Probed() throws IOException {
    Assumptions.assumeTrue(
        Files.exists(SOCKETS.getFirst()),
        "F-19: the kernel's table of sockets cannot be read here");
    try (RawClient client = gateway.client()) {
      client.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
      client.read();
      String ours = ":%04X ".formatted(gateway.port);
      String theirs = ":%04X ".formatted(client.socket().getLocalPort());
      List<String> rows = new ArrayList<>();
      for (Path table : SOCKETS) {
        rows.addAll(Files.exists(table) ? Files.readAllLines(table) : List.of());
      }
      String row =
          rows.stream()
              .filter(line -> line.contains(ours) && line.contains(theirs))
              .filter(line -> line.indexOf(ours) < line.indexOf(theirs))
              .findFirst()
              .orElseThrow();
      // sl local remote st tx:rx tr:when …: timer 2 is keep-alive, its time in hundredths of
      // seconds
      String[] timer = row.trim().split("\\s+")[5].split(":");
      assertThat(timer[0]).isEqualTo("02");
      assertThat(Long.parseLong(timer[1], 16)).isBetween(1L, 4_000L);
    }
  }

  @Test
  @DisplayName(
      "A4 H1 I1 thousands of answered and cancelled calls leave no socket, thread or memory")
  void h1FlatUnderChurn() throws Exception {
    try (ScriptedUpstream up =
        new ScriptedUpstream(
            (seen, out, socket) -> {
              Wire.write(out, Wire.SSE_HEAD);
              Wire.write(out, Wire.chunk("data: " + "x".repeat(2_000) + "\n\n"));
              Wire.write(out, Wire.chunk("data: [DONE]\n\n"));
              Wire.write(out, Wire.LAST);
              return true;
            })) {
      gateway.openAi(up.port());
      churn(1_000);
      long heap = heapAfterGc();
      int threads = ManagementFactory.getThreadMXBean().getThreadCount();
      int files = openFiles();
      churn(3_000);
      Harness.await(() -> gateway.server.openConnections() == 0);
      up.seen().clear();
      assertThat(heapAfterGc() - heap).isLessThan(8L << 20);
      assertThat(ManagementFactory.getThreadMXBean().getThreadCount()).isLessThan(threads + 4);
      assertThat(openFiles()).isLessThan(files + 20);
    }
  }

  private void churn(int calls) throws Exception {
    RawClient client = gateway.client();
    for (int i = 0; i < calls; i++) {
      client.post(PATH, ASK);
      if (i % 3 == 0) {
        if (i % 2 == 0) {
          client.head();
        }
        client.close();
        client = gateway.client();
      } else {
        assertThat(client.read().clean()).isTrue();
      }
    }
    client.close();
    gateway.recorded.clear();
  }

  private static long heapAfterGc() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(50);
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** -1 where the system does not tell. */
  private static int openFiles() {
    String[] names = new File("/proc/self/fd").list();
    return names == null ? -1 : names.length;
  }

  @Test
  @DisplayName("H3 a provider that sends as fast as it can starves no other call")
  void h3Firehose() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    AtomicLong received = new AtomicLong();
    byte[] block = new byte[256 * 1024];
    try (ScriptedUpstream up =
            new ScriptedUpstream(
                (seen, out, socket) -> {
                  if (seen.text().contains("small")) {
                    Wire.write(out, ScriptedUpstream.json("{}"));
                    return true;
                  }
                  Wire.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n");
                  while (!over.get()) {
                    out.write(block);
                  }
                  return false;
                });
        RawClient a = gateway.client();
        RawClient b = gateway.client();
        RawClient c = gateway.client()) {
      gateway.openAi(up.port());
      for (RawClient fast : new RawClient[] {a, b, c}) {
        fast.post(PATH, ASK);
        fast.head();
        Thread.ofVirtual().start(() -> drain(fast, received));
      }
      Harness.await(() -> received.get() > 10_000_000);
      long slowest = 0;
      for (int i = 0; i < 100; i++) {
        try (RawClient small = gateway.client()) {
          long began = System.nanoTime();
          small.post(PATH, "{\"model\":\"small\"}");
          assertThat(small.read().text()).isEqualTo("{}");
          slowest = Math.max(slowest, System.nanoTime() - began);
        }
      }
      over.set(true);
      assertThat(Duration.ofNanos(slowest)).isLessThan(Duration.ofSeconds(1));
    }
  }

  private static void drain(RawClient client, AtomicLong received) {
    byte[] buffer = new byte[64 * 1024];
    try {
      int read = client.socket().getInputStream().read(buffer);
      while (read >= 0) {
        received.addAndGet(read);
        read = client.socket().getInputStream().read(buffer);
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  @Test
  @DisplayName("H4 PX-78 an event that comes alone costs the relay microseconds of CPU")
  void h4CpuPerEvent() throws Exception {
    int events = 5_000;
    CountDownLatch warm = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    try (ScriptedUpstream up =
            new ScriptedUpstream(
                (seen, out, socket) -> {
                  Wire.write(out, Wire.SSE_HEAD);
                  byte[] event =
                      Wire.chunk("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n");
                  for (int i = 0; i < 2 * events; i++) {
                    if (i == events) {
                      warm.countDown();
                      go.await(10, TimeUnit.SECONDS);
                    }
                    Wire.write(out, event);
                  }
                  Wire.write(out, Wire.LAST);
                  return true;
                });
        RawClient client = gateway.client()) {
      gateway.openAi(up.port());
      client.post(PATH, ASK);
      Thread reader = Thread.ofVirtual().start(() -> readAll(client));
      assertThat(warm.await(20, TimeUnit.SECONDS)).isTrue();
      long before = loopCpuNanos();
      go.countDown();
      reader.join(Duration.ofSeconds(20));
      long each = (loopCpuNanos() - before) / events;
      // Two system calls and a copy; interpreted code on a busy machine is far below this, too.
      assertThat(each).isLessThan(100_000);
    }
  }

  private static void readAll(RawClient client) {
    try {
      client.read();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static long loopCpuNanos() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long sum = 0;
    for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (thread != null && thread.getThreadName().contains("EventLoopGroup")) {
        sum += Math.max(0, threads.getThreadCpuTime(thread.getThreadId()));
      }
    }
    return sum;
  }
}
