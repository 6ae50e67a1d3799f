/** JSON text of whatever the host hands over: always valid, never throwing, bounded in depth. */
const DEPTH_MAX = 60;
const TEXT_CHARS_MAX = 1_000;

/** Encodes at once, so that a host that changes the value later does not change the event. */
export function stringify(value: unknown): string {
  try {
    return JSON.stringify(value, replace) ?? "null";
  } catch {
    // A cycle, a getter or toJSON of the host's that throws, or levels without end.
    return JSON.stringify(plain(value, 0)) ?? "null";
  }
}

function replace(this: unknown, key: string, value: unknown): unknown {
  if (typeof value === "string" || value === null) return value;
  // Buffers have a toJSON of their own, so the value before it counts.
  const raw = (this as Record<string, unknown>)[key];
  return typeof raw === "object" || typeof value !== "object" ? converted(raw, value) : value;
}

/** One step towards JSON types, for values of which JSON would make `{}`, `null` or an error. */
function converted(raw: unknown, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (raw instanceof Uint8Array) return Buffer.from(raw).toString("base64");
  if (raw instanceof Error) {
    return { ...raw, name: raw.name, message: raw.message };
  }
  if (raw instanceof Map) return Object.fromEntries(raw);
  if (raw instanceof Set) return [...raw];
  return value;
}

function plain(value: unknown, depth: number): unknown {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "function" || typeof value === "symbol" || value === undefined) {
    return undefined;
  }
  if (depth >= DEPTH_MAX) return "[deeper levels left out]";
  try {
    if (typeof value !== "object") return converted(value, value);
    const jsonable = value as { toJSON?: unknown };
    const own = typeof jsonable.toJSON === "function" ? jsonable.toJSON() : value;
    const found = converted(value, own);
    if (typeof found !== "object" || found === null) return found;
    if (Array.isArray(found)) return found.map((item) => plain(item, depth + 1) ?? null);
    return Object.fromEntries(
      Object.entries(found).map(([key, item]) => [key, plain(item, depth + 1)]),
    );
  } catch {
    return text(value);
  }
}

function text(value: unknown): string {
  try {
    return String(value).slice(0, TEXT_CHARS_MAX);
  } catch {
    return "[unreadable]";
  }
}
