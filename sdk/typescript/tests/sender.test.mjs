// How events leave the process: batches, retries, outages, the end of the process.
import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { spawn } from "node:child_process";
import { afterEach, beforeEach, describe, test } from "node:test";
import { WhyOps } from "../dist/esm/index.js";
import { deadUrl, golden, KEY, logged, startServer } from "./server.mjs";

let server;
const made = [];
const client = (options = {}) => {
  const sdk = new WhyOps({
    apiKey: KEY,
    agentName: "support-agent",
    proxyBaseUrl: server.url,
    ...options,
  });
  made.push(sdk);
  return sdk;
};
const batches = () => server.seen.filter(({ path }) => path.startsWith("/api/events"));

// A server for each test: a client that is closed tries its last batch once more.
beforeEach(async () => {
  server = await startServer();
});
afterEach(async () => {
  await Promise.all(made.splice(0).map((sdk) => sdk.close(0)));
  await server.close();
});

describe("golden ingest answers", () => {
  for (const { case: name, batch, answers, sent, rejected, unsent, retryAfterSeconds } of golden(
    "ingest",
  )) {
    test(name, async () => {
      const left = [...answers];
      server.answer = () => left.shift() ?? { status: 202 };
      const sdk = client();
      for (let number = 0; number < batch; number++) sdk.trace("t").userMessage({ number });
      await logged(async () => {
        assert.equal(await sdk.flush(unsent ? 150 : 3000), unsent === 0);
      });
      const { stats } = sdk;
      assert.deepEqual([stats.sent, stats.rejected, stats.queued], [sent, rejected, unsent]);
      // A server's Retry-After of 3 s is longer than any first pause of ours.
      if (retryAfterSeconds) assert.equal(batches().length, 1);
    });
  }
});

test("100 events at once are one gzip batch; the rest follows after 200 ms", async () => {
  const sdk = client();
  for (let number = 0; number < 130; number++) sdk.trace("t").userMessage({ number });
  const startedAt = performance.now();
  while (sdk.stats.sent < 130 && performance.now() - startedAt < 3000)
    await new Promise((resolve) => setTimeout(resolve, 10));
  const [first, second] = batches();
  assert.equal(first.body.length, 100);
  assert.equal(second.body.length, 30);
  assert.equal(first.headers["content-encoding"], "gzip");
  assert.equal(first.headers.authorization, `Bearer ${KEY}`);
  assert.ok(first.at - startedAt < 190, `first batch after ${first.at - startedAt} ms`);
  assert.ok(second.at - first.at > 150);
  assert.deepEqual(
    server.events.map(({ content }) => content.number),
    [...Array(130).keys()],
  );
});

test("a retry repeats the same event ids and loses none", async () => {
  let count = 0;
  server.answer = () => (++count === 1 ? { status: 503 } : count === 2 ? { destroy: true } : {});
  const sdk = client();
  for (let number = 0; number < 3; number++) sdk.trace("t").userMessage({ number });
  assert.equal(await sdk.flush(), true);
  assert.equal(batches().length, 3);
  assert.equal(new Set(batches().map(({ text }) => text)).size, 1);
  assert.deepEqual([sdk.stats.sent, sdk.stats.failedSends], [3, 2]);
  const pauses = [batches()[1].at - batches()[0].at, batches()[2].at - batches()[1].at];
  assert.ok(pauses[0] >= 95 && pauses[0] < 400, `${pauses}`);
  assert.ok(pauses[1] >= 195 && pauses[1] < 700, `${pauses}`);
});

test("Retry-After is honoured, as seconds and as a date", async () => {
  for (const value of [() => "1", () => new Date(Date.now() + 2500).toUTCString()]) {
    server.seen.length = 0;
    let count = 0;
    server.answer = () =>
      ++count === 1 ? { status: 429, headers: { "Retry-After": value() } } : {};
    const sdk = client();
    sdk.trace("t").userMessage("x");
    assert.equal(await sdk.flush(), true);
    assert.ok(batches()[1].at - batches()[0].at >= 900);
  }
});

