/** The fields of the query bar, with what completion and error messages need to know. */
export interface FieldSpec {
  name: string;
  aliases: readonly string[];
  kind: "text" | "number";
  hint: string;
  /** The only values there are. */
  values?: readonly string[];
  /** The facet of the server that knows the values. */
  facet?: string;
  unit?: string;
  example: string;
  read?: (text: string) => number | undefined;
}

export const FIELDS: readonly FieldSpec[] = [
  {
    name: "status",
    aliases: [],
    kind: "text",
    hint: "how the trace ended",
    values: ["ok", "error", "open"],
    facet: "status",
    example: "status:error",
  },
  {
    name: "agent",
    aliases: ["entity"],
    kind: "text",
    hint: "agent name",
    facet: "agent",
    example: "agent:refunds",
  },
  {
    name: "version",
    aliases: [],
    kind: "text",
    hint: "agent version id",
    facet: "version",
    example: "version:…",
  },
  {
    name: "env",
    aliases: ["environment"],
    kind: "text",
    hint: "environment",
    values: ["PRODUCTION", "STAGING", "DEVELOPMENT"],
    facet: "environment",
    example: "env:STAGING",
  },
  {
    name: "model",
    aliases: [],
    kind: "text",
    hint: "model that answered",
    facet: "model",
    example: "model:gpt-4o",
  },
  {
    name: "provider",
    aliases: [],
    kind: "text",
    hint: "provider slug",
    facet: "provider",
    example: "provider:openai",
  },
  {
    name: "tool",
    aliases: [],
    kind: "text",
    hint: "tool that was called",
    facet: "tool",
    example: "tool:(search OR fetch)",
  },
  {
    name: "user",
    aliases: ["externalUserId"],
    kind: "text",
    hint: "your application's user id",
    facet: "externalUserId",
    example: "user:42",
  },
  {
    name: "thread",
    aliases: ["session"],
    kind: "text",
    hint: "thread id",
    example: "thread:session-123",
  },
  {
    name: "finding",
    aliases: [],
    kind: "text",
    hint: "code or severity of a finding",
    facet: "finding",
    example: "finding:high",
  },
  {
    name: "latency",
    aliases: ["duration"],
    kind: "number",
    hint: "how long the trace took",
    unit: "a time",
    example: "latency:>2s",
    read: readDuration,
  },
  {
    name: "cost",
    aliases: [],
    kind: "number",
    hint: "cost in USD",
    unit: "US dollars",
    example: "cost:>0.05",
    read: readUsd,
  },
];

export function fieldNamed(name: string): FieldSpec | undefined {
  return FIELDS.find((f) => f.name === name || f.aliases.includes(name));
}

/** The field whose name needs the fewest edits, or nothing when all are far. */
export function nearestField(name: string): string | undefined {
  let best: string | undefined;
  let least = Math.max(2, Math.floor(name.length / 2)) + 1;
  for (const field of FIELDS) {
    for (const candidate of [field.name, ...field.aliases]) {
      const edits = distance(name.toLowerCase(), candidate.toLowerCase());
      if (edits < least) {
        least = edits;
        best = field.name;
      }
    }
  }
  return best;
}

/** Milliseconds from `2s`, `350ms`, `1.5m`, `1h`; a bare number is milliseconds. */
export function readDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|min|h)?$/.exec(text);
  if (!match) return undefined;
  const factor = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 }[match[2] ?? "ms"] ?? 1;
  return Number(match[1]) * factor;
}

export function readUsd(text: string): number | undefined {
  const match = /^\$?(\d+(?:\.\d+)?)$/.exec(text);
  return match ? Number(match[1]) : undefined;
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replace, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
