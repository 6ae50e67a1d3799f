package dev.whyops.provider;

import dev.whyops.provider.AnswerFacts.ProviderError;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads error bodies: those of both dialects, of their look-alikes, and pages of HTML. */
public final class ErrorBody {
  private static final int KEPT_CHARS = 4_096;

  private ErrorBody() {}

  /** The error that a whole body with an error status tells. */
  public static ProviderError read(int status, byte[] body, Set<String> notes) {
    Set<String> found = new LinkedHashSet<>();
    JsonValue root = JsonValue.parse(body, found);
    ProviderError error = of(root);
    if (error != null) {
      return error;
    }
    if (!root.isObject()) {
      notes.add(Notes.UNPARSED);
    }
    String text = new String(body, 0, Math.min(body.length, KEPT_CHARS), StandardCharsets.UTF_8);
    String kept = root.isObject() ? root.raw() : new JsonText().text(text).toString();
    return new ProviderError(null, null, message(root, status), shortened(kept));
  }

  /** The error inside an answer or an event of a stream; null when it holds none. */
  public static @Nullable ProviderError of(JsonValue root) {
    JsonValue error = root.get("error");
    if (error.isString()) {
      return new ProviderError(null, null, error.text(), shortened(root.raw()));
    }
    if (error.isObject()) {
      String message = error.get("message").text();
      return new ProviderError(
          error.get("type").textOrNull(),
          code(error.get("code")),
          message.isEmpty() ? "error without a message" : message,
          shortened(error.raw()));
    }
    return null;
  }

  /** Some servers number their codes. */
  public static @Nullable String code(JsonValue code) {
    return switch (code.kind()) {
      case STRING -> code.text();
      case NUMBER -> code.raw();
      default -> null;
    };
  }

  private static String message(JsonValue root, int status) {
    for (String name : new String[] {"message", "detail", "error_description"}) {
      if (!root.get(name).text().isEmpty()) {
        return root.get(name).text();
      }
    }
    return "HTTP status " + status;
  }

  /** JSON text that would be cut apart is kept as a string instead. */
  private static String shortened(String json) {
    return json.length() <= KEPT_CHARS
        ? json
        : new JsonText().text(json.substring(0, KEPT_CHARS)).toString();
  }
}
