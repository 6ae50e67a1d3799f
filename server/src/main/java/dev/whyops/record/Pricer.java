package dev.whyops.record;

import dev.whyops.pricing.Cost;
import dev.whyops.project.ProjectId;
import dev.whyops.provider.Usage;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Puts a price on the usage of one model call. */
@FunctionalInterface
public interface Pricer {
  /**
   * @param provider slug or name of the provider
   * @param model the model that answered
   * @param requestedModel the model that was asked for
   * @param reportedNanoUsd what the provider itself said
   * @param partial the call was cut, so the usage is not the whole of it
   */
  record Question(
      ProjectId project,
      @Nullable String provider,
      @Nullable String model,
      @Nullable String requestedModel,
      @Nullable String serviceTier,
      Usage usage,
      @Nullable Long reportedNanoUsd,
      boolean partial,
      Instant at) {}

  Cost price(Question question);

  /** For installations without a price book. */
  Pricer NONE = question -> Cost.NONE;
}
