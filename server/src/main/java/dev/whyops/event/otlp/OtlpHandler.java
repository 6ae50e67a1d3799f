package dev.whyops.event.otlp;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.whyops.auth.Caller;
import dev.whyops.endpoint.Endpoint;
import dev.whyops.endpoint.Request;
import dev.whyops.endpoint.Room;
import dev.whyops.event.Event;
import dev.whyops.event.EventCodec;
import dev.whyops.event.IngestBody;
import dev.whyops.event.IngestHandler;
import dev.whyops.event.Marker;
import dev.whyops.event.Repetitions;
import dev.whyops.http.Answer;
import dev.whyops.http.ApiException;
import dev.whyops.journal.FrameType;
import dev.whyops.journal.JournalException;
import dev.whyops.json.Json;
import dev.whyops.masking.JsonMasker;
import dev.whyops.masking.Masks;
import dev.whyops.project.ProjectScope;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import tools.jackson.core.JacksonException;

/**
 * Takes OpenTelemetry spans over HTTP, in protobuf or JSON, and answers in the same encoding after
 * they are durable. A span that cannot be taken is told as partial success; the others are stored.
 * A span that is exported again is known by its ids.
 */
public final class OtlpHandler implements Endpoint {
  private static final String PROTOBUF = "application/x-protobuf";

  private final IngestHandler.Parts parts;
  private final Function<ProjectScope, Masks> masks;

  /**
   * @param masks what a project does not want stored
   */
  public OtlpHandler(IngestHandler.Parts parts, Function<ProjectScope, Masks> masks) {
    this.parts = parts;
    this.masks = masks;
  }

  @Override
  public Answer handle(Request request) {
    String type =
        request.header("content-type").orElse("").toLowerCase(Locale.ROOT).split(";", 2)[0].strip();
    boolean protobuf = type.equals(PROTOBUF);
    if (!protobuf && !type.equals("application/json")) {
      throw new ApiException(
          415, "unsupported_media_type", "Send application/x-protobuf or application/json.");
    }
    SpanRoom room = new SpanRoom(request.room());
    byte[] body =
        IngestBody.plain(request.header("content-encoding").orElse(""), request.body(), room::body);
    room.body(body.length);
    List<OtlpSpan> spans = read(body, protobuf, room);
    int rejected = (int) spans.stream().filter(span -> !span.faults().isEmpty()).count();
    String why = spans.stream().flatMap(s -> s.faults().stream()).findFirst().orElse("");
    if (rejected > 0 && rejected == spans.size()) {
      throw new ApiException(400, "validation_failed", "No span can be taken: " + why);
    }
    spans.removeIf(span -> !span.faults().isEmpty());
    if (!spans.isEmpty()) {
      keep(spans, request.caller(), request.room());
    }
    return answer(protobuf, rejected, why);
  }

  @Override
  public long heapFor(long bodyBytes) {
    return SpanRoom.ofBody(bodyBytes);
  }

  private static List<OtlpSpan> read(byte[] body, boolean protobuf, SpanRoom room) {
    try {
      return protobuf ? ProtobufSpans.read(body, room) : JsonSpans.read(body, room);
    } catch (InvalidProtocolBufferException | JacksonException | IllegalArgumentException e) {
      throw new ApiException(400, "validation_failed", "The body is no OTLP export request.");
    }
  }

  private void keep(List<OtlpSpan> spans, Caller caller, Room room) {
    Set<Marker> claimed = new HashSet<>();
    boolean durable = false;
    int events;
    long repeated;
    try {
      List<EventCodec.Entry> entries = entries(spans, caller, claimed);
      events = entries.size();
      repeated = (long) spans.size() - claimed.size();
      byte[] frame =
          entries.isEmpty()
              ? new byte[0]
              : EventCodec.encode(new EventCodec.Batch(parts.clock().instant(), entries));
      spans.clear(); // nobody waits for the disk with more in hand than has to be
      entries.clear();
      room.keep(0);
      if (frame.length > 0) {
        parts.journal().appendDurably(FrameType.EVENTS, frame);
      }
      durable = true;
    } catch (JournalException e) {
      throw new ApiException(
          503,
          e.code(),
          "The spans could not be stored now; send them again.",
          List.of(),
          Map.of("Retry-After", "1"));
    } finally {
      for (Marker marker : claimed) {
        parts.repetitions().settle(marker, durable);
      }
    }
    parts.intake().accepted(caller.project(), events);
    if (repeated > 0) {
      parts.intake().duplicates(caller.project(), repeated);
    }
  }

