package dev.whyops.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.event.Event;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import dev.whyops.record.Batch;
import dev.whyops.record.Landed;
import dev.whyops.record.Superseded;
import dev.whyops.record.Tombstone;
import dev.whyops.trace.TraceDetail;
import dev.whyops.trace.TraceFaults;
import dev.whyops.trace.TraceQuery;
import dev.whyops.trace.TraceSummary;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every store of events promises, whichever engine keeps it: what is written, in which order,
 * how often, and what is gone after a deletion. An engine extends it and says how it is opened.
 */
public abstract class EventsContract {
  public static final ProjectId PROJECT = new ProjectId("prj_contract");
  public static final ProjectId OTHER = new ProjectId("prj_other");
  public static final ProjectScope SCOPE = new ProjectScope(PROJECT);

  /** Noon, so that a test stays within its day. */
  public static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");

  @TempDir public Path folder;
  public final Days clock = new Days();
  public EventEngine engine;

  /** What the control plane says was found. */
  public final List<TraceFaults.Fault> faults = new ArrayList<>();

  private long seq;

  /** Opens the engine over what is in the folder. */
  public abstract EventEngine open(Path folder, TraceFaults faults, Clock clock);

  /** A clock that stands where a test puts it. */
  public static final class Days extends Clock {
    private volatile Instant now = NOON;

    public void forward(Duration by) {
      now = now.plus(by);
    }

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

  @BeforeEach
  void openEngine() {
    engine = open(folder, (scope, since) -> List.copyOf(faults), clock);
  }

  @AfterEach
  void closeEngine() {
    engine.close();
  }

  protected final void reopen() {
    engine.close();
    engine = open(folder, (scope, since) -> List.copyOf(faults), clock);
  }

  /** Everything that is due: sealing, dropping, rewriting. */
  protected final void maintain() {
    int rounds = 0;
    while (engine.store().maintain()) {
      assertThat(++rounds).as("rounds of maintenance").isLessThan(100);
    }
  }

  protected final List<Landed> landed(Event... events) {
    List<Landed> landed = new ArrayList<>();
    for (Event event : events) {
      landed.add(new Landed(++seq, 0, clock.instant(), event));
    }
    return landed;
  }

  protected final void append(Event... events) {
    long first = seq + 1;
    engine.store().append(batch(first, landed(events)));
  }

  private Batch batch(long first, List<Landed> events) {
    return new Batch(first, seq, 0, events, List.of(), List.of());
  }

  /** Appends events that put an end to a row of an earlier batch. */
  protected final void supersede(String traceId, long earlierSeq, Event... events) {
    long first = seq + 1;
    List<Landed> landed = landed(events);
    seq += landed.isEmpty() ? 1 : 0;
    Superseded earlier = new Superseded(PROJECT, traceId, earlierSeq, 0, seq);
    engine.store().append(new Batch(first, seq, 0, landed, List.of(), List.of(), List.of(earlier)));
  }

  protected final void erase(ProjectId project, @Nullable String traceId) {
    seq++;
    Tombstone tombstone = new Tombstone(seq, project, traceId);
    engine.store().append(new Batch(seq, seq, 0, List.of(), List.of(), List.of(tombstone)));
  }

  protected final TraceDetail trace(String traceId) {
    return engine.reader().trace(SCOPE, traceId, null, 1_000).orElseThrow();
  }

  protected final List<String> list() {
    return engine.reader().traces(SCOPE, TraceQuery.newest(200, null)).stream()
        .map(TraceSummary::traceId)
        .toList();
  }

  protected static Told told(String traceId) {
    return new Told(PROJECT, traceId);
  }

  @Test
  void startsEmpty() {
    assertThat(engine.store().lastSeq()).isZero();
    assertThat(engine.store().replayFrom()).isZero();
    assertThat(engine.store().lastStep(SCOPE, "t")).isZero();
    assertThat(engine.store().maintain()).isFalse();
    assertThat(list()).isEmpty();
    assertThat(engine.reader().trace(SCOPE, "t", null, 10)).isEmpty();
    assertThat(engine.groups().facets(SCOPE, TraceQuery.newest(1, null), 5).total()).isZero();
  }

