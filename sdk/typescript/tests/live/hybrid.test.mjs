// Proxied calls and the application's own tool in one correct trace.
import assert from "node:assert/strict";
import { test } from "node:test";
import { WhyOps } from "../../dist/esm/index.js";
import { OPENAI } from "../packages.mjs";
import { DEFINITION, newTraceId, ofType, readTrace, skip } from "./server.mjs";

test("a tool of the model is one with the tool that ran", { skip }, async () => {
  const sdk = new WhyOps({ agentName: "support-agent", agentMetadata: DEFINITION });
  const info = await sdk.initAgent();
  const client = sdk.openai(new (OPENAI.at(-1).Client)({ apiKey: "YOUR_WHYOPS_API_KEY" }));
  const tools = [
    { type: "function", function: { name: "search_orders", parameters: { type: "object" } } },
  ];
  const messages = [{ role: "user", content: "Where is order 123? {{fake call=search_orders}}" }];
  const traceId = newTraceId();
  const [asked, answered] = await sdk.withTrace(traceId, async (trace) => {
    const first = await client.chat.completions.create({ model: "gpt-4o", messages, tools });
    const [toolCall] = first.choices[0].message.tool_calls;
    const output = await trace.tool("search_orders", {}, async () => ({ status: "shipped" }), {
      toolCall,
    });
    messages.push(
      first.choices[0].message,
      { role: "tool", tool_call_id: toolCall.id, content: JSON.stringify(output) },
      { role: "user", content: "And when does it arrive?" },
    );
    return [first, await client.chat.completions.create({ model: "gpt-4o", messages, tools })];
  });
  assert.ok(await sdk.close());

  const trace = await readTrace(
    traceId,
    (events) =>
      ofType(events, "llm_response").length === 2 &&
      ofType(events, "tool_call_response").length === 1,
  );
  const order = trace.events
    .map(({ eventType }) => eventType)
    .filter((type) => type !== "tool_result");
  assert.deepEqual(order.slice(0, 4), [
    "user_message",
    "llm_response",
    "tool_call_request",
    "tool_call_response",
  ]);
  assert.equal(order.at(-1), "llm_response");
  const [first] = ofType(trace.events, "llm_response");
  const [request] = ofType(trace.events, "tool_call_request");
  const [response] = ofType(trace.events, "tool_call_response");
  const { id } = asked.choices[0].message.tool_calls[0];
  assert.deepEqual([request.toolCallId, response.toolCallId], [id, id]);
  assert.deepEqual([request.parentSpanId, response.parentSpanId], [first.spanId, first.spanId]);
  assert.equal(request.spanId, response.spanId);
  assert.deepEqual([trace.llmCalls, trace.toolCalls], [2, 1]);
  const sum = (name) => asked.usage[name] + answered.usage[name];
  assert.equal(trace.tokens.input + trace.tokens.cacheRead, sum("prompt_tokens"));
  assert.equal(trace.tokens.output, sum("completion_tokens"));
  const formulas = ofType(trace.events, "llm_response").flatMap(({ cost }) => cost.formula);
  const usd = formulas.reduce((total, line) => total + Number(line.usd), 0);
  assert.ok(Math.abs(Number(trace.cost.usd) - usd) < 1e-9);
  assert.equal(trace.cost.kind, "computed");
  assert.deepEqual(trace.versions, [info.agentVersionId]);
  assert.equal(trace.completeness.orphans, 0);
});
