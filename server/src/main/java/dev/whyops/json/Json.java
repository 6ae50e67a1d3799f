package dev.whyops.json;

import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * The one JSON mapper. Numbers keep their text, nesting beyond 1,000 levels is refused, names and
 * strings have limits; bodies of providers are read by streaming parsers instead.
 */
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(1_000)
                          .maxStringLength(64 * 1024 * 1024)
                          .maxNameLength(64 * 1024)
                          .maxNumberLength(1_000)
                          .build())
                  .build())
          .build();

  private Json() {}

  public static JsonMapper mapper() {
    return MAPPER;
  }
}
