// Every code block of the SDK's page runs, in order, against the started server.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { WhyOps } from "../../dist/esm/index.js";
import { ANTHROPIC, OPENAI } from "../packages.mjs";
import { run } from "../snippets.mjs";
import { skip } from "./server.mjs";

const page = readFileSync(new URL("../../../../docs/sdk-typescript.md", import.meta.url), "utf8");

test("docs/sdk-typescript.md", { skip }, async (context) => {
  context.mock.method(console, "log", () => undefined);
  const blocks = [...page.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code]) => code);
  // A function body takes no imports; what they would bring is given by name.
  const source = blocks.join("\n").replace(/^import .*$/gm, "");
  const names = { WhyOps, OpenAI: OPENAI[3].Client, Anthropic: ANTHROPIC[1].Client };
  const { sdk, info, trace } = await run(`${source}\nreturn { sdk, info, trace };`, names);
  assert.ok(info.agentVersionId);
  assert.equal(trace.traceId, "session-123");
  assert.ok(await sdk.close());
  assert.equal(sdk.stats.rejected, 0);
  assert.equal(sdk.stats.sent, 11);
});
