package dev.whyops.provider.tail;

import dev.whyops.provider.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Responses: a delta before the end of the last text, and the same text in every later event that
 * repeats it. Those are held back until the answer is complete or another item begins, and their
 * numbers grow by one.
 */
final class ResponseTail extends StreamTail {
  private @Nullable Model model;
  private @Nullable JsonValue firstNumber;
  private final List<TailEdit> edits = new ArrayList<>();
  private boolean holding;

  ResponseTail(String tail) {
    super(tail);
  }

  @Override
  @Nullable List<TailEdit> aside() {
    return holding ? null : pass();
  }

  @Override
  @Nullable List<TailEdit> event(byte[] held, int from, Data data) {
    JsonValue json = data.json();
    return switch (json.get("type").text()) {
      case "response.output_text.delta" -> delta(held, from, data);
      case "response.output_text.done" -> hold(data, json.get("text"));
      case "response.content_part.done" ->
          holding ? hold(data, json.get("part").get("text")) : pass();
      case "response.output_item.done" -> holding ? hold(data, lastText(json.get("item"))) : pass();
      case "response.output_item.added" ->
          PlainText.isAnsweredByProvider(json.get("item", "type").text()) ? anew() : giveUp();
      case "response.content_part.added" ->
          json.get("part", "type").text().equals("refusal") ? giveUp() : anew();
      case "response.completed" -> complete(data);
      case "response.incomplete", "response.failed", "error" -> giveUp();
      default -> other(data);
    };
  }

  private List<TailEdit> delta(byte[] held, int from, Data data) {
    JsonValue text = data.json().get("delta");
    if (holding || PlainText.isTold(data.json().get("logprobs")) || !isProse(text.text())) {
      return giveUp();
    }
    if (text.isString()) {
      model = Model.of(held, from, data, text);
    }
    return pass();
  }

  private @Nullable List<TailEdit> other(Data data) {
    if (!holding) {
      return pass();
    }
    number(data);
    return null;
  }

  private @Nullable List<TailEdit> hold(Data data, JsonValue text) {
    if (model == null) {
      return pass();
    }
    if (!text.isString()) {
      return giveUp();
    }
    holding = true;
    number(data);
    edits.add(tailAt(data.end(text) - 1));
    return null;
  }

  /** Further items or parts come: what was held was not the last. */
  private List<TailEdit> anew() {
    holding = false;
    model = null;
    firstNumber = null;
    edits.clear();
    textBegins();
    return pass();
  }

  private static JsonValue lastText(JsonValue item) {
    List<JsonValue> parts = item.get("content").elements();
    return parts.isEmpty() ? JsonValue.MISSING : parts.getLast().get("text");
  }

  private List<TailEdit> complete(Data data) {
    Model before = model;
    JsonValue text = JsonTail.response(data.json().get("response"));
    if (!holding || before == null || text == null) {
      return giveUp();
    }
    number(data);
    edits.add(tailAt(data.end(text) - 1));
    edits.addFirst(new TailEdit(0, 0, numbered(before.saying(tail()))));
    edits.sort((a, b) -> Integer.compare(a.offset(), b.offset()));
    return done(edits);
  }

  /** One more event stands before this one. */
  private void number(Data data) {
    JsonValue number = data.json().get("sequence_number");
    int value = number.intOr(-1);
    if (value >= 0) {
      firstNumber = firstNumber == null ? number : firstNumber;
      byte[] next = Integer.toString(value + 1).getBytes(StandardCharsets.US_ASCII);
      edits.add(new TailEdit(data.start(number), number.span().length(), next));
    }
  }

  /** The new delta takes the number of the first event behind it. */
  private byte[] numbered(byte[] event) {
    Data data = data(event, 0);
    JsonValue own = data == null ? JsonValue.MISSING : data.json().get("sequence_number");
    JsonValue first = firstNumber;
    if (data == null || own.isMissing() || first == null) {
      return event;
    }
    byte[] number = first.raw().getBytes(StandardCharsets.US_ASCII);
    return spliced(event, data.start(own), data.end(own), number);
  }
}
