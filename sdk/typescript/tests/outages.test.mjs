// A server that fails for an hour, a clock that jumps, a host that is frozen between requests.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import { WhyOps } from "../dist/esm/index.js";
import { Sender } from "../dist/esm/sender.js";
import { KEY, logged, startServer } from "./server.mjs";

const HOUR_MS = 3_600_000;
let server;
const client = (options = {}) =>
  new WhyOps({ apiKey: KEY, agentName: "support-agent", proxyBaseUrl: server.url, ...options });
const ingests = () => server.seen.filter(({ path }) => path.startsWith("/api/events"));
/** Events of the batches that were answered 202: the last ones. */
const accepted = (sdk) =>
  ingests()
    .slice(sdk.stats.failedSends)
    .flatMap(({ body }) => body);
const settled = async (sdk) => {
  const deadline = Date.now() + 20_000;
  while (sdk.stats.queued > 0 && Date.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(sdk.stats.queued, 0);
};

beforeEach(async () => {
  server = await startServer();
});
afterEach(() => server.close());

describe("an hour of 500", () => {
  // The sender's waits pass at once and move its clock; the network stays real.
  const realNow = performance.now.bind(performance);
  let passed = 0;
  beforeEach(() => {
    mock.method(performance, "now", () => realNow() + passed);
    mock.method(Sender.prototype, "sleep", (ms) => {
      passed += ms;
      return new Promise((resolve) => setImmediate(resolve));
    });
    const until = performance.now() + HOUR_MS;
    server.answer = () => ({ status: performance.now() < until ? 500 : 202 });
  });
  afterEach(() => mock.restoreAll());

  test("loses and doubles nothing, and says so in one clear line a minute", async () => {
    const sdk = client();
    const lines = await logged(async () => {
      for (let number = 0; number < 250; number++) sdk.trace("t").userMessage({ number });
      await settled(sdk);
    });
    const { sent, dropped, rejected, internalErrors, failedSends } = sdk.stats;
    assert.deepEqual([sent, dropped, rejected, internalErrors], [250, 0, 0, 0]);
    assert.deepEqual(
      accepted(sdk).map(({ content }) => content.number),
      [...Array(250).keys()],
    );
    assert.equal(new Set(server.events.map(({ eventId }) => eventId)).size, 250);
    assert.ok(failedSends > 360 && failedSends < 1200, `${failedSends} tries`);
    assert.ok(lines.length >= 1 && lines.length <= 61, `${lines.length} lines`);
    assert.deepEqual(
      [...new Set(lines)],
      ["[whyops] cannot deliver events (HTTP 500); they are kept"],
    );
    await sdk.close(0);
  });

  test("keeps the newest that fit the queue", async () => {
    const sdk = client({ queueSize: 150 });
    const lines = await logged(async () => {
      for (let number = 0; number < 1000; number++) sdk.trace("t").userMessage({ number });
      await settled(sdk);
    });
    const { sent, dropped } = sdk.stats;
    assert.deepEqual([sent, dropped], [150, 850]);
    assert.deepEqual(
      accepted(sdk).map(({ content }) => content.number),
      [...Array(150).keys()].map((index) => 850 + index),
    );
    assert.equal(lines.filter((line) => line.includes("queue is full")).length, 1);
    await sdk.close(0);
  });
});

for (const jumpMs of [-86_400_000, 86_400_000]) {
  test(`a wall clock that jumps by ${jumpMs / 3_600_000} h moves only timestamps`, async () => {
    const statuses = [500, 503];
    server.answer = () => ({ status: statuses.shift() ?? 202 });
    const sdk = client();
    const trace = sdk.trace("t");
    trace.userMessage({ number: 0 });
    const realNow = Date.now;
    mock.method(Date, "now", () => realNow() + jumpMs);
    trace.userMessage({ number: 1 });
    await trace.tool("search", {}, async () => {
      mock.restoreAll();
      return "found";
    });
    trace.userMessage({ number: 2 });
    assert.equal(await sdk.flush(5000), true);
    const { sent, dropped, failedSends } = sdk.stats;
    assert.deepEqual([sent, dropped, failedSends], [5, 0, 2]);
    const events = accepted(sdk);
    assert.equal(new Set(events.map(({ eventId }) => eventId)).size, 5);
    // A latency is measured, never the difference of two readings of the wall clock.
    const { latencyMs } = events[3].metadata;
    assert.ok(latencyMs >= 0 && latencyMs < 5000, `${latencyMs}`);
    await sdk.close(0);
  });
}

test("a flush before the freeze ends in time", async () => {
  const sdk = client();
  sdk.trace("t").userMessage("away at once");
  assert.equal(await sdk.flush(2000), true);
  assert.equal(server.events.length, 1);
  let hangs = true;
  server.answer = () => ({ delayMs: hangs ? 1500 : 0 });
  sdk.trace("t").userMessage("the server hangs");
  const startedAt = performance.now();
  assert.equal(await sdk.flush(300), false);
  assert.ok(performance.now() - startedAt < 1000);
  hangs = false;
  assert.equal(await sdk.flush(5000), true);
  assert.equal(sdk.stats.sent, 2);
  await sdk.close(0);
});

test("a frozen host goes on where it stopped", {
  skip: process.platform === "win32" && "F-23: no SIGSTOP on Windows",
}, async () => {
  const code = `
    import { createInterface } from "node:readline";
    import { WhyOps } from ${JSON.stringify(new URL("../dist/esm/index.js", import.meta.url).href)};
    const sdk = new WhyOps();
    for await (const request of createInterface({ input: process.stdin })) {
      sdk.trace("t").userMessage(request);
      console.log(await sdk.flush(5000));
    }`;
  const host = spawn(process.execPath, ["--input-type=module", "-e", code], {
    stdio: ["pipe", "pipe", "inherit"],
    env: {
      ...process.env,
      WHYOPS_API_KEY: KEY,
      WHYOPS_PROXY_BASE_URL: server.url,
      WHYOPS_AGENT_NAME: "support-agent",
    },
  });
  const answers = createInterface({ input: host.stdout })[Symbol.asyncIterator]();
  for (const request of ["first", "second", "third"]) {
    host.stdin.write(`${request}\n`);
    assert.equal((await answers.next()).value, "true");
    // Everything is with the server when the platform stops the process.
    assert.equal(server.events.at(-1).content, request);
    host.kill("SIGSTOP");
    await new Promise((resolve) => setTimeout(resolve, 200));
    host.kill("SIGCONT");
  }
  host.stdin.end();
  assert.deepEqual(await once(host, "close"), [0, null]);
  assert.deepEqual(
    server.events.map(({ content }) => content),
    ["first", "second", "third"],
  );
});
