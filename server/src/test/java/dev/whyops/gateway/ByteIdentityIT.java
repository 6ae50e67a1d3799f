package dev.whyops.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.provider.ProviderType;
import dev.whyops.record.Rewrite;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Generated exchanges of both dialects, cut at random points on both sides: SHA-256 of what one
 * side sent equals SHA-256 of what the other side got, or the changes on record turn one into the
 * other.
 *
 * <p>2,000 in each build, 20,000 nightly, 100,000 for a release. {@code -Dwhyops.exchanges=N} and
 * {@code -Dwhyops.seed=S} repeat a run; the summary lands in {@code target/byte-identity.txt}.
 */
class ByteIdentityIT {
  private static final int CLIENTS = 8;
  private static final int LONG_SECONDS_MAX = 3_600;

  private final Map<String, Exchange> underWay = new ConcurrentHashMap<>();
  private final Map<Integer, byte[]> wentUp = new ConcurrentHashMap<>();
  private final Queue<String> mismatches = new ConcurrentLinkedQueue<>();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicInteger compared = new AtomicInteger();
  private final AtomicInteger rewritten = new AtomicInteger();

  static int exchanges() {
    String schedule = System.getProperty("whyops.schedule", "pr");
    int usual =
        switch (schedule) {
          case "release" -> 100_000;
          case "nightly" -> 20_000;
          default -> 2_000;
        };
    return Integer.getInteger("whyops.exchanges", usual);
  }

