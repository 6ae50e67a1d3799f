package dev.whyops.project;

import java.util.List;

/**
 * What a project decides for itself.
 *
 * @param capture for calls that do not say it themselves
 * @param signatures invisible signatures for calls that do not say it themselves; they alter
 *     answers
 * @param retentionDays 1-3650
 * @param masks applied to content before it is stored, in this order
 */
public record ProjectSettings(
    Capture capture, boolean signatures, int retentionDays, List<Mask> masks) {
  public static final int RETENTION_DAYS_MIN = 1;
  public static final int RETENTION_DAYS_MAX = 3650;
  public static final int MASKS_MAX = 50;

  public static final ProjectSettings DEFAULT =
      new ProjectSettings(Capture.FULL, false, 90, List.of());

  public ProjectSettings {
    masks = List.copyOf(masks);
    if (retentionDays < RETENTION_DAYS_MIN || retentionDays > RETENTION_DAYS_MAX) {
      throw new IllegalArgumentException("retention of " + retentionDays + " days");
    }
  }

  /**
   * Text that is replaced.
   *
   * @param pattern in the syntax of RE2, which needs time linear in the text
   * @param replacement plain text, not a template
   */
  public record Mask(String name, String pattern, String replacement) {}
}
