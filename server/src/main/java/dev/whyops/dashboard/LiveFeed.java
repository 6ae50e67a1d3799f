package dev.whyops.dashboard;

import dev.whyops.event.Event;
import dev.whyops.evidence.FindingStore;
import dev.whyops.intake.Intake;
import dev.whyops.intake.Refusal;
import dev.whyops.json.Json;
import dev.whyops.project.Environment;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import dev.whyops.trace.TraceDetail;
import dev.whyops.trace.TraceReader;
import dev.whyops.trace.TraceSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells open pages what lands, as it lands. The recorder hands events over and goes on at once:
 * what does not fit into the bounded queue is dropped here, and pages are told to read again.
 *
 * <p>Each project has a {@link LiveChannel} with its last messages, so that a page which was away
 * for a moment takes up where it stopped. A trace is summed up at most every {@link #PACE}, and
 * only while somebody looks. One virtual thread works the queue off. Thread-safe.
 */
public final class LiveFeed implements Intake.Listener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LiveFeed.class);
  private static final Duration PACE = Duration.ofMillis(250);
  private static final Duration KEEP_FOR = Duration.ofMinutes(10);
  private static final int QUEUE_MAX = 20_000;
  private static final int TRACES_PER_ROUND_MAX = 50;

  private final TraceReader reader;
  private final FindingCountsOf counts;
  private final BlockingQueue<Event> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
  private final Map<ProjectId, LiveChannel> channels = new ConcurrentHashMap<>();
  private final Map<ProjectId, Set<String>> changed = new ConcurrentHashMap<>();
  private final AtomicLong firstNumber = new AtomicLong(1);
  private final Thread worker;
  private volatile boolean overrun;
  private volatile boolean closed;

  public LiveFeed(TraceReader reader, FindingStore findings) {
    this.reader = reader;
    this.counts = new FindingCountsOf(findings);
    this.worker = Thread.ofVirtual().name("live-feed").start(this::work);
  }

  /** An event as a list in motion needs it; a page that shows the trace reads the rest. */
  record Item(
      String id,
      String traceId,
      String threadId,
      String agentName,
      String environment,
      String eventType,
      Instant timestamp,
      String status,
      @Nullable String model,
      @Nullable String tool) {
    static Item of(Event event) {
      return new Item(
          event.id().toString(),
          event.place().traceId(),
          event.place().threadId(),
          event.agent().name(),
          event.environment().name(),
          event.type().wireName(),
          event.timestamp(),
          event.facts().status(),
          event.facts().model(),
          event.facts().tool());
    }
  }

  /** Told right after events were committed; returns at once. */
  public void landed(List<Event> events) {
    for (Event event : events) {
      boolean watched = channels.containsKey(event.project()) && !event.isDuplicate();
      if (watched && !queue.offer(event)) {
        overrun = true;
      }
    }
  }

  @Override
  public void refused(@Nullable ProjectId project, Refusal refusal) {
    byte[] json = Json.mapper().writeValueAsBytes(IngestionApi.RefusalItem.of(refusal, project));
    if (project == null) {
      channels.values().forEach(channel -> channel.publish(new Note("probe", null, null, json)));
    } else {
      LiveChannel channel = channels.get(project);
      if (channel != null) {
        channel.publish(new Note("refusal", null, null, json));
      }
    }
  }

  /**
   * One message.
   *
   * @param kind {@code trace}, {@code event}, {@code refusal}, or {@code probe} for a refusal of a
   *     key that belongs to no project
   * @param environment null for what belongs to none
   */
  record Note(
      String kind, @Nullable Environment environment, @Nullable String traceId, byte[] json) {}

  /** The project's channel; it lives from the first look at it on. */
  LiveChannel channel(ProjectScope scope) {
    return channels.compute(
        scope.project(),
        (_, known) -> {
          LiveChannel channel = known == null ? new LiveChannel(firstNumber.get()) : known;
          channel.awaitReader();
          return channel;
        });
  }

  /**
   * Drops channels that nobody has looked at for this long. Numbers never come again: a page that
   * comes back later finds its place gone, and is told so.
   */
  void dropForsaken(Duration patience) {
    for (ProjectId project : channels.keySet()) {
      channels.computeIfPresent(
          project,
          (_, channel) -> {
            if (!channel.isForsaken(patience)) {
              return channel;
            }
            firstNumber.accumulateAndGet(channel.end() + 1, Math::max);
            return null;
          });
    }
    changed.keySet().retainAll(channels.keySet());
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    closed = true;
    worker.interrupt();
    channels.values().forEach(LiveChannel::wake);
  }

  private void work() {
    List<Event> batch = new ArrayList<>();
    while (!closed) {
      try {
        Event first = queue.poll(PACE.toMillis(), TimeUnit.MILLISECONDS);
        if (first != null) {
          batch.add(first);
          queue.drainTo(batch);
          batch.forEach(this::tell);
          Thread.sleep(PACE);
        }
        if (overrun) {
          overrun = false;
          channels.values().forEach(LiveChannel::reset);
        }
        changed.forEach(this::tellTraces);
        dropForsaken(KEEP_FOR);
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        LOG.warn("live_feed_failed cause={}", e.toString());
      } finally {
        batch.clear();
      }
    }
  }

  private void tell(Event event) {
    LiveChannel channel = channels.get(event.project());
    if (channel == null) {
      return;
    }
    byte[] json = Json.mapper().writeValueAsBytes(Item.of(event));
    channel.publish(new Note("event", event.environment(), event.place().traceId(), json));
    changed
        .computeIfAbsent(event.project(), _ -> ConcurrentHashMap.newKeySet())
        .add(event.place().traceId());
  }

  private void tellTraces(ProjectId project, Set<String> traceIds) {
    LiveChannel channel = channels.get(project);
    if (channel == null || !channel.isWatched()) {
      traceIds.clear();
      return;
    }
    Set<String> round = new LinkedHashSet<>();
    for (String traceId : traceIds) {
      if (round.size() == TRACES_PER_ROUND_MAX) {
        break;
      }
      round.add(traceId);
    }
    ProjectScope scope = new ProjectScope(project);
    List<TraceSummary> traces = new ArrayList<>();
    for (String traceId : round) {
      traceIds.remove(traceId);
      reader.trace(scope, traceId, null, 1).map(TraceDetail::summary).ifPresent(traces::add);
    }
    if (traces.isEmpty()) {
      return;
    }
    Function<TraceSummary, TraceJson.Item> items = counts.traces(scope, traces);
    for (TraceSummary trace : traces) {
      byte[] json = Json.mapper().writeValueAsBytes(items.apply(trace));
      channel.publish(new Note("trace", trace.environment(), trace.traceId(), json));
    }
  }
}
