package dev.whyops.endpoint;

import dev.whyops.auth.Caller;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request that the gateway answers itself, with its body already bounded and collected.
 *
 * @param headers names in lower case
 * @param query decoded parameters
 * @param id the request id that the answer carries as {@code X-WhyOps-Request-ID}
 */
public record Request(
    String id,
    String method,
    String path,
    Map<String, List<String>> query,
    Map<String, List<String>> headers,
    byte[] body,
    Caller caller) {

  /** First value of a header, by lower-case name. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name)).map(List::getFirst);
  }

  /** First value of a query parameter. */
  public Optional<String> parameter(String name) {
    return Optional.ofNullable(query.get(name)).map(List::getFirst);
  }
}
