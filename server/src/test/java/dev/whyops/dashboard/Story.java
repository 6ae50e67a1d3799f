package dev.whyops.dashboard;

import dev.whyops.event.Event;
import dev.whyops.event.EventType;
import dev.whyops.pricing.Cost;
import dev.whyops.project.Environment;
import dev.whyops.project.ProjectId;
import dev.whyops.provider.Usage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Tells what an agent did in one trace, event by event, a second apart. */
final class Story {
  private final ProjectId project;
  private final String agent;
  private final String traceId;
  private final List<Event> events = new ArrayList<>();
  private String threadId;
  private String agentId;
  private String versionId;
  private @Nullable String user;
  private String model = "gpt-test";
  private Instant at;
  private @Nullable String span;

  Story(ProjectId project, String agent, String traceId, Instant start) {
    this.project = project;
    this.agent = agent;
    this.agentId = "agt_" + agent;
    this.versionId = "ver_" + agent;
    this.traceId = traceId;
    this.threadId = traceId;
    this.at = start;
  }

  Story agentIds(String agent, String version) {
    agentId = agent;
    versionId = version;
    return this;
  }

  Story thread(String id) {
    threadId = id;
    return this;
  }

  Story user(String id) {
    user = id;
    return this;
  }

  /** All that follows lies in one span, as what a proxied call tells. */
  Story span(String id) {
    span = id;
    return this;
  }

  Story model(String name) {
    model = name;
    return this;
  }

  Story asks(String text) {
    return add(EventType.USER_MESSAGE, "ok", null, Cost.NONE, null, null, "\"" + text + "\"");
  }

  /** A model's answer; costs in billionths of a dollar, null for no price. */
  Story answers(long inputTokens, long outputTokens, @Nullable Long nanoUsd, long latencyMs) {
    Cost cost = nanoUsd == null ? Cost.NONE : new Cost(nanoUsd, Cost.Kind.COMPUTED, "row", 1, null);
    return add(
        EventType.LLM_RESPONSE,
        "ok",
        new Usage(inputTokens, 0L, 0L, 0L, outputTokens, 0L, "OA_CHAT", false),
        cost,
        null,
        latencyMs * 1_000,
        "{\"content\":\"done\"}");
  }

  Story calls(String tool) {
    return add(EventType.TOOL_CALL_REQUEST, "ok", null, Cost.NONE, tool, null, "{\"q\":1}");
  }

  Story result(String tool, String status) {
    return add(EventType.TOOL_RESULT, status, null, Cost.NONE, tool, null, "\"found\"");
  }

  Story fails() {
    return add(EventType.ERROR, "error", null, Cost.NONE, null, null, "\"broken\"");
  }

  List<Event> events() {
    return List.copyOf(events);
  }

  private Story add(
      EventType type,
      String status,
      @Nullable Usage usage,
      Cost cost,
      @Nullable String tool,
      @Nullable Long latencyUs,
      String content) {
    boolean llm = type == EventType.LLM_RESPONSE;
    events.add(
        new Event(
            UUID.nameUUIDFromBytes(
                (project + traceId + events.size())
                    .getBytes(java.nio.charset.StandardCharsets.UTF_8)),
            type,
            project,
            Environment.PRODUCTION,
            Event.Source.SDK,
            new Event.Agent(agent, agentId, versionId),
            new Event.Place(
                traceId,
                threadId,
                span == null ? "span-" + events.size() : span,
                null,
                events.size() + 1,
                null,
                user),
            at,
            false,
            new Event.Facts(
                llm ? "openai" : null,
                llm ? model : null,
                llm ? model : null,
                tool,
                null,
                null,
                llm ? "stop" : null,
                status,
                null,
                usage,
                cost,
                latencyUs,
                null,
                null),
            content,
            "{}"));
    at = at.plusSeconds(1);
    return this;
  }
}
