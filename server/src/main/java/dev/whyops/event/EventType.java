package dev.whyops.event;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Kinds of stored events; {@code tool_call} of the wire is split before it gets here. */
public enum EventType {
  USER_MESSAGE,
  LLM_RESPONSE,
  LLM_THINKING,
  EMBEDDING_REQUEST,
  EMBEDDING_RESPONSE,
  TOOL_CALL_REQUEST,
  TOOL_CALL_RESPONSE,
  TOOL_RESULT,
  AGENT_MESSAGE,
  SYSTEM_MESSAGE,
  ERROR;

  private static final Map<String, EventType> BY_WIRE_NAME =
      Arrays.stream(values()).collect(Collectors.toMap(EventType::wireName, Function.identity()));

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<EventType> ofWireName(String name) {
    return Optional.ofNullable(BY_WIRE_NAME.get(name));
  }
}
