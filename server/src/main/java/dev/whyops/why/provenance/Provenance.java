package dev.whyops.why.provenance;

import dev.whyops.why.view.Leaf;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where one leaf of a tool call's arguments came from.
 *
 * @param confidence 0-1, that {@code result} holds
 * @param rule the rule that decided, in words
 * @param matches places that hold the value, 64 at most are counted
 * @param origin the earliest place; null when there is none
 * @param nearest the latest place; null when there is none
 */
public record Provenance(
    @Nullable String callId,
    Leaf leaf,
    Result result,
    double confidence,
    String rule,
    int matches,
    @Nullable Origin origin,
    @Nullable Origin nearest) {

  /** What was found, best first. */
  public enum Result {
    EXACT,
    NORMALISED,
    DERIVED,
    /** The request held nothing like it. */
    UNSOURCED,
    /** It could not be decided: not all was on record, or a bound was met. */
    UNKNOWN,
    /** Not worth a judgement, such as a boolean. */
    SKIPPED;

    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A place in what a model call held.
   *
   * @param messageIndex index into the request's messages; null for system prompt and tools
   * @param path JSON path inside a tool's result; null for text
   * @param start first character inside the text or leaf
   */
  public record Origin(
      String eventId,
      String role,
      @Nullable Integer messageIndex,
      @Nullable String path,
      int start,
      int end) {}

  public boolean sourced() {
    return result == Result.EXACT || result == Result.NORMALISED || result == Result.DERIVED;
  }
}
