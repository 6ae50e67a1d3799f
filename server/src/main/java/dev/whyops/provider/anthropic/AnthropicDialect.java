package dev.whyops.provider.anthropic;

import dev.whyops.provider.AnswerFacts;
import dev.whyops.provider.AnswerFacts.ProviderError;
import dev.whyops.provider.AnswerNotes;
import dev.whyops.provider.BodyForm;
import dev.whyops.provider.CallKind;
import dev.whyops.provider.Dialect;
import dev.whyops.provider.ErrorBody;
import dev.whyops.provider.JsonValue;
import dev.whyops.provider.Notes;
import dev.whyops.provider.RequestFacts;
import dev.whyops.provider.SseDecoder;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Anthropic's dialect. */
public final class AnthropicDialect implements Dialect {
  public static final Dialect READER = new AnthropicDialect();

  private AnthropicDialect() {}

  @Override
  public RequestFacts request(CallKind kind, byte[] body) {
    return new AnthropicRequest().read(body);
  }

  @Override
  public AnswerFacts answer(CallKind kind, int status, @Nullable String contentType, byte[] body) {
    AnswerNotes answer = new AnswerNotes();
    if (status >= 400) {
      answer.error(ErrorBody.read(status, body, answer.notes()));
      answer.terminated();
    } else if (BodyForm.of(contentType, body) == BodyForm.EVENTS) {
      MessageStream stream = new MessageStream(answer);
      SseDecoder decoder = new SseDecoder(event -> event(event, stream, answer));
      decoder.accept(body);
      decoder.finish();
      stream.finish();
    } else {
      whole(kind, body, answer);
    }
    return answer.facts();
  }

  private static void whole(CallKind kind, byte[] body, AnswerNotes answer) {
    JsonValue root = JsonValue.parse(body, answer.notes());
    if (!root.isObject()) {
      answer.notes().add(Notes.UNPARSED);
      return;
    }
    ProviderError error = ErrorBody.of(root);
    if (error != null) {
      answer.error(error);
    } else if (kind == CallKind.MESSAGES) {
      MessageStream message = new MessageStream(answer);
      message.whole(root);
      message.finish();
    }
    if (!answer.notes().contains(Notes.UNPARSED)) {
      answer.terminated();
    }
  }

  private static void event(SseDecoder.Event event, MessageStream stream, AnswerNotes answer) {
    if (event.truncated()) {
      answer.notes().add(Notes.TRUNCATED);
    }
    Set<String> found = new LinkedHashSet<>();
    JsonValue data = JsonValue.parse(event.data(), found);
    if (found.remove(Notes.UNPARSED) || !data.isObject()) {
      answer.notes().add(Notes.PARSE_ERROR);
      return;
    }
    answer.notes().addAll(found);
    stream.event(event.name(), data);
  }
}
