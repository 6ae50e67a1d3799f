package dev.whyops.bench;

import dev.whyops.event.Event;
import dev.whyops.event.EventType;
import dev.whyops.pricing.Cost;
import dev.whyops.project.Capture;
import dev.whyops.project.Environment;
import dev.whyops.project.ProjectId;
import dev.whyops.provider.CallKind;
import dev.whyops.provider.ProviderType;
import dev.whyops.provider.Usage;
import dev.whyops.record.CallEnd;
import dev.whyops.record.CallRow;
import dev.whyops.record.CallStart;
import dev.whyops.record.Outcome;
import dev.whyops.record.Stamps;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * One conversation of an agent that sends its whole history with each call, as the proxy records
 * it: per call a row, a request event (the user's question, then each tool's output) and an answer.
 */
final class EventsAgent {
  static final int AGENTS = 200;
  static final int USERS = 5_000;
  private static final String[] MODELS = {
    "gpt-4o", "gpt-4o-mini", "o3", "claude-sonnet-4", "claude-haiku-3-5"
  };
  private static final long[] NANO_PER_TOKEN = {2_500, 150, 2_000, 3_000, 800};
  private static final String[] TOOLS = {
    "search_orders", "get_customer", "refund", "lookup_policy", "send_mail", "run_sql", "fetch_page"
  };
  private static final ProjectId[] PROJECTS = {
    new ProjectId("prj_bench0"),
    new ProjectId("prj_bench1"),
    new ProjectId("prj_bench2"),
    new ProjectId("prj_bench3")
  };
  private static final String[] PROMPTS = prompts();

  final ProjectId project;
  final String traceId;
  final int calls;
  private final int agent;
  private final int model;
  private final String user;
  private final SplittableRandom random;
  private final StringBuilder history = new StringBuilder(16_384);
  private int done;
  private String lastCallId = "";
  private String lastTool = "";
  private int turnsBefore;

  /** What one call leaves. */
  record Told(CallRow call, List<Event> events) {}

  EventsAgent(long seed) {
    random = new SplittableRandom(seed);
    agent = random.nextInt(AGENTS);
    project = project(agent);
    model = random.nextInt(10) < 7 ? agent % MODELS.length : random.nextInt(MODELS.length);
    user = "user-" + random.nextInt(USERS);
    int kind = random.nextInt(20);
    calls = kind < 2 ? 1 : kind < 9 ? 10 : 20;
    traceId = "trc_" + Long.toUnsignedString(random.nextLong(), 36) + Long.toString(seed, 36);
    history.append(PROMPTS[agent]);
  }

  /** Half of all agents are those of the first project. */
  static ProjectId project(int agent) {
    return PROJECTS[agent % 2 == 0 ? 0 : 1 + agent / 2 % 3];
  }

  private static String[] prompts() {
    String[] prompts = new String[AGENTS];
    for (int i = 0; i < AGENTS; i++) {
      SplittableRandom random = new SplittableRandom(i);
      StringBuilder text = new StringBuilder("{\"role\":\"system\",\"content\":\"");
      EventsTexts.prose(text, random, 2_000);
      prompts[i] = text.append("\"}").toString();
    }
    return prompts;
  }

  boolean isDone() {
    return done == calls;
  }

  /** Seconds until the next call. */
  double pause() {
    return 2 + 8 * random.nextDouble();
  }