  @Test
  @DisplayName("F-01 a batch may come twice, whole or in part, and is stored once")
  void repeatedBatchesAreStoredOnce() {
    List<Landed> five = landed(fiveEvents());
    engine.store().append(new Batch(1, 3, 2, five.subList(0, 3), List.of(), List.of()));
    engine.store().append(new Batch(1, 3, 2, five.subList(0, 3), List.of(), List.of()));
    assertThat(engine.store().lastSeq()).isEqualTo(3);
    engine.store().append(new Batch(1, 5, 4, five, List.of(), List.of()));
    assertThat(trace("t").events()).hasSize(5);
    assertThat(trace("t").summary().eventCount()).isEqualTo(5);
    assertThat(engine.reader().traces(SCOPE, TraceQuery.newest(5, null)).getFirst().eventCount())
        .isEqualTo(5);
    reopen();
    assertThat(engine.store().lastSeq()).isEqualTo(5);
    assertThat(engine.store().replayFrom()).isEqualTo(4);
    engine.store().append(new Batch(1, 5, 4, five, List.of(), List.of()));
    assertThat(trace("t").events()).hasSize(5);
  }

  private static Event[] fiveEvents() {
    Told t = told("t");
    Event[] events = new Event[5];
    Arrays.setAll(events, i -> t.asks(NOON.plusSeconds(i), "\"" + i + "\""));
    return events;
  }

  @Test
  void positionMovesWithoutRows() {
    engine.store().append(new Batch(1, 9, 7, List.of(), List.of(), List.of()));
    assertThat(engine.store().checkpoint()).isEqualTo(9);
    reopen();
    assertThat(engine.store().lastSeq()).isEqualTo(9);
    assertThat(engine.store().replayFrom()).isEqualTo(7);
  }

  @Test
  void givesBackWhatCameIn() {
    String shared = "{\"role\":\"system\",\"content\":\"" + "Be kind. é\u2028 ".repeat(60) + "\"}";
    String first = "{ \"messages\" : [" + shared + ", {\"role\":\"user\",\"content\":\"a\"}] }";
    String second = "{\"messages\":[" + shared + "," + shared + "],\"x\":[1,2]}";
    Told t = told("t").user("user-1").thread("th").source(Event.Source.PROXY);
    List<Event> sent =
        List.of(
            t.asks(NOON, first),
            t.answers(NOON.plusSeconds(1), 250, 12_345L),
            t.asks(NOON.plusSeconds(2), second),
            t.answers(NOON.plusSeconds(3), 250, null),
            t.result(NOON.plusSeconds(4), "search", "error"),
            t.speaks(NOON.plusSeconds(5)));
    append(sent.toArray(Event[]::new));
    assertThat(trace("t").events()).isEqualTo(sent);
    reopen();
    assertThat(trace("t").events()).isEqualTo(sent);
    clock.forward(Duration.ofDays(1));
    append(told("next day").asks(clock.instant(), "\"b\""));
    maintain();
    assertThat(trace("t").events()).as("after its day was closed").isEqualTo(sent);
    reopen();
    assertThat(trace("t").events()).isEqualTo(sent);
  }

  @Test
  void pagesEvents() {
    Told t = told("t");
    Event[] events = new Event[25];
    Arrays.setAll(events, i -> t.asks(NOON.plusSeconds(i), "\"" + i + "\""));
    append(events);
    List<Event> seen = new ArrayList<>();
    String cursor = null;
    do {
      TraceDetail page = engine.reader().trace(SCOPE, "t", cursor, 10).orElseThrow();
      assertThat(page.summary().eventCount()).isEqualTo(25);
      seen.addAll(page.events());
      cursor = page.nextEventCursor();
    } while (cursor != null);
    assertThat(seen).containsExactly(events);
  }

