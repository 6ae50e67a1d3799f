package dev.whyops.proxy;

import dev.whyops.provider.ProviderType;

/** Builds the path of an upstream request as the providers' own clients do. */
final class UpstreamUrl {
  private UpstreamUrl() {}

  /**
   * @param basePath path of the base URL, without a slash at its end
   * @param path what comes after {@code /v1} in the client's path, starting with a slash
   * @param query with its question mark, or empty
   */
  static String target(ProviderType type, String basePath, String path, String query) {
    return prefix(type, basePath) + path + query;
  }

  private static String prefix(ProviderType type, String basePath) {
    return switch (type) {
      case OPENAI -> basePath.isEmpty() ? "/v1" : basePath;
      case ANTHROPIC ->
          (basePath.endsWith("/v1") ? basePath.substring(0, basePath.length() - 3) : basePath)
              + "/v1";
    };
  }
}
