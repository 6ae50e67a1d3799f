package dev.whyops.event;

import dev.whyops.auth.Caller;
import dev.whyops.endpoint.Endpoint;
import dev.whyops.endpoint.Request;
import dev.whyops.endpoint.Room;
import dev.whyops.event.IngestPlan.Item;
import dev.whyops.fault.Fault;
import dev.whyops.http.Answer;
import dev.whyops.http.ApiException;
import dev.whyops.intake.Intake;
import dev.whyops.journal.FrameType;
import dev.whyops.journal.Journal;
import dev.whyops.journal.JournalException;
import dev.whyops.json.Json;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToIntBiFunction;

/**
 * Takes runtime events: validates all of them, then makes them durable in one frame, then answers.
 * Nothing is acknowledged that could be lost, and nothing is stored of a batch with a fault unless
 * the client asked for {@code ?partial=true}.
 */
public final class IngestHandler implements Endpoint {
  /** How the answer is shaped. */
  public enum Style {
    /** {@code POST /api/events/ingest}: 202 and counts. */
    COUNTS,
    /** {@code POST /api/events}: 201 and a row per event. */
    ROWS
  }

  private final Style style;
  private final Parts parts;
  private final LongAdder differing = new LongAdder();

  /**
   * What ingest needs.
   *
   * @param nextStep numbers the steps of a trace, by project and trace id
   */
  public record Parts(
      Journal journal,
      Repetitions repetitions,
      Sampling sampling,
      ToIntBiFunction<Caller, String> nextStep,
      Intake intake,
      Clock clock) {}

  public IngestHandler(Style style, Parts parts) {
    this.style = style;
    this.parts = parts;
  }

  /** Repetitions that had another content than the first. */
  public long differingRepetitions() {
    return differing.sum();
  }

  @Override
  public Answer handle(Request request) {
    Caller caller = request.caller();
    Room room = request.room();
    boolean partial = request.parameter("partial").map(Boolean::parseBoolean).orElse(false);
    Instant now = parts.clock().instant();
    List<RawEvent> raw =
        EventParser.parse(IngestBody.text(request, size -> room.demand(heapFor(size))));
    Fault.maybe("after-read");
    boolean identityIgnored = raw.stream().anyMatch(event -> event.identityIgnored);
    IngestPlan plan = IngestPlan.of(raw, caller, now, parts.sampling());
    if (plan.faultyCount() > 0 && !partial) {
      throw refused(plan, raw.size());
    }
    keep(plan, caller, now, room);
    Fault.maybe("before-ack");
    count(plan, caller);
    Answer answer = answer(plan, partial);
    Fault.maybe("after-ack");
    return identityIgnored ? warned(answer) : answer;
  }

  /** Text, its parts and their coding for the journal; and of small events the many objects. */
  @Override
  public long heapFor(long bodyBytes) {
    return 4 * bodyBytes + Math.min(30 * bodyBytes, 3L << 19);
  }

  private static ApiException refused(IngestPlan plan, int size) {
    return new ApiException(
        400,
        "validation_failed",
        plan.faultyCount()
            + " of "
            + size
            + (size == 1 ? " event is" : " events is")
            + " not valid",
        plan.details(),
        Map.of());
  }

  /** Claims, journals, settles. Nobody waits for the disk with more in hand than has to be. */
  private void keep(IngestPlan plan, Caller caller, Instant now, Room room) {
    boolean durable = false;
    try {
      plan.claim(parts.repetitions());
      byte[] frame = frame(plan, caller, now);
      plan.forgetContents();
      room.keep(0);
      if (frame.length > 0) {
        parts.journal().appendDurably(FrameType.EVENTS, frame);
      }
      durable = true;
    } catch (JournalException e) {
      throw new ApiException(
          503,
          e.code(),
          "The events could not be stored now; send them again.",
          List.of(),
          Map.of("Retry-After", "1"));
    } finally {
      plan.settle(parts.repetitions(), durable);
    }
  }

  /** What is to be stored; empty when nothing is. */
  private byte[] frame(IngestPlan plan, Caller caller, Instant now) {
    List<EventCodec.Entry> entries = new ArrayList<>();
    for (Item item : plan.items()) {
      if (item.outcome() == Item.Outcome.SAVED) {
        if (style == Style.ROWS) {
          item.numberSteps(traceId -> parts.nextStep().applyAsInt(caller, traceId));
        }
        entries.addAll(item.entries());
      }
    }
    return entries.isEmpty() ? new byte[0] : EventCodec.encode(new EventCodec.Batch(now, entries));
  }

  private void count(IngestPlan plan, Caller caller) {
    Intake intake = parts.intake();
    intake.accepted(caller.project(), plan.count(Item.Outcome.SAVED));
    long duplicates = plan.count(Item.Outcome.DUPLICATE);
    if (duplicates > 0) {
      intake.duplicates(caller.project(), duplicates);
      differing.add(plan.differingCount());
    }
    long sampledOut = plan.count(Item.Outcome.SAMPLED_OUT);
    if (sampledOut > 0) {
      intake.sampledOut(caller.project(), sampledOut);
    }
  }

  private Answer answer(IngestPlan plan, boolean partial) {
    if (partial && plan.faultyCount() > 0) {
      Map<String, Object> body = new LinkedHashMap<>();
      body.put("success", plan.faultyCount() < plan.items().size());
      body.put("accepted", plan.items().size() - plan.faultyCount());
      body.put("results", plan.items().stream().map(Item::result).toList());
      return Answer.json(207, Json.mapper().writeValueAsBytes(body));
    }
    if (style == Style.ROWS) {
      List<Object> rows = new ArrayList<>();
      plan.items().forEach(item -> rows.addAll(item.rows()));
      return Answer.json(201, Json.mapper().writeValueAsBytes(rows));
    }
    int count = plan.items().size();
    String json = "{\"success\":true,\"accepted\":" + count + ",\"queuedCount\":" + count + "}";
    return Answer.json(202, json.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
  }

  private static Answer warned(Answer answer) {
    return new Answer(
        answer.status(), answer.json(), Map.of("X-WhyOps-Warning", "identity_fields_ignored"));
  }
}