  Told next(long seq, Instant at) {
    done++;
    String asked = done == 1 ? question() : toolOutput();
    history.append(',').append(asked);
    turnsBefore++;
    String messages = "[" + history + "]";
    boolean last = isDone();
    String callId = "req_" + Long.toString(seq, 36);
    String tool = last ? "" : TOOLS[random.nextInt(TOOLS.length)];
    String toolCallId = last ? "" : "call_" + Long.toUnsignedString(random.nextLong(), 36);
    String said = last ? answer() : toolCall(tool, toolCallId);
    boolean failed = !lastTool.isEmpty() && random.nextInt(50) == 0;
    long latencyUs = (long) (Math.exp(0.5 * gaussian()) * 900_000);
    Instant end = at.plusNanos(latencyUs * 1_000);
    long input = 600 + history.length() / 4;
    long output = said.length() / 4;
    long cached = done == 1 ? 0 : input / 2;
    CallRow call = call(seq, at, end, callId, messages);
    Event request =
        done == 1
            ? event(
                EventType.USER_MESSAGE,
                at,
                callId,
                null,
                facts("ok", null, null, null, null, null, null),
                "{\"messages\":" + messages + ",\"newFrom\":0}",
                "{\"callId\":\"" + callId + "\",\"stream\":true}")
            : event(
                EventType.TOOL_RESULT,
                at,
                callId,
                lastCallId,
                facts(failed ? "error" : "ok", lastTool, lastCallId, null, null, null, null),
                "{\"toolCallId\":\"" + lastCallId + "\",\"output\":" + outputOf(asked) + "}",
                "{\"callId\":\""
                    + callId
                    + "\",\"stream\":true,\"messages\":"
                    + messages
                    + ",\"newFrom\":"
                    + (turnsBefore - 1)
                    + "}");
    Usage usage = new Usage(input - cached, cached, 0L, 0L, output, 0L, "OA_CHAT", false);
    Cost cost =
        new Cost(
            (input - cached / 2 + 4 * output) * NANO_PER_TOKEN[model],
            Cost.Kind.COMPUTED,
            "row-" + model,
            1,
            null);
    Event response =
        event(
            EventType.LLM_RESPONSE,
            end,
            callId,
            null,
            facts(
                "ok",
                null,
                null,
                "chatcmpl-" + Long.toUnsignedString(random.nextLong(), 36),
                usage,
                cost,
                latencyUs),
            content(said, tool, toolCallId),
            metadata(callId, usage, latencyUs));
    history.append(',').append(said);
    turnsBefore++;
    lastTool = tool;
    lastCallId = toolCallId;
    return new Told(call, List.of(request, response));
  }

  private double gaussian() {
    double sum = 0;
    for (int i = 0; i < 6; i++) {
      sum += random.nextDouble();
    }
    return (sum - 3) * 1.41;
  }

  private String question() {
    StringBuilder text = new StringBuilder("{\"role\":\"user\",\"content\":\"");
    EventsTexts.prose(text, random, 120 + random.nextInt(400));
    return text.append("\"}").toString();
  }

  private String toolOutput() {
    StringBuilder text =
        new StringBuilder("{\"role\":\"tool\",\"tool_call_id\":\"")
            .append(lastCallId)
            .append("\",\"content\":\"");
    EventsTexts.rows(text, random, 200 + random.nextInt(1_000));
    return text.append("\"}").toString();
  }

  private static String outputOf(String message) {
    return message.substring(message.indexOf("\"content\":") + 10, message.length() - 1);
  }

  private String toolCall(String tool, String id) {
    StringBuilder text = new StringBuilder("{\"role\":\"assistant\",\"content\":\"");
    EventsTexts.prose(text, random, 60);
    text.append("\",\"tool_calls\":[{\"id\":\"").append(id).append("\",\"type\":\"function\",");
    text.append("\"function\":{\"name\":\"").append(tool);
    text.append("\",\"arguments\":\"{\\\"query\\\":\\\"");
    EventsTexts.prose(text, random, 60);
    return text.append("\\\"}\"}}]}").toString();
  }

  private String answer() {
    StringBuilder text = new StringBuilder("{\"role\":\"assistant\",\"content\":\"");
    EventsTexts.prose(text, random, 300 + random.nextInt(900));
    return text.append("\"}").toString();
  }

