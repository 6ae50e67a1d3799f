package dev.whyops.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whyops.analytics.Analytics;
import dev.whyops.analytics.Figures;
import dev.whyops.analytics.Filter;
import dev.whyops.analytics.TraceGroups;
import dev.whyops.event.Event;
import dev.whyops.event.EventType;
import dev.whyops.record.ToldAnswer;
import dev.whyops.trace.TraceFaults;
import dev.whyops.trace.TraceQuery;
import dev.whyops.trace.TraceSort;
import dev.whyops.trace.TraceSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What every store of events answers when it adds up: lists, facets, groups and analytics are
 * checked against the events themselves, while the day is open and after it was closed. Sums agree
 * to the digit; quantiles of closed days within two percent.
 */
public abstract class EventFiguresContract extends EventsContract {
  private static final int TRACES = 18;
  private static final int DAYS = 4;
  private static final List<String> MODELS = List.of("gpt-4o", "claude-sonnet-4", "o3");
  private final Random random = new Random(7);
  private final List<Event> events = new ArrayList<>();

  /** Traces of several days, some of which go on the next day. */
  private void fill() {
    for (int day = 0; day < DAYS; day++) {
      List<Event> today = new ArrayList<>();
      for (int i = 0; i < TRACES; i++) {
        today.addAll(story(day, i));
      }
      today.sort(Comparator.comparing(Event::timestamp));
      append(today.toArray(Event[]::new));
      append(new Told(OTHER, "x" + day).answers(clock.instant(), 9_999, 9L));
      events.addAll(today);
      clock.forward(Duration.ofDays(1));
    }
    append(told("last").asks(clock.instant(), "\"end\""));
    events.add(trace("last").events().getFirst());
    clock.forward(Duration.ofMinutes(5));
  }

  private List<Event> story(int day, int i) {
    // every eighth trace is as old as the first day and goes on
    String id = i % 8 == 0 ? "long" + i : "d" + day + "t" + i;
    Told t =
        told(id)
            .agent("agent" + i % 5)
            .user(i % 3 == 0 ? "user" + i % 7 : "user-all")
            .thread("th" + i / 4)
            .model(MODELS.get(i % MODELS.size()));
    Instant at = clock.instant().plusSeconds(i * 60L);
    List<Event> story = new ArrayList<>();
    story.add(t.asks(at, "{\"content\":\"question " + i + "\"}"));
    for (int call = 0; call <= i % 4; call++) {
      at = at.plusSeconds(2);
      long latency = 1 + (long) (Math.exp(random.nextGaussian()) * 400);
      story.add(t.answers(at, latency, i % 5 == 0 ? null : 1_000L * (i + 1)));
      story.add(t.result(at.plusSeconds(1), "tool" + call % 2, call == 2 ? "error" : "ok"));
    }
    if (i % 9 == 0) {
      story.add(t.fails(at.plusSeconds(2)));
    }
    return story;
  }

  private Filter range() {
    return Filter.between(NOON.minus(Duration.ofDays(1)), clock.instant().plusSeconds(1));
  }

  private static Filter only(
      Filter f, @Nullable String agent, @Nullable String model, @Nullable String user) {
    return new Filter(f.from(), f.to(), null, agent, null, model, null, user);
  }

  private void checkEverything(double tolerance) {
    checkOverview(range(), event -> true, tolerance);
    checkOverview(
        only(range(), "agent2", null, null), e -> e.agent().name().equals("agent2"), tolerance);
    checkOverview(only(range(), null, "o3", null), e -> "o3".equals(e.facts().model()), tolerance);
    checkOverview(
        only(range(), "agent0", null, "user0"),
        e -> e.agent().name().equals("agent0") && "user0".equals(e.place().externalUserId()),
        tolerance);
    // a range that begins and ends within an hour
    Instant from = NOON.plus(Duration.ofDays(1)).plusSeconds(700);
    Instant to = NOON.plus(Duration.ofDays(3)).plusSeconds(1_300);
    checkOverview(
        Filter.between(from, to),
        e -> !e.timestamp().isBefore(from) && e.timestamp().isBefore(to),
        tolerance);
    checkSeries();
    checkGroups(tolerance);
    checkLists();
  }

