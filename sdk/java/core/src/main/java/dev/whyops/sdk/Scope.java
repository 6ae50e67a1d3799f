package dev.whyops.sdk;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where calls and events of the current thread belong. Kept per thread, which is safe on virtual
 * threads too; {@link WhyOps#carry(Runnable)} takes it over to another.
 */
record Scope(
    String traceId,
    @Nullable String threadId,
    @Nullable String externalUserId,
    @Nullable String spanId) {
  private static final ThreadLocal<@Nullable Scope> CURRENT = new ThreadLocal<>();
  private static final Pattern ID = Pattern.compile("[\\x21-\\x7e]{1,200}");
  private static final Pattern HEADER_SAFE =
      Pattern.compile("[\\x21-\\x7e](?:[\\x20-\\x7e]{0,253}[\\x21-\\x7e])?");

  static @Nullable Scope current() {
    return CURRENT.get();
  }

  /** Makes a scope the current one; {@code null} for none. Gives the one before it. */
  static @Nullable Scope enter(@Nullable Scope scope) {
    Scope before = CURRENT.get();
    if (scope == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(scope);
    }
    return before;
  }

  static boolean isId(@Nullable String value) {
    return value != null
        && !value.equals(".")
        && !value.equals("..")
        && ID.matcher(value).matches();
  }

  /** Headers that put a proxied call into a scope; what a header cannot carry is left out. */
  static Map<String, String> headers(@Nullable Scope scope) {
    if (scope == null) {
      return Map.of();
    }
    Map<String, String> headers = new LinkedHashMap<>();
    putId(headers, "X-Trace-ID", scope.traceId());
    putId(headers, "X-Thread-ID", scope.threadId());
    putId(headers, "X-WhyOps-Parent-Span", scope.spanId());
    String user = scope.externalUserId();
    if (user != null && HEADER_SAFE.matcher(user).matches()) {
      headers.put("X-External-User-Id", user);
    } else if (user != null) {
      Notices.warn("bad_id", "externalUserId was left out of a call: not 1-255 ASCII characters");
    }
    return headers;
  }

  /** Adds the headers of the current scope to a call that has none of its own by their name. */
  static void place(Predicate<String> isMissing, BiConsumer<String, String> put) {
    headers(current())
        .forEach(
            (name, value) -> {
              if (isMissing.test(name)) {
                put.accept(name, value);
              }
            });
  }

  /** The agent's name as a header; percent-encoded when a header cannot carry it as it is. */
  static Map<String, String> agentHeaders(@Nullable String agentName) {
    if (agentName == null) {
      return Map.of();
    }
    return HEADER_SAFE.matcher(agentName).matches()
        ? Map.of("X-Agent-Name", agentName)
        : Map.of("X-WhyOps-Agent-Name", percentEncoded(agentName));
  }

  private static void putId(Map<String, String> headers, String name, @Nullable String value) {
    if (isId(value)) {
      headers.put(name, value);
    } else if (value != null) {
      Notices.warn("bad_id", name + " must be 1-200 visible ASCII characters; left out");
    }
  }

  private static String percentEncoded(String text) {
    StringBuilder encoded = new StringBuilder();
    for (byte one : text.getBytes(StandardCharsets.UTF_8)) {
      char character = (char) (one & 0xff);
      boolean plain =
          character >= 'a' && character <= 'z'
              || character >= 'A' && character <= 'Z'
              || character >= '0' && character <= '9'
              || "-_.~".indexOf(character) >= 0;
      if (plain) {
        encoded.append(character);
      } else {
        encoded.append(String.format("%%%02X", one & 0xff));
      }
    }
    return encoded.toString();
  }
}
