package dev.whyops.record;

import dev.whyops.event.Event;
import dev.whyops.event.EventType;
import dev.whyops.pricing.Cost;
import dev.whyops.project.Capture;
import dev.whyops.provider.AnswerFacts;
import dev.whyops.provider.CallKind;
import dev.whyops.provider.RequestFacts;
import dev.whyops.provider.ToolCall;
import dev.whyops.provider.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes the events of one finished call: what was asked (new tool results, else the user's
 * message), stated thinking, the answer, and an error when there was one. All share the call's
 * span. Ids follow from the call's id, so a call that is read twice gives the same events.
 */
final class ExchangeEvents {
  private static final double BYTES_PER_TOKEN = 4.0;

  private final CallStart start;
  private final CallEnd end;
  private final Exchange exchange;
  private final RequestFacts asked;
  private final AnswerFacts said;
  private final ExchangeContent content;
  private final Set<String> notes;
  private final byte[] callHash;
  private final List<Event> events = new ArrayList<>();

  ExchangeEvents(
      Exchange exchange, byte[] request, RequestFacts asked, AnswerFacts said, Set<String> notes) {
    this.exchange = exchange;
    this.start = exchange.start();
    this.end = exchange.end();
    this.asked = asked;
    this.said = said;
    this.notes = notes;
    this.content = new ExchangeContent(exchange, request, asked, said, notes);
    this.callHash = hash(start.callId());
  }

