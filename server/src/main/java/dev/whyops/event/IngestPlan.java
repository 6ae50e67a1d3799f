package dev.whyops.event;

import dev.whyops.auth.Caller;
import dev.whyops.http.ApiException.Detail;
import dev.whyops.project.ProjectId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** What is to become of each event of one request. For one thread. */
final class IngestPlan {
  private final List<Item> items;
  private final ProjectId project;

  private IngestPlan(List<Item> items, ProjectId project) {
    this.items = items;
    this.project = project;
  }

  static IngestPlan of(List<RawEvent> raw, Caller caller, Instant now, Sampling sampling) {
    List<Item> items = new ArrayList<>(raw.size());
    Map<String, Double> shares = new HashMap<>();
    for (RawEvent event : raw) {
      EventValidator.Valid valid = EventValidator.validate(event, caller, now);
      Item item = new Item(event, valid);
      if (valid != null) {
        double share =
            shares.computeIfAbsent(
                valid.event().agent().name(),
                agent -> sampling.share(caller.scope(), caller.environment(), agent));
        if (!Sampling.keeps(share, caller.project().value(), valid.event().place().traceId())) {
          item.outcome = Item.Outcome.SAMPLED_OUT;
        }
      }
      items.add(item);
    }
    return new IngestPlan(items, caller.project());
  }

  List<Item> items() {
    return items;
  }

  int faultyCount() {
    return (int) count(Item.Outcome.REFUSED);
  }

  long count(Item.Outcome outcome) {
    return items.stream().filter(item -> item.outcome == outcome).count();
  }

  long differingCount() {
    return items.stream().filter(item -> item.differs).count();
  }

  List<Detail> details() {
    return items.stream()
        .flatMap(item -> item.faults.stream())
        .limit(IngestLimits.DETAILS_MAX)
        .toList();
  }

  /** A marker that an event asks for. */
  private record Ask(Marker marker, Item item) {}

  /** In which all batches ask, so that no two of them wait for each other. */
  private static final Comparator<Ask> ORDER =
      Comparator.comparingLong((Ask ask) -> ask.marker().high())
          .thenComparingLong(ask -> ask.marker().low());

  /**
   * Claims the markers of all events that are to be kept. Events of one batch meet each other here
   * first: they are settled together, so none may wait for another.
   */
  void claim(Repetitions repetitions) {
    Map<Item, Item> again = new LinkedHashMap<>();
    for (Ask ask : asks(again)) {
      if (ask.item().outcome == Item.Outcome.SAVED) {
        claim(repetitions, ask);
      }
    }
    again.forEach(
        (item, before) -> item.repeats(before.id, before.contentHash != item.contentHash));
    for (Item item : items) {
      if (item.outcome == Item.Outcome.DUPLICATE) {
        item.release(repetitions, false);
      }
    }
  }

  private void claim(Repetitions repetitions, Ask ask) {
    try {
      switch (repetitions.claim(ask.marker(), ask.item().id)) {
        case Repetitions.Claim.First first -> ask.item().claimed.add(first.marker());
        case Repetitions.Claim.Repeated repeated ->
            ask.item().repeats(repeated.id(), repeated.differs());
      }
    } catch (RuntimeException e) {
      settle(repetitions, false);
      throw e;
    }
  }

  /**
   * @param again gets the events that repeat an earlier one of the batch, and which
   */
  private List<Ask> asks(Map<Item, Item> again) {
    Map<Marker, Item> inBatch = new HashMap<>();
    List<Ask> asks = new ArrayList<>();
    for (Item item : items) {
      EventValidator.Valid valid = item.valid;
      if (item.outcome != Item.Outcome.SAVED || valid == null) {
        continue;
      }
      List<Ask> own = new ArrayList<>(2);
      for (Marker marker : item.makeMarkers(project)) {
        Item before = inBatch.putIfAbsent(new Marker(marker.high(), marker.low(), 0), item);
        if (before != null && before != item) {
          again.put(item, before);
          break;
        }
        own.add(new Ask(marker, item));
      }
      if (!again.containsKey(item)) {
        asks.addAll(own);
      }
    }
    asks.sort(ORDER);
    return asks;
  }

  /** What was encoded is not needed a second time; ids and outcomes stay for the answer. */
  void forgetContents() {
    items.forEach(Item::forgetContent);
  }

