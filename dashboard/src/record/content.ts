/**
 * Reads the recorded content of an event: both provider dialects, what the SDKs send, and anything
 * else as it is. Nothing is dropped: what has no known shape stays JSON.
 */
import type { Schemas } from "#/api/client";

export type Event = Schemas["Event"];

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

type Obj = Record<string, unknown>;

export function contentOf(event: Event): Content {
  const { content } = event;
  if (notCaptured(event))
    return {
      kind: "notCaptured",
      note: "The payload was not captured: the project or the call asked for metadata only.",
    };
  if (content === null || content === undefined) return { kind: "none" };
  if (typeof content === "string") return { kind: "parts", parts: [textOf(event, content)] };
  const object = asObject(content);
  if (object) {
    if (Array.isArray(object.messages)) {
      const messages = object.messages.map(messageOf);
      const from = typeof object.newFrom === "number" ? object.newFrom : 0;
      return { kind: "messages", messages, newFrom: Math.max(0, Math.min(from, messages.length)) };
    }
    if (event.eventType === "error") return errorOf(object);
    if (event.eventType === "tool_result" || event.eventType === "tool_call_response")
      return resultOf(event, object);
    if (event.eventType === "tool_call_request")
      return {
        kind: "parts",
        parts: [
          {
            kind: "toolCall",
            call: { id: event.toolCallId, name: event.tool ?? "", args: argsOf(object) },
          },
        ],
      };
    if (event.eventType === "llm_response") return answerOf(object);
    if (event.eventType === "llm_thinking") return thinkingOf(object);
    if (typeof object.role === "string" && "content" in object)
      return { kind: "parts", parts: messageOf(object).parts };
    if (typeof object.text === "string" && Object.keys(object).length === 1)
      return { kind: "parts", parts: [textOf(event, object.text)] };
  }
  if (Array.isArray(content)) {
    if (content.length > 0 && content.every((c) => typeof asObject(c)?.role === "string")) {
      return { kind: "messages", messages: content.map(messageOf), newFrom: 0 };
    }
    if (content.length > 0 && content.every((c) => typeof asObject(c)?.type === "string"))
      return { kind: "parts", parts: content.flatMap(partsOf) };
  }
  return { kind: "json", value: content };
}

/** Tool calls that an event asks for. */
export function toolCallsOf(event: Event): ToolCall[] {
  const content = contentOf(event);
  if (content.kind !== "parts") return [];
  return content.parts.flatMap((p) => (p.kind === "toolCall" ? [p.call] : []));
}

/** One line that stands for the event in trees and lists. */
export function summaryOf(event: Event): string {
  const content = contentOf(event);
  switch (content.kind) {
    case "none":
      return "";
    case "notCaptured":
      return "not captured";
    case "error":
      return content.message;
    case "json":
      return short(JSON.stringify(content.value));
    case "parts":
      return short(content.parts.map(lineOf).filter(Boolean).join("  "));
    case "messages": {
      const last = content.messages.at(-1);
      return last ? short(last.parts.map(lineOf).filter(Boolean).join("  ")) : "";
    }
  }
}

export function lineOf(part: Part): string {
  switch (part.kind) {
    case "text":
    case "refusal":
    case "thinking":
      return part.text;
    case "toolCall":
      return `${part.call.name}(${short(typeof part.call.args === "string" ? part.call.args : JSON.stringify(part.call.args), 120)})`;
    case "toolResult":
      return short(typeof part.output === "string" ? part.output : JSON.stringify(part.output));
    case "media":
      return `[${part.type}]`;
    case "json":
      return short(JSON.stringify(part.value));
  }
}

function notCaptured(event: Event): boolean {
  const capture = event.metadata.capture;
  return (
    (capture === "metadata" || capture === "off") &&
    (event.content === null || asObject(event.content)?.captured === false)
  );
}

function textOf(event: Event, text: string): Part {
  return event.eventType === "llm_thinking"
    ? { kind: "thinking", text, redacted: false }
    : { kind: "text", text };
}

