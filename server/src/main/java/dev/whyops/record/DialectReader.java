package dev.whyops.record;

import dev.whyops.event.Event;
import dev.whyops.project.Capture;
import dev.whyops.provider.AnswerFacts;
import dev.whyops.provider.ContentCoding;
import dev.whyops.provider.Dialect;
import dev.whyops.provider.Notes;
import dev.whyops.provider.ProviderType;
import dev.whyops.provider.RequestFacts;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads finished calls with the dialect of their route. Thread-safe. */
public final class DialectReader implements ExchangeReader {
  private final Map<ProviderType, Dialect> dialects;
  private final AnsweredListener listener;

  public DialectReader(Map<ProviderType, Dialect> dialects) {
    this(dialects, AnsweredListener.NOBODY);
  }

  public DialectReader(Map<ProviderType, Dialect> dialects, AnsweredListener listener) {
    this.dialects = Map.copyOf(dialects);
    this.listener = listener;
  }

  @Override
  public Read read(long seq, Exchange exchange) {
    CallStart start = exchange.start();
    Dialect dialect = dialects.get(start.dialect());
    if (dialect == null || !isRecorded(start)) {
      return new Read(row(seq, exchange, null, Set.of()), List.of(), "{}", null);
    }
    Set<String> notes = new TreeSet<>();
    byte[] request =
        decoded(start.contentEncoding(), start.body(), ContentCoding.REQUEST_MAX_BYTES, notes);
    byte[] answer =
        decoded(
            exchange.end().contentEncoding(),
            exchange.answer(),
            ContentCoding.ANSWER_MAX_BYTES,
            notes);
    RequestFacts asked = dialect.request(start.kind(), request);
    AnswerFacts said =
        dialect.answer(start.kind(), exchange.end().status(), exchange.end().contentType(), answer);
    tell(exchange, asked, said);
    notes.addAll(asked.notes());
    if (answer.length > 0) {
      notes.addAll(said.notes());
    }
    ExchangeEvents events = new ExchangeEvents(exchange, request, asked, said, notes);
    List<Event> made = events.make();
    boolean keepText = start.capture() == Capture.FULL;
    return new Read(
        row(seq, exchange, keepText ? text(request, notes) : null, notes),
        made,
        keepText ? ObservedAgent.json(asked, request) : "{}",
        said.serviceTier());
  }

  /** What was cut or masked is not what the next request will repeat. */
  private void tell(Exchange exchange, RequestFacts asked, AnswerFacts said) {
    CallEnd end = exchange.end();
    if (exchange.start().capture() == Capture.FULL
        && end.outcome() instanceof Outcome.Answered
        && end.status() == 200
        && !end.truncatedCapture()) {
      listener.answered(exchange.start(), asked, said);
    }
  }

  /** Calls that have events; all others are a row. */
  private static boolean isRecorded(CallStart start) {
    return switch (start.kind()) {
      case CHAT_COMPLETIONS, RESPONSES, COMPLETIONS, EMBEDDINGS, MESSAGES -> true;
      case COUNT_TOKENS, MODELS, RESPONSE_RESOURCE, PASSTHROUGH -> false;
    };
  }

  private static byte[] decoded(
      @Nullable String coding, byte[] body, int maxBytes, Set<String> notes) {
    ContentCoding.Decoded decoded = ContentCoding.decode(coding, body, maxBytes);
    if (decoded.note() != null) {
      notes.add(decoded.note());
    }
    return decoded.bytes();
  }

  private static CallRow row(
      long seq, Exchange exchange, @Nullable String text, Set<String> notes) {
    CallStart start = exchange.start();
    CallEnd end = exchange.end();
    return new CallRow(
        seq,
        start,
        end,
        ExchangeEvents.endReason(end.outcome()),
        text,
        start.body().length == 0 ? null : sha256(start.body()),
        exchange.answer().length == 0 ? null : sha256(exchange.answer()),
        String.join(" ", notes));
  }

  private static @Nullable String text(byte[] body, Set<String> notes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      notes.add(Notes.INVALID_UTF8);
      return null;
    }
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
