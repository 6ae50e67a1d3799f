// The documented code, as it stands, through the proxy and out as a trace.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { WhyOps } from "../../dist/esm/index.js";
import { ALL, ANTHROPIC, call, helper, OPENAI } from "../packages.mjs";
import { logged } from "../server.mjs";
import { CALLS, HYBRID, run } from "../snippets.mjs";
import { DEFINITION, newTraceId, ofType, readTrace, skip } from "./server.mjs";

const QUESTION = "Where is order 123?";
let sdk;

before(() => {
  sdk = new WhyOps({ agentName: "support-agent", agentMetadata: DEFINITION });
});
after(() => sdk.close());

for (const pack of ALL) {
  describe(pack.label, () => {
    for (const [name, source] of Object.entries(CALLS).filter(([name]) =>
      name.startsWith(pack.kind),
    )) {
      test(`the documented call becomes a trace: ${name}`, { skip }, async () => {
        const info = await sdk.initAgent();
        assert.deepEqual(await sdk.initAgent(), info);
        const traceId = newTraceId();
        const names = {
          sdk,
          traceId,
          currentUser: { id: "user-7" },
          OpenAI: pack.Client,
          Anthropic: pack.Client,
        };
        const answer = await run(source, names);
        assert.ok(answer);
        const trace = await readTrace(
          traceId,
          (events) => ofType(events, "llm_response").length > 0,
        );
        assert.equal(trace.agentName, "support-agent");
        assert.equal(trace.agentVersionId, info.agentVersionId);
        assert.equal(trace.externalUserId, "user-7");
        assert.equal(trace.threadId, traceId);
        const [question, ...otherQuestions] = ofType(trace.events, "user_message");
        assert.equal(otherQuestions.length, 0);
        assert.ok(JSON.stringify(question.content).includes(QUESTION));
        const [response, ...others] = ofType(trace.events, "llm_response");
        assert.equal(others.length, 0);
        assert.equal(response.content.content, answer);
        assert.equal(response.continuity, "header");
        assert.equal(response.provider, pack.kind);
        assert.ok(response.latencyMs > 0);
        assert.ok(Number(response.cost.usd) > 0);
        assert.ok(trace.tokens.input > 0 && trace.tokens.output > 0);
        assert.notEqual(trace.status, "error");
      });
    }
  });
}

test("the hybrid snippet and its call are one trace", { skip }, async () => {
  const traceId = newTraceId();
  const names = {
    sdk,
    traceId,
    chargeCard: async () => ({ paid: true }),
    OpenAI: OPENAI[3].Client,
  };
  const spanId = await run(HYBRID, names);
  assert.ok(await sdk.flush());
  const { events } = await readTrace(traceId, (found) => found.length >= 4);
  assert.deepEqual(
    events.map(({ eventType }) => eventType),
    ["tool_call_request", "tool_call_response", "user_message", "llm_response"],
  );
  assert.deepEqual(
    events.slice(0, 2).map((event) => event.spanId),
    [spanId, spanId],
  );
});

test("calls inside withTrace, at once and of both providers, stand in their own traces", {
  skip,
}, async () => {
  const packs = [OPENAI[3], ANTHROPIC[1]];
  const ids = packs.map(newTraceId);
  await Promise.all(
    packs.map((pack, index) =>
      sdk.withTrace(ids[index], () =>
        call(pack, helper(sdk, pack, new pack.Client({ apiKey: "x" }))),
      ),
    ),
  );
  for (const [index, id] of ids.entries()) {
    const { events } = await readTrace(id, (found) => ofType(found, "llm_response").length > 0);
    assert.deepEqual(
      ofType(events, "llm_response").map(({ provider }) => provider),
      [packs[index].kind],
    );
  }
});

