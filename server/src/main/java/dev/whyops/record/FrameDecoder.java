package dev.whyops.record;

import dev.whyops.event.Event;
import dev.whyops.event.EventCodec;
import dev.whyops.event.EventType;
import dev.whyops.event.Marker;
import dev.whyops.event.Repetitions;
import dev.whyops.journal.BodyReader;
import dev.whyops.journal.BodyWriter;
import dev.whyops.journal.Frame;
import dev.whyops.pricing.Cost;
import dev.whyops.project.ProjectId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Turns frames into rows: decodes, leaves out repetitions, numbers steps, finds agent versions and
 * prices. One thread.
 */
final class FrameDecoder {
  /** Repetitions that the ingest could not know of arrive close to each other. */
  private static final int MARKERS_MAX = 100_000;

  private final ExchangeReader exchanges;
  private final Versions versions;
  private final Pricer pricer;
  private final Steps steps;
  private final OpenCalls openCalls;
  private final Map<Marker, Long> markers = lastOnes();

  private final ToldAnswers told;

  /** Calls that ended in frames which are not stored yet, by the sequence of their end. */
  private final Map<Long, Exchange> ended = new HashMap<>();

  /** What a frame gave, and which rows of earlier frames it puts an end to. */
  record Rows(
      List<Landed> events,
      List<CallRow> calls,
      List<Tombstone> tombstones,
      List<Superseded> superseded) {
    static final Rows NONE = new Rows(List.of(), List.of(), List.of(), List.of());
  }

  /**
   * @param told answers that were stored before
   */
  FrameDecoder(Drain.DrainParts parts, List<ToldAnswer> told, LongAdder cutAnswers) {
    this.openCalls = new OpenCalls(cutAnswers);
    this.exchanges = parts.exchanges();
    this.versions = new Versions(parts.agents());
    this.pricer = parts.pricer();
    this.steps = parts.steps();
    this.told = new ToldAnswers(told);
  }

