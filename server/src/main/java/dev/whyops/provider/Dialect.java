package dev.whyops.provider;

import dev.whyops.provider.anthropic.AnthropicDialect;
import dev.whyops.provider.openai.OpenAiDialect;
import org.jspecify.annotations.Nullable;

/**
 * Reads the bodies of one provider dialect. Pure and thread-safe; never throws on any bytes: what
 * cannot be read is noted in the facts.
 */
public interface Dialect {
  static Dialect of(ProviderType type) {
    return switch (type) {
      case OPENAI -> OpenAiDialect.READER;
      case ANTHROPIC -> AnthropicDialect.READER;
    };
  }

  /**
   * @param body after {@link ContentCoding#decode}; spans of the facts point into it
   */
  RequestFacts request(CallKind kind, byte[] body);

  /**
   * @param status the provider's; from 400 on the body is read as an error
   * @param contentType decides between stream and JSON, whatever the request asked for; null or
   *     another type: decided by the first bytes
   * @param body after {@link ContentCoding#decode}, complete or cut anywhere
   */
  AnswerFacts answer(CallKind kind, int status, @Nullable String contentType, byte[] body);
}