  /**
   * The events of all spans that are no repetitions.
   *
   * @param claimed gets the marker of each such span
   */
  private List<EventCodec.Entry> entries(List<OtlpSpan> spans, Caller caller, Set<Marker> claimed) {
    Instant now = parts.clock().instant();
    Set<String> wrappers = wrappers(spans);
    Masks hide = masks.apply(caller.scope());
    List<EventCodec.Entry> entries = new ArrayList<>();
    for (OtlpSpan span : spans) {
      UUID hash = hash(caller, span);
      Marker marker = new Marker(hash.getMostSignificantBits(), hash.getLeastSignificantBits(), 0);
      UUID base = idFrom(hash);
      if (claimed.contains(marker)
          || parts.repetitions().claim(marker, base) instanceof Repetitions.Claim.Repeated) {
        continue;
      }
      claimed.add(marker);
      List<Marker> markers = List.of(marker); // beside the first event of the span
      boolean counts = !wrappers.contains(span.spanId());
      for (Event event : new SpanEvents(span, caller, now, counts, base).make()) {
        entries.add(new EventCodec.Entry(masked(event, hide), markers));
        markers = List.of();
      }
    }
    return entries;
  }

  private static Event masked(Event e, Masks masks) {
    return masks.isEmpty()
        ? e
        : e.withTexts(mask(e.contentJson(), masks), mask(e.metadataJson(), masks));
  }

  private static String mask(String json, Masks masks) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    return new String(JsonMasker.mask(bytes, masks), StandardCharsets.UTF_8);
  }

  /** Inference spans that hold another one: both tell the same usage, and one of them counts. */
  private static Set<String> wrappers(List<OtlpSpan> spans) {
    Map<String, String> parents = new LinkedHashMap<>();
    spans.forEach(
        s -> {
          if (s.parentId() != null) {
            parents.put(s.spanId(), s.parentId());
          }
        });
    Set<String> wrappers = new HashSet<>();
    for (OtlpSpan span : spans) {
      if (SpanKind.of(span) == SpanKind.INFERENCE) {
        String up = span.parentId();
        for (int depth = 0; up != null && depth < 64; depth++) {
          wrappers.add(up);
          up = parents.get(up);
        }
      }
    }
    return wrappers;
  }

  private static UUID hash(Caller caller, OtlpSpan span) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      String text = caller.project().value() + "\0otlp\0" + span.traceId() + span.spanId();
      ByteBuffer hash = ByteBuffer.wrap(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
      return new UUID(hash.getLong(), hash.getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The last bits count the span's events. */
  private static UUID idFrom(UUID hash) {
    return new UUID(
        hash.getMostSignificantBits() & 0xFFFF_FFFF_FFFF_0FFFL | 0x8000L,
        hash.getLeastSignificantBits() & 0x3FFF_FFFF_FFFF_0000L | 0x8000_0000_0000_0000L);
  }

  private static Answer answer(boolean protobuf, int rejected, String why) {
    if (!protobuf) {
      String json =
          rejected == 0
              ? "{}"
              : Json.mapper()
                  .writeValueAsString(
                      Map.of(
                          "partialSuccess",
                          Map.of("rejectedSpans", rejected, "errorMessage", why)));
      return Answer.json(200, json.getBytes(StandardCharsets.UTF_8));
    }
    ExportTraceServiceResponse.Builder response = ExportTraceServiceResponse.newBuilder();
    if (rejected > 0) {
      response.setPartialSuccess(
          ExportTracePartialSuccess.newBuilder().setRejectedSpans(rejected).setErrorMessage(why));
    }
    return new Answer(200, response.build().toByteArray(), Map.of("Content-Type", PROTOBUF));
  }
}
