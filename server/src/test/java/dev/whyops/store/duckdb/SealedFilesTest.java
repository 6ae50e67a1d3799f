package dev.whyops.store.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.event.Event;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import dev.whyops.record.Batch;
import dev.whyops.record.Landed;
import dev.whyops.record.Tombstone;
import dev.whyops.store.Told;
import dev.whyops.trace.TraceDetail;
import dev.whyops.trace.TraceFaults;
import dev.whyops.trace.TraceQuery;
import dev.whyops.trace.TraceSort;
import dev.whyops.trace.TraceSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a sealed file shows is what was shown before, however it was sealed. */
class SealedFilesTest {
  private static final ProjectId MINE = new ProjectId("prj_mine");
  private static final ProjectId THEIRS = new ProjectId("prj_theirs");
  private static final ProjectScope SCOPE = new ProjectScope(MINE);
  private static final Instant START = Instant.parse("2026-03-10T12:00:00Z");
  private static final Instant NOW = START.plus(Duration.ofDays(3));
  private static final String PROMPT = "always be polite ".repeat(40);

  @TempDir Path folder;
  private final Day clock = new Day();
  private long seq;

  private static final class Day extends Clock {
    private volatile Instant now = START;

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

  private DuckDbEventStore open() {
    return DuckDbEventStore.open(new DuckDbSettings(folder, 2_000_000, 4L << 30, 256), clock);
  }

  private void append(DuckDbEventStore store, List<Event> events) {
    long first = seq + 1;
    List<Landed> landed = new ArrayList<>();
    for (Event event : events) {
      landed.add(new Landed(++seq, 0, clock.instant(), event));
    }
    store.append(new Batch(first, seq, 0, landed, List.of(), List.of()));
  }

  private void forget(DuckDbEventStore store, String traceId) {
    seq++;
    Tombstone gone = new Tombstone(seq, MINE, traceId);
    store.append(new Batch(seq, seq, 0, List.of(), List.of(), List.of(gone)));
  }

  private static String message(String role, String text) {
    return "{\"role\":\"" + role + "\",\"content\":\"" + text + "\"}";
  }

  /** Two agents with one prompt, a long trace that resends its history, and another project. */
  private void fill(DuckDbEventStore store) {
    for (String trace : List.of("short1", "short2")) {
      Told t = new Told(MINE, trace).user("user of " + trace).agent("agent-" + trace);
      String asked = message("user", ("question of " + trace + " ").repeat(30));
      append(
          store,
          List.of(
              t.asks(START, "{\"messages\":[" + message("system", PROMPT) + "," + asked + "]}"),
              t.answers(START.plusSeconds(2), 900, 5L)));
    }
    Told t = new Told(MINE, "long");
    StringBuilder history = new StringBuilder(message("system", PROMPT));
    for (int call = 0; call < 60; call++) {
      history.append(',').append(message("user", ("turn " + call + " of many ").repeat(500)));
      append(store, List.of(t.asks(START.plusSeconds(call), "{\"messages\":[" + history + "]}")));
    }
    append(store, List.of(new Told(THEIRS, "short1").asks(START, "\"their question of short1\"")));
    clock.now = NOW;
    append(store, List.of(new Told(MINE, "today").asks(NOW, "\"today\"")));
  }

  /** All that is shown of a store, and what some words find. */
  private record Shown(
      List<TraceSummary> traces, List<TraceDetail> details, List<List<String>> found) {}

  private Shown shown(DuckDbEventStore store) {
    DuckDbTraceReader reader = new DuckDbTraceReader(store, TraceFaults.NONE, clock);
    List<TraceSummary> traces = reader.traces(SCOPE, TraceQuery.newest(100, null));
    List<TraceDetail> details = new ArrayList<>();
    for (TraceSummary trace : traces) {
      details.add(reader.trace(SCOPE, trace.traceId(), null, 1_000).orElseThrow());
      details.add(reader.trace(SCOPE, trace.traceId(), "1", 7).orElseThrow());
    }
    List<List<String>> found = new ArrayList<>();
    for (String word : List.of("Question of SHORT2", "be polite", "turn 59 of", "their question")) {
      found.add(
          reader.traces(SCOPE, query(null, word)).stream().map(TraceSummary::traceId).toList());
    }
    found.add(
        reader.traces(SCOPE, query("agent-short1", null)).stream()
            .map(TraceSummary::traceId)
            .toList());
    return new Shown(traces, details, found);
  }

  private static TraceQuery query(@Nullable String agent, @Nullable String text) {
    return new TraceQuery(
        agent,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        text,
        TraceSort.NEWEST_FIRST,
        50,
        null);
  }