  @Test
  @DisplayName("DA-01 the same trace id in another project is another trace")
  void projectsAreApart() {
    append(told("t").asks(NOON, "\"mine\""), new Told(OTHER, "t").asks(NOON, "\"theirs\""));
    assertThat(trace("t").events()).hasSize(1);
    assertThat(trace("t").events().getFirst().contentJson()).isEqualTo("\"mine\"");
    ProjectScope third = new ProjectScope(new ProjectId("prj_third"));
    assertThat(engine.reader().trace(third, "t", null, 10)).isEmpty();
    assertThat(engine.reader().traces(third, TraceQuery.newest(10, null))).isEmpty();
    erase(OTHER, null);
    assertThat(list()).containsExactly("t");
    assertThat(engine.reader().traces(new ProjectScope(OTHER), TraceQuery.newest(10, null)))
        .isEmpty();
  }

  @Test
  void deletedTracesAreGoneAtOnceAndForGood() {
    append(told("a").asks(NOON, "\"a1\""), told("b").asks(NOON, "\"b1\""));
    erase(PROJECT, "a");
    assertThat(list()).containsExactly("b");
    assertThat(engine.reader().trace(SCOPE, "a", null, 10)).isEmpty();
    append(told("a").asks(NOON.plusSeconds(9), "\"a2\""));
    assertThat(trace("a").events()).extracting(Event::contentJson).containsExactly("\"a2\"");
    reopen();
    assertThat(trace("a").events()).extracting(Event::contentJson).containsExactly("\"a2\"");
    clock.forward(Duration.ofDays(1));
    append(told("c").asks(clock.instant(), "\"c\""));
    maintain();
    assertThat(trace("a").events()).extracting(Event::contentJson).containsExactly("\"a2\"");
    assertThat(list()).containsExactlyInAnyOrder("a", "b", "c");
    assertThat(engine.reader().traces(SCOPE, TraceQuery.newest(10, null).withText("a1"))).isEmpty();
  }

  @Test
  void retentionHidesAtOnceAndDropsLater() {
    engine.retain(project -> project.equals(OTHER) ? 2 : 10);
    append(told("mine").asks(NOON, "\"x\""), new Told(OTHER, "theirs").asks(NOON, "\"y\""));
    clock.forward(Duration.ofDays(3));
    append(told("later").asks(clock.instant(), "\"z\""));
    assertThat(engine.reader().traces(new ProjectScope(OTHER), TraceQuery.newest(9, null)))
        .isEmpty();
    assertThat(list()).containsExactly("later", "mine");
    maintain();
    assertThat(list()).containsExactly("later", "mine");
    assertThat(trace("mine").events()).hasSize(1);
    clock.forward(Duration.ofDays(8));
    append(told("last").asks(clock.instant(), "\"z\""));
    maintain();
    assertThat(list()).containsExactly("last", "later");
    reopen();
    engine.retain(project -> 10);
    assertThat(list()).containsExactly("last", "later");
    assertThat(engine.store().lastSeq()).isEqualTo(seq);
  }

  @Test
  void countsStepsOnWhereATraceStopped() {
    Told t = told("t");
    append(t.asks(NOON, "\"1\""), t.asks(NOON, "\"2\""), t.asks(NOON, "\"3\""));
    assertThat(engine.store().lastStep(SCOPE, "t")).isEqualTo(3);
    assertThat(engine.store().lastStep(new ProjectScope(OTHER), "t")).isZero();
    for (int day = 0; day < 4; day++) {
      clock.forward(Duration.ofDays(1));
      append(told("day" + day).asks(clock.instant(), "\"x\""));
      maintain();
    }
    assertThat(engine.store().lastStep(SCOPE, "t")).as("after days of silence").isEqualTo(3);
    reopen();
    assertThat(engine.store().lastStep(SCOPE, "t")).isEqualTo(3);
    erase(PROJECT, "t");
    assertThat(engine.store().lastStep(SCOPE, "t")).as("of a deleted trace").isZero();
  }
}