test("a full queue drops the oldest, counts them and says so once", async () => {
  const sdk = client({ proxyBaseUrl: await deadUrl(), queueSize: 50 });
  const lines = await logged(async () => {
    const startedAt = performance.now();
    for (let number = 0; number < 5000; number++) sdk.trace("t").userMessage({ number });
    assert.ok(performance.now() - startedAt < 1000);
    assert.deepEqual([sdk.stats.queued, sdk.stats.dropped], [50, 4950]);
    assert.equal(await sdk.flush(100), false);
    await sdk.close(10);
  });
  assert.equal(lines.filter((line) => line.includes("queue is full")).length, 1);
  assert.ok(lines.every((line) => line.startsWith("[whyops] ")));
});

test("the newest events are those that are kept", async () => {
  const sdk = client({ queueSize: 3 });
  for (let number = 0; number < 10; number++) sdk.trace("t").userMessage({ number });
  assert.equal(await sdk.flush(), true);
  assert.deepEqual(
    server.events.map(({ content }) => content.number),
    [7, 8, 9],
  );
});

test("events survive an outage that fits the queue", async () => {
  const url = await deadUrl();
  const sdk = client({ proxyBaseUrl: url });
  for (let number = 0; number < 120; number++) sdk.trace("t").userMessage({ number });
  await logged(async () => assert.equal(await sdk.flush(300), false));
  const back = await startServer(() => ({}), Number(url.split(":").at(-1)));
  try {
    assert.equal(await sdk.flush(8000), true);
    assert.deepEqual(
      back.events.map(({ content }) => content.number),
      [...Array(120).keys()],
    );
    assert.equal(sdk.stats.dropped, 0);
  } finally {
    await back.close();
  }
});

test("one bad event does not take the good ones with it", async () => {
  server.answer = ({ body }) => {
    const details = body.flatMap(({ content }, index) =>
      content === "bad" ? [{ index, field: "content", code: "bad" }] : [],
    );
    return details.length > 0
      ? { status: 400, body: { error: { code: "validation_failed", details } } }
      : {};
  };
  const sdk = client();
  for (const content of ["good", "bad", "good"]) sdk.trace("t").userMessage(content);
  await logged(async () => assert.equal(await sdk.flush(), true));
  assert.deepEqual([sdk.stats.sent, sdk.stats.rejected], [2, 1]);
});

test("addresses that are none reject instead of waiting for ever", async () => {
  const sdk = client({ proxyBaseUrl: "not an address" });
  sdk.trace("t").userMessage("x");
  await logged(async () => assert.equal(await sdk.flush(), true));
  assert.equal(sdk.stats.rejected, 1);
});

test("close flushes; later events are counted as dropped", async () => {
  const sdk = client();
  sdk.trace("t").userMessage("x");
  assert.equal(await sdk.close(), true);
  assert.equal(server.events.length, 1);
  sdk.trace("t").userMessage("late");
  assert.equal(sdk.stats.dropped, 1);
  assert.equal(await sdk.close(), true);
});

test("the sender does not run in the context of the host's request", async () => {
  const host = new AsyncLocalStorage();
  const sdk = client();
  const seen = [];
  const original = console.warn;
  console.warn = () => seen.push(host.getStore());
  try {
    server.answer = () => ({ status: 401, body: {} });
    host.run("request", () => sdk.trace("t").userMessage("x"));
    await sdk.flush();
  } finally {
    console.warn = original;
  }
  assert.ok(!seen.includes("request"));
});

test("a broken console of the host is not the host's problem", async () => {
  const original = console.warn;
  console.warn = () => {
    throw new Error("broken");
  };
  try {
    new WhyOps({ apiKey: KEY }).trace("t").userMessage("x");
    await new WhyOps({ apiKey: KEY }).initAgent();
  } finally {
    console.warn = original;
  }
});

describe("an event call costs the host little", () => {
  test("at most 20 µs at the median", () => {
    const sdk = client();
    const trace = sdk.trace("session-123");
    const calls = [{ name: "search_orders", arguments: { orderId: "123" } }];
    const times = [];
    for (let number = 0; number < 4000; number++) {
      const startedAt = performance.now();
      trace.toolCallResponse(
        "search_orders",
        "span-1",
        calls,
        { status: "shipped" },
        { latencyMs: 88 },
      );
      times.push(performance.now() - startedAt);
    }
    const median = times.sort((a, b) => a - b)[2000] * 1000;
    assert.ok(median <= 20, `${median.toFixed(1)} µs`);
  });
});