  @Test
  @DisplayName("E1 E2 E3 E4 C2 byte identity of generated exchanges, both ways, with every cut")
  void bothWays() throws Exception {
    long seed = Long.getLong("whyops.seed", System.nanoTime());
    int count = exchanges();
    long began = System.nanoTime();
    try (Harness gateway = new Harness();
        ScriptedUpstream provider = new ScriptedUpstream(this::provide)) {
      gateway.add("openai", ProviderType.OPENAI, provider.port(), p -> p);
      gateway.add("anthropic", ProviderType.ANTHROPIC, provider.port(), p -> p);
      gateway.add(
          "editing", ProviderType.OPENAI, provider.port(), p -> Harness.injecting(p, true, false));
      AtomicInteger next = new AtomicInteger();
      CountDownLatch done = new CountDownLatch(CLIENTS);
      for (int c = 0; c < CLIENTS; c++) {
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    run(gateway, provider, seed, count, next);
                  } catch (Exception | AssertionError e) {
                    mismatches.add("client: " + e);
                  } finally {
                    done.countDown();
                  }
                });
      }
      assertThat(done.await(LONG_SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
    }
    report(seed, count, System.nanoTime() - began);
    assertThat(mismatches).as("seed %d", seed).isEmpty();
    assertThat(compared).hasValue(count);
    assertThat(rewritten.get()).isGreaterThan(count / 20);
  }

  private void run(
      Harness gateway, ScriptedUpstream provider, long seed, int count, AtomicInteger next)
      throws Exception {
    RawClient client = gateway.client();
    for (int number = next.getAndIncrement(); number < count; number = next.getAndIncrement()) {
      if (number % 200 == 0) {
        provider.seen().clear();
        gateway.recorded.removeIf(
            call -> call.end != null && !underWay.containsKey(call.start.traceId()));
      }
      Exchange exchange = Exchange.make(seed, number);
      underWay.put(exchange.traceId(), exchange);
      RawClient.Reply reply;
      try {
        send(client.socket().getOutputStream(), exchange.requestWire(), exchange.requestCuts());
        reply = client.read();
      } catch (IOException e) {
        mismatches.add(number + ": " + e);
        client.close();
        client = gateway.client();
        continue;
      }
      compareDown(gateway, exchange, reply);
      underWay.remove(exchange.traceId());
      compared.incrementAndGet();
      if (reply.header("connection").filter(c -> c.equals("close")).isPresent()) {
        client.close();
        client = gateway.client();
      }
    }
    client.close();
  }

  private static void send(OutputStream out, byte[] wire, int[] cuts) throws IOException {
    int from = 0;
    for (int to : cuts) {
      out.write(wire, from, to - from);
      out.flush();
      from = to;
      if (cuts.length % 5 == 0) {
        Thread.yield();
      }
    }
  }

  /** The provider's side: compares what came up and answers. */
  private boolean provide(ScriptedUpstream.Seen seen, OutputStream out, java.net.Socket socket)
      throws IOException {
    Exchange exchange = Objects.requireNonNull(underWay.get(seen.header("x-exchange").getFirst()));
    bytes.addAndGet(seen.body().length);
    if (exchange.edited()) {
      wentUp.put(exchange.number(), seen.body());
    } else if (!sha256(seen.body()).equals(sha256(exchange.request()))) {
      mismatches.add(exchange.number() + ": the request's body arrived changed");
    }
    send(out, exchange.answerWire(), exchange.answerCuts());
    return !exchange.endsWithClose();
  }

  private void compareDown(Harness gateway, Exchange exchange, RawClient.Reply reply)
      throws InterruptedException {
    bytes.addAndGet(reply.body().length);
    int number = exchange.number();
    if (reply.status() != exchange.status() || !reply.clean()) {
      mismatches.add(number + ": " + reply.head() + reply.text() + " clean=" + reply.clean());
      return;
    }
    if (!reply
        .header("content-encoding")
        .equals(java.util.Optional.ofNullable(exchange.answerCoding()))) {
      mismatches.add(number + ": the coding changed");
    }
    if (exchange.edited()) {
      compareEdited(gateway, exchange, reply);
    } else if (!sha256(reply.body()).equals(sha256(exchange.answer()))) {
      mismatches.add(number + ": the answer's body arrived changed");
    }
  }

  private void compareEdited(Harness gateway, Exchange exchange, RawClient.Reply reply)
      throws InterruptedException {
    String trace = exchange.traceId();
    Harness.await(
        () ->
            gateway.recorded.stream()
                .anyMatch(c -> c.start.traceId().equals(trace) && c.end != null));
    Harness.Recorded call =
        gateway.recorded.stream()
            .filter(c -> c.start.traceId().equals(trace))
            .findFirst()
            .orElseThrow();
    byte[] arrived = Objects.requireNonNull(wentUp.remove(exchange.number()));
    List<Rewrite> up = call.start.rewrites();
    List<Rewrite> down = call.end().rewrites();
    rewritten.incrementAndGet();
    if (up.isEmpty() || !sha256(applied(exchange.request(), up)).equals(sha256(arrived))) {
      mismatches.add(exchange.number() + ": the request is not what its rewrites tell");
    }
    if (!sha256(applied(exchange.answer(), down)).equals(sha256(reply.body()))) {
      mismatches.add(exchange.number() + ": the answer is not what its rewrites tell");
    }
  }

  private static byte[] applied(byte[] original, List<Rewrite> rewrites) {
    ByteArrayOutputStream changed = new ByteArrayOutputStream();
    int at = 0;
    for (Rewrite rewrite : rewrites) {
      changed.write(original, at, (int) rewrite.offset() - at);
      changed.writeBytes(rewrite.inserted());
      at = (int) (rewrite.offset() + rewrite.removedLength());
    }
    changed.write(original, at, original.length - at);
    return changed.toByteArray();
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private void report(long seed, int count, long nanos) throws IOException {
    String summary =
        "exchanges=%d seed=%d bytes=%d rewritten=%d mismatches=%d seconds=%d%n"
            .formatted(
                count,
                seed,
                bytes.get(),
                rewritten.get(),
                mismatches.size(),
                nanos / 1_000_000_000);
    Files.writeString(Path.of("target", "byte-identity.txt"), summary);
  }
}
