package dev.whyops.event;

import dev.whyops.project.ProjectScope;
import dev.whyops.store.duckdb.DuckDbFiguresTest;
import dev.whyops.trace.TraceQuery;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Measures the event path without HTTP: batches of 100 events of 2 KB to durable, how the drain
 * keeps up, then opening traces of 20 events and listing. Not a test; run it by hand: {@code java …
 * dev.whyops.event.EventPathRate <folder> <events>}.
 */
public final class EventPathRate {
  private static final int BATCH = 100;
  private static final int EVENTS_PER_TRACE = 20;
  private static final int SENDERS = 8;

  private EventPathRate() {}

  public static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory(Path.of(args[0]), "event-rate");
    int events = Integer.parseInt(args[1]);
    try (IngestTesting path = new IngestTesting(folder)) {
      send(path, events / 10, "warm");
      path.settle();
      long from = System.nanoTime();
      send(path, events, "run");
      long durable = System.nanoTime();
      while (path.store.lastSeq() < path.journal.stats().lastWrittenSeq()) {
        Thread.sleep(20);
      }
      long stored = System.nanoTime();
      System.out.printf(
          "ingest events=%d durable/s=%.0f stored/s=%.0f%n",
          events, events / ((durable - from) / 1e9), events / ((stored - from) / 1e9));
      read(path, events);
      path.drain.checkpointSoon();
      Thread.sleep(3000);
    }
    System.out.printf("disk bytes/event=%.0f%n", size(folder.resolve("events")) / (events * 1.1));
  }

  private static void send(IngestTesting path, int events, String name) throws Exception {
    AtomicLong left = new AtomicLong(events / BATCH);
    AtomicLong traces = new AtomicLong();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < SENDERS; i++) {
      Random random = new Random(i);
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    while (left.getAndDecrement() > 0) {
                      StringBuilder batch = new StringBuilder("[");
                      for (int t = 0; t < BATCH / EVENTS_PER_TRACE; t++) {
                        String trace = name + "-" + traces.getAndIncrement();
                        for (int e = 0; e < EVENTS_PER_TRACE; e++) {
                          batch
                              .append(batch.length() == 1 ? "" : ",")
                              .append(event(trace, e, random));
                        }
                      }
                      path.post(
                          path.counts,
                          batch.append(']').toString().getBytes(StandardCharsets.UTF_8),
                          Map.of(),
                          Map.of(),
                          IngestTesting.PROJECT);
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private static final String[] WORDS =
      "the order was shipped on monday and will arrive in two days please look at the attached invoice number before asking again because refunds take time"
          .split(" ");

  private static String event(String trace, int number, Random random) {
    StringBuilder text = new StringBuilder();
    while (text.length() < 1700) {
      text.append(WORDS[random.nextInt(WORDS.length)])
          .append(' ')
          .append(random.nextInt(1000))
          .append(' ');
    }
    String type = number % 2 == 0 ? "user_message" : "llm_response";
    return "{\"eventType\":\""
        + type
        + "\",\"traceId\":\""
        + trace
        + "\",\"agentName\":\"support-agent\",\"externalUserId\":\"user-"
        + random.nextInt(1000)
        + "\",\"content\":{\"content\":\""
        + text
        + "\"},\"metadata\":{\"model\":\"gpt-4o\",\"provider\":\"openai\",\"latencyMs\":"
        + random.nextInt(5000)
        + ",\"usage\":{\"promptTokens\":1200,\"completionTokens\":80,\"totalTokens\":1280}}}";
  }

  private static void read(IngestTesting path, int events) {
    Random random = new Random(3);
    ProjectScope scope = new ProjectScope(IngestTesting.PROJECT);
    int traces = events / EVENTS_PER_TRACE;
    long[] open = new long[200];
    long[] list = new long[50];
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < open.length; i++) {
        long from = System.nanoTime();
        var _ = path.reader.trace(scope, "run-" + random.nextInt(traces), null, 1000).orElseThrow();
        open[i] = System.nanoTime() - from;
      }
      for (int i = 0; i < list.length; i++) {
        long from = System.nanoTime();
        TraceQuery query = DuckDbFiguresTest.query("support-agent", "gpt-4o", null, 50, null);
        path.reader.traces(scope, query);
        list[i] = System.nanoTime() - from;
      }
    }
    print("open 20-event trace", open);
    print("list, two filters", list);
  }

  private static void print(String what, long[] ns) {
    Arrays.sort(ns);
    System.out.printf(
        "%s p50_ms=%.1f p99_ms=%.1f%n",
        what, ns[ns.length / 2] / 1e6, ns[(int) (ns.length * 0.99)] / 1e6);
  }

  private static long size(Path folder) throws java.io.IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.mapToLong(f -> f.toFile().length()).sum();
    }
  }
}
