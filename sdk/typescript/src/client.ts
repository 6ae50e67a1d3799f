/** The entry: one `WhyOps` per agent and process. */
import { type AgentInfo, type AgentMetadata, type Registration, registration } from "./agent.js";
import { build, encode } from "./events.js";
import { reason, warn } from "./log.js";
import { Patcher, type Proxied } from "./proxy.js";
import { agentHeaders, current, scopeHeaders, within } from "./scope.js";
import { Sender, type Stats } from "./sender.js";
import { resolve } from "./settings.js";
import { type CommonOptions, place, Trace, type TraceHost } from "./trace.js";
import { Transport } from "./transport.js";

const FIRST_BATCH_WAITS_MS = 1_000;
const FLUSH_MS = 5_000;

export interface WhyOpsOptions {
  /** Default: `WHYOPS_API_KEY`. */
  apiKey?: string | undefined;
  /** Default: `WHYOPS_AGENT_NAME`. */
  agentName?: string | undefined;
  /** The agent's definition. With it the agent is registered with the first client or event. */
  agentMetadata?: AgentMetadata | undefined;
  /** Default: `WHYOPS_PROXY_BASE_URL`, else `http://127.0.0.1:8080`. */
  proxyBaseUrl?: string | undefined;
  /** Default: `WHYOPS_ANALYSE_BASE_URL`, else `/api` of the proxy. */
  analyseBaseUrl?: string | undefined;
  /** `false` makes every call a no-op and leaves provider clients alone. Default: `WHYOPS_ENABLED`. */
  enabled?: boolean | undefined;
  /** How many events may wait; the oldest are dropped beyond it. Default: 10,000. */
  queueSize?: number | undefined;
}

export interface TraceOptions {
  threadId?: string | undefined;
  externalUserId?: string | undefined;
  /** Default: the client's. */
  agentName?: string | undefined;
}

/**
 * Sends an agent's model calls through the WhyOps proxy and its own steps as runtime events.
 *
 * Never throws because of WhyOps, with one exception: `openai`, `anthropic` and `direct` throw a
 * `TypeError` at once for a client that they cannot take, and leave that client as it was.
 */
export class WhyOps {
  readonly agentName: string | undefined;
  readonly agentMetadata: AgentMetadata | undefined;
  readonly proxyBaseUrl: string;
  readonly analyseBaseUrl: string;
  readonly enabled: boolean;
  readonly #hasKey: boolean;
  readonly #patcher: Patcher;
  readonly #sender: Sender;
  readonly #registration: Registration | undefined;
  readonly #host: TraceHost;

