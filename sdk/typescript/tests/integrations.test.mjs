// The hooks of the frameworks, against the real packages.
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { AIMessage } from "@langchain/core/messages";
import { RunnableLambda } from "@langchain/core/runnables";
import { tool as langchainTool } from "@langchain/core/tools";
import { FakeListChatModel, FakeStreamingChatModel } from "@langchain/core/utils/testing";
import { generateText, jsonSchema, stepCountIs, streamText, tool, wrapLanguageModel } from "ai";
import { convertArrayToReadableStream, MockLanguageModelV4 } from "ai/test";
import { WhyOps } from "../dist/esm/index.js";
import { whyOpsCallbacks } from "../dist/esm/integrations/langchain.js";
import { whyOpsMiddleware, whyOpsTools } from "../dist/esm/integrations/vercel-ai.js";
import { KEY, startServer } from "./server.mjs";

let server;
let sdk;
before(async () => {
  server = await startServer();
});
beforeEach(() => {
  server.seen.length = 0;
  sdk = new WhyOps({ apiKey: KEY, agentName: "support-agent", proxyBaseUrl: server.url });
});
after(() => server.close());

const told = async () => {
  assert.equal(await sdk.flush(), true);
  return server.events;
};
const types = (events) => events.map(({ eventType }) => eventType);

const usage = {
  inputTokens: { total: 30, noCache: 10, cacheRead: 15, cacheWrite: 5 },
  outputTokens: { total: 4, text: 3, reasoning: 1 },
};
const finish = (unified) => ({ finishReason: { unified, raw: unified }, usage });
const response = { id: "resp-1", modelId: "model-1-exact" };
const answer = {
  content: [{ type: "text", text: "It has shipped." }],
  warnings: [],
  response,
  ...finish("stop"),
};
const wrap = (model, options) =>
  wrapLanguageModel({
    model: new MockLanguageModelV4({ provider: "openai.chat", modelId: "model-1", ...model }),
    middleware: whyOpsMiddleware(sdk, options),
  });

