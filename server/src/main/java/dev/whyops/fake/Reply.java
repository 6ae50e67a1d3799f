package dev.whyops.fake;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a provider wants to answer, before {@link Delivery} puts the script's framing and faults on.
 *
 * @param body the whole body; null for a stream
 * @param frames the events of a stream, made while they are sent; null otherwise
 */
record Reply(
    int status,
    List<Map.Entry<String, String>> headers,
    byte @Nullable [] body,
    @Nullable Iterator<Frame> frames) {

  /**
   * One server-sent event.
   *
   * @param event its name; null for a bare {@code data:}
   * @param paced true when the script's pause comes before it
   */
  record Frame(@Nullable String event, String data, boolean paced) {
    static Frame data(String data) {
      return new Frame(null, data, false);
    }
  }

  static Reply json(int status, String json) {
    return bytes(status, "application/json", json.getBytes(StandardCharsets.UTF_8));
  }

  static Reply bytes(int status, String contentType, byte[] body) {
    return new Reply(status, List.of(Map.entry("content-type", contentType)), body, null);
  }

  static Reply stream(Iterator<Frame> frames) {
    return new Reply(
        200,
        List.of(
            Map.entry("content-type", "text/event-stream; charset=utf-8"),
            Map.entry("cache-control", "no-cache")),
        null,
        frames);
  }

  /** One after the other, each made only when it is reached, however long it is. */
  static <T> Stream<T> joined(List<Stream<T>> parts) {
    return parts.stream().reduce(Stream.empty(), Stream::concat);
  }

  Reply with(String name, String value) {
    List<Map.Entry<String, String>> more = new ArrayList<>(headers);
    more.add(Map.entry(name, value));
    return new Reply(status, more, body, frames);
  }
}
