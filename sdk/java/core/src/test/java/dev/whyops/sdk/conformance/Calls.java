package dev.whyops.sdk.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One client of a provider, called by the names that the shared cases use. */
interface Calls extends AutoCloseable {
  /**
   * What a call answered.
   *
   * @param result what the client parsed; null for a stream
   * @param chunks the events of a stream, read on demand; null otherwise
   */
  record Answered(
      Map<String, List<String>> headers,
      @Nullable JsonNode result,
      @Nullable Iterator<JsonNode> chunks,
      AutoCloseable connection) {}

  /** What a service exception tells its user. */
  record Failed(
      int status,
      Map<String, List<String>> headers,
      JsonNode body,
      @Nullable String code,
      @Nullable String type,
      @Nullable String param) {}

  /**
   * @param id what the path names; empty when it names nothing
   */
  Answered call(String name, String id, JsonNode body, boolean stream) throws Exception;

  /** The facts of an exception of the provider's API; null for any other. */
  @Nullable Failed failed(Exception exception);

  @Override
  void close();
}
