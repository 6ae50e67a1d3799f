package dev.whyops.store;

import dev.whyops.event.Event;
import dev.whyops.event.EventType;
import dev.whyops.pricing.Cost;
import dev.whyops.project.Environment;
import dev.whyops.project.ProjectId;
import dev.whyops.provider.Media;
import dev.whyops.provider.Usage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes events of one trace, for whoever has to store some. */
public final class Told {
  private final ProjectId project;
  private final String traceId;
  private String agent = "support";
  private Environment environment = Environment.PRODUCTION;
  private Event.Source source = Event.Source.SDK;
  private @Nullable String user;
  private String model = "gpt-4o";
  private String thread;
  private int count;

  public Told(ProjectId project, String traceId) {
    this.project = project;
    this.traceId = traceId;
    this.thread = traceId;
  }

  public Told agent(String name) {
    agent = name;
    return this;
  }

  public Told environment(Environment where) {
    environment = where;
    return this;
  }

  public Told source(Event.Source who) {
    source = who;
    return this;
  }

  public Told user(String id) {
    user = id;
    return this;
  }

  public Told model(String name) {
    model = name;
    return this;
  }

  public Told thread(String id) {
    thread = id;
    return this;
  }

  public Event asks(Instant at, String contentJson) {
    return event(EventType.USER_MESSAGE, at, "ok", null, null, Cost.NONE, null, contentJson);
  }

  /** A model's answer with 100 tokens in and 10 out. */
  public Event answers(Instant at, long latencyMs, @Nullable Long nanoUsd) {
    Cost cost = nanoUsd == null ? Cost.NONE : new Cost(nanoUsd, Cost.Kind.COMPUTED, "row", 1, null);
    Usage usage = new Usage(100L, 20L, 0L, null, 10L, 3L, "OA_CHAT", false);
    return event(
        EventType.LLM_RESPONSE, at, "ok", null, usage, cost, latencyMs * 1_000, "{\"content\":1}");
  }

  /** A model's answer with sound and pictures among its tokens. */
  public Event speaks(Instant at) {
    Media media = new Media(40L, 5L, 3L, null, 30L, 0L);
    Usage usage = new Usage(100L, 20L, null, null, 10L, 3L, "OA_CHAT", false, media);
    return event(
        EventType.LLM_RESPONSE, at, "ok", null, usage, Cost.NONE, 9_000L, "{\"content\":2}");
  }

  public Event result(Instant at, String tool, String status) {
    return event(EventType.TOOL_RESULT, at, status, tool, null, Cost.NONE, 5_000L, "\"found\"");
  }

  public Event fails(Instant at) {
    return event(EventType.ERROR, at, "error", null, null, Cost.NONE, null, "{\"message\":\"no\"}");
  }

  private Event event(
      EventType type,
      Instant at,
      String status,
      @Nullable String tool,
      @Nullable Usage usage,
      Cost cost,
      @Nullable Long latencyUs,
      String content) {
    count++;
    boolean answer = type == EventType.LLM_RESPONSE;
    String name = project.value() + ' ' + traceId + ' ' + at + ' ' + count;
    return new Event(
        UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)),
        type,
        project,
        environment,
        source,
        new Event.Agent(agent, "agt_" + agent, "ver_" + agent),
        new Event.Place(traceId, thread, "span-" + count, null, count, null, user),
        at,
        false,
        new Event.Facts(
            answer ? "openai" : null,
            answer ? model : null,
            answer ? model : null,
            tool,
            null,
            answer ? "resp-" + traceId + '-' + at.getEpochSecond() : null,
            answer ? "stop" : null,
            status,
            null,
            usage,
            cost,
            latencyUs,
            answer ? Long.valueOf(1_500L) : null,
            null),
        content,
        "{\"n\":" + count + "}");
  }
}
