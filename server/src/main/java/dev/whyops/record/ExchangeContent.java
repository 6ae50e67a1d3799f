package dev.whyops.record;

import dev.whyops.json.Json;
import dev.whyops.project.Capture;
import dev.whyops.provider.AnswerFacts;
import dev.whyops.provider.Notes;
import dev.whyops.provider.RequestFacts;
import dev.whyops.provider.Span;
import dev.whyops.provider.ToolCall;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;

/**
 * Writes content and metadata of a call's events. Pieces of the request are copied as they were
 * sent. The whole conversation stands once, on the first event of the request: in the content of a
 * user message, in the metadata of a tool result. Without full capture there are roles and sizes
 * instead of texts.
 */
final class ExchangeContent {
  private final CallStart start;
  private final CallEnd end;
  private final byte[] request;
  private final RequestFacts asked;
  private final AnswerFacts said;
  private final Set<String> notes;
  private final boolean full;

  ExchangeContent(
      Exchange exchange, byte[] request, RequestFacts asked, AnswerFacts said, Set<String> notes) {
    this.start = exchange.start();
    this.end = exchange.end();
    this.request = request;
    this.asked = asked;
    this.said = said;
    this.notes = notes;
    this.full = start.capture() == Capture.FULL;
  }

  /** As sent, without the provider's slug when that was cut out on the way. */
  @Nullable String requestedModel() {
    String model = asked.model();
    String slug = start.providerSlug() + "/";
    boolean cut = start.rewrites().stream().anyMatch(r -> r.kind().equals("slug"));
    return cut && model != null && model.startsWith(slug) ? model.substring(slug.length()) : model;
  }

  String userMessage() {
    JsonOut out = new JsonOut().open('{');
    if (full && asked.turns().isEmpty() && notes.contains(Notes.UNPARSED)) {
      out.member("unparsed", true).member("raw", new String(request, StandardCharsets.UTF_8));
      return out.close('}').toString();
    }
    writeTurns(out);
    return out.close('}').toString();
  }

  private void writeTurns(JsonOut out) {
    out.name("messages").open('[');
    for (RequestFacts.Turn turn : asked.turns()) {
      if (full) {
        out.raw(raw(turn.span()));
      } else {
        out.open('{').member("role", turn.role()).member("bytes", turn.span().length());
        out.member("captured", false).close('}');
      }
    }
    out.close(']').member("newFrom", newFrom());
  }

  /** The first turn behind the last word of the assistant: what this call adds. */
  private int newFrom() {
    List<RequestFacts.Turn> turns = asked.turns();
    for (int i = turns.size() - 1; i >= 0; i--) {
      if (turns.get(i).role().equals("assistant")) {
        return i + 1;
      }
    }
    return 0;
  }

  String toolResult(RequestFacts.ToolOutput output) {
    JsonOut out = new JsonOut().open('{').member("toolCallId", output.callId());
    if (full) {
      out.name("output").raw(raw(output.span()));
    } else {
      out.member("bytes", output.span().length()).member("captured", false);
    }
    if (output.isError() != null) {
      out.member("isError", output.isError());
    }
    return out.close('}').toString();
  }

  String embeddingRequest() {
    JsonOut out = new JsonOut().open('{').member("count", asked.inputCount());
    if (full) {
      out.name("inputs").open('[');
      for (RequestFacts.Turn turn : asked.turns()) {
        out.raw(raw(turn.span()));
      }
      out.close(']');
    }
    return out.close('}').toString();
  }

  String embeddingResponse() {
    AnswerFacts.Embedding embedding = said.embedding();
    JsonOut out = new JsonOut().open('{');
    if (embedding != null) {
      out.member("count", embedding.count()).member("dimensions", embedding.dimensions());
      out.member("encoding", embedding.encoding());
    }
    return out.close('}').toString();
  }

  String thinking(AnswerFacts.Thinking thinking) {
    JsonOut out = new JsonOut().open('{').member("kind", thinking.kind());
    if (full) {
      out.member("text", thinking.text()).optional("signature", thinking.signature());
    } else {
      out.member("chars", thinking.text().length()).member("captured", false);
    }
    return out.optional("itemId", thinking.itemId()).close('}').toString();
  }

  String answer() {
    if (start.capture() == Capture.OFF) {
      return "{\"captured\":false}";
    }
    if (said.choices().isEmpty()) {
      return "{\"content\":null}";
    }
    JsonOut out = new JsonOut().open('{');
    writeChoice(out, said.choices().getFirst());
    if (said.choices().size() > 1) {
      out.name("otherChoices").open('[');
      for (AnswerFacts.Choice choice : said.choices().subList(1, said.choices().size())) {
        out.open('{');
        writeChoice(out, choice);
        out.close('}');
      }
      out.close(']');
    }
    return out.close('}').toString();
  }

  private void writeChoice(JsonOut out, AnswerFacts.Choice choice) {
    if (full) {
      out.member("content", choice.text()).optional("refusal", choice.refusal());
    } else {
      out.member("captured", false).member("chars", choice.text().length());
    }
    if (!choice.calls().isEmpty()) {
      out.name("toolCalls").open('[');
      for (ToolCall call : choice.calls()) {
        out.open('{').member("id", call.callId()).member("type", call.kind());
        out.name("function").open('{').member("name", call.name());
        if (full) {
          out.member("arguments", call.arguments());
        } else {
          out.member("chars", call.arguments().length());
        }
        out.close('}').close('}');
      }
      out.close(']');
    }
    out.optional("finishReason", choice.finishReason());
  }