test("runtime events of every kind arrive once and in order", { skip }, async () => {
  const traceId = newTraceId();
  const trace = sdk.trace(traceId, { externalUserId: "Größe 7" });
  trace.userMessage([{ role: "user", content: "Reset my password." }]);
  trace.llmThinking("The user wants a new password.", { signature: "sig" });
  trace.embeddingRequest(["password reset"]);
  trace.embeddingResponse("text-embedding-3-small", "openai", 1, 1536, {
    totalTokens: 3,
    latencyMs: 12,
  });
  trace.tool("search_help", { q: "password" }, () => ["page-1"]);
  trace.toolResult("search_help", ["page-1"]);
  trace.llmResponse("gpt-4o", "openai", "Follow the link.", {
    finishReason: "stop",
    latencyMs: 390,
    usage: { promptTokens: 40, completionTokens: 16, totalTokens: 156, cacheReadTokens: 100 },
  });
  trace.error("mail server refused", { status: 550 });
  assert.ok(await trace.flush());
  const detail = await readTrace(traceId, (events) => events.length >= 9);
  assert.deepEqual(
    detail.events.map(({ eventType }) => eventType),
    [
      "user_message",
      "llm_thinking",
      "embedding_request",
      "embedding_response",
      "tool_call_request",
      "tool_call_response",
      "tool_result",
      "llm_response",
      "error",
    ],
  );
  assert.equal(detail.externalUserId, "Größe 7");
  assert.equal(detail.errorCount, 1);
  const [answer] = ofType(detail.events, "llm_response");
  assert.deepEqual(
    [answer.usage.input, answer.usage.cacheRead, answer.usage.output, answer.latencyMs],
    [40, 100, 16, 390],
  );
});

test("the same idempotency key counts once", { skip }, async () => {
  const traceId = newTraceId();
  const trace = sdk.trace(traceId);
  for (let time = 0; time < 3; time++)
    trace.userMessage("once", { idempotencyKey: `key-${traceId}` });
  trace.userMessage("again");
  assert.ok(await sdk.flush());
  const { events } = await readTrace(traceId, (found) => found.length >= 2);
  assert.deepEqual(
    events.map(({ content }) => content),
    ["once", "again"],
  );
});

test("one bad event does not take the good ones with it", { skip }, async () => {
  const own = new WhyOps({ agentName: "support-agent" });
  const traceId = newTraceId();
  own.trace(traceId).userMessage("good 1");
  own.trace("not a valid trace id").userMessage("bad");
  own.trace(traceId).userMessage("good 2");
  await logged(async () => assert.ok(await own.close()));
  const { events } = await readTrace(traceId, (found) => found.length >= 2);
  assert.deepEqual(
    events.map(({ content }) => content),
    ["good 1", "good 2"],
  );
  assert.deepEqual([own.stats.sent, own.stats.rejected], [2, 1]);
});

test("an agent name that is not ASCII", { skip }, async () => {
  const own = new WhyOps({ agentName: "注文係" });
  const traceId = newTraceId();
  const pack = OPENAI[3];
  await own.withTrace(traceId, async (trace) => {
    await call(pack, own.openai(new pack.Client({ apiKey: "x" })));
    trace.error("x");
  });
  assert.ok(await own.close());
  const detail = await readTrace(traceId, (events) => ofType(events, "error").length > 0);
  assert.equal(detail.agentName, "注文係");
});

test("a wrong key is the provider's own exception", { skip }, async () => {
  const wrong = new WhyOps({ apiKey: `whyops_test_${"0".repeat(36)}`, agentName: "support-agent" });
  for (const pack of ALL) {
    await assert.rejects(
      () => call(pack, helper(wrong, pack, new pack.Client({ apiKey: "x" }))),
      (error) => error instanceof pack.Client.AuthenticationError,
    );
  }
  await logged(async () => {
    assert.equal(await wrong.initAgent(), null);
    wrong.trace("t").userMessage("x");
    assert.ok(await wrong.close());
  });
  assert.equal(wrong.stats.rejected, 1);
});