describe("Vercel AI SDK", () => {
  test("a call with a tool is one trace: answers, times, the tool tied to the model's call", async () => {
    const answers = [
      {
        ...answer,
        ...finish("tool-calls"),
        content: [
          { type: "reasoning", text: "Look it up." },
          { type: "tool-call", toolCallId: "call_1", toolName: "search", input: '{"q":"123"}' },
        ],
      },
      answer,
    ];
    const search = tool({
      inputSchema: jsonSchema({ type: "object", properties: { q: { type: "string" } } }),
      execute: async () => new Promise((resolve) => setTimeout(resolve, 15, "shipped")),
    });
    const { text } = await sdk.withTrace("t-1", () =>
      generateText({
        model: wrap({ doGenerate: async () => answers.shift() }),
        tools: whyOpsTools(sdk, { search }),
        prompt: "Where is order 123?",
        stopWhen: stepCountIs(3),
      }),
    );
    assert.equal(text, "It has shipped.");
    const events = await told();
    assert.deepEqual(types(events), [
      "user_message",
      "llm_thinking",
      "llm_response",
      "tool_call_request",
      "tool_call_response",
      "user_message",
      "llm_response",
    ]);
    assert.ok(events.every(({ traceId }) => traceId === "t-1"));
    const [question, thinking, asked, request, done, , last] = events;
    assert.match(JSON.stringify(question.content), /Where is order 123/);
    assert.equal(question.spanId, asked.spanId);
    assert.equal(thinking.content.thinking, "Look it up.");
    assert.deepEqual(asked.content.toolCalls, [
      { id: "call_1", function: { name: "search", arguments: '{"q":"123"}' } },
    ]);
    assert.deepEqual(request.content.toolCalls, [
      { name: "search", arguments: { q: "123" }, id: "call_1" },
    ]);
    assert.equal(done.content.toolResults, "shipped");
    assert.ok(done.metadata.latencyMs >= 14);
    assert.equal(last.content.content, "It has shipped.");
    const { latencyMs, ...metadata } = last.metadata;
    assert.ok(latencyMs >= 0);
    assert.deepEqual(metadata, {
      model: "model-1-exact",
      provider: "openai",
      finishReason: "stop",
      responseId: "resp-1",
      usage: {
        promptTokens: 10,
        completionTokens: 4,
        cacheReadTokens: 15,
        cacheCreationTokens: 5,
        reasoningTokens: 1,
      },
    });
  });

  const parts = [
    { type: "stream-start", warnings: [] },
    { type: "response-metadata", ...response },
    { type: "text-start", id: "1" },
    { type: "text-delta", id: "1", delta: "It has " },
    { type: "text-delta", id: "1", delta: "shipped." },
    { type: "text-end", id: "1" },
    { type: "finish", ...finish("stop") },
  ];

  test("a stream is handed on as it is and told once it ends", async () => {
    const model = wrap({ doStream: async () => ({ stream: convertArrayToReadableStream(parts) }) });
    let text = "";
    for await (const delta of streamText({ model, prompt: "hi" }).textStream) text += delta;
    assert.equal(text, "It has shipped.");
    const events = await told();
    assert.deepEqual(types(events), ["user_message", "llm_response"]);
    assert.equal(events[1].content.content, "It has shipped.");
    assert.equal(events[1].metadata.usage.promptTokens, 10);
    assert.equal(events[1].metadata.responseId, "resp-1");
    assert.equal(events[0].traceId, events[1].traceId);
  });

  test("a stream that nobody reads to its end is told too", async () => {
    const { stream } = await whyOpsMiddleware(sdk).wrapStream({
      doStream: async () => ({ stream: convertArrayToReadableStream(parts) }),
      params: { prompt: [] },
      model: { provider: "openai", modelId: "m" },
    });
    const reader = stream.getReader();
    for (let count = 0; count < 4; count++) await reader.read();
    await reader.cancel();
    const [, response] = await told();
    assert.equal(response.metadata.finishReason, "cancelled");
    assert.match(response.content.content, /^It has /);
  });

  test("failures are told and go on, of models and of tools", async () => {
    const failure = Object.assign(new Error("overloaded"), { statusCode: 529 });
    const fail = async () => {
      throw failure;
    };
    await assert.rejects(
      generateText({ model: wrap({ doGenerate: fail }), prompt: "hi", maxRetries: 0 }),
      /overloaded/,
    );
    const tools = whyOpsTools(sdk, {
      broken: {
        execute: async () => {
          throw new RangeError("no");
        },
      },
      plain: { description: "x" },
    });
    await assert.rejects(tools.broken.execute({}, { toolCallId: "call_2" }), RangeError);
    assert.deepEqual(tools.plain, { description: "x" });
    const events = await told();
    assert.deepEqual(types(events), [
      "user_message",
      "error",
      "tool_call_request",
      "tool_call_response",
    ]);
    assert.equal(events[1].content.status, 529);
    assert.equal(events[1].parentSpanId, events[0].spanId);
    assert.equal(events[3].content.isError, true);
  });

  test("a model that is called through the proxy gets headers and no events", async () => {
    let headers;
    const model = wrap(
      {
        doGenerate: async (params) => {
          headers = params.headers;
          return answer;
        },
      },
      { proxied: true },
    );
    await sdk.withTrace("t-2", () =>
      generateText({ model, prompt: "hi", headers: { "X-Own": "1" } }),
    );
    assert.equal(headers["X-Trace-ID"] ?? headers["x-trace-id"], "t-2");
    assert.equal(headers["X-Agent-Name"] ?? headers["x-agent-name"], "support-agent");
    assert.equal((await told()).length, 0);
  });
});