  constructor(options: WhyOpsOptions = {}) {
    const settings = resolve(options);
    this.agentName = settings.agentName;
    this.agentMetadata = options.agentMetadata;
    this.proxyBaseUrl = settings.proxyBaseUrl;
    this.analyseBaseUrl = settings.analyseBaseUrl;
    this.enabled = settings.enabled;
    this.#hasKey = settings.apiKey !== undefined;
    this.#registration =
      settings.enabled && settings.agentName !== undefined && settings.apiKey !== undefined
        ? registration(
            this.analyseBaseUrl,
            settings.apiKey,
            settings.agentName,
            options.agentMetadata,
          )
        : undefined;
    this.#patcher = new Patcher(settings.proxyBaseUrl, settings.apiKey, settings.agentName);
    this.#sender = new Sender(new Transport(settings.analyseBaseUrl, settings.apiKey), {
      queueSize: options.queueSize,
      beforeFirstBatch: async () => this.#registration?.wait(FIRST_BATCH_WAITS_MS),
    });
    this.#host = {
      record: (...event) => this.#record(...event),
      flush: (timeoutMs) => this.flush(timeoutMs),
    };
  }

  /** Sends an `OpenAI` client through the proxy; returns that same client. */
  openai<C extends object>(client: C): Proxied<C> {
    return this.#patch(client, "openai");
  }

  /** Sends an `Anthropic` client through the proxy; returns that same client. */
  anthropic<C extends object>(client: C): Proxied<C> {
    return this.#patch(client, "anthropic");
  }

  /**
   * Marks a client as one that never goes through the proxy: for calls that WhyOps must not see, keep
   * a second client with the provider's own key. The helpers refuse it, so that nobody patches it by
   * mistake.
   */
  direct<C extends object>(client: C): C {
    this.#patcher.markDirect(client);
    return client;
  }

  /**
   * Headers for a client that the helpers do not know. Give it `proxyBaseUrl` and the WhyOps key too.
   * Without `traceId` the current `withTrace` counts. Empty when WhyOps is disabled.
   */
  proxyHeaders(traceId?: string, options: TraceOptions = {}): Record<string, string> {
    if (!this.enabled) return {};
    const { threadId, externalUserId } = options;
    const scope = traceId === undefined ? current() : { traceId, threadId, externalUserId };
    return { ...agentHeaders(options.agentName ?? this.agentName), ...scopeHeaders(scope) };
  }

  /** A builder for the events of one trace; as cheap as an object, keep it or make it anew. */
  trace(traceId: string, options: TraceOptions = {}): Trace {
    return new Trace(this.#host, traceId, options);
  }

  /**
   * Puts every call of patched clients that `fn` makes, also after an `await`, into this trace.
   * Returns what `fn` returns.
   */
  withTrace<T>(traceId: string, fn: (trace: Trace) => T, options: TraceOptions = {}): T {
    const trace = this.trace(traceId, options);
    return within(trace.scope(), () => fn(trace));
  }

  /** Registers the agent's definition; `null`, and one log line, when that fails. Never rejects. */
  async initAgent(): Promise<AgentInfo | null> {
    if (!this.enabled) return null;
    if (this.#registration === undefined) {
      warn("agent_init", "no API key or no agent name is set; nothing registered");
      return null;
    }
    return this.#registration.register();
  }

  /** Waits until the events so far are with the server; `false` when time ran out. */
  flush(timeoutMs: number = FLUSH_MS): Promise<boolean> {
    return this.#sender.flush(timeoutMs);
  }

  /** Flushes and stops sending; events after it are dropped and counted. */
  close(timeoutMs: number = FLUSH_MS): Promise<boolean> {
    return this.#sender.close(timeoutMs);
  }

  /** Counters of the event queue. */
  get stats(): Stats {
    return this.#sender.stats();
  }

  #patch<C extends object>(client: C, kind: "openai" | "anthropic"): Proxied<C> {
    if (this.enabled) {
      this.#patcher.patch(client, kind);
      this.#registerInBackground();
    }
    return client as Proxied<C>;
  }

  #registerInBackground(): void {
    // Without a definition there is nothing to register: the server learns the agent from its first
    // call, and an empty definition must not become its newest version.
    if (this.agentMetadata && Object.keys(this.agentMetadata).length > 0)
      this.#registration?.start();
  }

  /** Encodes now and queues. Whatever goes wrong here is counted, never thrown. */
  #record(
    trace: Trace,
    eventType: string,
    content: unknown,
    metadata: Record<string, unknown>,
    common: CommonOptions,
  ): void {
    if (!this.enabled) return;
    try {
      const agentName = trace.agentName || this.agentName;
      if (!agentName || !this.#hasKey) {
        warn("settings", "no agent name or no API key is set; events are not sent");
        return;
      }
      const at = place(trace, agentName, common);
      const { text, truncated } = encode(build(eventType, at, content, metadata, common.timestamp));
      if (truncated) {
        this.#sender.truncated++;
        warn("truncated", `a ${eventType} over 1 MiB was shortened`);
      }
      this.#registerInBackground();
      this.#sender.put(text);
    } catch (error) {
      this.#sender.internalErrors++;
      warn("event", `a ${eventType} could not be recorded: ${reason(error)}`);
    }
  }
}
