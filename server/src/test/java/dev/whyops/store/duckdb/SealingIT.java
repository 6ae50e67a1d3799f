package dev.whyops.store.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whyops.analytics.Figures;
import dev.whyops.analytics.Filter;
import dev.whyops.event.Event;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import dev.whyops.record.Batch;
import dev.whyops.record.EventStoreException;
import dev.whyops.record.Landed;
import dev.whyops.record.Tombstone;
import dev.whyops.store.Told;
import dev.whyops.trace.TraceDetail;
import dev.whyops.trace.TraceFaults;
import dev.whyops.trace.TraceQuery;
import dev.whyops.trace.TraceSummary;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sealing, rewriting and dropping day files, ended by a kill at every step. */
class SealingIT {
  private static final ProjectId MINE = new ProjectId("prj_mine");
  private static final ProjectId SHORT = new ProjectId("prj_short");
  private static final ProjectScope SCOPE = new ProjectScope(MINE);
  private static final Instant START = Instant.parse("2026-03-10T12:00:00Z");
  private static final int DAYS = 4;
  private static final Instant NOW = START.plus(Duration.ofDays(DAYS));
  private static final Filter ALL = Filter.between(START.minusSeconds(86_400), NOW);

  private static final String VICTIM = "events-20260313-000.r1.v2.duckdb";

  @TempDir
  @SuppressWarnings("NullAway.Init")
  static Path template;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  /** What the dashboard shows of a store. */
  private record Shown(List<TraceSummary> traces, List<List<Event>> events, Figures.Overview sums) {
    static Shown of(DuckDbEventStore store) {
      DuckDbTraceReader reader = new DuckDbTraceReader(store, TraceFaults.NONE, at(NOW));
      List<TraceSummary> traces = reader.traces(SCOPE, TraceQuery.newest(100, null));
      List<List<Event>> events = new ArrayList<>();
      for (TraceSummary trace : traces) {
        Optional<TraceDetail> detail = reader.trace(SCOPE, trace.traceId(), null, 100);
        events.add(detail.orElseThrow().events());
      }
      Figures.Overview o = new DuckDbAnalytics(store).overview(SCOPE, ALL);
      return new Shown(
          traces,
          events,
          new Figures.Overview(
              o.traces(),
              o.errorTraces(),
              o.events(),
              o.llmCalls(),
              o.toolCalls(),
              o.llmErrors(),
              o.toolErrors(),
              o.agents(),
              o.users(),
              o.tokens(),
              o.cost(),
              o.unpricedCalls(),
              Times.NONE, // buckets are within two percent; the contract checks that
              Times.NONE,
              Times.NONE));
    }
  }

  private static Clock at(Instant now) {
    return Clock.fixed(now, ZoneOffset.UTC);
  }

  /** Opens the store as the server would, where one project keeps two days only. */
  static DuckDbEventStore open(Path folder, Instant now) {
    DuckDbEventStore store =
        DuckDbEventStore.open(new DuckDbSettings(folder, 2_000_000, 4L << 30, 256), at(now));
    store.retain(project -> project.equals(SHORT) ? 2 : 30);
    return store;
  }

  /** Of every kind of work there is some: to seal, to rewrite, to drop. */
  @BeforeAll
  static void fill() {
    long seq = 0;
    for (int day = 0; day <= DAYS; day++) {
      Instant at = START.plus(Duration.ofDays(day));
      List<Landed> landed = new ArrayList<>();
      for (int i = 0; i < 3 && day > 0; i++) {
        Told t = new Told(MINE, i == 0 ? "long" : "d" + day + "t" + i).user("u" + i);
        landed.add(
            new Landed(++seq, 0, at, t.asks(at.plusSeconds(i), "\"" + "q ".repeat(200) + "\"")));
        landed.add(new Landed(++seq, 0, at, t.answers(at.plusSeconds(i + 1), 100 + i, 5L)));
      }
      if (day == 3) { // fills blocks of its own
        String text =
            new Random(1)
                .ints(1 << 20, 'a', 'z')
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
        landed.add(
            new Landed(
                ++seq, 0, at, new Told(MINE, "d3big").asks(at.plusSeconds(9), "\"" + text + "\"")));
      }
      Told theirs = new Told(SHORT, "s" + day);
      landed.add(new Landed(++seq, 0, at, theirs.asks(at, "\"x\"")));
      try (DuckDbEventStore store = open(template, at)) {
        store.append(new Batch(1, seq, 0, landed, List.of(), List.of()));
        if (day == DAYS) {
          seq++;
          Tombstone gone = new Tombstone(seq, MINE, "d2t1");
          store.append(new Batch(seq, seq, 0, List.of(), List.of(), List.of(gone)));
        }
      }
    }
  }