export function messageOf(raw: unknown): Message {
  const object = asObject(raw);
  if (!object)
    return {
      role: "user",
      parts:
        typeof raw === "string" ? [{ kind: "text", text: raw }] : [{ kind: "json", value: raw }],
      raw,
    };
  if (typeof object.role !== "string" && typeof object.type === "string") return itemOf(object);
  const role = typeof object.role === "string" ? object.role : "user";
  if (role === "tool" || role === "function") {
    return {
      role: "tool",
      parts: [
        {
          kind: "toolResult",
          callId: text(object.tool_call_id),
          output: plain(object.content),
          isError: false,
        },
      ],
      raw,
    };
  }
  const parts = contentParts(object.content);
  if (typeof object.reasoning_content === "string")
    parts.unshift({ kind: "thinking", text: object.reasoning_content, redacted: false });
  if (typeof object.refusal === "string") parts.push({ kind: "refusal", text: object.refusal });
  parts.push(...callsOf(object.tool_calls ?? object.toolCalls));
  const called = asObject(object.function_call);
  if (called)
    parts.push({
      kind: "toolCall",
      call: { id: null, name: text(called.name) ?? "", args: parsed(called.arguments) },
    });
  return { role, parts, raw };
}

/** Items of the Responses dialect that are no messages. */
function itemOf(item: Obj): Message {
  const type = item.type;
  const role =
    type === "function_call_output"
      ? "tool"
      : type === "function_call" || type === "reasoning"
        ? "assistant"
        : "system";
  return { role, parts: partsOf(item), raw: item };
}

function contentParts(content: unknown): Part[] {
  if (content === null || content === undefined) return [];
  if (typeof content === "string") return content === "" ? [] : [{ kind: "text", text: content }];
  if (Array.isArray(content)) return content.flatMap(partsOf);
  return partsOf(content);
}

function partsOf(raw: unknown): Part[] {
  if (typeof raw === "string") return [{ kind: "text", text: raw }];
  const part = asObject(raw);
  if (!part) return [{ kind: "json", value: raw }];
  switch (part.type) {
    case "text":
    case "input_text":
    case "output_text":
    case "summary_text":
    case "reasoning_text":
      return typeof part.text === "string"
        ? [{ kind: "text", text: part.text }]
        : [{ kind: "json", value: raw }];
    case "refusal":
      return [{ kind: "refusal", text: text(part.refusal) ?? "" }];
    case "message":
      return contentParts(part.content);
    case "thinking":
      return [
        { kind: "thinking", text: text(part.thinking) ?? text(part.text) ?? "", redacted: false },
      ];
    case "redacted_thinking":
      return [{ kind: "thinking", text: "", redacted: true }];
    case "reasoning":
      return [
        {
          kind: "thinking",
          text: contentParts(part.summary ?? part.content)
            .map(lineOf)
            .join("\n"),
          redacted: false,
        },
      ];
    case "tool_use":
    case "server_tool_use":
      return [
        {
          kind: "toolCall",
          call: { id: text(part.id), name: text(part.name) ?? "", args: parsed(part.input) },
        },
      ];
    case "function_call":
    case "custom_tool_call":
      return [
        {
          kind: "toolCall",
          call: {
            id: text(part.call_id) ?? text(part.id),
            name: text(part.name) ?? "",
            args: parsed(part.arguments ?? part.input),
          },
        },
      ];
    case "tool_result":
      return [
        {
          kind: "toolResult",
          callId: text(part.tool_use_id),
          output: plain(part.content),
          isError: part.is_error === true,
        },
      ];
    case "function_call_output":
    case "custom_tool_call_output":
      return [
        {
          kind: "toolResult",
          callId: text(part.call_id),
          output: plain(part.output),
          isError: false,
        },
      ];
    case "image":
    case "image_url":
    case "input_image":
    case "input_audio":
    case "audio":
    case "file":
    case "input_file":
    case "document":
      return [{ kind: "media", type: String(part.type), note: mediaNote(part) }];
    default:
      return [{ kind: "json", value: raw }];
  }
}

