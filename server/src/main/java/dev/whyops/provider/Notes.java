package dev.whyops.provider;

/** What a copy could not show; kept with the facts and shown, never a reason to fail a call. */
public final class Notes {
  /** Not JSON, or not to the end. */
  public static final String UNPARSED = "unparsed";

  /** Bytes that are no UTF-8; their places read as {@code ?} in the facts, the bytes are kept. */
  public static final String INVALID_UTF8 = "invalid_utf8";

  /** Nested deeper than is read. */
  public static final String TOO_DEEP = "too_deep";

  /** The copy, an event or a list ended at a limit. */
  public static final String TRUNCATED = "truncated";

  /** An event of a stream held no JSON. */
  public static final String PARSE_ERROR = "parse_error";

  /** An event type or a place in a stream that is not known; kept raw. */
  public static final String UNKNOWN_EVENT = "unknown_event";

  /** A count that cannot be one: negative, a text, beyond 2^53; left out of sums. */
  public static final String USAGE_SUSPECT = "usage_suspect";

  /** A content coding that is not undone. */
  public static final String NOT_DECODED = "not_decoded";

  private Notes() {}
}
