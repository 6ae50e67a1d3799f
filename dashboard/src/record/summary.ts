/** Recorded content in one line. */
import type { Part } from "./parts";

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

export function short(value: string | undefined, max = 240): string {
  if (!value) return "";
  return value.length > max ? `${value.slice(0, max)}…` : value;
}
