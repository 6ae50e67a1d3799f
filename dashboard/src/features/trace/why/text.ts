/** The words of Why cards. */
export const DECISION = {
  tool_calls: "Called tools",
  answer: "Answered",
  refusal: "Refused",
  stopped: "Was stopped",
} as const;

export const BASIS = {
  observed: "observed",
  derived: "derived",
  stated: "opinion",
  statistical: "statistics",
} as const;

const VALUE_MAX = 200;

export function valueText(value: unknown): string {
  const text = JSON.stringify(value) ?? "";
  return text.length > VALUE_MAX ? `${text.slice(0, VALUE_MAX)}…` : text;
}
