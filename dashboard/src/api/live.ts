/**
 * Reads `/api/live`. EventSource cannot send the project header, so the stream is read with fetch;
 * it resumes after the last event and waits longer after each failure.
 */
import type { Schemas } from "./client";

export type LiveMessage =
  | { type: "trace"; data: Schemas["Trace"] }
  | { type: "event"; data: Schemas["LiveEvent"] }
  | { type: "refusal"; data: Schemas["Refusal"] }
  | { type: "reset" };

export type LiveState =
  | { kind: "connecting" }
  | { kind: "live" }
  | { kind: "lost"; since: number }
  | { kind: "paused" };

export interface LiveOptions {
  projectId: string;
  environment?: Schemas["Environment"] | undefined;
  probe?: boolean;
  onMessage: (message: LiveMessage) => void;
  onState: (state: LiveState) => void;
}

const RETRY_FIRST_MS = 500;
const RETRY_MAX_MS = 15_000;
/** The server sends a comment every 15 s; three missing ones mean that the line is dead. */
const SILENCE_MAX_MS = 45_000;

/** Starts reading; the answer stops it. */
export function openLive(options: LiveOptions): () => void {
  const stop = new AbortController();
  void run(options, stop.signal);
  return () => stop.abort();
}

async function run(options: LiveOptions, signal: AbortSignal): Promise<void> {
  let lastId: string | undefined;
  let wait = RETRY_FIRST_MS;
  let lostSince: number | undefined;
  options.onState({ kind: "connecting" });
  while (!signal.aborted) {
    try {
      await readOnce(
        options,
        signal,
        lastId,
        (id) => {
          lastId = id;
        },
        () => {
          wait = RETRY_FIRST_MS;
          lostSince = undefined;
          options.onState({ kind: "live" });
        },
      );
    } catch {
      // Said by the state below; the cause is nothing a reader could act on.
    }
    if (signal.aborted) return;
    lostSince ??= Date.now();
    options.onState({ kind: "lost", since: lostSince });
    await pause(wait, signal);
    wait = Math.min(RETRY_MAX_MS, wait * 2);
  }
}

async function readOnce(
  options: LiveOptions,
  signal: AbortSignal,
  lastId: string | undefined,
  onId: (id: string) => void,
  onOpen: () => void,
): Promise<void> {
  const query = new URLSearchParams();
  if (options.environment) query.set("environment", options.environment);
  if (options.probe) query.set("probe", "true");
  const headers: Record<string, string> = {
    "X-WhyOps-Project": options.projectId,
    Accept: "text/event-stream",
  };
  if (lastId !== undefined) headers["Last-Event-ID"] = lastId;
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), SILENCE_MAX_MS);
  try {
    const suffix = query.size > 0 ? `?${query}` : "";
    const response = await fetch(`/api/live${suffix}`, {
      headers,
      signal: AbortSignal.any([signal, silence.signal]),
    });
    if (!response.ok || !response.body) throw new Error(`live ${response.status}`);
    onOpen();
    const parser = new SseParser();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE_MAX_MS);
      for (const frame of parser.push(part.value)) {
        if (frame.id !== undefined) onId(frame.id);
        const message = read(frame);
        if (message) options.onMessage(message);
      }
    }
  } finally {
    clearTimeout(timer);
  }
}

function read(frame: SseFrame): LiveMessage | undefined {
  if (frame.event === "reset") return { type: "reset" };
  if (frame.event !== "trace" && frame.event !== "event" && frame.event !== "refusal")
    return undefined;
  try {
    return { type: frame.event, data: JSON.parse(frame.data) } as LiveMessage;
  } catch {
    return undefined;
  }
}

export interface SseFrame {
  event: string;
  data: string;
  id: string | undefined;
}

/** Server-sent events from pieces of text that may be cut anywhere. */
export class SseParser {
  private rest = "";
  private event = "";
  private data: string[] = [];
  private id: string | undefined;

  push(text: string): SseFrame[] {
    const frames: SseFrame[] = [];
    this.rest += text;
    for (let end = this.lineEnd(); end; end = this.lineEnd()) {
      const line = this.rest.slice(0, end.at);
      this.rest = this.rest.slice(end.next);
      if (line === "") this.dispatch(frames);
      else this.field(line);
    }
    return frames;
  }

  /** A carriage return at the very end may be half of a pair: wait for the other half. */
  private lineEnd(): { at: number; next: number } | undefined {
    const at = this.rest.search(/[\r\n]/);
    if (at < 0) return undefined;
    if (this.rest[at] === "\n") return { at, next: at + 1 };
    if (at + 1 === this.rest.length) return undefined;
    return { at, next: this.rest[at + 1] === "\n" ? at + 2 : at + 1 };
  }

  private field(line: string): void {
    const colon = line.indexOf(":");
    if (colon === 0) return;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "event") this.event = value;
    else if (name === "data") this.data.push(value);
    else if (name === "id") this.id = value;
  }

  private dispatch(frames: SseFrame[]): void {
    if (this.data.length > 0 || this.event !== "") {
      frames.push({ event: this.event || "message", data: this.data.join("\n"), id: this.id });
    }
    this.event = "";
    this.data = [];
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
