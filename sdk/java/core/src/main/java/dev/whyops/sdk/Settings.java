package dev.whyops.sdk;

import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Settings: from the builder, else the environment, else the default. Empty text counts as absent;
 * events go beside the proxy unless told otherwise.
 */
record Settings(
    @Nullable String apiKey,
    @Nullable String agentName,
    String proxyBaseUrl,
    String analyseBaseUrl,
    boolean enabled) {
  // Not "localhost": some resolvers try ::1 first, where nothing listens.
  private static final String DEFAULT_PROXY = "http://127.0.0.1:8080";
  private static final Set<String> FALSE = Set.of("0", "false", "no", "off");

  static Settings resolve(WhyOps.Builder given, UnaryOperator<@Nullable String> environment) {
    String proxy = text(given.proxyBaseUrl, environment.apply("WHYOPS_PROXY_BASE_URL"));
    proxy = withoutSlash(proxy == null ? DEFAULT_PROXY : proxy);
    String analyse = text(given.analyseBaseUrl, environment.apply("WHYOPS_ANALYSE_BASE_URL"));
    String enabled = text(null, environment.apply("WHYOPS_ENABLED"));
    return new Settings(
        text(given.apiKey, environment.apply("WHYOPS_API_KEY")),
        text(given.agentName, environment.apply("WHYOPS_AGENT_NAME")),
        proxy,
        analyse == null ? withoutV1(proxy) + "/api" : withoutSlash(analyse),
        given.enabled != null
            ? given.enabled
            : enabled == null || !FALSE.contains(enabled.toLowerCase(Locale.ROOT)));
  }

  static String withoutV1(String url) {
    return url.endsWith("/v1") ? url.substring(0, url.length() - "/v1".length()) : url;
  }

  private static String withoutSlash(String url) {
    String stripped = url;
    while (stripped.endsWith("/")) {
      stripped = stripped.substring(0, stripped.length() - 1);
    }
    return stripped;
  }

  private static @Nullable String text(@Nullable String given, @Nullable String environment) {
    if (given != null && !given.isBlank()) {
      return given.strip();
    }
    return environment == null || environment.isBlank() ? null : environment.strip();
  }
}
