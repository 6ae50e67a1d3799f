package dev.whyops.why.context;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What is known of models: windows and prices. Implemented over the price book. */
public interface ModelFacts {
  ModelFacts NONE =
      new ModelFacts() {
        @Override
        public @Nullable Long window(String provider, String model) {
          return null;
        }

        @Override
        public @Nullable Prices prices(String provider, String model, Instant at) {
          return null;
        }
      };

  /** Tokens that fit into one call; null when unknown. */
  @Nullable Long window(String provider, String model);

  @Nullable Prices prices(String provider, String model, Instant at);

  /** Nano-dollars per million tokens. */
  record Prices(long inputNanoPerMillion, long cacheReadNanoPerMillion) {}
}
