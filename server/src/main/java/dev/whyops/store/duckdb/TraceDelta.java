package dev.whyops.store.duckdb;

import dev.whyops.event.Event;
import dev.whyops.event.EventType;
import dev.whyops.pricing.Cost;
import dev.whyops.provider.Usage;
import dev.whyops.record.Landed;
import dev.whyops.trace.Preview;
import java.sql.SQLException;
import java.time.Instant;
import java.util.TreeSet;
import org.duckdb.DuckDBAppender;
import org.jspecify.annotations.Nullable;

/** What one batch adds to one trace. */
final class TraceDelta {
  /** Separates names inside a column; no name may hold it. */
  static final String SEPARATOR = "\u001f";

  private final long key;
  private final Event newest;
  private final long seqFirst;
  private long seqLast;
  private long received;
  private long started = Long.MAX_VALUE;
  private long ended = Long.MIN_VALUE;
  private @Nullable String externalUser;
  private @Nullable String preview;
  private int events;
  private int llmCalls;
  private int toolRequests;
  private int toolResults;
  private int errors;
  private int appErrors;
  private long failedAt;
  private long answeredAt;
  private long input;
  private long cacheRead;
  private long cacheWrite;
  private long output;
  private long reasoning;
  private long costNano;
  private int costRank;
  private int priced;
  private long latencyUs;
  private final TreeSet<String> models = new TreeSet<>();
  private final TreeSet<String> providers = new TreeSet<>();
  private final TreeSet<String> tools = new TreeSet<>();

  private final boolean wantsPreview;

  /**
   * @param wantsPreview the file holds no preview of this trace yet
   */
  TraceDelta(long key, Landed first, boolean wantsPreview) {
    this.wantsPreview = wantsPreview;
    this.key = key;
    this.newest = first.event();
    this.seqFirst = first.seq();
  }

  void add(Landed landed) {
    Event event = landed.event();
    Event.Facts facts = event.facts();
    seqLast = landed.seq();
    if (event.isDuplicate()) {
      return;
    }
    received = Math.max(received, EventRows.micros(landed.receivedAt()));
    long end = EventRows.micros(event.clockSuspect() ? landed.receivedAt() : event.timestamp());
    Long latency = facts.latencyUs();
    started = Math.min(started, latency == null ? end : end - latency);
    ended = Math.max(ended, end);
    externalUser =
        event.place().externalUserId() == null ? externalUser : event.place().externalUserId();
    events++;
    addKind(event, end);
    addUsage(facts.usage());
    addCost(event.type(), facts.cost());
    if (latency != null && event.type() == EventType.LLM_RESPONSE) {
      latencyUs = Math.max(latencyUs, latency);
    }
    if (facts.model() != null) {
      models.add(facts.model());
    }
    if (facts.provider() != null) {
      providers.add(facts.provider());
    }
    if (facts.tool() != null) {
      tools.add(facts.tool());
    }
    if (wantsPreview && preview == null && event.type() == EventType.USER_MESSAGE) {
      preview = Preview.of(event.contentJson());
    }
  }

  private void addKind(Event event, long at) {
    boolean failed = !event.facts().status().equals("ok");
    switch (event.type()) {
      case LLM_RESPONSE, EMBEDDING_RESPONSE -> {
        llmCalls++;
        answeredAt = failed ? answeredAt : Math.max(answeredAt, at);
      }
      case TOOL_CALL_REQUEST -> toolRequests++;
      case TOOL_RESULT -> toolResults++;
      case ERROR -> {
        errors++;
        if (event.source() == Event.Source.SDK) {
          appErrors++;
        }
        failedAt = Math.max(failedAt, at);
      }
      case USER_MESSAGE,
          LLM_THINKING,
          EMBEDDING_REQUEST,
          TOOL_CALL_RESPONSE,
          AGENT_MESSAGE,
          SYSTEM_MESSAGE -> {}
    }
    if (failed && event.type() != EventType.ERROR) {
      errors += event.facts().status().equals("error") ? 1 : 0;
      failedAt = Math.max(failedAt, at);
    }
  }

  private void addUsage(@Nullable Usage usage) {
    if (usage != null) {
      input += or0(usage.allInput());
      cacheRead += or0(usage.allCacheRead());
      cacheWrite += or0(usage.cacheWrite5m()) + or0(usage.cacheWrite1h());
      output += or0(usage.allOutput());
      reasoning += or0(usage.reasoning());
    }
  }

  private void addCost(EventType type, Cost cost) {
    if (cost.nanoUsd() != null) {
      costNano += cost.nanoUsd();
      priced++;
      costRank = Math.max(costRank, cost.kind().ordinal());
    } else if (type == EventType.LLM_RESPONSE || type == EventType.EMBEDDING_RESPONSE) {
      costRank = Math.max(costRank, Cost.Kind.UNPRICED.ordinal());
    }
  }

  private static long or0(@Nullable Long n) {
    return n == null ? 0 : n;
  }

  long key() {
    return key;
  }

  /** Keeps the preview that was found when the contents were at hand. */
  void preview(@Nullable String known) {
    preview = known;
  }

  void write(DuckDBAppender row, TraceIndex index) throws SQLException {
    write(row, !index.has(key));
  }

  /**
   * @param opens the file holds nothing earlier of this trace
   */
  void write(DuckDBAppender row, boolean opens) throws SQLException {
    row.beginRow();
    row.append(seqFirst).append(seqLast).append(opens);
    row.append(newest.project().value()).append(newest.environment().name());
    row.append(key).append(newest.place().traceId()).append(newest.place().threadId());
    row.append(newest.agent().name()).append(newest.agent().agentId());
    row.append(newest.agent().versionId()).append(externalUser);
    row.append(received).append(started).append(ended);
    row.append(events).append(llmCalls).append(toolRequests).append(toolResults);
    row.append(errors).append(appErrors).append(failedAt).append(answeredAt);
    row.append(input).append(cacheRead).append(cacheWrite).append(output).append(reasoning);
    row.append(costNano).append(costRank).append(priced).append(latencyUs);
    row.append(joined(models)).append(joined(providers)).append(joined(tools)).append(preview);
    row.endRow();
  }

  boolean hasPreview() {
    return preview != null;
  }

  void index(TraceIndex index) {
    index.add(key, seqFirst, seqLast, started);
  }

  /** Every name stands between two separators, so that one of them can be looked for. */
  private static @Nullable String joined(TreeSet<String> names) {
    return names.isEmpty() ? null : SEPARATOR + String.join(SEPARATOR, names) + SEPARATOR;
  }

  static Instant instant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L);
  }
}