  private static String content(String said, String tool, String toolCallId) {
    int from = said.indexOf("\"content\":");
    int calls = said.indexOf(",\"tool_calls\"");
    String text = said.substring(from, calls < 0 ? said.length() - 1 : calls);
    return tool.isEmpty()
        ? "{" + text + ",\"finishReason\":\"stop\"}"
        : "{"
            + text
            + ",\"toolCalls\":"
            + said.substring(calls + 14, said.length() - 1)
            + ",\"finishReason\":\"tool_calls\"}";
  }

  private String metadata(String callId, Usage usage, long latencyUs) {
    long us = latencyUs * 1_000;
    return "{\"callId\":\""
        + callId
        + "\",\"status\":200,\"endReason\":\"answered\","
        + "\"requestedModel\":\""
        + MODELS[model]
        + "\",\"rawUsage\":{\"prompt_tokens\":"
        + (usage.input() + usage.cacheRead())
        + ",\"completion_tokens\":"
        + usage.output()
        + ",\"prompt_tokens_details\":{\"cached_tokens\":"
        + usage.cacheRead()
        + "}},\"answerBytes\":"
        + (2_000 + random.nextInt(5_000))
        + ",\"stampsNanos\":{\"routable\":"
        + (40_000 + random.nextInt(20_000))
        + ",\"sent\":"
        + (80_000 + random.nextInt(40_000))
        + ",\"upFirst\":"
        + us / 3
        + ",\"upContent\":"
        + us / 2
        + ",\"downLast\":"
        + us
        + "}}";
  }

  private Event.Facts facts(
      String status,
      String tool,
      String toolCallId,
      String responseId,
      Usage usage,
      Cost cost,
      Long latencyUs) {
    boolean answer = responseId != null;
    return new Event.Facts(
        model < 3 ? "openai" : "anthropic",
        MODELS[model],
        MODELS[model],
        tool,
        toolCallId,
        responseId,
        answer ? "stop" : null,
        status,
        answer ? "header" : null,
        usage,
        cost == null ? Cost.NONE : cost,
        latencyUs,
        answer ? Long.valueOf(latencyUs / 2) : null,
        answer ? Long.valueOf(200 + random.nextInt(400)) : null);
  }

  private Event event(
      EventType type,
      Instant at,
      String span,
      String parent,
      Event.Facts facts,
      String content,
      String metadata) {
    return new Event(
        new UUID(random.nextLong(), random.nextLong()),
        type,
        project,
        agent % 7 == 0 ? Environment.STAGING : Environment.PRODUCTION,
        Event.Source.PROXY,
        new Event.Agent("agent-" + agent, "agt_" + agent, "ver_" + agent + "_" + agent % 3),
        new Event.Place(
            traceId, "thread-" + traceId.hashCode() % 997, span, parent, 2 * done, null, user),
        at,
        false,
        facts,
        content,
        metadata);
  }

  private CallRow call(long seq, Instant at, Instant end, String callId, String messages) {
    String body =
        "{\"model\":\"" + MODELS[model] + "\",\"stream\":true,\"messages\":" + messages + "}";
    CallStart start =
        new CallStart(
            callId,
            project,
            Environment.PRODUCTION,
            "key_1",
            "agent-" + agent,
            traceId,
            traceId,
            "header",
            user,
            null,
            null,
            Capture.FULL,
            "prv_1",
            "openai",
            ProviderType.OPENAI,
            CallKind.CHAT_COMPLETIONS,
            "POST",
            "/v1/chat/completions",
            "application/json",
            null,
            new byte[0],
            body.length(),
            List.of(),
            at);
    long ns = java.time.Duration.between(at, end).toNanos();
    CallEnd answer =
        new CallEnd(
            new Outcome.Answered(),
            200,
            "text/event-stream",
            null,
            callId,
            new byte[0],
            3_000,
            false,
            List.of(),
            new Stamps(50_000, 90_000, 120_000, ns / 3, ns / 2, ns / 2, ns, ns),
            new long[] {ns / 2, 400, ns, 600},
            List.of());
    return new CallRow(seq, start, answer, "answered", body, hash(), hash(), "");
  }

  private String hash() {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
