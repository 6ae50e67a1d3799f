/**
 * Reads the recorded content of an event: both provider dialects, what the SDKs send, and anything
 * else as it is. Nothing is dropped: what has no known shape stays JSON.
 */
import type { Schemas } from "#/api/client";
import { callsOf, contentParts, messageOf, partsOf } from "./messages";
import {
  asObject,
  type Content,
  type Obj,
  type Part,
  parsed,
  plain,
  type ToolCall,
  text,
} from "./parts";
import { lineOf, short } from "./summary";

export type { Content, Message, Part, ToolCall } from "./parts";

export type Event = Schemas["Event"];

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
    if (event.eventType === "tool_call_request") return requestOf(event, object);
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

/** What an SDK tells of a call: its arguments alone, or the call as the model wrote it. */
function requestOf(event: Event, object: Obj): Content {
  const told = object.toolCalls;
  const named = Array.isArray(told) && told.length > 0 && told.every(namesArguments);
  const parts: Part[] = named
    ? callsOf(told)
    : [{ kind: "toolCall", call: { id: null, name: "", args: argsOf(object) } }];
  return {
    kind: "parts",
    parts: parts.map((part) =>
      part.kind === "toolCall"
        ? {
            kind: "toolCall",
            call: {
              id: part.call.id ?? event.toolCallId,
              name: part.call.name || (event.tool ?? ""),
              args: part.call.args,
            },
          }
        : part,
    ),
  };
}

function namesArguments(call: unknown): boolean {
  const object = asObject(call);
  const target = asObject(object?.function) ?? object;
  return target !== null && ("arguments" in target || "input" in target);
}

function resultOf(event: Event, object: Obj): Content {
  const { toolCallId, isError, ...rest } = object;
  const output = ["output", "result", "toolResults"].find((name) => name in rest);
  return {
    kind: "parts",
    parts: [
      {
        kind: "toolResult",
        callId: text(toolCallId) ?? event.toolCallId,
        output: plain(output === undefined ? rest : rest[output]),
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
  return parsed(object.arguments ?? object.args ?? object.input ?? object.toolCalls ?? object);
}
