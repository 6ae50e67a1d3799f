package dev.whyops.route;

import dev.whyops.project.ProjectScope;
import java.util.Optional;

/** The relay's view of the configured providers. Thread-safe. */
public interface Providers {
  /** The cached snapshot (at most 1 s stale after a change); empty when it must be loaded. */
  Optional<ProjectProviders> cached(ProjectScope scope);

  /** Loads and caches the snapshot; may block. */
  ProjectProviders load(ProjectScope scope);

  /** The opened credential if it is in memory; empty when it must be opened. Never blocks. */
  Optional<String> cachedCredential(ProjectScope scope, ProviderRef provider);

  /**
   * Opens the provider's credential for the origin of its base URL; may block. It lives in memory
   * for at most five minutes.
   */
  String credential(ProjectScope scope, ProviderRef provider);
}
