// What the trace builder puts on the wire, against the golden files shared by all SDKs.
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { WhyOps } from "../dist/esm/index.js";
import { golden, KEY, logged, startServer } from "./server.mjs";

let server;
let sdk;

before(async () => {
  server = await startServer();
});
beforeEach(() => {
  server.seen.length = 0;
  server.answer = () => ({});
  sdk = new WhyOps({ apiKey: KEY, agentName: "support-agent", proxyBaseUrl: server.url });
});
after(() => server.close());

const UUID7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const sent = async () => {
  assert.equal(await sdk.flush(), true);
  return server.events;
};

describe("golden events", () => {
  for (const { case: name, method, arguments: args, options, event: expected } of golden(
    "events",
  )) {
    test(name, async () => {
      const returned = sdk.trace("session-123")[method](...args, options);
      const [event, ...others] = await sent();
      assert.equal(others.length, 0);
      assert.match(event.eventId, UUID7);
      delete event.eventId;
      if (!("timestamp" in expected)) {
        assert.ok(Math.abs(Date.parse(event.timestamp) - Date.now()) < 10_000);
        delete event.timestamp;
      }
      assert.deepEqual(event, expected);
      assert.equal(returned, method === "toolCallRequest" ? event.spanId : undefined);
    });
  }
});

test("a tool request gives the span of its response, awaited or not", async () => {
  const trace = sdk.trace("session-123", { threadId: "thread-1", externalUserId: "user-1" });
  const spanId = await trace.toolCallRequest("search", [{ name: "search", arguments: {} }]);
  assert.match(spanId, /^[0-9a-f]{16}$/);
  await trace.toolCallResponse("search", spanId, [], { ok: true });
  const [request, response] = await sent();
  assert.equal(request.spanId, spanId);
  assert.equal(response.spanId, spanId);
  assert.equal(request.threadId, "thread-1");
  assert.equal(request.externalUserId, "user-1");
});

test("eventId and timestamp are set at the call, ids rise with time", async () => {
  const trace = sdk.trace("t");
  const first = Date.now();
  trace.userMessage("one");
  await new Promise((resolve) => setTimeout(resolve, 30));
  trace.userMessage("two");
  const [one, two] = await sent();
  assert.ok(Date.parse(two.timestamp) - Date.parse(one.timestamp) >= 25);
  assert.ok(Date.parse(one.timestamp) - first < 25);
  assert.ok(one.eventId < two.eventId);
});

test("what the host changes after the call does not change the event", async () => {
  const messages = [{ role: "user", content: "before" }];
  sdk.trace("t").userMessage(messages);
  messages[0].content = "after";
  const [event] = await sent();
  assert.equal(event.content[0].content, "before");
});

test("values that JSON does not know never throw and keep their meaning", async () => {
  const cycle = { name: "x" };
  cycle.self = cycle;
  const values = {
    big: 12n,
    nan: NaN,
    date: new Date(0),
    bytes: Buffer.from("ab"),
    map: new Map([["a", 1]]),
    set: new Set([1]),
    error: new RangeError("bad"),
    none: undefined,
    fn: () => 1,
    lone: "\ud800",
  };
  const hostile = {
    get boom() {
      throw new Error("getter");
    },
  };
  let deep = {};
  for (let level = 0; level < 100_000; level++) deep = { deep };
  const trace = sdk.trace("t");
  for (const value of [values, cycle, hostile, deep, undefined, Symbol("x")])
    trace.userMessage(value);
  const events = await sent();
  assert.equal(events.length, 6);
  assert.equal(sdk.stats.internalErrors, 0);
  assert.deepEqual(events[0].content, {
    big: "12",
    nan: "NaN",
    date: "1970-01-01T00:00:00.000Z",
    bytes: "YWI=",
    map: { a: 1 },
    set: [1],
    error: { name: "RangeError", message: "bad" },
    lone: "\ud800",
  });
  assert.equal(events[1].content.name, "x");
});

test("an event over 1 MiB is shortened and counted", async () => {
  const lines = await logged(async () => {
    sdk.trace("t").toolResult("read", "ü".repeat(900_000));
    sdk.trace("t").userMessage("x", { metadata: { huge: "y".repeat(2_000_000) } });
    const [event, other] = await sent();
    assert.equal(event.content.truncated, true);
    assert.ok(event.content.bytes > 1_800_000);
    assert.equal(event.metadata.tool, "read");
    assert.deepEqual(other.metadata, {});
  });
  assert.equal(sdk.stats.truncated, 2);
  assert.equal(lines.length, 1);
});

