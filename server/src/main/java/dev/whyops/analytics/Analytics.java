package dev.whyops.analytics;

import dev.whyops.project.ProjectScope;
import java.time.Duration;
import java.util.List;

/**
 * Figures over the stored events of one project. Thread-safe; may block.
 *
 * <p>Every method ends within the statement limit of the dashboard or throws {@link
 * dev.whyops.http.ApiException} 400 {@code query_too_expensive}; when the store cannot answer at
 * all, 503 {@code events_unavailable}.
 */
public interface Analytics {
  /** What rows are grouped by. */
  enum Group {
    AGENT,
    VERSION,
    MODEL,
    PROVIDER,
    USER,
    ENVIRONMENT
  }

  /** What a series shows; sums are 0 where nothing happened, the others have no value there. */
  enum Metric {
    TRACES("count", true),
    ERRORS("count", true),
    LLM_CALLS("count", true),
    TOOL_CALLS("count", true),
    TOKENS("tokens", true),
    INPUT_TOKENS("tokens", true),
    OUTPUT_TOKENS("tokens", true),
    CACHE_READ_TOKENS("tokens", true),
    COST("usd", true),
    LATENCY_P50("ms", false),
    LATENCY_P95("ms", false),
    LATENCY_P99("ms", false),
    TTFT_P50("ms", false),
    TTFT_P95("ms", false),
    OVERHEAD_P50("ms", false),
    OVERHEAD_P95("ms", false);

    private final String unit;
    private final boolean sum;

    Metric(String unit, boolean sum) {
      this.unit = unit;
      this.sum = sum;
    }

    public String unit() {
      return unit;
    }

    public boolean isSum() {
      return sum;
    }
  }

  /** One row per agent and environment that has traces. */
  List<Figures.AgentRow> agents(ProjectScope scope, Filter filter);

  Figures.Overview overview(ProjectScope scope, Filter filter);

  /**
   * Points of every group, in order of time; buckets start at multiples of {@code interval} since
   * the epoch. Ungrouped when {@code groups} is empty: then each point's group is empty.
   *
   * @param groups one or none
   */
  List<Figures.Point> timeseries(
      ProjectScope scope, Filter filter, Metric metric, List<Group> groups, Duration interval);

  /** Largest cost first, then most calls. */
  List<Figures.CostRow> costs(ProjectScope scope, Filter filter, Group group);

  /** Most calls first. */
  List<Figures.LatencyRow> latency(ProjectScope scope, Filter filter, Group group);

  /** Most calls first. */
  List<Figures.ToolRow> tools(ProjectScope scope, Filter filter);

  Figures.Behaviour behaviour(ProjectScope scope, Filter filter);
}
