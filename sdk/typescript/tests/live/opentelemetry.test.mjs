// The real exporter and OpenInference's instrumentation beside a proxied call: one correct trace.
import assert from "node:assert/strict";
import { test } from "node:test";
import { OpenAIInstrumentation } from "@arizeai/openinference-instrumentation-openai";
import { context, propagation, SpanStatusCode, trace } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import OpenAI from "openai";
import { ofType, readTrace, skip } from "./server.mjs";

const QUESTION = "Where is order 123?";
const TOOLS = [
  {
    type: "function",
    function: {
      name: "search_orders",
      parameters: { type: "object", properties: { query: { type: "string" } } },
    },
  },
];
const legs = {
  "through the gateway": ["WHYOPS_TEST_GATEWAY", "WHYOPS_TEST_KEY"],
  "straight to the provider": ["WHYOPS_TEST_PROVIDER", "WHYOPS_TEST_PROVIDER_KEY"],
};

function telemetry() {
  const exporter = new OTLPTraceExporter({
    url: `${process.env.WHYOPS_TEST_GATEWAY}/v1/traces`,
    headers: { Authorization: `Bearer ${process.env.WHYOPS_TEST_KEY}` },
    compression: "gzip",
  });
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ "service.name": "otel-js-agent" }),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  provider.register();
  const instrumentation = new OpenAIInstrumentation({ tracerProvider: provider });
  instrumentation.manuallyInstrument(OpenAI);
  return { provider, instrumentation };
}

const headers = (script) => {
  const carrier = { "X-Agent-Name": "otel-js-agent", "X-Fake-Script": script };
  propagation.inject(context.active(), carrier);
  return carrier;
};

async function agentRun(client, tracer) {
  const messages = [{ role: "user", content: QUESTION }];
  const request = { model: "gpt-4o", messages, tools: TOOLS };
  const first = await client.chat.completions.create(request, {
    headers: headers("call=search_orders"),
  });
  const [call] = first.choices[0].message.tool_calls;
  const attributes = {
    "gen_ai.operation.name": "execute_tool",
    "gen_ai.tool.name": "search_orders",
    "gen_ai.tool.call.id": call.id,
    "gen_ai.tool.call.arguments": call.function.arguments,
    "gen_ai.tool.call.result": '{"status":"shipped"}',
  };
  tracer.startActiveSpan("execute_tool search_orders", { attributes }, (span) => span.end());
  messages.push(first.choices[0].message, {
    role: "tool",
    tool_call_id: call.id,
    content: '{"status":"shipped"}',
  });
  const second = await client.chat.completions.create(request, { headers: headers("words=5") });
  return [first, second];
}

test("a run told by OpenTelemetry and the proxy", { skip }, async (context_) => {
  const { provider, instrumentation } = telemetry();
  context_.after(async () => {
    instrumentation.disable();
    await provider.shutdown();
    trace.disable();
    context.disable();
    propagation.disable();
  });
  const tracer = trace.getTracer("support-app");
  for (const [leg, [url, key]] of Object.entries(legs)) {
    await context_.test(leg, async () => {
      const client = new OpenAI({
        apiKey: process.env[key],
        baseURL: `${process.env[url]}/v1`,
      });
      let traceId;
      const answers = await tracer.startActiveSpan("answer customer", async (span) => {
        traceId = span.spanContext().traceId;
        const done = await agentRun(client, tracer);
        span.setStatus({ code: SpanStatusCode.OK });
        span.end();
        return done;
      });
      await provider.forceFlush();
      check(
        await readTrace(traceId, (found) => ofType(found, "agent_message").length > 0),
        answers,
      );
    });
  }
});

/** The exporter cuts the start of a span to whole milliseconds, so that it may precede what caused it. */
function notAfter(earlier, later) {
  return Date.parse(earlier.timestamp) <= Date.parse(later.timestamp) + 1;
}

function check(found, [first, second]) {
  const { events } = found;
  const order = events.map(({ eventType }) => eventType);
  const [asked, answered] = ofType(events, "llm_response");
  const [request, ...otherRequests] = ofType(events, "tool_call_request");
  const [response] = ofType(events, "tool_call_response");
  assert.equal(order[0], "user_message");
  assert.equal(otherRequests.length, 0);
  assert.ok(notAfter(asked, request));
  assert.ok(notAfter(response, answered));
  const [call] = asked.content.toolCalls;
  assert.deepEqual([request.toolCallId, response.toolCallId], [call.id, call.id]);
  assert.equal(request.spanId, response.spanId);
  assert.deepEqual(response.content.result, { status: "shipped" });
  assert.equal(answered.content.content, second.choices[0].message.content);

  const sum = (name) => first.usage[name] + second.usage[name];
  assert.deepEqual([found.llmCalls, found.toolCalls], [2, 1]);
  assert.equal(found.tokens.input, sum("prompt_tokens"));
  assert.equal(found.tokens.output, sum("completion_tokens"));
  assert.equal(found.cost.kind, "computed");
  const usd = (sum("prompt_tokens") * 2.5 + sum("completion_tokens") * 10) / 1e6;
  assert.ok(Math.abs(Number(found.cost.usd) - usd) < 1e-9);
  const root = ofType(events, "agent_message")[0].spanId;
  for (const event of events) assert.ok(event.spanId === root || event.parentSpanId === root);
  assert.equal(found.completeness.orphans, 0);
  assert.equal(found.agentName, "otel-js-agent");
  assert.equal(found.versions.length, 1);
}