  String error() {
    JsonOut out = new JsonOut().open('{');
    AnswerFacts.ProviderError error = said.error();
    switch (end.outcome()) {
      case Outcome.Failed failed ->
          out.member("message", failed.message())
              .member("status", failed.status())
              .member("code", failed.code())
              .member("source", "gateway");
      case Outcome.Truncated truncated ->
          out.member("message", "The provider's answer broke off (" + truncated.code() + ").")
              .member("status", end.status())
              .member("code", "provider_truncated")
              .member("source", "provider")
              .member("bytes", end.bodyLength());
      case Outcome.Answered _, Outcome.ClientGone _, Outcome.ServerLost _ -> {
        out.member("message", error == null || !full ? "HTTP " + end.status() : error.message());
        out.member("status", end.status());
        out.optional("code", error == null ? null : error.code());
        out.optional("type", error == null ? null : error.type());
        out.member("source", "provider");
        if (error != null && full) {
          out.member("body", error.bodyJson());
        }
      }
    }
    return out.close('}').toString();
  }

  /**
   * @param withTurns the conversation stands here, because the event's content is something else
   */
  String requestMetadata(boolean withTurns) {
    JsonOut out = open();
    out.optional("requestedModel", requestedModel());
    out.member("stream", asked.stream());
    if (withTurns) {
      writeTurns(out);
    }
    if (full) {
      writeSpans(out, "system", asked.system().stream().map(RequestFacts.Turn::span).toList());
      writeSpans(
          out, "tools", asked.tools().stream().map(RequestFacts.ToolDefinition::span).toList());
      if (!asked.paramsJson().equals("{}") && !asked.paramsJson().isEmpty()) {
        out.name("params").raw(asked.paramsJson());
      }
    } else {
      out.name("toolNames").open('[');
      asked.tools().forEach(tool -> out.text(tool.name()));
      out.close(']');
    }
    if (asked.toolChoice() != null) {
      out.name("toolChoice").raw(asked.toolChoice());
    }
    if (asked.responseFormat() != null && full) {
      out.name("responseFormat").raw(asked.responseFormat());
    }
    out.optional("previousResponseId", asked.previousResponseId());
    out.optional("conversation", asked.conversation());
    writeRewrites(out, "rewrites", start.rewrites());
    return out.close('}').toString();
  }

  private void writeSpans(JsonOut out, String name, List<Span> spans) {
    if (spans.isEmpty()) {
      return;
    }
    out.name(name).open('[');
    spans.forEach(span -> out.raw(raw(span)));
    out.close(']');
  }

  private static void writeRewrites(JsonOut out, String name, List<Rewrite> rewrites) {
    if (rewrites.isEmpty()) {
      return;
    }
    out.name(name).open('[');
    for (Rewrite r : rewrites) {
      out.open('{').member("kind", r.kind()).member("offset", r.offset());
      out.member("removed", r.removedLength()).member("inserted", r.inserted().length).close('}');
    }
    out.close(']');
  }

  String answerMetadata() {
    JsonOut out = open();
    out.member("status", end.status());
    out.member("endReason", ExchangeEvents.endReason(end.outcome()));
    out.optional("requestedModel", requestedModel()).optional("responseId", said.responseId());
    out.optional("serviceTier", said.serviceTier());
    out.optional("providerRequestId", end.providerRequestId());
    if (said.usageJson() != null) {
      out.name("rawUsage").raw(said.usageJson());
    }
    out.member("answerBytes", end.bodyLength());
    writeStamps(out, end.stamps());
    if (end.truncatedCapture()) {
      out.member("truncated", true);
    }
    if (!notes.isEmpty()) {
      out.name("notes").open('[');
      notes.forEach(out::text);
      out.close(']');
    }
    if (!end.warnings().isEmpty()) {
      out.name("warnings").open('[');
      end.warnings().forEach(out::text);
      out.close(']');
    }
    writeRewrites(out, "rewrites", end.rewrites());
    return out.close('}').toString();
  }

  /** Nanoseconds after the first byte came in, for the waterfall; unreached stages are left out. */
  private static void writeStamps(JsonOut out, Stamps s) {
    out.name("stampsNanos").open('{');
    stamp(out, "routable", s.routable());
    stamp(out, "sent", s.sent());
    stamp(out, "bodySent", s.bodySent());
    stamp(out, "upFirst", s.upFirst());
    stamp(out, "upContent", s.upContent());
    stamp(out, "downFirst", s.downFirst());
    stamp(out, "upLast", s.upLast());
    stamp(out, "downLast", s.downLast());
    out.close('}');
  }

  private static void stamp(JsonOut out, String name, long nanos) {
    if (nanos != Stamps.MISSING) {
      out.member(name, nanos);
    }
  }

  String shortMetadata() {
    return open().close('}').toString();
  }

  private JsonOut open() {
    JsonOut out = new JsonOut().open('{').member("callId", start.callId());
    if (start.capture() != Capture.FULL) {
      out.member("capture", start.capture().name().toLowerCase(Locale.ROOT));
    }
    return out;
  }

  /** A piece as it was sent; where the body was damaged it may be no JSON, and is then a text. */
  private String raw(Span span) {
    String text = new String(request, span.start(), span.length(), StandardCharsets.UTF_8);
    return notes.isEmpty() || isJson(text) ? text : new JsonOut().text(text).toString();
  }

  private static boolean isJson(String text) {
    try (JsonParser in = Json.mapper().createParser(text)) {
      while (in.nextToken() != null) {
        in.skipChildren();
      }
      return !text.isBlank();
    } catch (JacksonException e) {
      return false;
    }
  }
}