function answerOf(object: Obj): Content {
  if (typeof object.role === "string" && !("toolCalls" in object))
    return { kind: "parts", parts: messageOf(object).parts };
  const known = [
    "content",
    "toolCalls",
    "tool_calls",
    "refusal",
    "finishReason",
    "text",
    "choices",
  ];
  if (!Object.keys(object).some((k) => known.includes(k))) return { kind: "json", value: object };
  if (Array.isArray(object.choices)) {
    return {
      kind: "parts",
      parts: object.choices.flatMap((c) => messageOf(asObject(c)?.message ?? c).parts),
    };
  }
  const parts = contentParts(object.content ?? object.text);
  if (typeof object.refusal === "string" && object.refusal !== "")
    parts.push({ kind: "refusal", text: object.refusal });
  const seen = new Set(
    parts.flatMap((p) => (p.kind === "toolCall" && p.call.id ? [p.call.id] : [])),
  );
  parts.push(
    ...callsOf(object.toolCalls ?? object.tool_calls).filter(
      (p) => p.kind !== "toolCall" || !p.call.id || !seen.has(p.call.id),
    ),
  );
  return { kind: "parts", parts };
}

function thinkingOf(object: Obj): Content {
  const said =
    text(object.thinking) ?? text(object.text) ?? text(object.content) ?? text(object.summary);
  const redacted = object.type === "redacted_thinking" || object.redacted === true;
  return said !== null || redacted
    ? { kind: "parts", parts: [{ kind: "thinking", text: said ?? "", redacted }] }
    : { kind: "json", value: object };
}

function resultOf(event: Event, object: Obj): Content {
  const { toolCallId, isError, ...rest } = object;
  const output = "output" in rest ? rest.output : "result" in rest ? rest.result : rest;
  return {
    kind: "parts",
    parts: [
      {
        kind: "toolResult",
        callId: text(toolCallId) ?? event.toolCallId,
        output: plain(output),
        isError: isError === true || event.status === "error",
      },
    ],
  };
}

function errorOf(object: Obj): Content {
  return {
    kind: "error",
    message: text(object.message) ?? "Error",
    status: typeof object.status === "number" ? object.status : null,
    code: text(object.code),
    source: text(object.source),
    body: object.body ?? null,
  };
}

function argsOf(object: Obj): unknown {
  return parsed(object.arguments ?? object.args ?? object.input ?? object);
}

function callsOf(calls: unknown): Part[] {
  if (!Array.isArray(calls)) return [];
  return calls.flatMap((raw): Part[] => {
    const call = asObject(raw);
    if (!call) return [{ kind: "json", value: raw }];
    const target = asObject(call.function) ?? call;
    return [
      {
        kind: "toolCall",
        call: {
          id: text(call.id) ?? text(call.call_id),
          name: text(target.name) ?? "",
          args: parsed(target.arguments ?? target.input),
        },
      },
    ];
  });
}

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
function plain(value: unknown): unknown {
  if (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((v) => asObject(v)?.type === "text" && typeof asObject(v)?.text === "string")
  ) {
    return parsed(value.map((v) => String(asObject(v)?.text)).join("\n"));
  }
  return parsed(value);
}

function mediaNote(part: Obj): string {
  const source = asObject(part.source) ?? asObject(part.image_url) ?? part;
  const address = text(source.url) ?? text(source.data);
  if (!address) return "";
  return address.length > 120
    ? `${address.slice(0, 80)}… (${address.length.toLocaleString("en-US")} characters)`
    : address;
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function asObject(value: unknown): Obj | null {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Obj)
    : null;
}

function short(value: string | undefined, max = 240): string {
  if (!value) return "";
  return value.length > max ? `${value.slice(0, max)}…` : value;
}
