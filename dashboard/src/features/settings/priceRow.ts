/** A project's price rows: read as they were given, edited without losing what a form does not show. */

export type PriceRow = Readonly<Record<string, unknown>>;

export const CLASSES = [
  { id: "input", label: "Input" },
  { id: "cacheRead", label: "Cache read" },
  { id: "cacheWrite5m", label: "Cache write, 5 min" },
  { id: "cacheWrite1h", label: "Cache write, 1 h" },
  { id: "output", label: "Output" },
] as const;

export type TokenClass = (typeof CLASSES)[number]["id"];

export interface PriceForm {
  provider: string;
  model: string;
  from: string;
  to: string;
  source: string;
  usd: Readonly<Record<TokenClass, string>>;
}

export const textOf = (row: PriceRow, name: string): string => {
  const value = row[name];
  return typeof value === "string" ? value : "";
};

export function usdOf(row: PriceRow, tokens: TokenClass): string | undefined {
  const value = (row.usdPerMillion as Record<string, unknown> | undefined)?.[tokens];
  return typeof value === "string" ? value : undefined;
}

export function formOf(row: PriceRow): PriceForm {
  return {
    provider: textOf(row, "provider") || "*",
    model: textOf(row, "model"),
    from: textOf(row, "from"),
    to: textOf(row, "to"),
    source: textOf(row, "source"),
    usd: Object.fromEntries(
      CLASSES.map(({ id }) => [id, usdOf(row, id) ?? ""]),
    ) as PriceForm["usd"],
  };
}

/** The row with what the form says; tiers, aliases and the like stay as they were. */
export function rowOf(before: PriceRow, form: PriceForm): PriceRow {
  const usd = { ...(before.usdPerMillion as Record<string, unknown> | undefined) };
  for (const { id } of CLASSES) {
    const price = form.usd[id].trim();
    if (price === "") delete usd[id];
    else usd[id] = price;
  }
  const { from: _, to: __, ...rest } = before;
  const model = form.model.trim();
  const provider = form.provider.trim();
  return {
    ...rest,
    id: textOf(before, "id") || `own/${provider === "*" ? "any" : provider}/${model}`,
    provider,
    model,
    ...(form.from === "" ? {} : { from: form.from }),
    ...(form.to === "" ? {} : { to: form.to }),
    usdPerMillion: usd,
    source: form.source.trim(),
  };
}

/** What the form shows is not all there is to a row. */
export function hasMore(row: PriceRow): boolean {
  return ["aliases", "tiers", "serviceTiers"].some((name) => {
    const value = row[name];
    return typeof value === "object" && value !== null && Object.keys(value).length > 0;
  });
}

/** Rows typed as JSON, or the reason why they are none. */
export function rowsOf(text: string): PriceRow[] | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return error instanceof Error ? error.message : "This is no JSON.";
  }
  if (!Array.isArray(value)) return "A list of rows is wanted: [ … ].";
  const wrong = value.findIndex(
    (row) => typeof row !== "object" || row === null || Array.isArray(row),
  );
  return wrong < 0 ? (value as PriceRow[]) : `Row ${wrong + 1} is no object.`;
}
