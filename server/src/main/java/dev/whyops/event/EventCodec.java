package dev.whyops.event;

import dev.whyops.journal.BodyReader;
import dev.whyops.journal.BodyWriter;
import dev.whyops.journal.JournalException;
import dev.whyops.pricing.Cost;
import dev.whyops.project.Environment;
import dev.whyops.project.ProjectId;
import dev.whyops.provider.Media;
import dev.whyops.provider.Usage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Events in a journal frame. Each event stands beside the markers by which a repetition of it is
 * known, so that neither can be there without the other. Cost and ids of agents are not written:
 * the drain finds them.
 */
public final class EventCodec {
  /** The first did not tell sound and pictures apart; it is read still. */
  private static final int VERSION = 2;

  private static final int FIRST_VERSION = 1;
  private static final EventType[] TYPES = EventType.values();
  private static final Environment[] ENVIRONMENTS = Environment.values();
  private static final Event.Source[] SOURCES = Event.Source.values();

  private EventCodec() {}

  /**
   * What a frame holds.
   *
   * @param receivedAt time of receipt of the whole request
   */
  public record Batch(Instant receivedAt, List<Entry> entries) {
    public Batch {
      entries = List.copyOf(entries);
    }
  }

  /** An event and its markers: none when it can have no repetition, two when it names both. */
  public record Entry(Event event, List<Marker> markers) {
    public Entry {
      markers = List.copyOf(markers);
    }
  }

  public static byte[] encode(Batch batch) {
    int expected = 64;
    for (Entry entry : batch.entries()) {
      expected +=
          400 + entry.event().contentJson().length() + entry.event().metadataJson().length();
    }
    BodyWriter out = new BodyWriter(expected);
    out.put(VERSION).put(micros(batch.receivedAt())).put(batch.entries().size());
    for (Entry entry : batch.entries()) {
      out.put(entry.markers().size());
      for (Marker marker : entry.markers()) {
        out.fixed(marker.high()).fixed(marker.low()).put(marker.contentHash());
      }
      write(out, entry.event());
    }
    return out.bytes();
  }

  public static Batch decode(byte[] body) {
    BodyReader in = new BodyReader(body);
    long version = version(in);
    Instant receivedAt = instant(in.number());
    int count = in.size();
    List<Entry> entries = new ArrayList<>(Math.min(count, 1000));
    for (int i = 0; i < count; i++) {
      List<Marker> markers = new ArrayList<>(2);
      for (int left = in.size(); left > 0; left--) {
        markers.add(new Marker(in.fixed(), in.fixed(), in.number()));
      }
      entries.add(new Entry(read(in, version), markers));
    }
    return new Batch(receivedAt, entries);
  }

  private static long version(BodyReader in) {
    long version = in.number();
    if (version < FIRST_VERSION || version > VERSION) {
      throw new JournalException("bad_frame", "events frame of version " + version);
    }
    return version;
  }

  private static void write(BodyWriter out, Event event) {
    out.fixed(event.id().getMostSignificantBits()).fixed(event.id().getLeastSignificantBits());
    out.put(event.type()).put(event.project().value()).put(event.environment());
    out.put(event.source()).put(event.agent().name());
    Event.Place place = event.place();
    out.put(place.traceId()).put(place.threadId()).put(place.spanId()).put(place.parentSpanId());
    out.put(place.stepId()).put(place.parentStepId()).put(place.externalUserId());
    out.put(micros(event.timestamp())).put(event.clockSuspect());
    Event.Facts facts = event.facts();
    out.put(facts.provider()).put(facts.model()).put(facts.requestedModel()).put(facts.tool());
    out.put(facts.toolCallId()).put(facts.responseId()).put(facts.finishReason());
    out.put(facts.status()).put(facts.continuity());
    write(out, facts.usage());
    out.put(facts.cost().reportedNanoUsd());
    out.put(facts.latencyUs()).put(facts.ttftUs()).put(facts.overheadUs());
    out.put(event.contentJson()).put(event.metadataJson());
  }

  private static void write(BodyWriter out, @Nullable Usage usage) {
    out.put(usage != null);
    if (usage != null) {
      out.put(usage.input()).put(usage.cacheRead()).put(usage.cacheWrite5m());
      out.put(usage.cacheWrite1h()).put(usage.output()).put(usage.reasoning());
      out.put(usage.rule()).put(usage.inconsistent());
      Media media = usage.media();
      out.put(!media.equals(Media.NONE));
      if (!media.equals(Media.NONE)) {
        out.put(media.inputAudio()).put(media.inputImage());
        out.put(media.cacheReadAudio()).put(media.cacheReadImage());
        out.put(media.outputAudio()).put(media.outputImage());
      }
    }
  }

  private static Event read(BodyReader in, long version) {
    UUID id = new UUID(in.fixed(), in.fixed());
    EventType type = in.choice(TYPES);
    ProjectId project = new ProjectId(in.text());
    Environment environment = in.choice(ENVIRONMENTS);
    Event.Source source = in.choice(SOURCES);
    Event.Agent agent = new Event.Agent(in.text(), null, null);
    Event.Place place =
        new Event.Place(
            in.text(),
            in.text(),
            in.text(),
            in.textOrNull(),
            in.intOrNull(),
            in.intOrNull(),
            in.textOrNull());
    Instant timestamp = instant(in.number());
    boolean clockSuspect = in.flag();
    Event.Facts facts =
        new Event.Facts(
            in.textOrNull(),
            in.textOrNull(),
            in.textOrNull(),
            in.textOrNull(),
            in.textOrNull(),
            in.textOrNull(),
            in.textOrNull(),
            in.text(),
            in.textOrNull(),
            readUsage(in, version),
            readCost(in),
            in.longOrNull(),
            in.longOrNull(),
            in.longOrNull());
    return new Event(
        id,
        type,
        project,
        environment,
        source,
        agent,
        place,
        timestamp,
        clockSuspect,
        facts,
        in.text(),
        in.text());
  }

  private static @Nullable Usage readUsage(BodyReader in, long version) {
    return in.flag()
        ? new Usage(
            in.longOrNull(),
            in.longOrNull(),
            in.longOrNull(),
            in.longOrNull(),
            in.longOrNull(),
            in.longOrNull(),
            in.text(),
            in.flag(),
            version == FIRST_VERSION ? Media.NONE : readMedia(in))
        : null;
  }

  private static Media readMedia(BodyReader in) {
    return in.flag()
        ? new Media(
            in.longOrNull(),
            in.longOrNull(),
            in.longOrNull(),
            in.longOrNull(),
            in.longOrNull(),
            in.longOrNull())
        : Media.NONE;
  }

  private static Cost readCost(BodyReader in) {
    Long reported = in.longOrNull();
    return reported == null ? Cost.NONE : new Cost(reported, Cost.Kind.REPORTED, null, 0, reported);
  }

  private static long micros(Instant at) {
    return at.getEpochSecond() * 1_000_000L + at.getNano() / 1_000;
  }

  private static Instant instant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L);
  }
}
