package dev.whyops.analytics;

import dev.whyops.project.ProjectScope;
import dev.whyops.trace.TraceQuery;
import dev.whyops.trace.TraceSummary.Tokens;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Traces put together by what they share: a value, a thread, a user of the application.
 * Thread-safe; may block; fails as {@link Analytics} does.
 */
public interface TraceGroups {
  /** What facets are counted for; the names are those of the filters. */
  enum Facet {
    STATUS,
    AGENT,
    VERSION,
    ENVIRONMENT,
    MODEL,
    PROVIDER,
    TOOL,
    EXTERNAL_USER_ID,
    /** By code. */
    FINDING
  }

  record Value(String value, long count) {}

  /**
   * @param distinct all values there are; {@code values} holds the most frequent
   */
  record Values(List<Value> values, long distinct) {
    public Values {
      values = List.copyOf(values);
    }
  }

  record Facets(long total, Map<Facet, Values> byFacet) {
    public Facets {
      byFacet = Map.copyOf(byFacet);
    }
  }

  record Thread(
      String threadId,
      List<String> agents,
      @Nullable String externalUserId,
      Instant startedAt,
      Instant endedAt,
      long traces,
      long errorTraces,
      Tokens tokens,
      Figures.Money cost,
      String preview) {
    public Thread {
      agents = List.copyOf(agents);
    }
  }

  record User(
      String externalUserId,
      Instant firstSeenAt,
      Instant lastSeenAt,
      long traces,
      long threads,
      long errorTraces,
      Tokens tokens,
      Figures.Money cost) {}

  /** The row after which a page starts: latest first, ties by id. */
  record Position(Instant at, String id) {}

  /** Counts over the whole result of a query; its limit and position do not matter. */
  Facets facets(ProjectScope scope, TraceQuery query, int valuesMax);

  /** Latest first; one more than {@code limit} when there is a next page. */
  List<Thread> threads(ProjectScope scope, Filter filter, int limit, @Nullable Position after);

  Optional<Thread> thread(ProjectScope scope, String threadId);

  /**
   * Last seen first; one more than {@code limit} when there is a next page.
   *
   * @param text part of the id; null for all
   */
  List<User> users(
      ProjectScope scope,
      Filter filter,
      @Nullable String text,
      int limit,
      @Nullable Position after);

  Optional<User> user(ProjectScope scope, String externalUserId);
}
