package dev.whyops.why.text;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/** What a tool's name says about it: only for how severe something is, never for what caused it. */
public final class ToolWords {
  private static final Set<String> WRITING =
      Set.of(
          "add",
          "apply",
          "approve",
          "assign",
          "book",
          "buy",
          "cancel",
          "change",
          "charge",
          "close",
          "commit",
          "confirm",
          "create",
          "delete",
          "deploy",
          "drop",
          "edit",
          "execute",
          "grant",
          "insert",
          "issue",
          "merge",
          "modify",
          "move",
          "order",
          "pay",
          "post",
          "publish",
          "purchase",
          "put",
          "refund",
          "register",
          "remove",
          "rename",
          "replace",
          "reserve",
          "save",
          "schedule",
          "send",
          "set",
          "submit",
          "transfer",
          "update",
          "upload",
          "write");
  private static final Set<String> POLLING =
      Set.of(
          "await",
          "check",
          "monitor",
          "ping",
          "poll",
          "polling",
          "progress",
          "status",
          "wait",
          "watch");
  private static final Set<String> READING =
      Set.of(
          "get", "list", "find", "search", "lookup", "read", "fetch", "show", "describe", "query");

  private ToolWords() {}

  /** True when the first telling word of the name is one of changing the world. */
  public static boolean writes(String tool) {
    for (String word : words(tool)) {
      if (READING.contains(word)) {
        return false;
      }
      if (WRITING.contains(word)) {
        return true;
      }
    }
    return false;
  }

  /** True when calling it again and again is its use. */
  public static boolean polls(String tool) {
    return Arrays.stream(words(tool)).anyMatch(POLLING::contains);
  }

  private static String[] words(String tool) {
    return tool.replaceAll("(\\p{Ll})(\\p{Lu})", "$1 $2")
        .toLowerCase(Locale.ROOT)
        .split("[^\\p{L}]+");
  }
}