  private void checkOverview(Filter filter, Predicate<Event> which, double tolerance) {
    List<Event> all = events.stream().filter(which).toList();
    List<Event> calls = calls(all);
    Figures.Overview o = engine.analytics().overview(SCOPE, filter);
    assertThat(o.events()).isEqualTo(all.size());
    assertThat(o.llmCalls()).isEqualTo(calls.size());
    assertThat(o.toolCalls()).isEqualTo(count(all, EventType.TOOL_RESULT));
    assertThat(o.toolErrors()).isEqualTo(toolErrors(all));
    assertThat(o.agents()).isEqualTo(distinct(all, e -> e.agent().name()));
    assertThat(o.users()).isEqualTo(distinct(all, e -> e.place().externalUserId()));
    assertThat(o.tokens().input()).isEqualTo(100L * calls.size());
    assertThat(o.tokens().total()).isEqualTo(130L * calls.size());
    assertThat(o.cost().nanoUsd()).isEqualTo(cost(calls));
    assertThat(o.unpricedCalls())
        .isEqualTo(calls.stream().filter(e -> e.facts().cost().nanoUsd() == null).count());
    checkQuantiles(o.latency(), calls, tolerance);
    assertThat(o.timeToFirstToken().count()).isEqualTo(calls.size());
    assertThat(o.overhead().p50()).isNull();
  }

  private static void checkQuantiles(Figures.Quantiles q, List<Event> calls, double tolerance) {
    double[] sorted = calls.stream().mapToDouble(e -> latencyUs(e) / 1_000.0).sorted().toArray();
    assertThat(q.count()).isEqualTo(sorted.length);
    near(q.p50(), sorted, 0.5, tolerance);
    near(q.p95(), sorted, 0.95, tolerance);
    near(q.p99(), sorted, 0.99, tolerance);
    assertThat(Objects.requireNonNull(q.max()))
        .isCloseTo(sorted[sorted.length - 1], within(sorted[sorted.length - 1] * tolerance));
  }

  /** Between the values on both sides of the quantile, give or take. */
  private static void near(@Nullable Double value, double[] sorted, double q, double tolerance) {
    double at = q * (sorted.length - 1);
    double low = sorted[(int) Math.floor(at)];
    double high = sorted[(int) Math.ceil(at)];
    assertThat(Objects.requireNonNull(value))
        .isBetween(low * (1 - tolerance) - 1e-9, high * (1 + tolerance) + 1e-9);
  }

  private void checkSeries() {
    for (Duration interval : List.of(Duration.ofHours(1), Duration.ofDays(1))) {
      Map<String, Double> expected =
          calls(events).stream()
              .collect(
                  Collectors.groupingBy(
                      e -> e.facts().model() + ' ' + bucket(e.timestamp(), interval),
                      Collectors.summingDouble(e -> 130)));
      Map<String, Double> found =
          engine
              .analytics()
              .timeseries(
                  SCOPE, range(), Analytics.Metric.TOKENS, List.of(Analytics.Group.MODEL), interval)
              .stream()
              .filter(point -> point.value() > 0)
              .collect(
                  Collectors.toMap(
                      p -> p.group() + ' ' + bucket(p.bucket(), interval), Figures.Point::value));
      assertThat(found).isEqualTo(expected);
    }
    double traces =
        engine
            .analytics()
            .timeseries(SCOPE, range(), Analytics.Metric.TRACES, List.of(), Duration.ofHours(1))
            .stream()
            .mapToDouble(Figures.Point::value)
            .sum();
    assertThat(traces).isEqualTo(distinct(events, e -> e.place().traceId()));
    List<Figures.Point> p95 =
        engine
            .analytics()
            .timeseries(
                SCOPE, range(), Analytics.Metric.LATENCY_P95, List.of(), Duration.ofHours(1));
    assertThat(p95)
        .hasSize((int) distinct(calls(events), e -> bucket(e.timestamp(), Duration.ofHours(1))));
  }

  private static String bucket(Instant at, Duration interval) {
    return Long.toString(Math.floorDiv(at.toEpochMilli(), interval.toMillis()));
  }

