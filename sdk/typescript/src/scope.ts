/** Which trace is the current code part of? Held in an AsyncLocalStorage, so safe with await. */
import { AsyncLocalStorage } from "node:async_hooks";
import { warn } from "./log.js";

const VISIBLE_ASCII = /^[\x21-\x7e]{1,200}$/;
const HEADER_SAFE_NAME = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;
const HEADER_SAFE_USER = /^(?=.{1,255}$)[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/** Where calls and events belong while this scope is entered. */
export interface Scope {
  readonly traceId: string;
  readonly threadId?: string | undefined;
  readonly externalUserId?: string | undefined;
  readonly spanId?: string | undefined;
}

// One storage for the process, also when both the ESM and the CJS form are loaded.
const STORAGE = Symbol.for("whyops.scope");
const shared = globalThis as { [STORAGE]?: AsyncLocalStorage<Scope> };
const storage = shared[STORAGE] ?? new AsyncLocalStorage<Scope>();
shared[STORAGE] = storage;

export function current(): Scope | undefined {
  return storage.getStore();
}

export function within<T>(scope: Scope, run: () => T): T {
  return storage.run(scope, run);
}

/** Headers that put a proxied call into a scope; invalid ids are left out, and logged. */
export function scopeHeaders(scope: Scope | undefined): Record<string, string> {
  const headers: Record<string, string> = {};
  if (scope === undefined) return headers;
  for (const [name, value] of [
    ["X-Trace-ID", scope.traceId],
    ["X-Thread-ID", scope.threadId],
    ["X-WhyOps-Parent-Span", scope.spanId],
  ] as const) {
    if (value === undefined || value === null) continue;
    if (isId(value)) headers[name] = value;
    else warn("bad_id", `${name} must be 1-200 visible ASCII characters; left out`);
  }
  const user = scope.externalUserId;
  if (user) {
    if (typeof user === "string" && HEADER_SAFE_USER.test(user))
      headers["X-External-User-Id"] = user;
    // fetch refuses other text in a header, and that would break the call.
    else warn("bad_id", "externalUserId was left out of a call: not 1-255 ASCII characters");
  }
  return headers;
}

/** The agent's name as a header; percent-encoded when a header cannot carry it as it is. */
export function agentHeaders(agentName: string | undefined): Record<string, string> {
  if (!agentName) return {};
  if (HEADER_SAFE_NAME.test(agentName)) return { "X-Agent-Name": agentName };
  return { "X-WhyOps-Agent-Name": percentEncoded(agentName) };
}

/** Whether the server takes it as a trace, thread or span id. */
export function isId(value: unknown): value is string {
  return typeof value === "string" && value !== "." && value !== ".." && VISIBLE_ASCII.test(value);
}

function percentEncoded(text: string): string {
  let encoded = "";
  for (const byte of Buffer.from(text)) {
    const character = String.fromCharCode(byte);
    encoded += /[A-Za-z0-9_.~-]/.test(character)
      ? character
      : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return encoded;
}