  void settle(Repetitions repetitions, boolean durable) {
    items.forEach(item -> item.release(repetitions, durable));
  }

  /** One event of the request. */
  static final class Item {
    /** What becomes of it. */
    enum Outcome {
      SAVED,
      DUPLICATE,
      SAMPLED_OUT,
      REFUSED
    }

    private final int index;
    private final List<Detail> faults;
    private EventValidator.@Nullable Valid valid;
    private final List<Marker> claimed = new ArrayList<>(2);
    private final List<Event> events = new ArrayList<>(2);
    private List<Marker> markers = List.of();
    private Outcome outcome;
    private UUID id = new UUID(0, 0);
    private long contentHash;
    private boolean differs;

    Item(RawEvent raw, EventValidator.@Nullable Valid valid) {
      this.index = raw.index;
      this.faults = raw.faults;
      this.valid = valid;
      this.outcome = valid == null ? Outcome.REFUSED : Outcome.SAVED;
      if (valid != null) {
        Event event = valid.event();
        id = event.id();
        if (valid.split()) {
          events.addAll(ToolCallSplit.of(event));
        } else {
          events.add(event);
        }
      }
    }

    Outcome outcome() {
      return outcome;
    }

    private void release(Repetitions repetitions, boolean durable) {
      claimed.forEach(marker -> repetitions.settle(marker, durable));
      claimed.clear();
    }

    private void forgetContent() {
      valid = null;
      events.replaceAll(Events::withoutContent);
    }

    private void repeats(UUID firstId, boolean otherContent) {
      outcome = Outcome.DUPLICATE;
      id = firstId;
      differs = otherContent;
    }

    private List<Marker> makeMarkers(ProjectId project) {
      EventValidator.Valid v = Objects.requireNonNull(valid);
      Event event = v.event();
      contentHash =
          (long) event.contentJson().hashCode() << 32
              ^ event.metadataJson().hashCode()
              ^ event.type().wireName().hashCode()
              ^ (long) event.place().traceId().hashCode() << 16;
      List<Marker> made = new ArrayList<>(2);
      if (v.eventIdGiven()) {
        made.add(marker(Hashes.of(project.value(), "event", id.toString())));
      }
      if (v.idempotencyKey() != null) {
        made.add(marker(Hashes.of(project.value(), "key", v.idempotencyKey())));
      }
      markers = List.copyOf(made);
      return markers;
    }

    private Marker marker(UUID hash) {
      return new Marker(hash.getMostSignificantBits(), hash.getLeastSignificantBits(), contentHash);
    }

    void numberSteps(ToIntFunction<String> next) {
      for (int i = 0; i < events.size(); i++) {
        Event event = events.get(i);
        if (event.place().stepId() == null) {
          events.set(i, Events.withStep(event, next.applyAsInt(event.place().traceId())));
        }
      }
    }

    /** Frame entries; the markers stand beside the first. */
    List<EventCodec.Entry> entries() {
      List<EventCodec.Entry> entries = new ArrayList<>(events.size());
      for (Event event : events) {
        entries.add(new EventCodec.Entry(event, entries.isEmpty() ? markers : List.of()));
      }
      return entries;
    }

    /** Rows of {@code POST /api/events}: one per stored event. */
    List<Map<String, @Nullable Object>> rows() {
      List<Map<String, @Nullable Object>> rows = new ArrayList<>(events.size());
      for (int i = 0; i < events.size(); i++) {
        Event event = events.get(i);
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("id", (i == 0 ? id : ToolCallSplit.responseId(id)).toString());
        row.put("status", word());
        row.put("stepId", event.place().stepId());
        row.put("parentStepId", event.place().parentStepId());
        row.put("spanId", event.place().spanId());
        rows.add(row);
      }
      return rows;
    }

    private String word() {
      return switch (outcome) {
        case SAVED -> "saved";
        case DUPLICATE -> "duplicate";
        case SAMPLED_OUT -> "sampled_out";
        case REFUSED -> "rejected";
      };
    }

    /** Row of a partial answer. */
    Map<String, Object> result() {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("index", index);
      result.put("status", word());
      if (outcome == Outcome.REFUSED) {
        result.put("details", faults);
      } else {
        result.put("id", id.toString());
      }
      return result;
    }
  }
}
