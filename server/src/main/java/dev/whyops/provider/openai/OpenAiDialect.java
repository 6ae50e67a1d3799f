package dev.whyops.provider.openai;

import dev.whyops.provider.AnswerFacts;
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

/** OpenAI's dialect. */
public final class OpenAiDialect implements Dialect {
  public static final Dialect READER = new OpenAiDialect();

  private OpenAiDialect() {}

  @Override
  public RequestFacts request(CallKind kind, byte[] body) {
    return new OpenAiRequest(kind).read(body);
  }

  @Override
  public AnswerFacts answer(CallKind kind, int status, @Nullable String contentType, byte[] body) {
    AnswerNotes answer = new AnswerNotes();
    if (status >= 400) {
      answer.error(ErrorBody.read(status, body, answer.notes()));
      answer.terminated();
      return answer.facts();
    }
    OpenAiReading reading =
        switch (kind) {
          case CHAT_COMPLETIONS, COMPLETIONS -> new ChatReading(answer);
          case RESPONSES, RESPONSE_RESOURCE -> new ResponsesReading(answer);
          case EMBEDDINGS -> new EmbeddingsReading(answer);
          case MESSAGES, COUNT_TOKENS, MODELS, PASSTHROUGH -> new NoReading(answer);
        };
    if (BodyForm.of(contentType, body) == BodyForm.EVENTS) {
      SseDecoder decoder = new SseDecoder(event -> event(event, reading, answer));
      decoder.accept(body);
      decoder.finish();
    } else {
      whole(body, reading, answer);
    }
    reading.finish();
    return answer.facts();
  }

  private static void whole(byte[] body, OpenAiReading reading, AnswerNotes answer) {
    JsonValue root = JsonValue.parse(body, answer.notes());
    if (!root.isObject()) {
      answer.notes().add(Notes.UNPARSED);
      return;
    }
    reading.whole(root);
    if (!answer.notes().contains(Notes.UNPARSED)) {
      answer.terminated();
    }
  }

  private static void event(SseDecoder.Event event, OpenAiReading reading, AnswerNotes answer) {
    if (event.truncated()) {
      answer.notes().add(Notes.TRUNCATED);
    }
    if (isDone(event.data())) {
      answer.terminated();
      return;
    }
    Set<String> found = new LinkedHashSet<>();
    JsonValue data = JsonValue.parse(event.data(), found);
    if (found.remove(Notes.UNPARSED) || !data.isObject()) {
      answer.notes().add(Notes.PARSE_ERROR);
      return;
    }
    answer.notes().addAll(found);
    reading.event(event.name(), data);
  }

  private static boolean isDone(byte[] data) {
    return data.length == 6
        && data[0] == '['
        && data[1] == 'D'
        && data[2] == 'O'
        && data[3] == 'N'
        && data[4] == 'E'
        && data[5] == ']';
  }
}