describe("LangChain", () => {
  const search = langchainTool(
    async ({ q }) => {
      if (q === "bad") throw new RangeError("no such order");
      return `found ${q}`;
    },
    {
      name: "search",
      description: "Finds.",
      schema: { type: "object", properties: { q: { type: "string" } } },
    },
  );

  test("a chain with a model and a tool is one trace, under one root", async () => {
    const model = new FakeListChatModel({ responses: ["It has shipped."] });
    const chain = RunnableLambda.from(async (question, config) => {
      await search.invoke(
        { type: "tool_call", id: "call_1", name: "search", args: { q: "123" } },
        config,
      );
      return model.invoke(question, config);
    });
    const result = await sdk.withTrace("t-1", () =>
      chain.invoke("Where is order 123?", {
        callbacks: [whyOpsCallbacks(sdk)],
        metadata: { thread_id: "thread-1" },
      }),
    );
    assert.equal(result.content, "It has shipped.");
    const events = await told();
    assert.deepEqual(types(events), [
      "tool_call_request",
      "tool_call_response",
      "user_message",
      "llm_response",
    ]);
    assert.ok(events.every(({ traceId }) => traceId === "t-1"));
    const [request, response, question, answered] = events;
    assert.equal(request.spanId, response.spanId);
    assert.deepEqual(request.content.toolCalls[0].arguments, { q: "123" });
    assert.equal(request.content.toolCalls[0].id, "call_1");
    assert.equal(response.content.toolResults, "found 123");
    assert.deepEqual(question.content, [{ role: "user", content: "Where is order 123?" }]);
    assert.equal(answered.content.content, "It has shipped.");
    assert.equal(answered.spanId, question.spanId);
    assert.ok(answered.metadata.latencyMs >= 0);
  });

  test("without a trace the outermost run is one, and thread_id its thread", async () => {
    const chain = RunnableLambda.from((question, config) =>
      new FakeListChatModel({ responses: ["yes"] }).invoke(question, config),
    );
    await chain.invoke("hi", {
      callbacks: [whyOpsCallbacks(sdk)],
      metadata: { thread_id: "thread-1" },
    });
    await chain.invoke("hi", { callbacks: [whyOpsCallbacks(sdk)] });
    const events = await told();
    assert.equal(new Set(events.map(({ traceId }) => traceId)).size, 2);
    assert.deepEqual(
      events.map(({ threadId }) => threadId),
      ["thread-1", "thread-1", undefined, undefined],
    );
  });

  test("usage and tool calls of the answer are told", async () => {
    const message = new AIMessage({
      content: "",
      tool_calls: [{ id: "call_1", name: "search", args: { q: "1" } }],
      usage_metadata: {
        input_tokens: 30,
        output_tokens: 4,
        total_tokens: 34,
        input_token_details: { cache_read: 15, cache_creation: 5 },
      },
      response_metadata: { model_name: "gpt-4o-exact", finish_reason: "tool_calls", id: "resp-1" },
    });
    const callbacks = whyOpsCallbacks(sdk, { traceId: "t-3" });
    callbacks.handleChatModelStart(
      {},
      [[]],
      "run-1",
      undefined,
      { invocation_params: { model: "gpt-4o", temperature: 0 } },
      [],
      { ls_provider: "openai" },
    );
    callbacks.handleLLMEnd({ generations: [[{ message }]] }, "run-1");
    const [, { content, metadata }] = await told();
    assert.deepEqual(content.toolCalls, [
      { id: "call_1", function: { name: "search", arguments: { q: "1" } } },
    ]);
    assert.deepEqual(
      [metadata.model, metadata.provider, metadata.responseId],
      ["gpt-4o-exact", "openai", "resp-1"],
    );
    assert.deepEqual(metadata.usage, {
      promptTokens: 10,
      completionTokens: 4,
      totalTokens: 34,
      cacheReadTokens: 15,
      cacheCreationTokens: 5,
    });
  });

  test("failures are told once, and go on", async () => {
    const chain = RunnableLambda.from((_, config) => search.invoke({ q: "bad" }, config));
    await assert.rejects(chain.invoke("x", { callbacks: [whyOpsCallbacks(sdk)] }), RangeError);
    const events = await told();
    assert.deepEqual(types(events), ["tool_call_request", "tool_call_response", "error"]);
    assert.equal(events[1].content.isError, true);
    assert.equal(events[2].content.message, "no such order");
    const broken = new FakeStreamingChatModel({ thrownErrorString: "overloaded" });
    await assert.rejects(broken.invoke("x", { callbacks: [whyOpsCallbacks(sdk)] }), /overloaded/);
    assert.deepEqual(types(await told()).slice(3), ["user_message", "error"]);
  });

  test("models that are called through the proxy are left to the proxy", async () => {
    const callbacks = whyOpsCallbacks(sdk, { traceId: "t-4" });
    callbacks.handleChatModelStart(
      { kwargs: { configuration: { baseURL: `${server.url}/v1` } } },
      [[]],
      "run-1",
    );
    callbacks.handleLLMEnd({ generations: [[{ text: "x" }]] }, "run-1");
    assert.equal((await told()).length, 0);
  });
});
