/**
 * Sends a provider's own client through the WhyOps proxy, in place.
 *
 * The client keeps its class and gets three own members: an accessor `defaultHeaders`, which makes
 * the documented assignment work; an accessor of the same name on its `_options`, from which every
 * supported version takes the headers of each request; and a `withOptions` whose copies are patched
 * too. Neither provider package is imported here.
 */
import { reason } from "./log.js";
import { agentHeaders, current, scopeHeaders } from "./scope.js";
import { withoutV1 } from "./settings.js";

/** A header's value; `null` keeps the header from being sent. */
export type HeaderRecord = Record<string, string | null | undefined>;

/**
 * A client of which `defaultHeaders` may be read, spread and assigned. In packages that have a
 * method of that name, what is read can be called as before.
 */
export type Proxied<C> = C & { defaultHeaders: any };

type Fields = Record<string, unknown>;
type Client = Fields & { _options: Fields };
type Kind = "openai" | "anthropic";

interface State {
  patcher: Patcher;
  kind: Kind;
  /** The client's own headers, without ours. */
  own: HeaderRecord;
}

// Known to the ESM and the CJS form alike, should a process load both.
const STATE = Symbol.for("whyops.state");
const DIRECT = Symbol.for("whyops.direct");
const CREDENTIAL_HEADERS = new Set(["authorization", "x-api-key", "api-key"]);

/** What differs between the two packages. `mark` is a static member that minifying keeps. */
const KINDS = {
  openai: {
    helper: "sdk.openai",
    name: "OpenAI",
    mark: "OpenAIError",
    environment: "OPENAI_CUSTOM_HEADERS",
  },
  anthropic: {
    helper: "sdk.anthropic",
    name: "Anthropic",
    mark: "AnthropicError",
    environment: "ANTHROPIC_CUSTOM_HEADERS",
  },
} as const;

/** Members that hold credentials beside `apiKey`: two different ones in a request are refused. */
const OTHER_CREDENTIALS = ["adminAPIKey", "authToken"] as const;
const CREDENTIAL_OPTIONS = [...OTHER_CREDENTIALS, "credentials", "config", "profile"] as const;

/** Patches clients for one proxy, key and agent. */
export class Patcher {
  private readonly agentHeaders: Record<string, string>;

  constructor(
    private readonly proxyBaseUrl: string,
    private readonly apiKey: string | undefined,
    agentName: string | undefined,
  ) {
    this.agentHeaders = agentHeaders(agentName);
  }

  /** Changes the client in place, or throws a `TypeError` and leaves it as it was. */
  patch(client: object, kind: Kind): void {
    const known = stateOf(client);
    if (known?.patcher === this && known.kind === kind) return;
    check(client, kind);
    const key = this.keyFor(client);
    const own = known?.own ?? withoutCredentials(recordOf(client._options["defaultHeaders"]));
    this.apply(client, { patcher: this, kind, own }, key);
  }

  markDirect(client: object): void {
    if (stateOf(client) !== undefined) {
      throw new TypeError(
        "sdk.direct(): this client already goes through WhyOps. Make a second client with the " +
          "provider's own key for direct traffic.",
      );
    }
    Object.defineProperty(client, DIRECT, { value: true, configurable: true });
  }

  private apply(client: Client, state: State, key: string): void {
    const options = client._options;
    const before = [snapshot(client), snapshot(options)] as const;
    try {
      useKey(client, key);
      client["baseURL"] = options["baseURL"] = this.baseUrl(state.kind);
      Object.defineProperty(options, "defaultHeaders", {
        get: () => merged(this.ownHeaders(state), scopeHeaders(current())),
        set: (value: unknown) => this.assign(state, value),
        enumerable: true,
        configurable: true,
      });
      Object.defineProperty(client, "defaultHeaders", {
        get: () => this.readHeaders(client, state),
        set: (value: unknown) => this.assign(state, value),
        enumerable: false,
        configurable: true,
      });
      this.wrapWithOptions(client, state, key);
      Object.defineProperty(client, STATE, { value: state, configurable: true });
    } catch (error) {
      restore(client, before[0]);
      restore(options, before[1]);
      const { helper, name } = KINDS[state.kind];
      throw new TypeError(
        `${helper}() cannot patch this ${name} (${reason(error)}); the client is unchanged. Give it ` +
          `baseURL: "${this.baseUrl(state.kind)}" and the WhyOps key instead.`,
      );
    }
  }

