package dev.whyops.proxy;

import dev.whyops.provider.CallKind;
import dev.whyops.provider.ProviderType;
import dev.whyops.proxy.BodyScanner.Member;
import dev.whyops.proxy.BodyScanner.Name;
import dev.whyops.record.Rewrite;
import dev.whyops.route.ProviderRef;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Asks OpenAI streams for their usage where the client did not, and remembers which providers do
 * not take the question. Thread-safe.
 */
final class UsageInjection {
  static final String KIND = "include_usage";
  private static final int PROVIDERS_MAX = 10_000;

  /** By provider id and base URL: true when it works, false when it answers 400. */
  private final ConcurrentHashMap<String, Boolean> learned = new ConcurrentHashMap<>();

  /** The change to make, or null when there is none to make. */
  @Nullable Rewrite edit(ProviderRef provider, CallTarget target, RequestBody body) {
    if (!mayApply(provider, target) || !body.isScannedWhole()) {
      return null;
    }
    Member stream = body.member(Name.STREAM);
    if (stream == null || !stream.is("true")) {
      return null;
    }
    Member options = body.member(Name.STREAM_OPTIONS);
    if (options == null) {
      return insertion(body.objectStart(), 0, "\"stream_options\":{\"include_usage\":true},");
    }
    if (options.is("null")) {
      return insertion(options.start(), 4, "{\"include_usage\":true}");
    }
    return options.whole() ? insideOptions(options) : null;
  }

  /** Whether a body that is not complete should be held until it is. */
  boolean mayApply(ProviderRef provider, CallTarget target) {
    return provider.injectUsage()
        && provider.type() == ProviderType.OPENAI
        && (target.kind() == CallKind.CHAT_COMPLETIONS || target.kind() == CallKind.COMPLETIONS)
        && !Boolean.FALSE.equals(learned.get(key(provider)));
  }

  private static @Nullable Rewrite insideOptions(Member options) {
    String text = new String(options.text(), StandardCharsets.UTF_8);
    if (!text.startsWith("{") || text.contains("include_usage") || text.indexOf('\\') >= 0) {
      return null;
    }
    boolean empty = text.substring(1).stripLeading().startsWith("}");
    return insertion(options.start() + 1, 0, "\"include_usage\":true" + (empty ? "" : ","));
  }

  private static Rewrite insertion(long offset, int removed, String text) {
    return new Rewrite(KIND, offset, removed, text.getBytes(StandardCharsets.US_ASCII));
  }

  /** Whether a 400 may come of the question, so that trying without it is worth a call. */
  boolean isUnproven(ProviderRef provider) {
    return !learned.containsKey(key(provider));
  }

  void works(ProviderRef provider) {
    remember(provider, true);
  }

  /** The provider answered 400 with the question, and something else without it. */
  void refused(ProviderRef provider) {
    remember(provider, false);
  }

  private void remember(ProviderRef provider, boolean works) {
    if (learned.size() < PROVIDERS_MAX || learned.containsKey(key(provider))) {
      learned.put(key(provider), works);
    }
  }

  private static String key(ProviderRef provider) {
    return provider.id() + ' ' + provider.baseUrl();
  }
}
