package dev.whyops.provider;

/** The text in a message's content, whichever of its forms a client or provider chose. */
public final class ContentParts {
  private ContentParts() {}

  /** A string as it is; of parts the text ones joined, at most {@code maxChars} of it. */
  public static String text(JsonValue content, int maxChars) {
    String whole = content.textOrNull();
    if (whole != null) {
      return whole.length() <= maxChars ? whole : whole.substring(0, maxChars);
    }
    StringBuilder text = new StringBuilder();
    for (JsonValue part : content.elements()) {
      String piece = part.isString() ? part.text() : part.get("text").text();
      text.append(piece, 0, Math.min(piece.length(), maxChars - text.length()));
    }
    return text.toString();
  }

  public static String text(JsonValue content) {
    return text(content, RequestFacts.Turn.TEXT_MAX_CHARS);
  }
}
