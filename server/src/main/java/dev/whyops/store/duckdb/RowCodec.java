package dev.whyops.store.duckdb;

import dev.whyops.event.Event;
import dev.whyops.event.EventType;
import dev.whyops.message.Envelope;
import dev.whyops.pricing.Cost;
import dev.whyops.project.Environment;
import dev.whyops.project.ProjectId;
import dev.whyops.provider.Media;
import dev.whyops.provider.Usage;
import dev.whyops.record.Landed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One event as bytes, but for its texts. Names that many events share are written once a block. */
final class RowCodec {
  /** Marks of a usage. */
  private static final int ODD = 1;

  private static final int SEVERAL_MEDIA = 2;

  private RowCodec() {}

  /** Names by the order in which they were met; 0 stands for none. */
  static final class Names {
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<String> all = new ArrayList<>();

    private int number(@Nullable String name) {
      return name == null
          ? 0
          : numbers.computeIfAbsent(
              name,
              n -> {
                all.add(n);
                return all.size();
              });
    }

    void clear() {
      numbers.clear();
      all.clear();
    }

    void write(BlockOutput out) {
      out.number(all.size());
      BlockOutput texts = new BlockOutput();
      for (String name : all) {
        out.number(texts.text(name));
      }
      out.add(texts);
    }

    static @Nullable String[] read(BlockInput in) {
      int[] lengths = new int[in.small()];
      for (int i = 0; i < lengths.length; i++) {
        lengths[i] = in.small();
      }
      @Nullable String[] names = new String[lengths.length + 1];
      for (int i = 0; i < lengths.length; i++) {
        names[i + 1] = in.text(lengths[i]);
      }
      return names;
    }
  }

  static void write(BlockOutput out, Names names, EventRows.Row row) {
    Landed landed = row.landed();
    Event event = landed.event();
    out.number(landed.seq());
    out.number(landed.ordinal());
    out.signed(EventRows.micros(landed.receivedAt()));
    out.fixed(event.id().getMostSignificantBits());
    out.fixed(event.id().getLeastSignificantBits());
    Event.Place place = event.place();
    Event.Agent agent = event.agent();
    Event.Facts facts = event.facts();
    for (String name :
        new @Nullable String[] {
          event.type().wireName(),
          event.project().value(),
          event.environment().name(),
          event.source().name(),
          agent.name(),
          agent.agentId(),
          agent.versionId(),
          place.traceId(),
          place.threadId(),
          place.spanId(),
          place.parentSpanId(),
          place.externalUserId(),
          facts.provider(),
          facts.model(),
          facts.requestedModel(),
          facts.tool(),
          facts.toolCallId(),
          facts.responseId(),
          facts.finishReason(),
          facts.status(),
          facts.continuity()
        }) {
      out.number(names.number(name));
    }
    optional(out, place.stepId());
    optional(out, place.parentStepId());
    out.signed(EventRows.micros(event.timestamp()));
    out.number(event.clockSuspect() ? 1 : 0);
    optional(out, facts.latencyUs());
    optional(out, facts.ttftUs());
    optional(out, facts.overheadUs());
    write(out, names, facts.usage());
    Cost cost = facts.cost();
    optional(out, cost.nanoUsd());
    out.number(names.number(cost.kind().name()));
    out.number(names.number(cost.rowId()));
    out.signed(cost.bookVersion());
    optional(out, cost.reportedNanoUsd());
    write(out, row.content().refs());
    write(out, row.metadata().refs());
  }

  private static void write(BlockOutput out, Names names, @Nullable Usage usage) {
    out.number(usage == null ? 0 : names.number(usage.rule()));
    if (usage != null) {
      optional(out, usage.input());
      optional(out, usage.cacheRead());
      optional(out, usage.cacheWrite5m());
      optional(out, usage.cacheWrite1h());
      optional(out, usage.output());
      optional(out, usage.reasoning());
      Media media = usage.media();
      boolean several = !media.equals(Media.NONE);
      out.number((usage.inconsistent() ? ODD : 0) | (several ? SEVERAL_MEDIA : 0));
      if (several) {
        write(out, media);
      }
    }
  }

  private static void write(BlockOutput out, Media media) {
    optional(out, media.inputAudio());
    optional(out, media.inputImage());
    optional(out, media.cacheReadAudio());
    optional(out, media.cacheReadImage());
    optional(out, media.outputAudio());
    optional(out, media.outputImage());
  }