  static String endReason(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Answered _ -> "answered";
      case Outcome.ClientGone _ -> "client_gone";
      case Outcome.Truncated _ -> "truncated";
      case Outcome.Failed _ -> "failed";
      case Outcome.ServerLost _ -> "server_lost";
    };
  }

  List<Event> make() {
    addRequest();
    boolean failed = said.error() != null || end.outcome() instanceof Outcome.Failed;
    boolean saidSomething = !said.choices().isEmpty() || said.embedding() != null;
    if (!failed || saidSomething) {
      addAnswer(failed);
    }
    if (failed || end.outcome() instanceof Outcome.Truncated) {
      addError();
    }
    return events;
  }

  private void addRequest() {
    Instant at = start.receivedAt();
    if (start.kind() == CallKind.EMBEDDINGS) {
      add(
          EventType.EMBEDDING_REQUEST,
          at,
          requestFacts(null, null, "ok"),
          content.embeddingRequest(),
          content.requestMetadata(false));
      return;
    }
    if (asked.newToolOutputs().isEmpty()) {
      add(
          EventType.USER_MESSAGE,
          at,
          requestFacts(null, null, "ok"),
          content.userMessage(),
          content.requestMetadata(false));
      return;
    }
    Map<String, String> names = toolNames();
    boolean first = true;
    for (RequestFacts.ToolOutput output : asked.newToolOutputs()) {
      String status = Boolean.TRUE.equals(output.isError()) ? "error" : "ok";
      add(
          EventType.TOOL_RESULT,
          at,
          requestFacts(names.get(output.callId()), output.callId(), status),
          content.toolResult(output),
          first ? content.requestMetadata(true) : content.shortMetadata());
      first = false;
    }
  }

  private Map<String, String> toolNames() {
    Map<String, String> names = new HashMap<>();
    for (RequestFacts.Turn turn : asked.turns()) {
      for (ToolCall call : turn.calls()) {
        names.put(call.callId(), call.name());
      }
    }
    return names;
  }

  private void addAnswer(boolean failed) {
    Instant at = endAt();
    if (start.kind() == CallKind.EMBEDDINGS) {
      add(
          EventType.EMBEDDING_RESPONSE,
          at,
          answerFacts(status(failed)),
          content.embeddingResponse(),
          content.answerMetadata());
      return;
    }
    for (AnswerFacts.Choice choice : said.choices()) {
      for (AnswerFacts.Thinking thinking : choice.thinking()) {
        add(
            EventType.LLM_THINKING,
            at,
            requestFacts(null, null, "ok"),
            content.thinking(thinking),
            content.shortMetadata());
      }
    }
    add(
        EventType.LLM_RESPONSE,
        at,
        answerFacts(status(failed)),
        content.answer(),
        content.answerMetadata());
  }

  private String status(boolean failed) {
    return switch (end.outcome()) {
      case Outcome.ClientGone _ -> said.terminated() ? "ok" : "client_gone";
      case Outcome.Truncated _ -> "truncated";
      case Outcome.ServerLost _ -> "server_lost";
      case Outcome.Failed _ -> "error";
      case Outcome.Answered _ -> failed ? "error" : "ok";
    };
  }

  private void addError() {
    add(EventType.ERROR, endAt(), answerlessFacts(), content.error(), content.shortMetadata());
  }

  /**
   * When the answer was complete: the provider's last byte. Our own last one is stamped after it
   * was written, and by then a quick client may have run the tool that the answer asked for, which
   * would then stand before it.
   */
  private Instant endAt() {
    long ns = end.stamps().upLast();
    ns = ns == Stamps.MISSING ? end.stamps().downLast() : ns;
    return ns == Stamps.MISSING ? start.receivedAt() : start.receivedAt().plusNanos(ns);
  }

  private Event.Facts requestFacts(
      @Nullable String tool, @Nullable String toolCallId, String status) {
    return new Event.Facts(
        start.providerSlug(),
        null,
        content.requestedModel(),
        tool,
        toolCallId,
        null,
        null,
        status,
        start.continuity(),
        null,
        Cost.NONE,
        null,
        null,
        null);
  }

  private Event.Facts answerlessFacts() {
    return new Event.Facts(
        start.providerSlug(),
        null,
        content.requestedModel(),
        null,
        null,
        null,
        null,
        "error",
        start.continuity(),
        null,
        Cost.NONE,
        us(end.stamps().downLast()),
        null,
        null);
  }

  private Event.Facts answerFacts(String status) {
    Stamps s = end.stamps();
    String finish = said.choices().isEmpty() ? null : said.choices().getFirst().finishReason();
    Long reported = nanoUsd(said.reportedCostUsd());
    return new Event.Facts(
        start.providerSlug(),
        said.model() == null ? content.requestedModel() : said.model(),
        content.requestedModel(),
        null,
        null,
        said.responseId(),
        finish,
        status,
        start.continuity(),
        said.usage() == null ? estimated() : said.usage(),
        reported == null ? Cost.NONE : new Cost(reported, Cost.Kind.REPORTED, null, 0, reported),
        us(s.downLast()),
        between(s.bodySent(), s.upContent()),
        overhead(s));
  }

  /** Nothing was reported: a quarter of the bytes, and marked as a guess. */
  private @Nullable Usage estimated() {
    if (start.capture() == Capture.OFF || start.kind() == CallKind.EMBEDDINGS) {
      return null;
    }
    long out = 0;
    for (AnswerFacts.Choice choice : said.choices()) {
      out += choice.text().length();
      for (ToolCall call : choice.calls()) {
        out += call.arguments().length();
      }
    }
    return new Usage(
        (long) Math.ceil(start.bodyLength() / BYTES_PER_TOKEN),
        null,
        null,
        null,
        (long) Math.ceil(out / BYTES_PER_TOKEN),
        null,
        "ESTIMATED",
        false);
  }

  private static @Nullable Long nanoUsd(@Nullable String usd) {
    if (usd == null) {
      return null;
    }
    try {
      return new BigDecimal(usd)
          .movePointRight(9)
          .setScale(0, RoundingMode.HALF_EVEN)
          .longValueExact();
    } catch (ArithmeticException | NumberFormatException e) {
      return null;
    }
  }

  private static @Nullable Long us(long ns) {
    return ns == Stamps.MISSING ? null : ns / 1_000;
  }

  private static @Nullable Long between(long from, long to) {
    return from == Stamps.MISSING || to == Stamps.MISSING ? null : Math.max(0, to - from) / 1_000;
  }

  private static @Nullable Long overhead(Stamps s) {
    Long up = between(s.routable(), s.sent());
    Long down = between(s.upFirst(), s.downFirst());
    return up == null || down == null ? null : up + down;
  }

  private void add(
      EventType type, Instant at, Event.Facts facts, String contentJson, String metadataJson) {
    events.add(
        new Event(
            id(events.size()),
            type,
            start.project(),
            start.environment(),
            Event.Source.PROXY,
            new Event.Agent(start.agentName(), null, null),
            new Event.Place(
                start.traceId(),
                start.threadId(),
                span(),
                parentSpan(),
                null,
                null,
                start.externalUserId()),
            at,
            false,
            facts,
            contentJson,
            metadataJson));
  }

  private String span() {
    return HexFormat.of().formatHex(callHash, 0, 8);
  }

  /** The application's own span, else the caller's in W3C form: version-trace-span-flags. */
  private @Nullable String parentSpan() {
    if (start.parentSpanId() != null) {
      return start.parentSpanId();
    }
    String traceparent = start.traceparent();
    return traceparent != null && traceparent.length() >= 55 && traceparent.charAt(52) == '-'
        ? traceparent.substring(36, 52)
        : null;
  }

  private UUID id(int ordinal) {
    ByteBuffer bytes = ByteBuffer.wrap(callHash);
    long high = bytes.getLong(8) & 0xFFFF_FFFF_FFFF_0FFFL | 0x8000L;
    long low = bytes.getLong(16) & 0x3FFF_FFFF_FFFF_0000L | 0x8000_0000_0000_0000L | ordinal;
    return new UUID(high, low);
  }

  private static byte[] hash(String callId) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(callId.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
