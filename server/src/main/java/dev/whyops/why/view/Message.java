package dev.whyops.why.view;

import java.util.List;

/**
 * One turn as it was sent. Equal turns of a trace are one object.
 *
 * @param contentId names the content inside its trace
 * @param raw JSON text of the turn in its dialect
 */
public record Message(int contentId, Role role, List<Part> parts, String raw) {
  public Message {
    parts = List.copyOf(parts);
  }

  /** The words of the turn without calls, results and reasoning. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (Part part : parts) {
      if (part instanceof Part.Text words) {
        text.append(text.isEmpty() ? "" : "\n").append(words.text());
      }
    }
    return text.toString();
  }

  /** Rough size in tokens, four characters each; only for comparisons between messages. */
  public int tokensEstimate() {
    return (raw.length() + 3) / 4;
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return contentId;
  }
}
