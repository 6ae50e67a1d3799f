package dev.whyops.store.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.event.Event;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import dev.whyops.record.Batch;
import dev.whyops.record.Landed;
import dev.whyops.store.Told;
import dev.whyops.trace.TraceFaults;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Day files that an earlier version wrote. */
class EarlierFilesTest {
  private static final ProjectId PROJECT = new ProjectId("prj_earlier");
  private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");
  private static final Instant NEXT_NOON = NOON.plusSeconds(86_400);

  @TempDir Path folder;

  @Test
  void filesThatLackColumnsAreReadAndWrittenOn() throws Exception {
    Event first = new Told(PROJECT, "first").answers(NOON, 100, 5L);
    Event second = new Told(PROJECT, "second").answers(NEXT_NOON, 100, 5L);
    try (DuckDbEngine engine = at(NOON)) {
      append(engine, 1, first);
    }
    try (DuckDbEngine engine = at(NEXT_NOON)) {
      append(engine, 2, second);
    }
    takeColumnsAway();
    Event third = new Told(PROJECT, "third").answers(NEXT_NOON, 100, 5L);
    for (int start = 0; start < 2; start++) {
      try (DuckDbEngine engine = at(NEXT_NOON)) {
        append(engine, 3, third);
        while (start == 1 && engine.store().maintain()) {
          assertThat(engine.store().lastSeq()).isEqualTo(3);
        }
        assertThat(events(engine, "first")).containsExactly(first);
        assertThat(events(engine, "second")).containsExactly(second);
        assertThat(events(engine, "third")).containsExactly(third);
      }
    }
  }

  private DuckDbEngine at(Instant now) {
    return new DuckDbEngine(folder, TraceFaults.NONE, Clock.fixed(now, ZoneOffset.UTC));
  }

  private static void append(DuckDbEngine engine, long seq, Event event) {
    Landed landed = new Landed(seq, 0, event.timestamp(), event);
    engine.store().append(new Batch(seq, seq, 0, List.of(landed), List.of(), List.of()));
  }

  private static List<Event> events(DuckDbEngine engine, String traceId) {
    return engine
        .reader()
        .trace(new ProjectScope(PROJECT), traceId, null, 10)
        .orElseThrow()
        .events();
  }

  private void takeColumnsAway() throws Exception {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(file -> file.toString().matches(".*/events-[^/]*.v1.duckdb")).toList();
    }
    assertThat(files).hasSize(2);
    for (Path file : files) {
      try (Connection duck = DriverManager.getConnection("jdbc:duckdb:" + file);
          Statement sql = duck.createStatement()) {
        for (String column : Schema.MEDIA) {
          sql.execute("ALTER TABLE events DROP COLUMN " + column);
        }
      }
    }
  }
}
