package dev.whyops.why.history;

import dev.whyops.why.view.Fact;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Names an error so that the same one of another run has the same name. */
public final class Fingerprints {
  private static final int CHARS_MAX = 120;
  private static final Pattern ID = Pattern.compile("[\\p{Alnum}_-]{0,64}\\d[\\p{Alnum}_-]{0,64}");
  private static final Pattern QUOTED = Pattern.compile("\"[^\"]{1,200}\"|'[^']{1,200}'");

  private Fingerprints() {}

  /** Code and message with quoted values, numbers and ids masked. */
  public static String of(Fact error) {
    JsonNode content = error.content();
    String code = content.path("code").asString(content.path("status").asString(""));
    String message = content.path("message").asString(error.text());
    return of(code, message);
  }

  public static String of(String code, String message) {
    String line = message.lines().findFirst().orElse("");
    line = line.length() > 400 ? line.substring(0, 400) : line;
    String masked = ID.matcher(QUOTED.matcher(line).replaceAll("<value>")).replaceAll("<id>");
    String name = code.isEmpty() ? masked : code + ": " + masked;
    return name.length() > CHARS_MAX ? name.substring(0, CHARS_MAX) : name;
  }
}
