/** A Why card as plain text, to paste into an issue. */
import type { Schemas } from "#/api/client";
import { count, exactUsd, percent } from "#/format/format";

type Card = Schemas["WhyCard"];

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

/** `numberOf` gives the number under which the page shows an event. */
export function whyText(card: Card, numberOf: (eventId: string) => number | undefined): string {
  const step = (eventId: string) => {
    const number = numberOf(eventId);
    return number === undefined ? `event ${eventId}` : `event ${number}`;
  };
  const blocks = [
    [`Why · trace ${card.traceId} · ${step(card.eventId)} (${card.eventId})`],
    coverage(card),
    decision(card),
    (card.provenance ?? []).map((leaf) => provenance(leaf, step)),
    context(card),
    rates(card),
    card.lines.map((line) => {
      const refs = line.refs.map((r) => `${step(r.eventId)}${r.path ? ` ${r.path}` : ""}`);
      return `${line.id} [${BASIS[line.basis]}] ${line.text}${refs.length > 0 ? ` (${refs.join(", ")})` : ""}`;
    }),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join("\n"))
    .join("\n\n")}\n`;
}

function coverage({ coverage: { partial, capture, missing } }: Card): string[] {
  return partial || missing.length > 0
    ? [`Not everything was recorded (capture ${capture}). Missing: ${missing.join(", ") || "–"}`]
    : [];
}

function decision({ decision: made, options, call, error }: Card): string[] {
  const lines: string[] = [];
  if (made)
    lines.push(
      `${DECISION[made.kind]}${made.calls.length > 0 ? `: ${made.calls.map((c) => c.tool).join(", ")}` : ""}`,
    );
  if (options)
    lines.push(
      `Offered: ${options.offered.join(", ") || "no tools"}`,
      ...(options.neverUsedInVersion.length > 0
        ? [`Never used in this version: ${options.neverUsedInVersion.join(", ")}`]
        : []),
    );
  if (call?.tool) lines.push(`Tool call: ${call.tool}`);
  if (error) lines.push(`Error from ${error.source}, seen ${count(error.count)} times`);
  return lines;
}

function provenance(leaf: Schemas["Provenance"], step: (eventId: string) => string): string {
  const from = leaf.origin
    ? ` from ${leaf.origin.role}, ${step(leaf.origin.eventId)} ${leaf.origin.path ?? ""}`
    : "";
  return `${leaf.path} = ${valueText(leaf.value)}: ${leaf.result === "skipped" ? "not judged" : leaf.result}${from.trimEnd()}`;
}

function context({ context: diff }: Card): string[] {
  if (!diff) return [];
  const lines = [
    `Context: ${count(diff.kept)} kept, ${count(diff.added.length)} added, ${count(diff.removed.length)} removed, ${count(diff.edited.length)} edited${diff.compacted ? ", compacted" : ""}`,
  ];
  if (diff.cache?.break)
    lines.push(
      `Prompt cache broke at ${diff.cache.break.part}, byte ${count(diff.cache.break.byte)}${diff.cache.missCost ? `, about ${exactUsd(diff.cache.missCost.usd)}` : ""}`,
    );
  return lines;
}

function rates({ baseRate }: Card): string[] {
  if (!baseRate) return [];
  if (baseRate.p === null) return [`Base rate: ${baseRate.note ?? `too few runs (${baseRate.n})`}`];
  const [low, high] = baseRate.ci95 ?? [];
  const interval =
    low === undefined || high === undefined ? "" : ` (95 % ${percent(low)} to ${percent(high)})`;
  return [
    `Base rate: ${baseRate.chose} in ${percent(baseRate.p)} of ${count(baseRate.n)} runs${interval}, given ${baseRate.given}`,
  ];
}
