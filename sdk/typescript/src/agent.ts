/** Registering the agent: once per process and definition, whoever asks first. */
import { stringify } from "./json.js";
import { reason, warn } from "./log.js";
import { type Answer, isRetryable, retryAfterMs, Transport } from "./transport.js";

const RETRY_DELAYS_MS = [200, 400, 800] as const;
const BACK_OFF_MS_MIN = 1_000;
const BACK_OFF_MS_MAX = 60_000;
const REGISTRATIONS_MAX = 1_000;

/** What the server knows the agent as. */
export interface AgentInfo {
  readonly agentId: string;
  readonly agentVersionId: string;
  readonly status: "created" | "existing" | (string & {});
  readonly versionHash: string;
}

export interface AgentTool {
  readonly name: string;
  readonly description?: string;
  /** JSON schema, as text or as an object. */
  readonly inputSchema?: string | object;
  readonly outputSchema?: string | object;
}

/** The agent's definition: what makes one version of it different from another. */
export interface AgentMetadata {
  readonly systemPrompt?: string;
  readonly description?: string;
  readonly tools?: readonly AgentTool[];
  readonly [other: string]: unknown;
}

/** One definition at one server. Shared by every client of the process that has it. */
export class Registration {
  private info: AgentInfo | null = null;
  private pending: Promise<AgentInfo | null> | undefined;
  private nextTryAt = 0;
  private backOffMs = BACK_OFF_MS_MIN;

  constructor(
    private readonly baseUrl: string,
    private readonly apiKey: string | undefined,
    private readonly body: string,
  ) {}

  /** Registers now unless done already; `null`, and one log line, when it cannot. */
  async register(): Promise<AgentInfo | null> {
    if (this.info !== null) return this.info;
    this.pending ??= this.tryAll().finally(() => {
      this.pending = undefined;
    });
    const hold = setInterval(() => undefined, 60_000);
    try {
      return await this.pending;
    } finally {
      clearInterval(hold);
    }
  }

  /** Registers in the background, if it is due. Never throws, never keeps the process alive. */
  start(): void {
    if (this.info !== null || this.pending !== undefined) return;
    if (performance.now() < this.nextTryAt) return;
    this.pending = this.tryAll().finally(() => {
      this.pending = undefined;
    });
  }

  /** Gives a registration under way a moment, so that first events find their version. */
  async wait(ms: number): Promise<void> {
    if (this.pending === undefined) return;
    let timer: NodeJS.Timeout | undefined;
    const time = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
      timer.unref();
    });
    await Promise.race([this.pending, time]);
    clearTimeout(timer);
  }

  private async tryAll(): Promise<AgentInfo | null> {
    const transport = new Transport(this.baseUrl, this.apiKey);
    let problem = "";
    for (const delayMs of [...RETRY_DELAYS_MS, undefined]) {
      let waitMs = (delayMs ?? 0) * (0.5 + Math.random() / 2);
      try {
        const answer = await transport.post("/entities/init", this.body);
        this.info = infoOf(answer);
        if (this.info !== null) break;
        problem = `HTTP ${answer.status}`;
        if (!isRetryable(answer.status)) break;
        waitMs = Math.max(waitMs, retryAfterMs(answer) ?? 0);
      } catch (error) {
        problem = reason(error);
      }
      if (delayMs !== undefined) await sleep(waitMs);
    }
    transport.close();
    if (this.info === null) {
      this.nextTryAt = performance.now() + this.backOffMs;
      this.backOffMs = Math.min(this.backOffMs * 2, BACK_OFF_MS_MAX);
      warn("agent_init", `the agent could not be registered (${problem}); will try again`);
    }
    return this.info;
  }
}

const registrations = new Map<string, Registration>();

export function registration(
  baseUrl: string,
  apiKey: string,
  agentName: string,
  metadata: AgentMetadata | undefined,
): Registration {
  const body = stringify({ agentName, metadata: metadata ?? {} });
  const key = JSON.stringify([baseUrl, apiKey, body]);
  let found = registrations.get(key);
  if (found === undefined) {
    if (registrations.size >= REGISTRATIONS_MAX) registrations.clear();
    found = new Registration(baseUrl, apiKey, body);
    registrations.set(key, found);
  }
  return found;
}

function infoOf(answer: Answer): AgentInfo | null {
  if (answer.status < 200 || answer.status > 299) return null;
  const body = JSON.parse(answer.text) as Partial<Record<keyof AgentInfo, unknown>>;
  const { agentId, agentVersionId, status, versionHash } = body;
  for (const value of [agentId, agentVersionId, status, versionHash]) {
    if (typeof value !== "string") return null;
  }
  return { agentId, agentVersionId, status, versionHash } as AgentInfo;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
