// The examples, run as they stand but for one word that makes the scripted model call its tool.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { promisify } from "node:util";
import { ofType, readTrace, skip } from "./server.mjs";

const EXAMPLES = new URL("../../../../examples/typescript/", import.meta.url);
const QUESTION = "Where is order 123?";

for (const name of readdirSync(EXAMPLES).filter((file) => file.endsWith(".mjs"))) {
  test(`examples/typescript/${name}`, { skip }, async (context) => {
    const source = readFileSync(new URL(name, EXAMPLES), "utf8");
    assert.ok(source.includes(QUESTION));
    const traceId = source.match(/"(example-[a-z-]+)"/)[1];
    // Inside this package, so that its own name and those of the frameworks are found.
    const folder = mkdtempSync(new URL("../../.example-", import.meta.url).pathname);
    context.after(() => rmSync(folder, { recursive: true }));
    writeFileSync(
      `${folder}/${name}`,
      source.replace(QUESTION, `${QUESTION} {{fake calls=1 words=4}}`),
    );
    const { stdout } = await promisify(execFile)(process.execPath, [`${folder}/${name}`], {
      timeout: 60_000,
    });
    assert.ok(stdout.trim().length > 0);
    const trace = await readTrace(
      traceId,
      (events) =>
        ofType(events, "tool_call_response").length > 0 &&
        ofType(events, "llm_response").length > 0,
    );
    assert.equal(trace.agentName, "support-agent");
    const [request] = ofType(trace.events, "tool_call_request");
    const [response] = ofType(trace.events, "tool_call_response");
    assert.equal(request.tool, "search_orders");
    assert.equal(request.spanId, response.spanId);
    for (const answer of ofType(trace.events, "llm_response")) assert.equal(answer.source, "proxy");
  });
}
