package dev.whyops.provider;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Whether an answer is a stream of events or one JSON value, whatever the request asked for. */
public enum BodyForm {
  EVENTS,
  JSON;

  public static BodyForm of(@Nullable String contentType, byte[] body) {
    String type = contentType == null ? "" : contentType.trim().toLowerCase(Locale.ROOT);
    if (type.startsWith("text/event-stream")) {
      return EVENTS;
    }
    if (type.startsWith("application/json")) {
      return JSON;
    }
    return startsLikeEvents(body) ? EVENTS : JSON;
  }

  private static boolean startsLikeEvents(byte[] body) {
    int at = Utf8.hasByteOrderMark(body) ? 3 : 0;
    for (String start : new String[] {"data:", "event:", ":", "id:", "retry:"}) {
      if (body.length >= at + start.length() && matches(body, at, start)) {
        return true;
      }
    }
    return false;
  }

  private static boolean matches(byte[] body, int at, String start) {
    for (int i = 0; i < start.length(); i++) {
      if (body[at + i] != start.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