  private void checkGroups(double tolerance) {
    List<Figures.CostRow> costs = engine.analytics().costs(SCOPE, range(), Analytics.Group.USER);
    assertThat(costs.stream().mapToLong(Figures.CostRow::calls).sum())
        .isEqualTo(calls(events).size());
    for (Figures.CostRow row : costs) {
      List<Event> calls =
          calls(events).stream()
              .filter(e -> row.group().equals(e.place().externalUserId()))
              .toList();
      assertThat(row.calls()).isEqualTo(calls.size());
      assertThat(row.cost().nanoUsd()).isEqualTo(cost(calls));
    }
    for (Figures.LatencyRow row :
        engine.analytics().latency(SCOPE, range(), Analytics.Group.AGENT)) {
      checkQuantiles(
          row.latency(),
          calls(events).stream().filter(e -> e.agent().name().equals(row.group())).toList(),
          tolerance);
    }
    List<Figures.ToolRow> tools = engine.analytics().tools(SCOPE, range());
    assertThat(tools).hasSize(2);
    for (Figures.ToolRow row : tools) {
      List<Event> uses = events.stream().filter(e -> row.tool().equals(e.facts().tool())).toList();
      assertThat(row.calls()).isEqualTo(uses.size());
      assertThat(row.errors()).isEqualTo(toolErrors(uses));
      assertThat(row.traces()).isEqualTo(distinct(uses, e -> e.place().traceId()));
      assertThat(row.latency().count()).isEqualTo(uses.size());
    }
    assertThat(engine.groups().users(SCOPE, range(), null, 50, null))
        .hasSize((int) distinct(events, e -> e.place().externalUserId()));
    assertThat(engine.groups().threads(SCOPE, range(), 50, null))
        .hasSize((int) distinct(events, e -> e.place().threadId()));
    TraceGroups.Facets facets = engine.groups().facets(SCOPE, TraceQuery.newest(1, null), 50);
    assertThat(facets.total()).isEqualTo(distinct(events, e -> e.place().traceId()));
    for (Figures.AgentRow agent : engine.analytics().agents(SCOPE, range())) {
      assertThat(agent.traces())
          .isEqualTo(
              distinct(
                  events.stream().filter(e -> e.agent().name().equals(agent.agent())).toList(),
                  e -> e.place().traceId()));
    }
  }

  /** Every trace once, latest first; each as its own page shows it. */
  private void checkLists() {
    List<TraceSummary> all = pages(TraceSort.NEWEST_FIRST);
    checkOrder(all, TraceSort.NEWEST_FIRST);
    for (int i = 0; i < all.size(); i += 4) {
      assertThat(trace(all.get(i).traceId()).summary()).isEqualTo(all.get(i));
    }
  }

  private void checkOrder(List<TraceSummary> all, TraceSort sort) {
    assertThat(all).doesNotHaveDuplicates();
    assertThat(all).hasSize((int) distinct(events, e -> e.place().traceId()));
    Comparator<TraceSummary> order =
        Comparator.comparingLong(sort::value).thenComparing(TraceSummary::traceId);
    assertThat(all)
        .as(sort.wireName())
        .isSortedAccordingTo(sort.descending() ? order.reversed() : order);
  }

  @Test
  @DisplayName("H2 lists are paged by key, in every order, without gap or repeat")
  void pagesEveryOrderWithoutGapOrRepeat() {
    fill();
    for (TraceSort.By by : TraceSort.By.values()) {
      for (boolean descending : new boolean[] {true, false}) {
        TraceSort sort = new TraceSort(by, descending);
        checkOrder(pages(sort), sort);
      }
    }
  }

  private List<TraceSummary> pages(TraceSort sort) {
    List<TraceSummary> all = new ArrayList<>();
    TraceQuery.Position after = null;
    boolean more = true;
    while (more) {
      List<TraceSummary> page =
          engine.reader().traces(SCOPE, TraceQuery.newest(20, after).withSort(sort));
      more = page.size() > 20;
      all.addAll(page.subList(0, Math.min(20, page.size())));
      after = new TraceQuery.Position(sort.value(all.getLast()), all.getLast().traceId());
    }
    return all;
  }

