// Registering the agent, and where settings come from.
import assert from "node:assert/strict";
import { after, beforeEach, describe, test } from "node:test";
import { WhyOps } from "../dist/esm/index.js";
import { OPENAI } from "./packages.mjs";
import { golden, KEY, logged, startServer } from "./server.mjs";

const server = await startServer();
const contract = golden("agent-init");
const inits = () => server.seen.filter(({ path }) => path === `/api${contract.requestPath}`);
let number = 0;
/** A definition that no other test has registered in this process. */
const definition = () => ({ ...contract.metadata, description: `${++number}` });
const client = (options) =>
  new WhyOps({ apiKey: KEY, agentName: contract.agentName, proxyBaseUrl: server.url, ...options });
const created = { status: 201, body: contract.answers[0].body };
const start = (answer) => {
  server.seen.length = 0;
  server.answer = answer;
};

beforeEach(() => start(() => created));
after(() => server.close());

for (const [index, { status, body, info }] of contract.answers.entries()) {
  test(`golden agent init: answer ${index} with status ${status}`, async () => {
    start(() => ({ status, body }));
    // Tools keep the order; a prompt of its own keeps the tests apart.
    const agentMetadata = index === 0 ? contract.metadata : definition();
    await logged(async () => assert.deepEqual(await client({ agentMetadata }).initAgent(), info));
    assert.equal(inits().length, 1);
    if (index === 0) assert.deepEqual(inits()[0].body, contract.request);
    assert.equal(inits()[0].headers.authorization, `Bearer ${KEY}`);
  });
}

test("once per process and definition, whoever asks first", async () => {
  const agentMetadata = definition();
  const clients = [
    client({ agentMetadata }),
    client({ agentMetadata }),
    client({ agentMetadata: { ...agentMetadata } }),
  ];
  await Promise.all(clients.map((sdk) => sdk.initAgent()));
  await clients[0].initAgent();
  assert.equal(inits().length, 1);
  await client({ agentMetadata: definition() }).initAgent();
  assert.equal(inits().length, 2);
});

test("lazy: nothing at construction, in the background with the first event, before it arrives", async () => {
  const sdk = client({ agentMetadata: definition() });
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(server.seen.length, 0);
  sdk.trace("t").userMessage("x");
  sdk.trace("t").userMessage("y");
  assert.equal(await sdk.flush(), true);
  assert.deepEqual(
    server.seen.map(({ path }) => path),
    ["/api/entities/init", "/api/events/ingest"],
  );
});

test("with the first patched client too; without a definition not at all", async () => {
  client({ agentMetadata: definition() }).openai(new OPENAI[3].Client({ apiKey: "x" }));
  client({ agentMetadata: {} }).openai(new OPENAI[3].Client({ apiKey: "x" }));
  client({}).openai(new OPENAI[3].Client({ apiKey: "x" }));
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(inits().length, 1);
});

test("a failing registration is tried again, never blocks an event and backs off", async () => {
  let count = 0;
  start(({ path }) => (path.endsWith("/init") ? (++count < 3 ? { status: 503 } : created) : {}));
  const info = await client({ agentMetadata: definition() }).initAgent();
  assert.equal(info.status, "created");
  assert.equal(count, 3);

  start(({ path }) => (path.endsWith("/init") ? { status: 400 } : {}));
  const sdk = client({ agentMetadata: definition() });
  await logged(async () => {
    for (let event = 0; event < 5; event++) {
      sdk.trace("t").userMessage({ event });
      assert.equal(await sdk.flush(), true);
    }
  });
  assert.equal(inits().length, 1);
  assert.equal(sdk.stats.sent, 5);
});

describe("settings", () => {
  const names = ["API_KEY", "AGENT_NAME", "PROXY_BASE_URL", "ANALYSE_BASE_URL", "ENABLED"].map(
    (name) => `WHYOPS_${name}`,
  );
  const within = (environment, check) => {
    const before = names.map((name) => process.env[name]);
    for (const name of names) delete process.env[name];
    Object.assign(process.env, environment);
    try {
      check();
    } finally {
      names.forEach((name, index) => {
        if (before[index] === undefined) delete process.env[name];
        else process.env[name] = before[index];
      });
    }
  };

  test("defaults never point to anybody's host", () => {
    within({}, () => {
      const sdk = new WhyOps();
      assert.equal(sdk.proxyBaseUrl, "http://127.0.0.1:8080");
      assert.equal(sdk.analyseBaseUrl, "http://127.0.0.1:8080/api");
      assert.equal(sdk.enabled, true);
    });
  });

  test("the constructor wins over the environment; empty text counts as absent", () => {
    const environment = {
      WHYOPS_AGENT_NAME: "env",
      WHYOPS_PROXY_BASE_URL: "http://env.test/v1/",
      WHYOPS_ANALYSE_BASE_URL: " ",
    };
    within(environment, () => {
      const sdk = new WhyOps({ agentName: "", proxyBaseUrl: "  " });
      assert.equal(sdk.agentName, "env");
      assert.equal(sdk.proxyBaseUrl, "http://env.test/v1");
      assert.equal(sdk.analyseBaseUrl, "http://env.test/api");
      const own = new WhyOps({
        agentName: "own",
        proxyBaseUrl: "http://own.test",
        analyseBaseUrl: "http://events.test/api/",
      });
      assert.equal(own.agentName, "own");
      assert.equal(own.analyseBaseUrl, "http://events.test/api");
    });
  });

  test("WHYOPS_ENABLED=false makes everything a no-op", async () => {
    let sdk;
    within(
      {
        WHYOPS_ENABLED: "False",
        WHYOPS_API_KEY: KEY,
        WHYOPS_AGENT_NAME: "a",
        WHYOPS_PROXY_BASE_URL: server.url,
      },
      () => {
        sdk = new WhyOps({ agentMetadata: definition() });
      },
    );
    assert.equal(sdk.enabled, false);
    sdk.trace("t").userMessage("x");
    assert.equal(await sdk.initAgent(), null);
    assert.deepEqual(sdk.proxyHeaders("t"), {});
    assert.equal(
      sdk.withTrace("t", () => 5),
      5,
    );
    assert.equal(await sdk.flush(), true);
    assert.equal(server.seen.length, 0);
  });

  test("the key is nowhere to be read by accident", () => {
    const sdk = client({});
    assert.ok(!JSON.stringify(sdk).includes(KEY));
    assert.ok(!Object.values(sdk).includes(KEY));
  });
});
