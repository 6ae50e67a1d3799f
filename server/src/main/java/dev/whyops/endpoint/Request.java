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
 * @param room for what the body becomes, when that is more than {@link Endpoint#heapFor} says
 */
public record Request(
    String id,
    String method,
    String path,
    Map<String, List<String>> query,
    Map<String, List<String>> headers,
    byte[] body,
    Caller caller,
    Room room) {

  /** A request for which there is room, whatever it becomes. */
  public Request(
      String id,
      String method,
      String path,
      Map<String, List<String>> query,
      Map<String, List<String>> headers,
      byte[] body,
      Caller caller) {
    this(id, method, path, query, headers, body, caller, Room.PLENTY);
  }

  /** First value of a header, by lower-case name. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name)).map(List::getFirst);
  }

  /** First value of a query parameter. */
  public Optional<String> parameter(String name) {
    return Optional.ofNullable(query.get(name)).map(List::getFirst);
  }
}
