/** Reads messages of both provider dialects; what has no known shape stays JSON. */
import { asObject, type Message, type Obj, type Part, parsed, plain, text } from "./parts";
import { lineOf } from "./summary";

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

export function contentParts(content: unknown): Part[] {
  if (content === null || content === undefined) return [];
  if (typeof content === "string") return content === "" ? [] : [{ kind: "text", text: content }];
  if (Array.isArray(content)) return content.flatMap(partsOf);
  return partsOf(content);
}

export function partsOf(raw: unknown): Part[] {
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

export function callsOf(calls: unknown): Part[] {
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

function mediaNote(part: Obj): string {
  const source = asObject(part.source) ?? asObject(part.image_url) ?? part;
  const address = text(source.url) ?? text(source.data);
  if (!address) return "";
  return address.length > 120
    ? `${address.slice(0, 80)}… (${address.length.toLocaleString("en-US")} characters)`
    : address;
}
