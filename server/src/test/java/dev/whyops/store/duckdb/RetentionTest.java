package dev.whyops.store.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.event.IngestTesting;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import dev.whyops.record.Drain;
import dev.whyops.trace.TraceQuery;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {
  private static final ProjectId SHORT = new ProjectId("prj_short");
  private static final ProjectId LONG = IngestTesting.PROJECT;

  @TempDir Path directory;

  private static final class Days extends Clock {
    private volatile Instant now = Instant.now();

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }

  private static void send(IngestTesting path, ProjectId project, String trace, String text)
      throws Exception {
    String json =
        "{\"eventType\":\"user_message\",\"traceId\":\""
            + trace
            + "\",\"agentName\":\"a\",\"content\":{\"messages\":[{\"role\":\"user\",\"content\":\""
            + text.repeat(40)
            + "\"}]}}";
    path.post(path.counts, json.getBytes(StandardCharsets.UTF_8), Map.of(), Map.of(), project);
    path.settle();
  }

  private int traces(DuckDbTraceReader reader, ProjectId project) {
    TraceQuery all = DuckDbFiguresTest.query(null, null, null, 50, null);
    return reader.traces(new ProjectScope(project), all).size();
  }

  private int fileCount() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("events"))) {
      return (int)
          files
              .map(f -> f.getFileName().toString())
              .filter(name -> name.startsWith("events-") && name.endsWith(".duckdb"))
              .count();
    }
  }

  @Test
  void hidesAtOnceRewritesLaterDropsWholeDays() throws Exception {
    Days days = new Days();
    try (IngestTesting path = new IngestTesting(directory, days)) {
      path.store.retain(project -> project.equals(SHORT) ? 2 : 10);
      send(path, SHORT, "s1", "short-lived ");
      send(path, LONG, "l1", "long-lived ");
      send(path, LONG, "l2", "deleted ");
      days.now = days.now.plus(Duration.ofDays(1));
      send(path, LONG, "l3", "next day ");
      assertThat(fileCount()).isEqualTo(2);
      assertThat(traces(path.reader, SHORT)).isEqualTo(1);
      assertThat(traces(path.reader, LONG)).isEqualTo(3);

      Drain.forget(path.journal, new ProjectScope(LONG), "l2");
      path.settle();
      assertThat(traces(path.reader, LONG)).isEqualTo(2);

      days.now = days.now.plus(Duration.ofDays(2));
      send(path, LONG, "l4", "third day ");
      assertThat(traces(path.reader, SHORT)).as("hidden before anything is rewritten").isZero();
      assertThat(path.reader.trace(new ProjectScope(SHORT), "s1", null, 10)).isEmpty();

      path.drain.maintainSoon();
      await(() -> anyName(".r1."));
      assertThat(traces(path.reader, LONG)).isEqualTo(3);
      assertThat(path.trace("l1").orElseThrow().events().getFirst().contentJson())
          .contains("long-lived long-lived");
      assertThat(path.trace("l2")).isEmpty();

      days.now = days.now.plus(Duration.ofDays(20));
      path.drain.maintainSoon();
      await(() -> fileCount() <= 1);
      assertThat(traces(path.reader, LONG)).isZero();
    }
    try (IngestTesting path = new IngestTesting(directory, days)) {
      send(path, LONG, "l5", "goes on ");
      assertThat(path.trace("l5")).isPresent();
    }
  }

  private boolean anyName(String part) throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("events"))) {
      List<String> names = files.map(f -> f.getFileName().toString()).toList();
      return names.stream().anyMatch(n -> n.contains(part) && n.endsWith(".duckdb"))
          && names.stream().noneMatch(n -> n.endsWith(".new"));
    }
  }

  private interface Check {
    boolean holds() throws Exception;
  }

  private static void await(Check check) throws Exception {
    long end = System.nanoTime() + 10_000_000_000L;
    while (!check.holds()) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.sleep(20);
    }
  }
}
