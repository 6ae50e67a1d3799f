package dev.whyops.dashboard;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.whyops.analytics.Filter;
import dev.whyops.analytics.TraceGroups;
import dev.whyops.http.ApiException;
import dev.whyops.trace.TraceQuery;
import dev.whyops.trace.TraceReader;
import dev.whyops.trace.TraceSort;
import dev.whyops.trace.TraceSummary;
import dev.whyops.trace.TraceSummary.Tokens;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Traces by what they share: facets of a filter, threads, users of the application. */
final class GroupsApi {
  private static final String THREADS = "threads";
  private static final String USERS = "users";
  private static final int VALUES_MAX = 50;
  private static final TraceGroups.Values NO_VALUES = new TraceGroups.Values(List.of(), 0);
  private static final int THREAD_TRACES_MAX = 100;

  private final TraceGroups groups;
  private final TraceReader reader;
  private final TraceFilters filters;
  private final Cursors cursors;
  private final FindingCountsOf counts;
  private final Clock clock;

  GroupsApi(
      TraceGroups groups,
      TraceReader reader,
      TraceFilters filters,
      Cursors cursors,
      FindingCountsOf counts,
      Clock clock) {
    this.groups = groups;
    this.reader = reader;
    this.filters = filters;
    this.cursors = cursors;
    this.counts = counts;
    this.clock = clock;
  }

  record ThreadItem(
      String threadId,
      List<String> agents,
      @Nullable String externalUserId,
      Instant startedAt,
      Instant endedAt,
      long traceCount,
      long errorCount,
      Tokens tokens,
      TraceJson.CostSum cost,
      String preview) {
    static ThreadItem of(TraceGroups.Thread thread) {
      return new ThreadItem(
          thread.threadId(),
          thread.agents(),
          thread.externalUserId(),
          thread.startedAt(),
          thread.endedAt(),
          thread.traces(),
          thread.errorTraces(),
          thread.tokens(),
          AnalyticsApi.sum(thread.cost()),
          thread.preview());
    }
  }

  record ThreadDetail(
      @JsonUnwrapped ThreadItem thread,
      List<TraceJson.Item> traces,
      @Nullable String nextTraceCursor) {}

  record UserItem(
      String externalUserId,
      Instant firstSeenAt,
      Instant lastSeenAt,
      long traceCount,
      long threadCount,
      long errorCount,
      Tokens tokens,
      TraceJson.CostSum cost) {
    static UserItem of(TraceGroups.User user) {
      return new UserItem(
          user.externalUserId(),
          user.firstSeenAt(),
          user.lastSeenAt(),
          user.traces(),
          user.threads(),
          user.errorTraces(),
          user.tokens(),
          AnalyticsApi.sum(user.cost()));
    }
  }

  void addTo(RouteTable routes) {
    routes
        .get("/api/trace-facets", Access.READ, this::facets)
        .get("/api/threads", Access.READ, this::threads)
        .get("/api/threads/{threadId}", Access.READ, this::thread)
        .get("/api/users", Access.READ, this::users)
        .get("/api/users/{externalUserId}", Access.READ, this::user);
  }

  private Reply facets(Call call) {
    TraceGroups.Facets facets =
        groups.facets(
            call.project(),
            filters.query(call, TraceSort.NEWEST_FIRST, call.limit(), null),
            VALUES_MAX);
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("total", facets.total());
    for (TraceGroups.Facet facet : TraceGroups.Facet.values()) {
      answer.put(camelCase(facet), facets.byFacet().getOrDefault(facet, NO_VALUES));
    }
    return Reply.ok(answer);
  }

  private Reply threads(Call call) {
    List<TraceGroups.Thread> rows =
        groups.threads(call.project(), range(call), call.limit(), position(call, THREADS));
    return Reply.ok(
        Page.of(
            rows,
            call.limit(),
            ThreadItem::of,
            last -> cursor(call, THREADS, last.endedAt(), last.threadId())));
  }

  private Reply thread(Call call) {
    String threadId = call.path("threadId");
    TraceGroups.Thread thread =
        groups.thread(call.project(), threadId).orElseThrow(() -> ApiException.notFound("thread"));
    String list = THREADS + ' ' + threadId;
    TraceQuery query =
        TraceQuery.ofThread(
            threadId,
            THREAD_TRACES_MAX,
            call.query("traceCursor")
                .map(
                    cursor ->
                        filters.position(call.project(), list, cursor, TraceSort.NEWEST_FIRST))
                .orElse(null));
    List<TraceSummary> traces = reader.traces(call.project(), query);
    Page<TraceJson.Item> page =
        Page.of(
            traces,
            THREAD_TRACES_MAX,
            counts.traces(call.project(), traces),
            (TraceSummary last) ->
                filters.cursor(call.project(), list, last, TraceSort.NEWEST_FIRST));
    return Reply.ok(new ThreadDetail(ThreadItem.of(thread), page.items(), page.nextCursor()));
  }

  private Reply users(Call call) {
    List<TraceGroups.User> rows =
        groups.users(
            call.project(),
            range(call),
            call.queryOrNull("q"),
            call.limit(),
            position(call, USERS));
    return Reply.ok(
        Page.of(
            rows,
            call.limit(),
            UserItem::of,
            last -> cursor(call, USERS, last.lastSeenAt(), last.externalUserId())));
  }

  private Reply user(Call call) {
    return Reply.ok(
        groups
            .user(call.project(), call.path("externalUserId"))
            .map(UserItem::of)
            .orElseThrow(() -> ApiException.notFound("user")));
  }

  /** Lists reach back to the beginning unless asked otherwise. */
  private Filter range(Call call) {
    Filter filter = TimeRange.filter(call, clock.instant());
    return call.query("from").isPresent()
        ? filter
        : new Filter(
            Instant.EPOCH,
            filter.to(),
            filter.environment(),
            filter.agent(),
            filter.version(),
            filter.model(),
            filter.provider(),
            filter.externalUserId());
  }

  private String cursor(Call call, String list, Instant at, String id) {
    return cursors.sign(call.project(), list, List.of(at.toString(), id));
  }

  private TraceGroups.@Nullable Position position(Call call, String list) {
    @Nullable String cursor = call.queryOrNull("cursor");
    if (cursor == null) {
      return null;
    }
    List<String> place = cursors.open(call.project(), list, cursor, 2);
    return new TraceGroups.Position(Instant.parse(place.get(0)), place.get(1));
  }

  private static String camelCase(TraceGroups.Facet facet) {
    StringBuilder name = new StringBuilder();
    for (String word : facet.name().toLowerCase(Locale.ROOT).split("_")) {
      name.append(
          name.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
    }
    return name.toString();
  }
}