  private static void maintain(DuckDbEventStore store) {
    while (store.maintain()) {
      continue;
    }
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void sealingChangesNothingThatIsShown() throws Exception {
    try (DuckDbEventStore store = open()) {
      fill(store);
      Shown before = shown(store);
      assertThat(before.traces()).hasSize(4);
      assertThat(before.found())
          .containsExactly(
              List.of("short2"),
              List.of("short2", "short1", "long"),
              List.of("long"),
              List.of(),
              List.of("short1"));
      maintain(store);
      assertThat(names()).contains("events-20260310-000.r1.v2.duckdb");
      assertThat(shown(store)).isEqualTo(before);
      assertThat(isReadOnly(store, "d20260310_000_1")).as("from the moment it is sealed").isTrue();
      assertThat(count(store, "blocks WHERE project = 'prj_mine'"))
          .as("a long trace takes several blocks")
          .isGreaterThan(3);
      assertThat(count(store, "shared")).as("one prompt of three traces").isEqualTo(1);
    }
    assertThat(names()).doesNotContain("events-20260310-000.v1.duckdb");
    try (DuckDbEventStore store = open()) {
      assertThat(shown(store).traces()).hasSize(4);
      assertThat(isReadOnly(store, "d20260310_000_1")).isTrue();
      assertThat(store.maintain()).as("nothing is left to do").isFalse();
    }
  }

  private static boolean isReadOnly(DuckDbEventStore store, String alias) throws Exception {
    try (DuckDBConnection reader = store.reader();
        Statement sql = reader.createStatement();
        ResultSet row =
            sql.executeQuery(
                "SELECT readonly FROM duckdb_databases() WHERE database_name = '" + alias + "'")) {
      return row.next() && row.getBoolean(1);
    }
  }

  private static long count(DuckDbEventStore store, String what) throws Exception {
    DayFile file = store.files().oldestFirst().getFirst();
    try (DuckDBConnection reader = store.reader();
        Statement sql = reader.createStatement();
        ResultSet row = sql.executeQuery("SELECT count(*) FROM " + file.alias() + "." + what)) {
      row.next();
      return row.getLong(1);
    }
  }

  @Test
  void filesThatAnOlderServerSealedAreReadAndThenSealedAnew() throws Exception {
    Shown before;
    try (DuckDbEventStore store = open()) {
      fill(store);
      before = shown(store);
    }
    DayFile old = new DayFile(folder, LocalDate.of(2026, 3, 10), 0, 0, DayFile.WRITTEN);
    new Manifest(
            Manifest.FORMAT,
            65,
            seq - 1,
            EventRows.micros(START) - 1,
            EventRows.micros(START.plusSeconds(60)),
            EventRows.micros(START) - 1,
            EventRows.micros(START.plusSeconds(60)),
            List.of("prj_mine", "prj_theirs"))
        .write(old.manifest());
    try (DuckDbEventStore store = open()) {
      assertThat(isReadOnly(store, old.alias())).isTrue();
      assertThat(shown(store)).isEqualTo(before);
      maintain(store);
      assertThat(shown(store)).isEqualTo(before);
      assertThat(names()).contains("events-20260310-000.r1.v2.duckdb");
    }
    assertThat(names()).doesNotContain(old.path().getFileName().toString());
  }

  @Test
  void whatIsDeletedLaterLeavesTheSealedFileAndTheCatalogue() throws Exception {
    try (DuckDbEventStore store = open()) {
      fill(store);
      maintain(store);
      assertThat(names()).contains("traces-1.v1.duckdb");
      clock.now = NOW.plus(Duration.ofMinutes(5)); // by then nothing is open
      Shown before = shown(store);
      forget(store, "long");
      forget(store, "short1");
      clock.now = NOW.plus(Duration.ofDays(1));
      maintain(store);
      Shown after = shown(store);
      assertThat(after.traces())
          .extracting(TraceSummary::traceId)
          .containsExactly("today", "short2");
      assertThat(after.details())
          .isEqualTo(
              before.details().stream()
                  .filter(d -> List.of("today", "short2").contains(d.summary().traceId()))
                  .toList());
      assertThat(after.found().get(1))
          .as("a part that others had is kept")
          .containsExactly("short2");
      assertThat(names()).contains("events-20260310-000.r2.v2.duckdb", "traces-2.v1.duckdb");
      assertThat(count(store, "blocks WHERE project = 'prj_mine'")).isEqualTo(1);
      assertThat(store.maintain()).isFalse();
    }
    assertThat(names()).doesNotContain("events-20260310-000.r1.v2.duckdb", "traces-1.v1.duckdb");
  }

  @Test
  void questionsUnderWayAreAnsweredWhileFilesChange() throws Exception {
    try (DuckDbEventStore store = open()) {
      fill(store);
      Shown before = shown(store);
      AtomicBoolean done = new AtomicBoolean();
      List<Throwable> failed = new CopyOnWriteArrayList<>();
      AtomicInteger asked = new AtomicInteger();
      Thread reader =
          Thread.ofVirtual()
              .uncaughtExceptionHandler((_, e) -> failed.add(e))
              .start(
                  () -> {
                    while (!done.get() || asked.get() < 3) {
                      assertThat(shown(store)).isEqualTo(before);
                      asked.incrementAndGet();
                    }
                  });
      maintain(store);
      done.set(true);
      reader.join();
      assertThat(failed).isEmpty();
    }
  }

  @Test
  void aCatalogueThatDoesNotOpenIsMadeAnew() throws Exception {
    Shown before;
    try (DuckDbEventStore store = open()) {
      fill(store);
      maintain(store);
      before = shown(store);
    }
    Files.write(folder.resolve("traces-1.v1.duckdb"), new byte[10_000]);
    try (DuckDbEventStore store = open()) {
      assertThat(shown(store)).isEqualTo(before);
      maintain(store);
      assertThat(shown(store)).isEqualTo(before);
      assertThat(names()).contains("traces-2.v1.duckdb").doesNotContain("traces-1.v1.duckdb");
    }
  }
}
