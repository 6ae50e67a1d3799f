// What only some versions of the provider packages have, and clients that are none of theirs.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { WhyOps } from "../dist/esm/index.js";
import { ANTHROPIC, call, OPENAI } from "./packages.mjs";
import { only, proxy, refused, sdk, secretFree } from "./proxied.mjs";
import { KEY } from "./server.mjs";
import { HYBRID, run } from "./snippets.mjs";

describe("clients of other platforms", () => {
  for (const pack of OPENAI) {
    test(`AzureOpenAI of ${pack.label}`, () => {
      const azure = new pack.module.AzureOpenAI({
        apiKey: "x",
        apiVersion: "1",
        endpoint: "https://a.test",
      });
      refused((client) => sdk.openai(client), azure, /plain OpenAI client/);
    });
  }
  test("a client with a provider of its own", () => {
    const client = new OPENAI[3].Client({ apiKey: "x" });
    client._provider = {};
    refused((given) => sdk.openai(given), client, /credentials cannot be replaced/);
  });
});

test("a key function is replaced", async () => {
  for (const pack of OPENAI.slice(1)) {
    const client = sdk.openai(new pack.Client({ apiKey: async () => "provider-key" }));
    await call(pack, client);
    await call(pack, client.withOptions({ timeout: 3000 }));
  }
  for (const { headers } of proxy.calls) assert.equal(headers.authorization, `Bearer ${KEY}`);
  assert.equal(proxy.calls.length, 6);
});

test("an Anthropic auth token is replaced", async () => {
  for (const pack of ANTHROPIC) {
    const client = sdk.anthropic(new pack.Client({ authToken: "provider-token", apiKey: null }));
    await call(pack, client);
    if (client.withOptions) await call(pack, client.withOptions({ timeout: 3000 }));
  }
  assert.equal(proxy.calls.length, 3);
  secretFree("provider-token");
});

test("an Anthropic client without any credential of its own works", async () => {
  const pack = ANTHROPIC[1];
  await call(pack, sdk.anthropic(new pack.Client()));
  assert.equal(only().authorization, `Bearer ${KEY}`);
});

test("the hybrid snippet runs as it stands", async () => {
  const names = {
    sdk,
    traceId: "checkout-8841",
    chargeCard: async () => ({ paid: true }),
    OpenAI: OPENAI[3].Client,
  };
  const spanId = await run(HYBRID, names);
  assert.ok(await sdk.flush());
  const events = proxy.events.filter(({ traceId }) => traceId === "checkout-8841");
  assert.deepEqual(
    events.map((event) => event.spanId),
    [spanId, spanId],
  );
});

test("the proxy's address may end in /v1", () => {
  const named = new WhyOps({ apiKey: KEY, agentName: "a", proxyBaseUrl: "http://proxy.test/v1/" });
  assert.equal(named.analyseBaseUrl, "http://proxy.test/api");
  assert.equal(named.openai(new OPENAI[3].Client({ apiKey: "x" })).baseURL, "http://proxy.test/v1");
  assert.equal(
    named.anthropic(new ANTHROPIC[1].Client({ apiKey: "x" })).baseURL,
    "http://proxy.test",
  );
});

test("headers for clients that the helpers do not know", () => {
  assert.deepEqual(sdk.proxyHeaders("session-123"), {
    "X-Agent-Name": "support-agent",
    "X-Trace-ID": "session-123",
  });
  assert.equal(sdk.withTrace("inside", () => sdk.proxyHeaders())["X-Trace-ID"], "inside");
});
