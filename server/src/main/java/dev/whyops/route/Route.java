package dev.whyops.route;

/** Where a call goes, or why it goes nowhere. */
public sealed interface Route {
  /**
   * @param cutSlug the first path segment of {@code model} named the provider and is to be cut off
   */
  record To(ProviderRef provider, boolean cutSlug) implements Route {}

  /** The gateway answers itself; the text is safe to show. */
  record Refused(int status, String code, String message) implements Route {}
}
