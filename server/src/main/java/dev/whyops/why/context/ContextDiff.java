package dev.whyops.why.context;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The turns of a model call against those of the call before.
 *
 * @param previousEventId answer of the call compared with; null for the first one
 * @param rewritten true when so much differs that no alignment was made
 * @param compacted tokens fell by 40 % or more and fewer turns stand for several
 * @param cache what the prompt cache did; null when nothing was reported about it
 */
public record ContextDiff(
    @Nullable String previousEventId,
    int kept,
    List<Change> added,
    List<Change> removed,
    List<Edit> edited,
    boolean rewritten,
    boolean compacted,
    Tokens tokens,
    @Nullable Cache cache) {
  public ContextDiff {
    added = List.copyOf(added);
    removed = List.copyOf(removed);
    edited = List.copyOf(edited);
  }

  /** One turn that came, went or changed; {@code tokens} is an estimate. */
  public record Change(int index, String role, int contentId, String text, int tokens) {}

  /** Same role and place, other content. */
  public record Edit(Change before, Change after) {}

  /** Input tokens as counted by the provider; null where nobody counted. */
  public record Tokens(@Nullable Long before, @Nullable Long after, @Nullable Long window) {}

  /** Why less was read from the prompt cache than could have been. */
  public enum Reason {
    PREFIX_CHANGED,
    TTL_ELAPSED,
    MODEL_CHANGED,
    TOO_SHORT,
    NO_BREAKPOINT,
    /** Same bytes, and no hit all the same. */
    PROVIDER;

    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The prompt cache in this call.
   *
   * @param reason null when all that could be read was read
   * @param missCostNanoUsd (expectedRead − read) × (price paid − price of a read), an estimate;
   *     null without prices
   */
  public record Cache(
      @Nullable Break at,
      @Nullable Reason reason,
      @Nullable Long expectedRead,
      @Nullable Long read,
      @Nullable Long missCostNanoUsd) {}

  /**
   * First byte that differs from the call before.
   *
   * @param part such as {@code tools[3]}, {@code system} or {@code messages[7]}
   * @param byteOffset bytes of all parts before it and inside it
   * @param before 40 characters around it in the earlier call
   */
  public record Break(String part, long byteOffset, String before, String after) {}
}
