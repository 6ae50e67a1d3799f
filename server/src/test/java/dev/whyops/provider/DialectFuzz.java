package dev.whyops.provider;

import dev.whyops.fuzz.Oracle;
import java.util.Arrays;

/** Bodies of both dialects: facts or notes, the same each time, never an exception. */
public final class DialectFuzz {
  private static final CallKind[] KINDS = CallKind.values();

  private DialectFuzz() {}

  /** The first byte chooses the call, the rest is the body. */
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length == 0) {
      return;
    }
    byte[] body = Arrays.copyOfRange(data, 1, data.length);
    CallKind kind = KINDS[(data[0] & 0x3f) % KINDS.length];
    int status = (data[0] & 0x80) == 0 ? 200 : 400;
    String type = (data[0] & 0x40) == 0 ? "text/event-stream" : "application/json";
    for (ProviderType provider : ProviderType.values()) {
      Dialect dialect = Dialect.of(provider);
      RequestFacts asked = dialect.request(kind, body);
      for (RequestFacts.Turn turn : asked.turns()) {
        turn.span().of(body);
      }
      AnswerFacts said = dialect.answer(kind, status, type, body);
      Oracle.same(said, dialect.answer(kind, status, type, body.clone()), "answer");
    }
  }
}