  private static <K, V> Map<K, V> lastOnes() {
    return new LinkedHashMap<>(1024, 0.75f, false) {
      private static final long serialVersionUID = 1;

      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > MARKERS_MAX;
      }
    };
  }

  OpenCalls openCalls() {
    return openCalls;
  }

  /**
   * May be called again with a frame for which the store could not answer: nothing is noted of it
   * then.
   *
   * @param stored the frame's rows are in the store already; only open calls are followed
   */
  Rows decode(Frame frame, boolean stored) {
    return switch (frame.type()) {
      case EVENTS -> stored ? Rows.NONE : events(frame);
      case CALL_OPEN -> {
        openCalls.open(frame.seq(), CallCodec.start(frame.body()));
        yield Rows.NONE;
      }
      case CALL_CHUNK -> {
        openCalls.chunk(CallCodec.chunk(frame.body()));
        yield Rows.NONE;
      }
      case CALL_END -> {
        CallCodec.End end = CallCodec.end(frame.body());
        CallStart start = openCalls.start(end.callId());
        if (start != null && !stored) {
          steps.prepare(start.project(), start.traceId());
        }
        Exchange exchange = openCalls.end(end);
        if (exchange == null || stored) {
          yield Rows.NONE;
        }
        ended.put(frame.seq(), exchange);
        yield call(frame, exchange);
      }
      case TOMBSTONE ->
          stored ? Rows.NONE : new Rows(List.of(), List.of(), List.of(tombstone(frame)), List.of());
    };
  }

  /** The whole call that a frame since the last commit ended, or null. */
  @Nullable Exchange endedBy(long seq) {
    return ended.get(seq);
  }

  /** All frames so far are stored or buried. */
  void committed() {
    ended.clear();
  }

  private Rows events(Frame frame) {
    EventCodec.Batch batch = EventCodec.decode(frame.body());
    long atMs = batch.receivedAt().toEpochMilli();
    Set<Marker> own = new HashSet<>();
    List<Event> fresh = new ArrayList<>(batch.entries().size());
    for (EventCodec.Entry entry : batch.entries()) {
      if (!isRepeated(entry, atMs, own)) {
        steps.prepare(entry.event().project(), entry.event().place().traceId());
        fresh.add(entry.event());
      }
    }
    List<Event> whole = new ArrayList<>(fresh.size());
    for (Event event : fresh) {
      Event.Agent agent = versions.of(event, "{}", batch.receivedAt());
      whole.add(complete(event, agent, null));
    }
    // Only now, as nothing can fail any more: else the frame would later pass for its repetition.
    own.forEach(marker -> markers.put(marker, atMs));
    List<Landed> landed = new ArrayList<>(whole.size());
    List<Superseded> superseded = new ArrayList<>(0);
    for (Event event : whole) {
      int ordinal = landed.size();
      boolean repeats = told.repeats(event, frame.seq(), ordinal, superseded);
      Event counted = repeats ? event.asDuplicate() : event;
      landed.add(new Landed(frame.seq(), ordinal, batch.receivedAt(), counted));
    }
    return new Rows(landed, List.of(), List.of(), superseded);
  }

  /**
   * @param own markers of the frame so far
   */
  private boolean isRepeated(EventCodec.Entry entry, long atMs, Set<Marker> own) {
    boolean repeated = false;
    for (Marker marker : entry.markers()) {
      Marker known = new Marker(marker.high(), marker.low(), 0);
      Long before = markers.get(known);
      repeated |= before != null && atMs - before <= Repetitions.KEPT.toMillis();
      repeated |= !own.add(known);
    }
    return repeated;
  }

  private Rows call(Frame frame, Exchange exchange) {
    ExchangeReader.Read read = exchanges.read(frame.seq(), exchange);
    Instant receivedAt = exchange.start().receivedAt();
    Instant journalledAt = Instant.ofEpochSecond(0, frame.timeNs());
    List<Landed> landed = new ArrayList<>(read.events().size());
    List<Superseded> superseded = new ArrayList<>(0);
    Event.Agent agent = null;
    for (Event event : read.events()) {
      if (agent == null) { // all events of a call are of one agent
        agent = versions.of(event, read.observedJson(), receivedAt);
      }
      Event whole = complete(event, agent, read.serviceTier());
      told.repeats(whole, frame.seq(), landed.size(), superseded);
      landed.add(new Landed(frame.seq(), landed.size(), journalledAt, whole));
    }
    return new Rows(landed, List.of(read.call()), List.of(), superseded);
  }

  private Event complete(Event event, Event.Agent agent, @Nullable String serviceTier) {
    Event.Place place = event.place();
    Integer step = place.stepId();
    if (step == null) {
      step = steps.next(event.project(), place.traceId());
    } else {
      steps.taken(event.project(), place.traceId(), step);
    }
    return new Event(
        event.id(),
        event.type(),
        event.project(),
        event.environment(),
        event.source(),
        agent,
        new Event.Place(
            place.traceId(),
            place.threadId(),
            place.spanId(),
            place.parentSpanId(),
            step,
            place.parentStepId(),
            place.externalUserId()),
        event.timestamp(),
        event.clockSuspect(),
        priced(event, event.facts(), serviceTier),
        event.contentJson(),
        event.metadataJson());
  }

  private Event.Facts priced(Event event, Event.Facts facts, @Nullable String serviceTier) {
    if (facts.usage() == null
        || event.type() != EventType.LLM_RESPONSE && event.type() != EventType.EMBEDDING_RESPONSE) {
      return facts;
    }
    boolean partial = !facts.status().equals("ok");
    Cost cost =
        pricer.price(
            new Pricer.Question(
                event.project(),
                facts.provider(),
                facts.model(),
                facts.requestedModel(),
                serviceTier,
                facts.usage(),
                facts.cost().reportedNanoUsd(),
                partial,
                event.timestamp()));
    return new Event.Facts(
        facts.provider(),
        facts.model(),
        facts.requestedModel(),
        facts.tool(),
        facts.toolCallId(),
        facts.responseId(),
        facts.finishReason(),
        facts.status(),
        facts.continuity(),
        facts.usage(),
        cost,
        facts.latencyUs(),
        facts.ttftUs(),
        facts.overheadUs());
  }

  static byte[] tombstone(ProjectId project, @Nullable String traceId) {
    return new BodyWriter(128).put(1).put(project.value()).put(traceId).bytes();
  }

  private static Tombstone tombstone(Frame frame) {
    BodyReader in = new BodyReader(frame.body());
    in.number();
    return new Tombstone(frame.seq(), new ProjectId(in.text()), in.textOrNull());
  }
}
