package dev.whyops.intake;

import java.time.Instant;

/**
 * One request that was turned away; none of its bytes.
 *
 * @param path without the query, at most 200 characters
 * @param code the stable code that the client was given
 */
public record Refusal(
    Instant at, String method, String path, int status, String code, String requestId) {
  private static final int PATH_MAX = 200;

  public Refusal {
    int query = path.indexOf('?');
    path = query < 0 ? path : path.substring(0, query);
    path = path.length() <= PATH_MAX ? path : path.substring(0, PATH_MAX);
  }
}