test("sound and pictures are told apart", async () => {
  sdk.trace("t").llmResponse("gpt-realtime", "openai", "x", {
    usage: {
      input_tokens: 200,
      output_tokens: 10,
      total_tokens: 210,
      input_tokens_details: {
        audio_tokens: 90,
        image_tokens: 30,
        cached_tokens: 100,
        cached_tokens_details: { audio_tokens: 50, image_tokens: 10 },
      },
      output_tokens_details: { audio_tokens: 6 },
    },
  });
  assert.deepEqual((await sent())[0].metadata.usage, {
    promptTokens: 100,
    completionTokens: 10,
    totalTokens: 210,
    cacheReadTokens: 100,
    inputAudioTokens: 40,
    cacheReadAudioTokens: 50,
    outputAudioTokens: 6,
    inputImageTokens: 20,
    cacheReadImageTokens: 10,
  });
});

test("usage objects of the providers become the documented names", async () => {
  const trace = sdk.trace("t");
  trace.llmResponse("m", "openai", "x", {
    usage: {
      prompt_tokens: 100,
      completion_tokens: 5,
      total_tokens: 105,
      prompt_tokens_details: { cached_tokens: 80 },
      completion_tokens_details: { reasoning_tokens: 2 },
    },
  });
  trace.llmResponse("m", "openai", "x", {
    usage: { input_tokens: 10, output_tokens: 5, input_tokens_details: { cached_tokens: 4 } },
  });
  trace.llmResponse("m", "anthropic", "x", {
    usage: {
      input_tokens: 10,
      output_tokens: 5,
      cache_read_input_tokens: 7,
      cache_creation_input_tokens: 3,
      cache_creation: { ephemeral_5m_input_tokens: 3 },
    },
  });
  assert.deepEqual(
    (await sent()).map(({ metadata }) => metadata.usage),
    [
      {
        promptTokens: 20,
        completionTokens: 5,
        totalTokens: 105,
        cacheReadTokens: 80,
        reasoningTokens: 2,
      },
      { promptTokens: 6, completionTokens: 5, cacheReadTokens: 4 },
      {
        promptTokens: 10,
        completionTokens: 5,
        cacheReadTokens: 7,
        cacheCreationTokens: 3,
        cacheWrite5mTokens: 3,
      },
    ],
  );
});

describe("trace.tool", () => {
  test("times a tool, ties it to the model's call and places what happens inside", async () => {
    const trace = sdk.trace("t");
    const result = await trace.tool(
      "search",
      { q: 1 },
      async () => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        sdk.trace("t").userMessage("inside");
        return "found";
      },
      { toolCall: { type: "function_call", id: "fc_1", call_id: "call_1" } },
    );
    assert.equal(result, "found");
    const [request, inside, response] = await sent();
    assert.deepEqual(request.content.toolCalls, [
      { name: "search", arguments: { q: 1 }, id: "call_1" },
    ]);
    assert.equal(inside.parentSpanId, request.spanId);
    assert.equal(request.parentSpanId, undefined);
    assert.equal(response.spanId, request.spanId);
    assert.equal(response.content.toolResults, "found");
    assert.ok(response.metadata.latencyMs >= 19);
  });

  test("what it throws is recorded and goes on, at once or later", async () => {
    const trace = sdk.trace("t");
    assert.throws(
      () =>
        trace.tool("a", {}, () => {
          throw new RangeError("sync");
        }),
      RangeError,
    );
    await assert.rejects(
      trace.tool("b", {}, async () => {
        throw new RangeError("async");
      }),
      RangeError,
    );
    assert.equal(
      trace.tool("c", {}, (tool) => {
        tool.failed("handled");
        return 1;
      }),
      1,
    );
    const responses = (await sent()).filter(({ eventType }) => eventType === "tool_call_response");
    assert.deepEqual(
      responses.map(({ content }) => content.isError),
      [true, true, true],
    );
    assert.deepEqual(
      responses.map(({ content }) => content.toolResults.error),
      [
        { type: "RangeError", message: "sync" },
        { type: "RangeError", message: "async" },
        { message: "handled" },
      ],
    );
  });
});

test("an Error as message carries its stack", async () => {
  sdk.trace("t").error(new Error("broken"));
  const [{ content }] = await sent();
  assert.equal(content.message, "broken");
  assert.match(content.stack, /events\.test/);
});

test("without name or key, or disabled, nothing is sent and nothing throws", async () => {
  const lines = await logged(() => {
    new WhyOps({ apiKey: KEY, proxyBaseUrl: server.url }).trace("t").userMessage("x");
    new WhyOps({ agentName: "a", proxyBaseUrl: server.url }).trace("t").userMessage("x");
    const off = new WhyOps({
      apiKey: KEY,
      agentName: "a",
      proxyBaseUrl: server.url,
      enabled: false,
    });
    assert.equal(typeof off.trace("t").toolCallRequest("x", []), "string");
  });
  assert.equal(lines.length, 1);
  assert.equal((await sent()).length, 0);
});