  /** Copies go through the proxy too, whatever address they were to have. */
  private wrapWithOptions(client: Client, state: State, key: string): void {
    const prototype = Object.getPrototypeOf(client) as Fields;
    const original = prototype["withOptions"];
    if (typeof original !== "function") return;
    const withOptions = (options: Fields = {}): unknown => {
      // Not the merged headers: those of the current trace must not stick to the copy.
      const headers = options["defaultHeaders"] ?? state.own;
      const copy = original.call(client, { ...options, defaultHeaders: headers }) as Client;
      const given = recordOf(copy._options["defaultHeaders"]);
      const own = withoutCredentials(given, process.env[KINDS[state.kind].environment] ?? "");
      const otherKey = options["apiKey"];
      const copyKey = isWhyOpsKey(otherKey) ? otherKey : key;
      state.patcher.apply(copy, { patcher: state.patcher, kind: state.kind, own }, copyKey);
      return copy;
    };
    Object.defineProperty(client, "withOptions", {
      value: withOptions,
      writable: true,
      configurable: true,
      enumerable: false,
    });
  }

  private ownHeaders(state: State): HeaderRecord {
    return merged(this.agentHeaders, state.own);
  }

  /** Replaces the client's own headers; what it would send anyway is not kept twice. */
  private assign(state: State, value: unknown): void {
    state.own = Object.fromEntries(
      Object.entries(recordOf(value)).filter(([name, item]) => this.agentHeaders[name] !== item),
    );
  }