function runProcess(code, { form = "module", url = server.url } = {}) {
  const load =
    form === "module"
      ? `import { WhyOps } from ${JSON.stringify(new URL("../dist/esm/index.js", import.meta.url).href)};`
      : `const { WhyOps } = require(${JSON.stringify(new URL("../dist/cjs/index.js", import.meta.url).pathname)});`;
  const startedAt = performance.now();
  const child = spawn(process.execPath, [`--input-type=${form}`, "-e", `${load}\n${code}`], {
    env: {
      ...process.env,
      WHYOPS_API_KEY: KEY,
      WHYOPS_PROXY_BASE_URL: url,
      WHYOPS_AGENT_NAME: "support-agent",
    },
  });
  let output = "";
  child.stderr.on("data", (data) => (output += data));
  child.stdout.on("data", (data) => (output += data));
  return new Promise((resolve) =>
    child.on("close", (status) => resolve({ status, output, ms: performance.now() - startedAt })),
  );
}

describe("the end of the process", () => {
  for (const form of ["module", "commonjs"]) {
    test(`events of a process that ends are sent (${form})`, async () => {
      const { status, output, ms } = await runProcess(
        `new WhyOps().trace("t").userMessage("last words");`,
        { form },
      );
      assert.equal(status, 0, output);
      assert.deepEqual(
        server.events.map(({ content }) => content),
        ["last words"],
      );
      assert.ok(ms < 4000);
    });
  }

  test("events before process.exit() are sent, once", async () => {
    const { status, output } = await runProcess(`
      const trace = new WhyOps().trace("t");
      for (let number = 0; number < 150; number++) trace.userMessage({ number });
      process.exit(3);`);
    assert.equal(status, 3, output);
    assert.deepEqual(
      server.events.map(({ content }) => content.number),
      [...Array(150).keys()],
    );
  });

  test("more than one body may hold is sent by process.exit() all the same", async () => {
    // As the gateway does: 8 MiB at most. One batch in between is refused for another reason.
    const refused = 40;
    server.answer = ({ text, body }) =>
      Buffer.byteLength(text) > 8 * 1024 * 1024 || body.some((e) => e.content?.number === refused)
        ? { status: 413 }
        : {};
    const { status, output } = await runProcess(`
      const trace = new WhyOps().trace("t");
      const text = "ü".repeat(120_000);
      for (let number = 0; number < 100; number++) trace.userMessage({ number, text });
      process.exit(0);`);
    assert.equal(status, 0, output);
    const taken = batches().filter(({ body }) => body.every((e) => e.content.number !== refused));
    assert.ok(taken.every(({ text }) => Buffer.byteLength(text) <= 8 * 1024 * 1024));
    const numbers = taken.flatMap(({ body }) => body.map(({ content }) => content.number));
    assert.deepEqual([numbers[0], numbers.at(-1)], [0, 99]);
    assert.ok(numbers.length >= 70, `${numbers.length} of 100 events`);
    assert.ok(batches().every(({ headers }) => headers["content-encoding"] === "gzip"));
  });

  test("after close() the process ends at once and sends nothing twice", async () => {
    const { status, output, ms } = await runProcess(`
      const sdk = new WhyOps();
      sdk.trace("t").userMessage("x");
      await sdk.close();`);
    assert.equal(status, 0, output);
    assert.equal(server.events.length, 1);
    assert.ok(ms < 3000);
  });

  test("a dead server does not hold up the end for long", async () => {
    const url = await deadUrl();
    for (const ending of ["", "process.exit(0);"]) {
      const { status, output, ms } = await runProcess(
        `new WhyOps().trace("t").userMessage("x"); await new Promise((resolve) => setTimeout(resolve, 1500)); ${ending}`,
        { url },
      );
      assert.equal(status, 0, output);
      assert.ok(ms < 1500 + 3000, `${ms} ms`);
    }
  });

  test("a server that never answers holds up the end for 5 s at most", async () => {
    server.answer = () => ({ delayMs: 20_000 });
    const { status, output, ms } = await runProcess(`new WhyOps().trace("t").userMessage("x");`);
    assert.equal(status, 0, output);
    assert.ok(ms < 7500, `${ms} ms`);
  });
});
