package dev.whyops.dashboard;

import dev.whyops.http.ApiException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads path and query as they came on the wire: the raw path is split at {@code /} first, and each
 * segment is decoded once. So an encoded byte is a part of an id and never selects another route.
 */
final class RequestTarget {
  private static final int PARAMETERS_MAX = 100;

  private RequestTarget() {}

  /** Throws 400 for a path that two readers could understand in two ways. */
  static void checkPath(String rawPath) {
    if (!rawPath.startsWith("/")) {
      throw refused();
    }
    List<String> segments = List.of(rawPath.substring(1).split("/", -1));
    for (int i = 0; i < segments.size(); i++) {
      String segment = segments.get(i);
      boolean last = i == segments.size() - 1;
      if ((segment.isEmpty() && !last) || segment.indexOf(';') >= 0 || segment.indexOf('\\') >= 0) {
        throw refused();
      }
      String decoded = decode(segment, false);
      if (decoded.equals(".")
          || decoded.equals("..")
          || decoded.chars().anyMatch(c -> c < 0x20 || c == 0x7f)) {
        throw refused();
      }
    }
  }

  /** Values of the template's {@code {names}} in a raw path that matches it. */
  static Map<String, String> pathParameters(String template, String rawPath) {
    String[] names = template.split("/", -1);
    String[] segments = rawPath.split("/", -1);
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < names.length && i < segments.length; i++) {
      if (names[i].startsWith("{")) {
        values.put(names[i].substring(1, names[i].length() - 1), decode(segments[i], false));
      }
    }
    return values;
  }

  /** Parameters of a query; 400 for bad percent codes, a name given twice, or too many. */
  static Map<String, String> query(@Nullable String raw) {
    Map<String, String> values = new LinkedHashMap<>();
    if (raw == null || raw.isEmpty()) {
      return values;
    }
    for (String pair : raw.split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      int equals = pair.indexOf('=');
      String name = decode(equals < 0 ? pair : pair.substring(0, equals), true);
      String value = equals < 0 ? "" : decode(pair.substring(equals + 1), true);
      if (values.put(name, value) != null) {
        throw new ApiException(400, "duplicate_parameter", "A query parameter is given twice.");
      }
      if (values.size() > PARAMETERS_MAX) {
        throw refused();
      }
    }
    return values;
  }

  private static String decode(String text, boolean plusIsSpace) {
    byte[] bytes = new byte[text.length()];
    int length = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        if (i + 2 >= text.length()) {
          throw refused();
        }
        int high = Character.digit(text.charAt(i + 1), 16);
        int low = Character.digit(text.charAt(i + 2), 16);
        if (high < 0 || low < 0) {
          throw refused();
        }
        bytes[length++] = (byte) (high * 16 + low);
        i += 2;
      } else if (c > 0x7e || c < 0x21) {
        throw refused();
      } else {
        bytes[length++] = (byte) (plusIsSpace && c == '+' ? ' ' : c);
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, 0, length))
          .toString();
    } catch (CharacterCodingException e) {
      throw refused();
    }
  }

  private static ApiException refused() {
    return new ApiException(400, "bad_request_target", "The path or query is not well formed.");
  }
}
