package dev.whyops.continuity;

/** The trace and thread that a call was put into, and the rule that said so. */
public record CallTrace(String traceId, String threadId, Rule rule) {

  /** The rules of continuity, in their order of precedence. */
  public enum Rule {
    HEADER("header"),
    SIGNATURE("signature"),
    RESPONSE_ID("response_id"),
    TOOL_CALL_ID("tool_call_id"),
    HISTORY("history"),
    NEW("new");

    private final String wireName;

    Rule(String wireName) {
      this.wireName = wireName;
    }

    /** As {@code X-WhyOps-Continuity} has it. */
    public String wireName() {
      return wireName;
    }
  }
}
