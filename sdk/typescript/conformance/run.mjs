// Runs the shared cases with the official TypeScript clients, straight and through the gateway, and
// writes what the clients gave their user; e2e/conformance.py compares.
//
//   run.mjs OUTCOMES.json [oldest|newest]
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { ANTHROPIC, OPENAI } from "../tests/packages.mjs";

const CASES = new URL("../../contract/conformance/cases.json", import.meta.url);
const HEADERS = new Set([
  "content-type",
  "content-length",
  "retry-after",
  "x-request-id",
  "request-id",
  "x-should-retry",
]);
const HEADER_FAMILIES = ["x-ratelimit-", "anthropic-", "openai-"];
const {
  WHYOPS_TEST_PROVIDER: provider,
  WHYOPS_TEST_PROVIDER_KEY: providerKey,
  WHYOPS_TEST_GATEWAY: gateway,
  WHYOPS_TEST_KEY: key,
} = process.env;
const which = process.argv[3] === "oldest" ? 0 : -1;
const packs = { openai: OPENAI.at(which), anthropic: ANTHROPIC.at(which) };

async function main(target) {
  const { cases } = JSON.parse(readFileSync(CASES, "utf8"));
  const legs = { direct: [provider, providerKey], gateway: [gateway, key] };
  // Clients of years ago fail some cases in ways of their own: both legs must do so alike.
  const outcomes = { clients: {}, legs: {}, ownWays: which === 0 };
  for (const [dialect, pack] of Object.entries(packs)) {
    outcomes.clients[dialect] = pack.label.split(" ").at(-1);
  }
  for (const [leg, [base, apiKey]] of Object.entries(legs)) {
    outcomes.legs[leg] = [];
    for (const [number, one] of cases.entries()) {
      const marker = `typescript-${process.pid}-${leg}-${number}`;
      outcomes.legs[leg].push(await outcome(one, base, apiKey, marker));
    }
  }
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, JSON.stringify(outcomes));
}

async function outcome(one, base, apiKey, marker) {
  const client = new packs[one.dialect].Client({
    apiKey,
    baseURL: one.dialect === "openai" ? `${base}/v1` : base,
    defaultHeaders: { "X-Agent-Name": "conformance" },
    maxRetries: one.maxRetries ?? 0,
    timeout: one.timeoutMs ?? 30_000,
  });
  const headers = { "X-Fake-Script": `marker=${marker} ${one.script ?? ""}`.trim() };
  const steps = [];
  for (const step of one.steps) {
    steps.push(await settled(taken(client, step, headers, steps)));
  }
  return { steps, tries: await tries(marker) };
}

const NEVER_MS = which === 0 ? 4_000 : 60_000;

/** node-fetch, which openai 4 uses, never tells of some answers that break off. */
async function settled(call) {
  let timer;
  const never = new Promise((resolve) => {
    timer = setTimeout(() => resolve({ never: true }), NEVER_MS);
  });
  return Promise.race([call, never]).finally(() => clearTimeout(timer));
}

/** What one call gave: a result or chunks, or how far it came and the error. */
async function taken(client, step, headers, before) {
  const seen = {};
  try {
    await call(client, step, headers, before, seen);
  } catch (error) {
    seen.error = errorSeen(error);
    if (error.headers) seen.headers = headersSeen(error.headers);
  }
  return seen;
}

async function call(client, step, headers, before, seen) {
  const path = step.call.replace(/_(\w)/g, (_, letter) => letter.toUpperCase()).split(".");
  const method = path.pop();
  const resource = path.reduce((parent, name) => parent[name], client);
  const form = step.form ?? "plain";
  const given = step.id ? [reference(step.id, before)] : [];
  if (step.body) given.push(resolved(step.body, before));
  if (form !== "plain") given[0].stream = true;
  const { data, response } = await resource[method](...given, { headers }).withResponse();
  seen.headers = headersSeen(response.headers);
  seen.requestId = response.headers.get("x-request-id") ?? response.headers.get("request-id");
  if (method === "content") {
    seen.result = await data.text();
  } else if (form === "plain") {
    seen.result = plain(data);
  } else {
    seen.chunks = [];
    for await (const chunk of data) {
      seen.chunks.push(chunk);
      if (seen.chunks.length === step.keep) break;
    }
  }
}

/** A page of a list is an object with the client in it; what it read is the rest. */
function plain({ options: _options, response: _response, body: _body, ...rest }) {
  return rest;
}

/** `$2.id` is the id of the third step's result. */
function reference(text, before) {
  const [, number, name] = text.match(/^\$(\d+)\.(\w+)$/) ?? [];
  return number === undefined ? text : before[number].result[name];
}

/** A body with references, large texts and files put in. */
function resolved(value, before) {
  if (typeof value === "string") return reference(value, before);
  if (Array.isArray(value)) return value.map((item) => resolved(item, before));
  if (value === null || typeof value !== "object") return value;
  if (value.$repeat) return value.$repeat[0].repeat(value.$repeat[1]);
  if (value.$file) return new File([value.$file[1]], value.$file[0]);
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, resolved(item, before)]),
  );
}

const errorSeen = (error) => ({
  class: error.constructor.name,
  status: error.status ?? null,
  message: error.message,
  code: error.code ?? null,
  type: error.type ?? null,
  param: error.param ?? null,
  requestId: error.requestID ?? null,
  body: error.error ?? null,
  cause: error.cause?.constructor.name ?? null,
});

const headersSeen = (headers) =>
  Object.fromEntries(
    [...(headers.entries?.() ?? Object.entries(headers))].filter(
      ([name]) => HEADERS.has(name) || HEADER_FAMILIES.some((family) => name.startsWith(family)),
    ),
  );

/** The requests that reached the provider, once all of them have ended. */
async function tries(marker, ms = 5000) {
  const deadline = performance.now() + ms;
  for (;;) {
    const response = await fetch(`${provider}/fake/seen?marker=${encodeURIComponent(marker)}`);
    const found = await response.json();
    if (found.every(({ end }) => end) || performance.now() > deadline) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

await main(process.argv[2]);
