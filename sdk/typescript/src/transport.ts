/** One batch over HTTP, and what its answer means for each event. */
import * as http from "node:http";
import * as https from "node:https";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { reason } from "./log.js";

const INGEST_PATH = "/events/ingest";
export const TIMEOUT_MS = 15_000;
/** Events of one body; even of the widest characters they stay below the 8 MiB of the gateway. */
export const BATCH_CHARS_MAX = 2 * 1024 * 1024;
const RETRY_AFTER_MS_MAX = 60_000;
const ANSWER_BYTES_MAX = 1024 * 1024;
const GZIP_BYTES_MIN = 1_024;
const RETRYABLE = new Set([408, 429, 500, 502, 503, 504]);

const compress = promisify(gzip);

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

/** How a batch ended: `sent + rejected + unsent.length` is the batch. */
export interface Delivery {
  readonly sent: number;
  readonly rejected: number;
  readonly unsent: readonly string[];
  readonly retryAfterMs?: number | undefined;
  readonly problem: string;
}

/**
 * Keeps one connection alive between batches. Its sockets never keep the process alive; who waits
 * for an answer holds the process itself.
 */
export class Transport {
  private readonly headers: Record<string, string>;
  private agent: http.Agent | undefined;

  constructor(
    private readonly baseUrl: string,
    apiKey: string | undefined,
  ) {
    this.headers = { "Content-Type": "application/json", "User-Agent": "whyops-typescript/0.1.0" };
    if (apiKey) this.headers["Authorization"] = `Bearer ${apiKey}`;
  }

  /** Rejects on network failures and after 15 s. */
  async post(path: string, text: string): Promise<Answer> {
    const url = new URL(this.baseUrl + path);
    const secure = url.protocol === "https:";
    let body: Buffer = Buffer.from(text);
    const headers: Record<string, string> = { ...this.headers };
    if (body.length >= GZIP_BYTES_MIN) {
      body = await compress(body, { level: 5 });
      headers["Content-Encoding"] = "gzip";
    }
    headers["Content-Length"] = String(body.length);
    this.agent ??= new (secure ? https : http).Agent({ keepAlive: true, maxSockets: 2 });
    const options = { method: "POST", headers, agent: this.agent };
    return new Promise<Answer>((resolve, reject) => {
      let answered = false;
      const request = (secure ? https : http).request(url, options, (response) => {
        answered = true;
        read(response).then(
          (answer) =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text: answer }),
          reject,
        );
      });
      const timer = setTimeout(() => request.destroy(new Error("timed out")), TIMEOUT_MS);
      timer.unref();
      request.on("socket", (socket) => socket.unref());
      request.on("error", reject);
      request.on("close", () => {
        clearTimeout(timer);
        if (!answered) reject(new Error("connection closed"));
      });
      request.end(body);
    });
  }

  /** Never rejects. A batch that the server finds at fault is cut down to its good events. */
  async send(batch: readonly string[]): Promise<Delivery> {
    let answer: Answer;
    try {
      answer = await this.post(INGEST_PATH, `[${batch.join(",")}]`);
    } catch (error) {
      // An address that is none, a key that no header can carry: waiting would not help.
      const hopeless = String((error as { code?: unknown }).code).startsWith("ERR_INVALID_");
      const [rejected, unsent] = hopeless ? [batch.length, []] : [0, batch];
      return { sent: 0, rejected, unsent, problem: reason(error) };
    }
    const problem = `HTTP ${answer.status} ${stated(answer)}`.trim();
    if (answer.status >= 200 && answer.status < 300) {
      return { sent: batch.length, rejected: 0, unsent: [], problem: "" };
    }
    if (isRetryable(answer.status)) {
      return { sent: 0, rejected: 0, unsent: batch, retryAfterMs: retryAfterMs(answer), problem };
    }
    if (answer.status === 400 || answer.status === 413) {
      return this.sendWithoutTheBad(batch, answer, problem);
    }
    return { sent: 0, rejected: batch.length, unsent: [], problem };
  }

  /** Where batches go, for a sender outside of this process. */
  target(): { url: string; headers: Record<string, string> } {
    return { url: `${this.baseUrl}${INGEST_PATH}?partial=true`, headers: this.headers };
  }

  close(): void {
    this.agent?.destroy();
    this.agent = undefined;
  }

  private async sendWithoutTheBad(
    batch: readonly string[],
    answer: Answer,
    problem: string,
  ): Promise<Delivery> {
    const bad = badIndexes(answer, batch.length);
    if (bad.size > 0) {
      const good = batch.filter((_, index) => !bad.has(index));
      const refused = { sent: 0, rejected: bad.size, unsent: [], problem };
      return good.length > 0 ? sum(refused, await this.send(good)) : refused;
    }
    if (batch.length === 1) return { sent: 0, rejected: 1, unsent: [], problem };
    // The server does not say which: halve until the bad one stands alone.
    const middle = batch.length >> 1;
    const rest = batch.slice(middle);
    const first = await this.send(batch.slice(0, middle));
    if (first.unsent.length > 0) return { ...first, unsent: [...first.unsent, ...rest] };
    return sum(first, await this.send(rest));
  }
}

export function isRetryable(status: number): boolean {
  return RETRYABLE.has(status);
}

/** Seconds or a date, at most a minute; `undefined` when there is none to honour. */
export function retryAfterMs(answer: Answer): number | undefined {
  const value = answer.headers["retry-after"];
  if (!value) return undefined;
  const seconds = Number(value);
  const ms = Number.isNaN(seconds) ? Date.parse(value) - Date.now() : seconds * 1000;
  return ms > 0 ? Math.min(ms, RETRY_AFTER_MS_MAX) : undefined;
}

async function read(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) throw new Error("the answer is too long");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function sum(one: Delivery, other: Delivery): Delivery {
  return {
    sent: one.sent + other.sent,
    rejected: one.rejected + other.rejected,
    unsent: [...one.unsent, ...other.unsent],
    retryAfterMs: other.retryAfterMs ?? one.retryAfterMs,
    problem: other.problem || one.problem,
  };
}

function errorOf(answer: Answer): Record<string, unknown> {
  try {
    const error: unknown = JSON.parse(answer.text)?.error;
    return typeof error === "object" && error !== null ? (error as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function stated(answer: Answer): string {
  const { code, message } = errorOf(answer);
  return `${code ?? ""} ${message ?? ""}`.trim().slice(0, 200);
}

function badIndexes(answer: Answer, count: number): Set<number> {
  const { details } = errorOf(answer);
  const indexes = (Array.isArray(details) ? details : []).map((item: unknown) =>
    typeof item === "object" && item !== null ? (item as { index?: unknown }).index : undefined,
  );
  return new Set(
    indexes.filter(
      (index): index is number =>
        typeof index === "number" && Number.isInteger(index) && index >= 0 && index < count,
    ),
  );
}