  private readHeaders(client: Client, state: State): unknown {
    const headers = this.ownHeaders(state);
    const method = (Object.getPrototypeOf(client) as Fields)["defaultHeaders"];
    if (typeof method !== "function") return headers;
    // The class calls this as a method; with the entries as own members it can be spread as well.
    const callable = (...args: unknown[]): unknown => method.apply(client, args);
    for (const name of Object.keys(headers)) {
      Object.defineProperty(callable, name, {
        value: headers[name],
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
    return callable;
  }

  private baseUrl(kind: Kind): string {
    // Anthropic's client adds /v1 itself.
    return kind === "anthropic" ? withoutV1(this.proxyBaseUrl) : this.proxyBaseUrl;
  }

  private keyFor(client: Client): string {
    if (this.apiKey) return this.apiKey;
    const own = client["apiKey"];
    if (isWhyOpsKey(own)) return own;
    throw new TypeError(
      "No WhyOps API key: pass new WhyOps({ apiKey }) or set WHYOPS_API_KEY. The client is " +
        "unchanged; a provider's key is never sent to the proxy.",
    );
  }
}

function stateOf(client: object): State | undefined {
  return (client as { [STATE]?: State } | null | undefined)?.[STATE];
}

function check(client: object, kind: Kind): asserts client is Client {
  const { helper, name } = KINDS[kind];
  const given = className(client);
  if (!isOf(client, kind)) {
    const other: Kind = kind === "openai" ? "anthropic" : "openai";
    if (isOf(client, other)) {
      throw new TypeError(`${helper}() takes no ${given}; use ${KINDS[other].helper}() for it.`);
    }
    throw new TypeError(`${helper}() takes an instance of ${name}, not ${given}.`);
  }
  if (isOfAnotherPlatform(client)) {
    throw new TypeError(
      `${helper}() takes no ${given}: its requests are addressed and signed for another platform. ` +
        `Add that platform as a provider in WhyOps and use a plain ${name} client.`,
    );
  }
  if ((client as { [DIRECT]?: boolean })[DIRECT]) {
    throw new TypeError(`${helper}(): this client was marked by sdk.direct(); make another.`);
  }
  for (const member of ["_provider", "_workloadIdentityAuth"]) {
    if (client[member] !== undefined && client[member] !== null) {
      throw new TypeError(
        `${helper}() takes no client with a provider of its own (${member.slice(1)}): its ` +
          "credentials cannot be replaced. Use a plain client with the WhyOps key.",
      );
    }
  }
}

function isOf(client: unknown, kind: Kind): client is Client {
  if (typeof client !== "object" || client === null) return false;
  const { _options: options, constructor: made } = client as {
    _options?: unknown;
    constructor?: Fields;
  };
  if (typeof options !== "object" || options === null) return false;
  return typeof made === "function" && KINDS[kind].mark in made;
}

/** Azure, Bedrock, Vertex and others: subclasses that build addresses and signatures themselves. */
function isOfAnotherPlatform(client: object): boolean {
  for (const member of ["deploymentName", "_azureADTokenProvider", "awsRegion", "awsAccessKey"]) {
    if (member in client) return true;
  }
  for (let at: unknown = Object.getPrototypeOf(client); at; at = Object.getPrototypeOf(at)) {
    if (/Azure|Bedrock|Vertex|Foundry|AWS|Aws/.test(className(at as object))) return true;
  }
  return false;
}

function className(client: unknown): string {
  if (typeof client !== "object" || client === null)
    return client === null ? "null" : typeof client;
  return String((client as { constructor?: { name?: unknown } }).constructor?.name ?? "object");
}

/** One credential only: two different ones in a request are refused by the gateway. */
function useKey(client: Client, key: string): void {
  const options = client._options;
  client["apiKey"] = options["apiKey"] = key;
  for (const name of OTHER_CREDENTIALS) {
    if (name in client) client[name] = null;
  }
  for (const name of CREDENTIAL_OPTIONS) {
    if (name in options) options[name] = null;
  }
  if ("_authState" in client) {
    // Anthropic 1: a profile found on disk may still be on its way, with an address of its own.
    client["_authState"] = {
      provider: null,
      tokenCache: null,
      resolution: null,
      error: null,
      extraHeaders: {},
    };
    client["_baseURLIsExplicit"] = true;
  }
}

function isWhyOpsKey(key: unknown): key is string {
  return typeof key === "string" && key.startsWith("whyops_");
}

/** Plain entries of what the packages take as headers: records, pairs, `Headers`, and their own mix. */
function recordOf(headers: unknown): HeaderRecord {
  if ((typeof headers !== "object" && typeof headers !== "function") || headers === null) return {};
  if (Symbol.iterator in headers) {
    return Object.fromEntries(headers as Iterable<readonly [string, string | null]>);
  }
  const { values, nulls } = headers as { values?: unknown; nulls?: unknown };
  if (values instanceof Headers && nulls instanceof Set) {
    const found: HeaderRecord = Object.fromEntries(values);
    for (const name of nulls) found[String(name)] = null;
    return found;
  }
  return Object.fromEntries(Object.entries(headers)) as HeaderRecord;
}

/** Without provider credentials; with `within`, only without those that stand in that text. */
function withoutCredentials(headers: HeaderRecord, within?: string): HeaderRecord {
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name, value]) =>
        !CREDENTIAL_HEADERS.has(name.toLowerCase()) ||
        typeof value !== "string" ||
        (within !== undefined && !within.includes(value)),
    ),
  );
}

/** The later wins, whatever the spelling of the name. */
function merged(first: HeaderRecord, second: HeaderRecord): HeaderRecord {
  const result: HeaderRecord = { ...first };
  const names = new Map(Object.keys(result).map((name) => [name.toLowerCase(), name]));
  for (const [name, value] of Object.entries(second)) {
    if (value === undefined) continue;
    const spelled = names.get(name.toLowerCase());
    if (spelled !== undefined && spelled !== name) delete result[spelled];
    names.set(name.toLowerCase(), name);
    result[name] = value;
  }
  return result;
}

type Snapshot = Map<string | symbol, PropertyDescriptor>;

function snapshot(object: object): Snapshot {
  const found: Snapshot = new Map();
  for (const name of Reflect.ownKeys(object)) {
    const descriptor = Object.getOwnPropertyDescriptor(object, name);
    if (descriptor !== undefined) found.set(name, descriptor);
  }
  return found;
}

function restore(object: object, before: Snapshot): void {
  for (const name of Reflect.ownKeys(object)) {
    if (!before.has(name)) Reflect.deleteProperty(object, name);
  }
  for (const [name, descriptor] of before) Reflect.defineProperty(object, name, descriptor);
}
