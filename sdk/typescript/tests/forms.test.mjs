// The package as others load it: both module forms, its types, nothing beside itself.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import * as esm from "../dist/esm/index.js";

const root = new URL("../", import.meta.url);
const json = (name) => JSON.parse(readFileSync(new URL(name, root), "utf8"));
const cjs = createRequire(import.meta.url)("../dist/cjs/index.js");

test("ESM and CJS have the same surface", () => {
  assert.deepEqual(
    Object.keys(cjs)
      .filter((name) => name !== "__esModule")
      .sort(),
    Object.keys(esm).sort(),
  );
  assert.equal(typeof cjs.WhyOps, "function");
});

test("a trace entered through one form counts in the other", () => {
  const one = new esm.WhyOps({ agentName: "a", enabled: true });
  const other = new cjs.WhyOps({ agentName: "a", enabled: true });
  assert.equal(
    one.withTrace("t-1", () => other.proxyHeaders()["X-Trace-ID"]),
    "t-1",
  );
});

test("no runtime dependency, and a lock file without addresses", () => {
  const { dependencies, peerDependencies, optionalDependencies, engines } = json("package.json");
  assert.deepEqual(
    [dependencies, peerDependencies, optionalDependencies],
    [undefined, undefined, undefined],
  );
  assert.equal(engines.node, ">=18");
  for (const [name, entry] of Object.entries(json("package-lock.json").packages)) {
    assert.equal(entry.resolved, undefined, name);
  }
});
