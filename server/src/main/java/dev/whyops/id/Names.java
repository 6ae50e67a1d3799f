package dev.whyops.id;

import dev.whyops.http.ApiException;

/** The rule for names that people and applications choose. */
public final class Names {
  /** Code points of an agent name or an external user id. */
  public static final int AGENT_MAX = 255;

  private Names() {}

  /** 1 to {@code max} code points, not only spaces, no control characters, no bidi controls. */
  public static boolean allowed(String name, int max) {
    return !name.isBlank()
        && name.codePointCount(0, name.length()) <= max
        && name.codePoints().noneMatch(Names::forbidden);
  }

  /**
   * @throws ApiException 400 {@code validation_failed} that says the rule
   */
  public static void check(String field, String name, int max) {
    if (!allowed(name, max)) {
      throw ApiException.invalid(
          field,
          "validation_failed",
          field
              + " has 1-"
              + max
              + " characters, not only spaces, without control or direction characters.");
    }
  }

  private static boolean forbidden(int c) {
    return Character.isISOControl(c)
        || (c >= 0xD800 && c <= 0xDFFF)
        || c == 0x061C
        || c == 0x200E
        || c == 0x200F
        || (c >= 0x202A && c <= 0x202E)
        || (c >= 0x2066 && c <= 0x2069);
  }
}
