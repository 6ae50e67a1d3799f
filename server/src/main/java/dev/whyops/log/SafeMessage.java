package dev.whyops.log;

import ch.qos.logback.classic.pattern.ClassicConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import java.util.regex.Pattern;

/**
 * Writes a log message and the class and message of its cause as one line: control characters are
 * escaped, so no value can start a line of its own, and everything of the shape of a key is masked.
 */
public final class SafeMessage extends ClassicConverter {
  private static final Pattern KEY_SHAPES =
      Pattern.compile(
          "whyops_(?:live|test)_[0-9A-Za-z]{4,}|sk-[0-9A-Za-z_-]{8,}|(?i:bearer) +[^\\s\"]{8,}");
  private static final int LINE_LENGTH_MAX = 8_192;

  @Override
  public String convert(ILoggingEvent event) {
    StringBuilder line = new StringBuilder(String.valueOf(event.getFormattedMessage()));
    IThrowableProxy cause = event.getThrowableProxy();
    if (cause != null) {
      line.append(" cause=").append(cause.getClassName()).append(": ").append(cause.getMessage());
      if (cause.getStackTraceElementProxyArray().length > 0) {
        line.append(' ').append(cause.getStackTraceElementProxyArray()[0]);
      }
    }
    return safe(line.toString());
  }

  static String safe(String text) {
    String masked = KEY_SHAPES.matcher(text).replaceAll("***");
    StringBuilder line = new StringBuilder(Math.min(masked.length(), LINE_LENGTH_MAX) + 16);
    for (int i = 0; i < masked.length(); i++) {
      if (line.length() >= LINE_LENGTH_MAX) {
        return line.append("…").toString();
      }
      append(line, masked.charAt(i));
    }
    return line.toString();
  }

  private static void append(StringBuilder line, char c) {
    switch (c) {
      case '\n' -> line.append("\\n");
      case '\r' -> line.append("\\r");
      case '\t' -> line.append("\\t");
      case '\u2028', '\u2029', '\u0085' -> hex(line, c);
      default -> {
        if (Character.isISOControl(c)) {
          hex(line, c);
        } else {
          line.append(c);
        }
      }
    }
  }

  private static void hex(StringBuilder line, char c) {
    line.append("\\u").append("%04x".formatted((int) c));
  }
}
