package dev.whyops.dashboard;

import dev.whyops.analytics.Analytics;
import dev.whyops.analytics.Figures;
import dev.whyops.analytics.Filter;
import dev.whyops.analytics.TraceGroups;
import dev.whyops.project.ProjectScope;
import dev.whyops.trace.TraceDetail;
import dev.whyops.trace.TraceQuery;
import dev.whyops.trace.TraceReader;
import dev.whyops.trace.TraceSummary;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A store that holds nothing: the rules of the listener need no trace. */
final class StoredTraces implements AutoCloseable {
  StoredTraces(Path folder, Clock clock) {}

  TraceReader reader() {
    return new TraceReader() {
      public List<TraceSummary> traces(ProjectScope scope, TraceQuery query) {
        return List.of();
      }

      public Optional<TraceDetail> trace(
          ProjectScope scope, String traceId, @Nullable String c, int l) {
        return Optional.empty();
      }
    };
  }

  Analytics analytics() {
    return new Analytics() {
      public List<Figures.AgentRow> agents(ProjectScope s, Filter f) {
        return List.of();
      }

      public Figures.Overview overview(ProjectScope s, Filter f) {
        Figures.Quantiles none = new Figures.Quantiles(0, null, null, null, null);
        return new Figures.Overview(
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            new TraceSummary.Tokens(0, 0, 0, 0, 0, 0),
            new Figures.Money(null, "unpriced"),
            0,
            none,
            none,
            none);
      }

      public List<Figures.Point> timeseries(
          ProjectScope s, Filter f, Metric m, List<Group> g, Duration i) {
        return List.of();
      }

      public List<Figures.CostRow> costs(ProjectScope s, Filter f, Group g) {
        return List.of();
      }

      public List<Figures.LatencyRow> latency(ProjectScope s, Filter f, Group g) {
        return List.of();
      }

      public List<Figures.ToolRow> tools(ProjectScope s, Filter f) {
        return List.of();
      }

      public Figures.Behaviour behaviour(ProjectScope s, Filter f) {
        throw new UnsupportedOperationException();
      }
    };
  }

  TraceGroups groups() {
    return new TraceGroups() {
      public Facets facets(ProjectScope s, TraceQuery q, int v) {
        return new Facets(0, Map.of());
      }

      public List<Thread> threads(ProjectScope s, Filter f, int l, @Nullable Position a) {
        return List.of();
      }

      public Optional<Thread> thread(ProjectScope s, String t) {
        return Optional.empty();
      }

      public List<User> users(
          ProjectScope s, Filter f, @Nullable String t, int l, @Nullable Position a) {
        return List.of();
      }

      public Optional<User> user(ProjectScope s, String e) {
        return Optional.empty();
      }
    };
  }

  @Override
  public void close() {}
}
