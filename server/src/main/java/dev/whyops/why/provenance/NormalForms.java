package dev.whyops.why.provenance;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds what can be written in several ways and gives it the key that all ways share: numbers by
 * value, dates, phone numbers, URLs, hexadecimal ids. Patterns have no nested repetition, so a scan
 * is linear.
 */
final class NormalForms {
  /** Receives forms; {@code compound} tells that it is only a part of a longer word. */
  interface Sink {
    void form(String key, int start, int end, boolean compound);
  }

  private static final Pattern URL = Pattern.compile("https?://[^\\s\"'<>\\])}|]{3,2000}+");
  private static final Pattern PHONE = Pattern.compile("\\+?\\(?\\d[\\d ().\\-/]{5,20}\\d");
  private static final Pattern UUID =
      Pattern.compile(
          "(?<![0-9A-Za-z])(?:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-"
              + "[0-9a-fA-F]{12}|[0-9a-fA-F]{16,128})(?![0-9A-Za-z])");

  private static final int PHONE_DIGITS_MIN = 7;
  private static final int HEX_DIGITS_MIN = 16;

  private NormalForms() {}

  static void scan(String text, Sink sink) {
    TextHints hints = TextHints.of(text);
    if (text.contains("://")) {
      urls(text, sink);
    }
    DateForms.scan(text, hints, sink);
    if (hints.digitCount() > 0) {
      NumberForms.scan(text, sink);
    }
    if (hints.digitCount() >= PHONE_DIGITS_MIN) {
      phones(text, sink);
    }
    if (hints.hexRun() >= HEX_DIGITS_MIN) {
      hex(text, sink);
    }
  }

  private static void urls(String text, Sink sink) {
    Matcher m = URL.matcher(text);
    while (m.find()) {
      int end = m.end();
      while (end > m.start() && ".,;:!?".indexOf(text.charAt(end - 1)) >= 0) {
        end--;
      }
      sink.form("u:" + url(text.substring(m.start(), end)), m.start(), end, false);
    }
  }

  /** Scheme and host in lower case, no default port, no end slash, percent form decoded. */
  private static String url(String url) {
    int hostStart = url.indexOf("://") + 3;
    int hostEnd = hostStart;
    while (hostEnd < url.length() && "/?#".indexOf(url.charAt(hostEnd)) < 0) {
      hostEnd++;
    }
    String scheme = url.substring(0, hostStart).toLowerCase(Locale.ROOT);
    String host = url.substring(hostStart, hostEnd).toLowerCase(Locale.ROOT);
    String port = scheme.equals("https://") ? ":443" : ":80";
    if (host.endsWith(port)) {
      host = host.substring(0, host.length() - port.length());
    }
    String rest = percent(url.substring(hostEnd));
    while (rest.endsWith("/")) {
      rest = rest.substring(0, rest.length() - 1);
    }
    return scheme + host + rest;
  }

  /** Decodes what can be decoded; anything else stays as it is. */
  private static String percent(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    byte[] out = new byte[text.length() * 3];
    int size = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
      int low = high < 0 ? -1 : Character.digit(text.charAt(i + 2), 16);
      if (c == '%' && low >= 0) {
        out[size++] = (byte) (high * 16 + low);
        i += 2;
      } else {
        byte[] raw = String.valueOf(c).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        System.arraycopy(raw, 0, out, size, raw.length);
        size += raw.length;
      }
    }
    return new String(out, 0, size, java.nio.charset.StandardCharsets.UTF_8);
  }

  private static void phones(String text, Sink sink) {
    Matcher m = PHONE.matcher(text);
    while (m.find()) {
      StringBuilder digits = new StringBuilder();
      for (int i = m.start(); i < m.end(); i++) {
        if (Character.isDigit(text.charAt(i))) {
          digits.append(text.charAt(i));
        }
      }
      String number = digits.toString();
      if (number.startsWith("00")) {
        number = number.substring(2);
      }
      if (number.length() >= PHONE_DIGITS_MIN
          && number.length() <= 15
          && borders(text, m.start(), m.end())) {
        sink.form("p:" + number, m.start(), m.end(), false);
      }
    }
  }

  private static void hex(String text, Sink sink) {
    Matcher m = UUID.matcher(text);
    while (m.find()) {
      String key = m.group().replace("-", "").toLowerCase(Locale.ROOT);
      sink.form("h:" + key, m.start(), m.end(), false);
    }
  }

  private static boolean borders(String text, int start, int end) {
    return (start == 0 || !Words.isWord(text.charAt(start - 1)))
        && (end == text.length() || !Words.isWord(text.charAt(end)));
  }
}
