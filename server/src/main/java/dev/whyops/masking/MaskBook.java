package dev.whyops.masking;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.whyops.project.ProjectScope;
import dev.whyops.project.ProjectSettings;
import dev.whyops.project.ProjectSettings.Mask;
import dev.whyops.project.SettingsLookup;
import java.util.List;
import java.util.Optional;

/** Finds the masks of a project, compiled once. Thread-safe. */
public final class MaskBook {
  private static final int COMPILED_MAX = 1_000;

  private final SettingsLookup settings;
  private final Cache<List<Mask>, Masks> compiled =
      Caffeine.newBuilder().maximumSize(COMPILED_MAX).build();

  public MaskBook(SettingsLookup settings) {
    this.settings = settings;
  }

  /** The masks, if the settings are in memory. Never blocks. */
  public Optional<Masks> remembered(ProjectScope scope) {
    return settings.remembered(scope).map(this::masks);
  }

  /** The masks; may block. */
  public Masks load(ProjectScope scope) {
    return masks(settings.cached(scope).orElseGet(() -> settings.load(scope)));
  }

  private Masks masks(ProjectSettings found) {
    return compiled.get(found.masks(), Masks::of);
  }
}
