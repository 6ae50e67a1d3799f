package dev.whyops.dashboard;

import dev.whyops.http.ApiException;
import dev.whyops.pricing.PriceBook;
import dev.whyops.tenancy.Prices;
import dev.whyops.trace.TraceDetail;
import dev.whyops.trace.TraceQuery;
import dev.whyops.trace.TraceReader;
import dev.whyops.trace.TraceSort;
import dev.whyops.trace.TraceSummary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The list of traces, and one trace with its events. */
final class TracesApi {
  private static final String LIST = "traces";
  private static final String EVENTS = "events";
  private static final int EVENTS_MAX = 1_000;

  private final TraceReader reader;
  private final TraceFilters filters;
  private final Cursors cursors;
  private final FindingCountsOf counts;
  private final Prices prices;

  TracesApi(
      TraceReader reader,
      TraceFilters filters,
      Cursors cursors,
      FindingCountsOf counts,
      Prices prices) {
    this.reader = reader;
    this.filters = filters;
    this.cursors = cursors;
    this.counts = counts;
    this.prices = prices;
  }

  void addTo(RouteTable routes) {
    routes
        .get("/api/traces", Access.READ, this::list)
        .get("/api/traces/{traceId}", Access.READ, this::one);
  }

  private Reply list(Call call) {
    TraceSort sort = TraceFilters.sort(call);
    TraceQuery.@Nullable Position after =
        call.query("cursor")
            .map(cursor -> filters.position(call.project(), LIST, cursor, sort))
            .orElse(null);
    TraceQuery query = filters.query(call, sort, call.limit(), after);
    List<TraceSummary> rows = reader.traces(call.project(), query);
    return Reply.ok(
        Page.of(
            rows,
            query.limit(),
            counts.traces(call.project(), rows),
            (TraceSummary last) -> filters.cursor(call.project(), LIST, last, sort)));
  }

  private Reply one(Call call) {
    String traceId = traceId(call);
    @Nullable String after =
        call.query("eventCursor")
            .map(
                cursor ->
                    cursors.open(call.project(), EVENTS + ' ' + traceId, cursor, 1).getFirst())
            .orElse(null);
    int limit = call.query("eventLimit").map(Integer::parseInt).orElse(EVENTS_MAX);
    TraceDetail trace =
        reader
            .trace(call.project(), traceId, after, limit)
            .orElseThrow(() -> ApiException.notFound("trace"));
    PriceBook book = prices.book(call.project());
    @Nullable String next = trace.nextEventCursor();
    return Reply.ok(
        new TraceJson.Detail(
            counts.trace(call.project(), trace.summary()),
            trace.versions(),
            trace.completeness(),
            trace.events().stream().map(event -> TraceJson.EventItem.of(event, book)).toList(),
            next == null
                ? null
                : cursors.sign(call.project(), EVENTS + ' ' + traceId, List.of(next))));
  }

  /** A trace id is any text of 1-200 visible ASCII characters; what can be none is refused. */
  static String traceId(Call call) {
    String id = call.path("traceId");
    if (id.length() > 200 || id.chars().anyMatch(c -> c < 0x21 || c > 0x7e)) {
      throw QueryRule.bad("traceId", "has 1-200 visible ASCII characters");
    }
    return id;
  }
}
