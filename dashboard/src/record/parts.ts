/** The pieces that recorded content is made of, whatever dialect it came in. */

export interface ToolCall {
  id: string | null;
  name: string;
  /** Parsed where it is JSON, else the text. */
  args: unknown;
}

export type Part =
  | { kind: "text"; text: string }
  | { kind: "thinking"; text: string; redacted: boolean }
  | { kind: "refusal"; text: string }
  | { kind: "toolCall"; call: ToolCall }
  | { kind: "toolResult"; callId: string | null; output: unknown; isError: boolean }
  | { kind: "media"; type: string; note: string }
  | { kind: "json"; value: unknown };

export interface Message {
  role: string;
  parts: Part[];
  raw: unknown;
}

export type Content =
  | { kind: "none" }
  | { kind: "notCaptured"; note: string }
  | { kind: "messages"; messages: Message[]; newFrom: number }
  | { kind: "parts"; parts: Part[] }
  | {
      kind: "error";
      message: string;
      status: number | null;
      code: string | null;
      source: string | null;
      body: unknown;
    }
  | { kind: "json"; value: unknown };

export type Obj = Record<string, unknown>;

/** Text that is JSON becomes JSON, for reading; anything else stays. */
export function parsed(value: unknown): unknown {
  if (typeof value !== "string") return value ?? null;
  const trimmed = value.trimStart();
  if (!trimmed.startsWith("{") && !trimmed.startsWith("[")) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

/** Text blocks of a tool result as one text; anything richer stays. */
export function plain(value: unknown): unknown {
  if (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((v) => asObject(v)?.type === "text" && typeof asObject(v)?.text === "string")
  ) {
    return parsed(value.map((v) => String(asObject(v)?.text)).join("\n"));
  }
  return parsed(value);
}

export function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

export function asObject(value: unknown): Obj | null {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Obj)
    : null;
}
