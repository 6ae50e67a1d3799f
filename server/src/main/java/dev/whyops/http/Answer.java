package dev.whyops.http;

import java.util.Map;

/** An answer of our own: status, JSON body, extra headers. */
public record Answer(int status, byte[] json, Map<String, String> headers) {
  public Answer {
    headers = Map.copyOf(headers);
  }

  public static Answer json(int status, byte[] json) {
    return new Answer(status, json, Map.of());
  }
}
