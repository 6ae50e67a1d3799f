package dev.whyops;

import java.net.URI;
import java.util.Optional;

/** What the operator reads once the server is ready. Never prints a key. */
final class Banner {
  private Banner() {}

  /**
   * @param setupCode present as long as no owner exists
   */
  static String text(URI gateway, URI dashboard, Optional<String> setupCode, double seconds) {
    StringBuilder text = new StringBuilder();
    text.append("WhyOps is ready after %.1f s%n".formatted(seconds));
    text.append("  gateway    %s%n".formatted(gateway));
    text.append("  dashboard  %s%n".formatted(dashboard));
    setupCode.ifPresent(
        code ->
            text.append(
                """

                Create the first account:
                  %s/setup#code=%s

                Then point your clients at the gateway, with a key from the dashboard:
                  export OPENAI_BASE_URL=%s/v1
                  export OPENAI_API_KEY=YOUR_WHYOPS_API_KEY
                  export ANTHROPIC_BASE_URL=%s
                  export ANTHROPIC_API_KEY=YOUR_WHYOPS_API_KEY
                """
                    .formatted(dashboard, code, gateway, gateway)));
    text.append("Ctrl-C stops it.\n".indent(0));
    return text.toString();
  }
}
