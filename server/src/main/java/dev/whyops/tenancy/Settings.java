package dev.whyops.tenancy;

import com.github.benmanes.caffeine.cache.Ticker;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.whyops.auth.Membership;
import dev.whyops.auth.Permission;
import dev.whyops.cache.GraceCache;
import dev.whyops.http.ApiException;
import dev.whyops.id.Names;
import dev.whyops.project.ProjectScope;
import dev.whyops.project.ProjectSettings;
import dev.whyops.project.ProjectSettings.Mask;
import dev.whyops.project.SettingsLookup;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads and changes the settings of projects. Thread-safe; may block. */
public final class Settings implements SettingsLookup {
  private static final int CACHED_MAX = 10_000;
  private static final int MASK_NAME_MAX = 100;
  private static final int MASK_TEXT_MAX = 1_000;
  private static final Duration FRESH = Duration.ofSeconds(1);
  private static final Duration GRACE = Duration.ofMinutes(10);

  private final ProjectStore store;
  private final GraceCache<ProjectScope, ProjectSettings> cache;

  public Settings(ProjectStore store, Ticker ticker) {
    this.store = store;
    this.cache = new GraceCache<>(CACHED_MAX, FRESH, GRACE, ticker);
  }

  @Override
  public Optional<ProjectSettings> cached(ProjectScope scope) {
    return cache.fresh(scope);
  }

  @Override
  public Optional<ProjectSettings> remembered(ProjectScope scope) {
    return cache.remembered(scope);
  }

  @Override
  public ProjectSettings load(ProjectScope scope) {
    return cache
        .load(scope, s -> Optional.of(store.settings(s).orElse(ProjectSettings.DEFAULT)))
        .orElseThrow();
  }

  public ProjectSettings find(Membership by) {
    by.require(Permission.READ);
    return store.settings(by.scope()).orElse(ProjectSettings.DEFAULT);
  }

  /**
   * @throws ApiException 400 for a pattern that RE2 does not read
   */
  public void save(Membership by, ProjectSettings settings) {
    by.require(Permission.MANAGE_SETTINGS);
    check(settings.masks());
    store.saveSettings(
        by.scope(),
        settings,
        by.note(
            "settings.changed",
            by.project().value(),
            Map.of(
                "capture", settings.capture().wireName(),
                "signatures", Boolean.toString(settings.signatures()),
                "retentionDays", Integer.toString(settings.retentionDays()),
                "masks", Integer.toString(settings.masks().size()))));
    cache.put(by.scope(), settings);
  }

  /**
   * The settings' retention, checked.
   *
   * @throws ApiException 400 {@code invalid_retention} outside 1-3650
   */
  public static int retentionDays(long days) {
    if (days < ProjectSettings.RETENTION_DAYS_MIN || days > ProjectSettings.RETENTION_DAYS_MAX) {
      throw ApiException.invalid(
          "retentionDays", "invalid_retention", "Retention is 1 to 3650 days.");
    }
    return (int) days;
  }

  /**
   * @throws ApiException 400 for a mask that could not be saved
   */
  public static void check(List<Mask> masks) {
    if (masks.size() > ProjectSettings.MASKS_MAX) {
      throw ApiException.invalid(
          "masks", "too_many_masks", "At most " + ProjectSettings.MASKS_MAX + " masks.");
    }
    for (Mask mask : masks) {
      Names.check("masks.name", mask.name(), MASK_NAME_MAX);
      if (mask.pattern().isEmpty()
          || mask.pattern().length() > MASK_TEXT_MAX
          || mask.replacement().length() > MASK_TEXT_MAX
          || matchesNothing(mask.pattern())) {
        throw invalid(mask);
      }
    }
  }

  /** A pattern that matches the empty text would put its replacement between all characters. */
  private static boolean matchesNothing(String pattern) {
    try {
      return Pattern.compile(pattern).matcher("").find();
    } catch (PatternSyntaxException e) {
      return true;
    }
  }

  private static ApiException invalid(Mask mask) {
    return ApiException.invalid(
        "masks.pattern",
        "invalid_mask",
        "The pattern of the mask \""
            + mask.name()
            + "\" is not valid in the syntax of RE2,"
            + " matches the empty text or is too long.");
  }
}
