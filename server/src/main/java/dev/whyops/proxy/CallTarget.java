package dev.whyops.proxy;

import dev.whyops.http.ErrorDialect;
import dev.whyops.provider.CallKind;
import dev.whyops.provider.ProviderType;
import org.jspecify.annotations.Nullable;

/**
 * What a proxied request asks for, by its method and path alone.
 *
 * @param dialectFixed the route belongs to one dialect; else the headers hint at it
 * @param slug provider named by the path
 * @param path after {@code /v1}, starting with a slash
 * @param query with its question mark, or empty
 */
public record CallTarget(
    CallKind kind,
    ProviderType dialect,
    boolean dialectFixed,
    @Nullable String slug,
    String path,
    String query) {

  /** The shape of our own failures on this route. */
  public ErrorDialect errors() {
    return dialect == ProviderType.ANTHROPIC ? ErrorDialect.ANTHROPIC : ErrorDialect.OPENAI;
  }

  /** The body is JSON with a {@code model}, and the call is decoded when it is recorded. */
  public boolean recordedBody() {
    return switch (kind) {
      case CHAT_COMPLETIONS, RESPONSES, COMPLETIONS, EMBEDDINGS, MESSAGES, COUNT_TOKENS -> true;
      case MODELS, RESPONSE_RESOURCE, PASSTHROUGH -> false;
    };
  }

  /** The response that the path names; null when it names none. */
  @Nullable String responseId() {
    if (kind != CallKind.RESPONSE_RESOURCE) {
      return null;
    }
    String rest = path.substring("/responses/".length());
    int slash = rest.indexOf('/');
    return slash < 0 ? rest : rest.substring(0, slash);
  }

  CallTarget withDialect(ProviderType other) {
    return new CallTarget(kind, other, dialectFixed, slug, path, query);
  }
}
