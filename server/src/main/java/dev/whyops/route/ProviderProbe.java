package dev.whyops.route;

import dev.whyops.project.ProjectScope;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Asks a provider whether it can be used, through the same gate as calls. May block for seconds.
 */
@FunctionalInterface
public interface ProviderProbe {
  /** All that is told: nothing of what stands at the address. */
  enum Result {
    OK,
    AUTH_FAILED,
    MODEL_NOT_FOUND,
    UNREACHABLE,
    REFUSED_BY_POLICY;

    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * @param model asked for when given; else only the list of models
   */
  Result probe(ProjectScope scope, ProviderRef provider, @Nullable String model);
}
