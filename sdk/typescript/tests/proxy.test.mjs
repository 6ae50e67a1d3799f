// The helpers on the real clients of both packages, old and new.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { WhyOps } from "../dist/esm/index.js";
import { ALL, ANTHROPIC, answerOf, call, helper, OPENAI } from "./packages.mjs";
import { only, proxy, refused, sdk, secretFree } from "./proxied.mjs";
import { golden, KEY, logged, provider, TEXT } from "./server.mjs";
import { CALLS, run } from "./snippets.mjs";

for (const pack of ALL) {
  describe(pack.label, () => {
    const { Client } = pack;
    const make = (options) => helper(sdk, pack, new Client({ apiKey: "provider-key", ...options }));

    for (const [name, source] of Object.entries(CALLS).filter(([name]) =>
      name.startsWith(pack.kind),
    )) {
      test(`documented code runs as it stands: ${name}`, async () => {
        const names = {
          sdk,
          traceId: "session-123",
          currentUser: { id: "user-1" },
          OpenAI: Client,
          Anthropic: Client,
        };
        assert.equal(await run(source, names), TEXT);
        const headers = only();
        assert.equal(headers["x-trace-id"], "session-123");
        assert.equal(headers["x-thread-id"], "session-123");
        assert.equal(headers["x-external-user-id"], "user-1");
        assert.equal(headers["x-agent-name"], "support-agent");
        assert.equal((headers["x-api-key"] ?? headers.authorization).replace("Bearer ", ""), KEY);
        secretFree("YOUR_WHYOPS_API_KEY");
      });
    }

    test("the client is changed in place", async () => {
      const client = new Client({ apiKey: "provider-key", defaultHeaders: { "X-Own": "1" } });
      const { messages, chat } = client;
      assert.equal(helper(sdk, pack, client), client);
      assert.ok(client instanceof Client);
      assert.equal(client.baseURL, proxy.url);
      assert.equal(client.apiKey, KEY);
      assert.equal(client.messages, messages);
      assert.equal(client.chat, chat);
      assert.equal(client.defaultHeaders["X-Own"], "1");
      assert.equal(client.defaultHeaders["X-Agent-Name"], "support-agent");
      assert.equal(answerOf(pack, await call(pack, client)), TEXT);
      assert.equal(only()["x-own"], "1");
      secretFree("provider-key");
    });

    test("the agent survives a plain assignment, which replaces the client's own headers", async () => {
      const client = make({ defaultHeaders: { "X-Old": "1" } });
      client.defaultHeaders = { "x-trace-id": "t-1" };
      await call(pack, client);
      const headers = only();
      assert.equal(headers["x-agent-name"], "support-agent");
      assert.equal(headers["x-trace-id"], "t-1");
      assert.equal(headers["x-old"], undefined);
      client.defaultHeaders = undefined;
      assert.deepEqual({ ...client.defaultHeaders }, { "X-Agent-Name": "support-agent" });
    });

    test("Headers, pairs and null are taken as the package takes them", async () => {
      const client = make();
      client.defaultHeaders = new Headers({ "X-Trace-ID": "t-1" });
      await call(pack, client);
      client.defaultHeaders = [["X-Trace-ID", "t-2"]];
      await call(pack, client);
      client.defaultHeaders = { ...client.defaultHeaders, "X-Stainless-Lang": null };
      await call(pack, client);
      const seen = proxy.calls.map(({ headers }) => headers);
      assert.deepEqual(
        seen.map((headers) => headers["x-trace-id"]),
        ["t-1", "t-2", "t-2"],
      );
      assert.equal(seen[0]["x-stainless-lang"], "js");
      assert.equal(seen[2]["x-stainless-lang"], undefined);
    });

    test("raw responses and streams go through the proxy too", async () => {
      const client = make();
      const raw = await call(pack, client).asResponse();
      assert.equal(raw.status, 200);
      await raw.text();
      const { data } = await call(pack, client).withResponse();
      assert.equal(answerOf(pack, data), TEXT);
      assert.ok(proxy.calls.every(({ headers }) => headers["x-agent-name"] === "support-agent"));
    });

    test("withTrace sets headers inside only, also after an await", async () => {
      const client = make();
      const before = { ...client.defaultHeaders };
      let spanId;
      const result = await sdk.withTrace(
        "session-1",
        async (trace) => {
          await call(pack, client);
          await new Promise((resolve) => setImmediate(resolve));
          await trace.tool("search", {}, async (tool) => {
            spanId = tool.spanId;
            await call(pack, client, { headers: { "X-Trace-ID": "explicit" } });
          });
          return 7;
        },
        { threadId: "thread-1", externalUserId: "user 1" },
      );
      assert.equal(result, 7);
      await call(pack, client);
      assert.deepEqual({ ...client.defaultHeaders }, before);
      const [first, second, last] = proxy.calls.map(({ headers }) => headers);
      assert.equal(first["x-trace-id"], "session-1");
      assert.equal(first["x-thread-id"], "thread-1");
      assert.equal(first["x-external-user-id"], "user 1");
      assert.equal(second["x-trace-id"], "explicit");
      assert.equal(second["x-whyops-parent-span"], spanId);
      assert.equal(last["x-trace-id"], undefined);
    });

    test("two traces at once do not mix", async () => {
      const client = make();
      await Promise.all(
        ["a", "b", "c"].map((id) =>
          sdk.withTrace(id, () => call(pack, client, { headers: { "X-Expect": id } })),
        ),
      );
      assert.equal(proxy.calls.length, 3);
      for (const { headers } of proxy.calls)
        assert.equal(headers["x-trace-id"], headers["x-expect"]);
    });

    test("copies of withOptions go through the proxy too", {
      skip: !Client.prototype.withOptions && "this version has no withOptions",
    }, async () => {
      const client = make();
      client.defaultHeaders = { ...client.defaultHeaders, "X-Trace-ID": "t-1" };
      const copies = sdk.withTrace("elsewhere", () => [
        client.withOptions({ timeout: 5000 }),
        client.withOptions({ maxRetries: 0 }).withOptions({ timeout: 5000 }),
        client.withOptions({ defaultHeaders: { "X-More": "1" } }),
        client.withOptions({ baseURL: "http://127.0.0.1:9/v1" }),
      ]);
      for (const copy of copies) {
        assert.ok(copy instanceof Client);
        assert.notEqual(copy, client);
        await call(pack, copy);
      }
      const seen = proxy.calls.map(({ headers }) => headers);
      assert.equal(seen.length, 4);
      for (const headers of seen) assert.equal(headers["x-agent-name"], "support-agent");
      assert.deepEqual(
        seen.map((headers) => headers["x-trace-id"]),
        ["t-1", "t-1", undefined, "t-1"],
      );
      assert.equal(seen[2]["x-more"], "1");
      copies[0].defaultHeaders = { "X-Trace-ID": "t-2" };
      assert.equal(client.defaultHeaders["X-Trace-ID"], "t-1");
    });

    test("credentials in headers and environment never go up", async () => {
      const variable = `${pack.kind.toUpperCase()}_CUSTOM_HEADERS`;
      process.env[variable] =
        "Authorization: Bearer from-environment\nX-Api-Key: also-secret\nX-Fine: 1";
      try {
        const client = make({ defaultHeaders: { "api-key": "in-a-header" } });
        await call(pack, client);
        if (client.withOptions) await call(pack, client.withOptions({ timeout: 5000 }));
      } finally {
        delete process.env[variable];
      }
      secretFree("from-environment", "also-secret", "in-a-header", "provider-key");
    });

    test("patching twice is harmless, and another agent may take over", async () => {
      const client = make();
      helper(sdk, pack, client);
      client.defaultHeaders = { ...client.defaultHeaders, "X-Trace-ID": "t-1" };
      helper(sdk, pack, client);
      const other = new WhyOps({ apiKey: KEY, agentName: "other", proxyBaseUrl: proxy.url });
      helper(other, pack, client);
      await call(pack, client);
      assert.equal(only()["x-agent-name"], "other");
      assert.equal(only()["x-trace-id"], "t-1");
    });

    test("a subclass of the host works", async () => {
      class Own extends Client {
        greet() {
          return "hello";
        }
      }
      const client = helper(sdk, pack, new Own({ apiKey: "x" }));
      assert.equal(client.greet(), "hello");
      await call(pack, client);
      assert.equal(only()["x-agent-name"], "support-agent");
    });

    for (const { agentName, headers } of golden("agent-headers")) {
      test(`golden agent headers: ${agentName}`, async () => {
        const named = new WhyOps({ apiKey: KEY, agentName, proxyBaseUrl: proxy.url });
        await call(pack, helper(named, pack, new Client({ apiKey: "x" })));
        const seen = only();
        const sent = Object.fromEntries(
          ["X-Agent-Name", "X-WhyOps-Agent-Name"]
            .filter((name) => name.toLowerCase() in seen)
            .map((name) => [name, seen[name.toLowerCase()]]),
        );
        assert.deepEqual(sent, headers);
      });
    }

    test("a bad trace id never breaks the call", async () => {
      await logged(async () => {
        const client = make();
        for (const bad of ["", "with space", "ü", "x".repeat(201), ".", "a\r\nb"]) {
          await sdk.withTrace(bad, () => call(pack, client), { externalUserId: `Größe${bad}` });
        }
      });
      assert.equal(proxy.calls.length, 6);
      for (const { headers } of proxy.calls) {
        assert.equal(headers["x-trace-id"], undefined);
        assert.equal(headers["x-external-user-id"], undefined);
      }
    });

    test("a wrong client is refused at once and left alone", () => {
      const wrong = pack.kind === "openai" ? ANTHROPIC : OPENAI;
      const help = (client) => helper(sdk, pack, client);
      for (const other of wrong)
        refused(help, new other.Client({ apiKey: "x" }), /use sdk\.\w+\(\) for it/);
      refused(help, {}, /takes an instance of/);
      refused(help, null, /not null/);
      refused(help, undefined, /not undefined/);
      refused(help, Client, /not function/);
    });

    test("a client that cannot be changed is left as it was", () => {
      const client = new Client({ apiKey: "provider-key" });
      Object.defineProperty(client, "defaultHeaders", { value: 1, configurable: false });
      refused((given) => helper(sdk, pack, given), client, /the client is unchanged/);
      assert.equal(client.apiKey, "provider-key");
      refused(
        (given) => helper(sdk, pack, given),
        Object.freeze(new Client({ apiKey: "x" })),
        /unchanged/,
      );
    });

    test("without a key a provider's key is never sent", () => {
      const keyless = new WhyOps({ agentName: "a", proxyBaseUrl: proxy.url });
      refused(
        (client) => helper(keyless, pack, client),
        new Client({ apiKey: "sk-provider" }),
        /WHYOPS_API_KEY/,
      );
      assert.equal(helper(keyless, pack, new Client({ apiKey: KEY })).apiKey, KEY);
    });

    test("disabled leaves clients alone", () => {
      const off = new WhyOps({
        apiKey: KEY,
        agentName: "a",
        proxyBaseUrl: proxy.url,
        enabled: false,
      });
      const client = new Client({ apiKey: "x" });
      const before = Object.getOwnPropertyDescriptors(client);
      assert.equal(helper(off, pack, client), client);
      assert.deepEqual(Object.getOwnPropertyDescriptors(client), before);
    });

    test("direct: the second client", async () => {
      const direct = sdk.direct(new Client({ apiKey: "provider-key", baseURL: proxy.url }));
      await call(pack, direct);
      assert.match(JSON.stringify(only()), /provider-key/);
      assert.equal(only()["x-agent-name"], undefined);
      assert.throws(() => helper(sdk, pack, direct), /sdk\.direct\(\)/);
      assert.throws(() => sdk.direct(make()), /second client/);
    });

    test("the provider's errors stay the provider's own", async () => {
      const client = make({ maxRetries: 0 });
      proxy.answer = () => ({
        status: 401,
        body: { error: { message: "no", code: "invalid_api_key" } },
      });
      try {
        await assert.rejects(
          () => call(pack, client),
          (error) => error instanceof Client.AuthenticationError,
        );
      } finally {
        proxy.answer = provider;
      }
    });
  });
}
