package dev.whyops.proxy;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A base URL by a narrow grammar: {@code http} or {@code https}, a host that is a DNS name, a plain
 * IPv4 quad or a bracketed IPv6 address, an optional port, an optional path. Everything in which
 * two parsers might disagree (user-info, escapes in the host, short or hexadecimal addresses,
 * trailing dots, query, fragment, control characters) is not in it.
 *
 * @param path without a slash at its end; empty when there is none
 */
record BaseUrl(Origin origin, String path) {
  private static final int LENGTH_MAX = 2_048;
  private static final int HOST_LENGTH_MAX = 253;

  /** Null when the text is not of that form. */
  static @Nullable BaseUrl parse(String url) {
    if (url.length() > LENGTH_MAX || !url.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
      return null;
    }
    boolean tls = url.regionMatches(true, 0, "https://", 0, 8);
    if (!tls && !url.regionMatches(true, 0, "http://", 0, 7)) {
      return null;
    }
    String rest = url.substring(tls ? 8 : 7);
    int slash = rest.indexOf('/');
    String authority = slash < 0 ? rest : rest.substring(0, slash);
    String path = slash < 0 ? "" : rest.substring(slash);
    if (!isPath(path)) {
      return null;
    }
    int portAt = authority.lastIndexOf(':');
    if (portAt >= 0 && authority.indexOf(']', portAt) >= 0) {
      portAt = -1;
    }
    String host =
        (portAt < 0 ? authority : authority.substring(0, portAt)).toLowerCase(Locale.ROOT);
    int port = portAt < 0 ? (tls ? 443 : 80) : port(authority.substring(portAt + 1));
    if (port < 1 || port > 65_535 || !isHost(host)) {
      return null;
    }
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    return new BaseUrl(new Origin(tls, bare, port), withoutSlashAtEnd(path));
  }

  private static String withoutSlashAtEnd(String path) {
    int end = path.length();
    while (end > 0 && path.charAt(end - 1) == '/') {
      end--;
    }
    return path.substring(0, end);
  }

  private static boolean isPath(String path) {
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (!(isAlphanumeric(c) || "/-._~!$&'()*+,;=:".indexOf(c) >= 0)) {
        return false;
      }
    }
    return !(path + "/").contains("/../") && !(path + "/").contains("/./");
  }

  private static int port(String digits) {
    if (digits.isEmpty() || digits.length() > 5 || !digits.chars().allMatch(BaseUrl::isDigit)) {
      return -1;
    }
    return Integer.parseInt(digits);
  }

  private static boolean isHost(String host) {
    if (host.isEmpty() || host.length() > HOST_LENGTH_MAX) {
      return false;
    }
    if (host.startsWith("[")) {
      return host.endsWith("]") && isIpv6(host.substring(1, host.length() - 1));
    }
    return isIpv4(host) || isName(host);
  }

  /** Groups of hexadecimal digits, one {@code ::} at most, a quad at the end; never a zone. */
  private static boolean isIpv6(String text) {
    int gap = text.indexOf("::");
    if (gap < 0) {
      return groups(text, true) == 8;
    }
    int before = groups(text.substring(0, gap), false);
    int after = groups(text.substring(gap + 2), true);
    return before >= 0 && after >= 0 && before + after < 8;
  }

  /** How many groups of 16 bits these are; -1 when something in them is none. */
  private static int groups(String text, boolean mayEndInQuad) {
    if (text.isEmpty()) {
      return 0;
    }
    String[] parts = text.split(":", -1);
    int count = 0;
    for (int i = 0; i < parts.length; i++) {
      boolean quad = mayEndInQuad && i == parts.length - 1 && isIpv4(parts[i]);
      boolean group =
          parts[i].length() <= 4
              && !parts[i].isEmpty()
              && parts[i].chars().allMatch(c -> c < 0x7f && Character.digit(c, 16) >= 0);
      if (!quad && !group) {
        return -1;
      }
      count += quad ? 2 : 1;
    }
    return count;
  }

  static boolean isIpv4(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      return false;
    }
    for (String part : parts) {
      boolean plain =
          !part.isEmpty()
              && part.length() <= 3
              && part.chars().allMatch(BaseUrl::isDigit)
              && (part.length() == 1 || part.charAt(0) != '0')
              && Integer.parseInt(part) <= 255;
      if (!plain) {
        return false;
      }
    }
    return true;
  }

  /** Labels of letters, digits, hyphens and underscores; the last one begins with a letter. */
  private static boolean isName(String host) {
    String[] labels = host.split("\\.", -1);
    for (String label : labels) {
      boolean plain =
          !label.isEmpty()
              && label.length() <= 63
              && !label.startsWith("-")
              && !label.endsWith("-")
              && label.chars().allMatch(c -> isAlphanumeric(c) || c == '-' || c == '_');
      if (!plain) {
        return false;
      }
    }
    char first = labels[labels.length - 1].charAt(0);
    return first >= 'a' && first <= 'z';
  }

  private static boolean isAlphanumeric(int c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || isDigit(c);
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }
}
