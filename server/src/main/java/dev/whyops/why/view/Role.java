package dev.whyops.why.view;

import java.util.Locale;

/** Who speaks in a message. Its order breaks ties between sources of a value. */
public enum Role {
  TOOL,
  USER,
  SYSTEM,
  TOOL_DEFINITION,
  ASSISTANT;

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Role of(String wireName) {
    return switch (wireName) {
      case "system", "developer" -> SYSTEM;
      case "assistant", "model", "ai" -> ASSISTANT;
      case "tool", "function" -> TOOL;
      default -> USER;
    };
  }
}