  @Test
  void filtersAndCountsByFinding() {
    fill();
    faults.add(new TraceFaults.Fault("d0t3", "LOOP", "high"));
    faults.add(new TraceFaults.Fault("d0t3", "TRUNCATED", "low"));
    faults.add(new TraceFaults.Fault("d2t14", "LOOP", "high"));
    faults.add(new TraceFaults.Fault("unknown", "LOOP", "high"));
    maintain();
    assertThat(found("finding:LOOP")).containsExactly("d2t14", "d0t3");
    assertThat(found("finding:(low OR critical)")).containsExactly("d0t3");
    assertThat(found("finding:LOOP agent:agent3")).containsExactly("d0t3");
    assertThat(found("-finding:high agent:agent3 d0t3")).isEmpty();
    TraceGroups.Facets facets =
        engine.groups().facets(SCOPE, TraceQuery.newest(1, null).withText("agent:agent3"), 5);
    assertThat(Objects.requireNonNull(facets.byFacet().get(TraceGroups.Facet.FINDING)).values())
        .containsExactly(new TraceGroups.Value("LOOP", 1), new TraceGroups.Value("TRUNCATED", 1));
  }

  private List<String> found(String query) {
    return engine.reader().traces(SCOPE, TraceQuery.newest(50, null).withText(query)).stream()
        .map(TraceSummary::traceId)
        .toList();
  }

  @Test
  void supersededRowsCountForNothing() {
    fill();
    Told t = told("twice").user("user-all");
    Instant at = clock.instant();
    Event asked = t.asks(at, "\"question\"");
    Event manual = t.model("manual").answers(at.plusSeconds(1), 300, 5_000L);
    long manualSeq = engine.store().lastSeq() + 2;
    append(asked, manual);
    Event relayed = t.model("o3").source(Event.Source.PROXY).answers(at.plusSeconds(1), 200, 7L);
    supersede("twice", manualSeq, relayed);
    supersede("twice", manualSeq);
    events.addAll(List.of(asked, relayed));
    clock.forward(Duration.ofMinutes(1));
    checkEverything(0);
    assertThat(trace("twice").summary().models()).containsExactly("o3");
    assertThat(engine.store().toldAnswers())
        .filteredOn(ToldAnswer::answer)
        .last()
        .satisfies(told -> assertThat(told.source()).isEqualTo(Event.Source.PROXY));
    reopen();
    checkEverything(0);
    clock.forward(Duration.ofDays(1));
    Event end = told("end").user("user-all").asks(clock.instant(), "\"end\"");
    append(end);
    events.add(end);
    clock.forward(Duration.ofMinutes(1));
    maintain();
    checkEverything(0.02);
  }

  @Test
  void addsUpTheSameBeforeAndAfterADayIsClosed() {
    fill();
    checkEverything(0);
    maintain();
    checkEverything(0.02);
    reopen();
    checkEverything(0.02);
  }

  @Test
  void deletedTracesCountForNothingOnClosedDays() {
    fill();
    maintain();
    for (String id : List.of("long8", "d0t3", "d2t14")) {
      erase(PROJECT, id);
      events.removeIf(e -> e.place().traceId().equals(id));
    }
    checkEverything(0.02);
    maintain();
    checkEverything(0.02);
    reopen();
    checkEverything(0.02);
  }

  private static List<Event> calls(List<Event> events) {
    return events.stream().filter(e -> e.type() == EventType.LLM_RESPONSE).toList();
  }

  private static long count(List<Event> events, EventType type) {
    return events.stream().filter(e -> e.type() == type).count();
  }

  private static long toolErrors(List<Event> events) {
    return events.stream()
        .filter(e -> e.type() == EventType.TOOL_RESULT && e.facts().status().equals("error"))
        .count();
  }

  private static long latencyUs(Event event) {
    return Objects.requireNonNull(event.facts().latencyUs());
  }

  private static @Nullable Long cost(List<Event> calls) {
    List<Long> priced = new ArrayList<>();
    for (Event call : calls) {
      if (call.facts().cost().nanoUsd() != null) {
        priced.add(call.facts().cost().nanoUsd());
      }
    }
    return priced.isEmpty() ? null : Long.valueOf(priced.stream().mapToLong(n -> n).sum());
  }

  private interface Property {
    @Nullable String of(Event event);
  }

  private static long distinct(List<Event> events, Property property) {
    return events.stream().map(property::of).filter(Objects::nonNull).distinct().count();
  }
}
