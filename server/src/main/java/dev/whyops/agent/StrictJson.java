package dev.whyops.agent;

import dev.whyops.json.Json;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;

/** Reads a body whose members decide who somebody is: a name that stands twice is refused. */
final class StrictJson {
  private static final ObjectReader READER =
      Json.mapper().reader().with(StreamReadFeature.STRICT_DUPLICATE_DETECTION);

  private StrictJson() {}

  static JsonNode read(byte[] body) {
    return READER.readTree(body);
  }

  /** Where it went wrong, without a byte of the input. */
  static String reason(JacksonException e) {
    return "line " + e.getLocation().getLineNr() + ", column " + e.getLocation().getColumnNr();
  }
}