  private void copyTemplate() throws IOException {
    try (Stream<Path> files = Files.list(template)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
  }

  @ParameterizedTest
  @DisplayName("F-10 F-40 killed while sealing, rewriting or dropping: the next start goes on")
  @ValueSource(
      strings = {
        "seal-sorted:kill:1",
        "seal-filled:kill:1",
        "seal-keys:kill:2",
        "seal-manifest:kill:1",
        "seal-rollup-written:kill:1",
        "seal-rollup-committed:kill:2",
        "seal-named:kill:1",
        "seal-filled:kill:3",
        "drop-detached:kill:1",
        "drop-half:kill:1"
      })
  void killedAtAnyStep(String fault) throws Exception {
    copyTemplate();
    Shown before;
    try (DuckDbEventStore store = open(folder, NOW)) {
      before = Shown.of(store);
    }
    assertThat(before.traces()).hasSize(9);
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-Dwhyops.fault=" + fault,
                "-cp",
                System.getProperty("java.class.path"),
                Maintainer.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(child.waitFor()).as("killed at " + fault).isEqualTo(137);
    try (DuckDbEventStore store = open(folder, NOW)) {
      assertThat(store.damagedFiles()).isZero();
      assertThat(Shown.of(store)).isEqualTo(before);
      while (store.maintain()) {
        assertThat(Shown.of(store)).isEqualTo(before);
      }
      assertThat(Shown.of(store)).isEqualTo(before);
    }
    assertThat(names(".duckdb"))
        .as("one dropped, one rewritten; sums and the catalogue beside them")
        .hasSize(DAYS + 2);
    assertThat(names(".seal")).hasSize(DAYS - 1);
    assertThat(names(".new")).isEmpty();
  }

  private List<String> names(String suffix) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).filter(n -> n.endsWith(suffix)).toList();
    }
  }

  /** Does all that is due, as the drain would; the fault ends it. */
  static final class Maintainer {
    private Maintainer() {}

    public static void main(String[] args) {
      try (DuckDbEventStore store = open(Path.of(args[0]), NOW)) {
        while (store.maintain()) {
          continue;
        }
      }
    }
  }

  @Test
  @DisplayName("F-08 a file that cannot be rewritten holds up no other and shows nothing deleted")
  void oneFileThatFailsHoldsUpNoOther() throws Exception {
    copyTemplate();
    // A day later, so that also the file that says what was deleted is closed.
    // Where the next generation would be written lies something that cannot be removed.
    Path inTheWay = folder.resolve("events-20260312-000.r1.v2.duckdb.new").resolve("inside");
    try (DuckDbEventStore store = open(folder, NOW.plus(Duration.ofDays(1)))) {
      Files.createDirectories(inTheWay);
      Shown before = Shown.of(store);
      while (store.maintain()) {
        continue;
      }
      assertThat(Shown.of(store)).isEqualTo(before);
      assertThat(names(".duckdb"))
          .contains(VICTIM)
          .doesNotContain("events-20260312-000.r1.v2.duckdb");
    }
    Files.delete(inTheWay);
    try (DuckDbEventStore store = open(folder, NOW)) {
      while (store.maintain()) {
        continue;
      }
      assertThat(names(".duckdb")).contains("events-20260312-000.r1.v2.duckdb");
    }
  }

  @Test
  @DisplayName("F-08 a sealed file that is damaged is set aside; the rest is served")
  void damagedFilesAreSetAside() throws Exception {
    copyTemplate();
    try (DuckDbEventStore store = open(folder, NOW)) {
      while (store.maintain()) {
        continue;
      }
      assertThat(Shown.of(store).traces()).hasSize(9);
    }
    damage(4_096, 16_384);
    try (DuckDbEventStore store = open(folder, NOW)) {
      servesTheRest(store);
    }
    assertThat(names("")).anyMatch(name -> name.startsWith(VICTIM + ".damaged-"));
  }

  @Test
  @DisplayName("F-08 bad blocks that show only when they are read: the rest is served soon")
  void damagedBlocksAreFoundWhenTheyAreRead() throws Exception {
    copyTemplate();
    try (DuckDbEventStore store = open(folder, NOW)) {
      while (store.maintain()) {
        continue;
      }
    }
    long middle = Files.size(folder.resolve(VICTIM)) / 2;
    damage(middle, middle); // within the text: headers and catalogue stay whole
    try (DuckDbEventStore store = open(folder, NOW)) {
      DuckDbTraceReader reader = new DuckDbTraceReader(store, TraceFaults.NONE, at(NOW));
      assertThatThrownBy(() -> reader.trace(SCOPE, "d3big", null, 10))
          .isInstanceOf(EventStoreException.class);
      long deadline = System.nanoTime() + 30_000_000_000L;
      while (store.damagedFiles() == 0 && System.nanoTime() < deadline) {
        Thread.sleep(10);
      }
      servesTheRest(store);
    }
  }

  private void damage(long from, long step) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(folder.resolve(VICTIM).toFile(), "rw")) {
      byte[] noise = new byte[4_096];
      for (long at = from; at < file.length(); at += step) {
        file.seek(at);
        file.write(noise);
      }
    }
  }

  private void servesTheRest(DuckDbEventStore store) {
    DuckDbTraceReader reader = new DuckDbTraceReader(store, TraceFaults.NONE, at(NOW));
    List<TraceSummary> traces = reader.traces(SCOPE, TraceQuery.newest(100, null));
    assertThat(traces).extracting(TraceSummary::traceId).contains("d4t1", "d1t2", "long");
    assertThat(traces).extracting(TraceSummary::traceId).doesNotContain("d3t1");
    assertThat(store.damagedFiles()).isEqualTo(1);
    assertThat(reader.trace(SCOPE, "d1t1", null, 10)).isPresent();
    assertThat(reader.trace(SCOPE, "d3t1", null, 10)).isEmpty();
  }
}