  /** Offsets and numbers mostly grow by little from one to the next. */
  private static void write(BlockOutput out, int[] refs) {
    out.number(refs.length);
    for (int i = 0; i < refs.length; i++) {
      out.signed(refs[i] - (i < 2 ? 0 : refs[i - 2]));
    }
  }

  private static void optional(BlockOutput out, @Nullable Number n) {
    out.number(n == null ? 0 : 1);
    if (n != null) {
      out.signed(n.longValue());
    }
  }

  /**
   * Reads an event whose texts are still empty.
   *
   * @param names as {@link Names#read} gave them
   */
  static EventRows.Row read(BlockInput in, @Nullable String[] names) {
    long seq = in.number();
    int ordinal = in.small();
    long received = in.signed();
    UUID id = new UUID(in.fixed(), in.fixed());
    EventType type = EventType.ofWireName(name(in, names)).orElse(EventType.SYSTEM_MESSAGE);
    ProjectId project = new ProjectId(name(in, names));
    Environment environment = Environment.valueOf(name(in, names));
    Event.Source source = Event.Source.valueOf(name(in, names));
    Event.Agent agent = new Event.Agent(name(in, names), names[in.small()], names[in.small()]);
    String traceId = name(in, names);
    String threadId = name(in, names);
    String spanId = name(in, names);
    String parentSpan = names[in.small()];
    String user = names[in.small()];
    @Nullable String[] told = new String[9];
    for (int i = 0; i < told.length; i++) {
      told[i] = names[in.small()];
    }
    Event.Place place =
        new Event.Place(traceId, threadId, spanId, parentSpan, integer(in), integer(in), user);
    long ts = in.signed();
    boolean suspect = in.number() == 1;
    Event.Facts facts = facts(in, names, told);
    Event event =
        new Event(
            id,
            type,
            project,
            environment,
            source,
            agent,
            place,
            TraceDelta.instant(ts),
            suspect,
            facts,
            "",
            "");
    return new EventRows.Row(
        new Landed(seq, ordinal, TraceDelta.instant(received), event),
        new Envelope("", refs(in)),
        new Envelope("", refs(in)));
  }

  private static Event.Facts facts(
      BlockInput in, @Nullable String[] names, @Nullable String[] told) {
    Long latency = optional(in);
    Long firstToken = optional(in);
    Long overhead = optional(in);
    Usage usage = usage(in, names);
    Cost cost =
        new Cost(
            optional(in),
            Cost.Kind.valueOf(name(in, names)),
            names[in.small()],
            Math.toIntExact(in.signed()),
            optional(in));
    return new Event.Facts(
        told[0],
        told[1],
        told[2],
        told[3],
        told[4],
        told[5],
        told[6],
        Objects.requireNonNull(told[7]),
        told[8],
        usage,
        cost,
        latency,
        firstToken,
        overhead);
  }

  private static @Nullable Usage usage(BlockInput in, @Nullable String[] names) {
    String rule = names[in.small()];
    if (rule == null) {
      return null;
    }
    Long input = optional(in);
    Long cacheRead = optional(in);
    Long cacheWrite5m = optional(in);
    Long cacheWrite1h = optional(in);
    Long output = optional(in);
    Long reasoning = optional(in);
    long marks = in.number();
    return new Usage(
        input,
        cacheRead,
        cacheWrite5m,
        cacheWrite1h,
        output,
        reasoning,
        rule,
        (marks & ODD) != 0,
        (marks & SEVERAL_MEDIA) == 0 ? Media.NONE : media(in));
  }

  private static Media media(BlockInput in) {
    return new Media(
        optional(in), optional(in), optional(in), optional(in), optional(in), optional(in));
  }

  private static int[] refs(BlockInput in) {
    int[] refs = new int[in.small()];
    for (int i = 0; i < refs.length; i++) {
      refs[i] = Math.toIntExact(in.signed()) + (i < 2 ? 0 : refs[i - 2]);
    }
    return refs;
  }

  private static String name(BlockInput in, @Nullable String[] names) {
    return Objects.requireNonNull(names[in.small()]);
  }

  private static @Nullable Long optional(BlockInput in) {
    return in.number() == 0 ? null : Long.valueOf(in.signed());
  }

  private static @Nullable Integer integer(BlockInput in) {
    return in.number() == 0 ? null : Integer.valueOf(Math.toIntExact(in.signed()));
  }
}
