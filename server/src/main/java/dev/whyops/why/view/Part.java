package dev.whyops.why.view;

import org.jspecify.annotations.Nullable;

/** A piece of a message, the same for all dialects. */
public sealed interface Part {
  /** Words. */
  record Text(String text) implements Part {}

  /** Reasoning that the provider showed and the client sent back. */
  record Thinking(String text) implements Part {}

  /**
   * A call that the model asked for; arguments as JSON text, as far as they are JSON.
   *
   * @param kind {@code function}, or the provider's word for tools that take free text or run on
   *     its side
   */
  record Call(@Nullable String callId, String tool, String arguments, String kind) implements Part {
    public static final String FUNCTION = "function";

    /** True when the provider runs the tool itself and shows its result inside the answer. */
    public boolean hosted() {
      return !kind.equals(FUNCTION) && !kind.equals("custom");
    }
  }

  /** What a tool gave back. */
  record Result(@Nullable String callId, String text, boolean error) implements Part {}

  /** Something that holds no text for us, such as an image. */
  record Opaque(String kind) implements Part {}
}
