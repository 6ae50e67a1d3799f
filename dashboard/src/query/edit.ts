/** Changes a query by its parts, for facets and the like; what is not touched stays as typed. */
import { FIELDS } from "./fields";
import { parseQuery, quoteValue, type Term } from "./grammar";

/** The values that a query asks of a field, not counting negated ones. */
export function chosenValues(query: string, field: string): string[] {
  return parseQuery(query).terms.flatMap((t) =>
    t.kind === "field" && t.field.name === field && !t.negated && t.match.op === "is"
      ? t.match.values
      : [],
  );
}

/** Adds a value to those of a field, or takes it out. */
export function toggleValue(query: string, field: string, value: string): string {
  const chosen = chosenValues(query, field);
  const next = chosen.includes(value) ? chosen.filter((v) => v !== value) : [...chosen, value];
  const kept = without(query, field);
  const term =
    next.length === 0
      ? ""
      : next.length === 1
        ? `${field}:${quoteValue(next[0] ?? "")}`
        : `${field}:(${next.map(quoteValue).join(" OR ")})`;
  return [kept, term].filter((part) => part !== "").join(" ");
}

/** The query without the positive terms of a field. */
export function without(query: string, field: string): string {
  return cut(
    query,
    (t) => t.kind === "field" && t.field.name === field && !t.negated && t.match.op === "is",
  );
}

function cut(query: string, drop: (term: Term) => boolean): string {
  let text = "";
  let from = 0;
  for (const term of parseQuery(query).terms) {
    if (!drop(term)) continue;
    text += query.slice(from, term.start);
    from = term.end;
  }
  return (text + query.slice(from)).replace(/\s+/g, " ").trim();
}

export interface TraceFilters {
  agent?: string;
  version?: string;
  environment?: "PRODUCTION" | "STAGING" | "DEVELOPMENT";
  status?: "ok" | "error" | "open";
  model?: string;
  provider?: string;
  tool?: string;
  externalUserId?: string;
  thread?: string;
  finding?: string;
  minLatencyMs?: number;
  minCostUsd?: string;
  q?: string;
}

const PARAMETER: Record<string, keyof TraceFilters> = {
  agent: "agent",
  version: "version",
  env: "environment",
  status: "status",
  model: "model",
  provider: "provider",
  tool: "tool",
  user: "externalUserId",
  thread: "thread",
  finding: "finding",
};

/**
 * What the server is asked: plain equalities as parameters of their own, everything else in `q`
 * in the language of the query bar.
 */
export function traceFilters(query: string): TraceFilters {
  const filters: TraceFilters = {};
  const rest: string[] = [];
  for (const term of parseQuery(query).terms) {
    const source = query.slice(term.start, term.end);
    if (term.kind === "text" || term.negated || !simple(term, filters))
      rest.push(canonical(source, term));
  }
  return rest.length > 0 ? { ...filters, q: rest.join(" ") } : filters;
}

function simple(term: Extract<Term, { kind: "field" }>, filters: TraceFilters): boolean {
  const name = PARAMETER[term.field.name];
  if (
    !name ||
    filters[name] !== undefined ||
    term.match.op !== "is" ||
    term.match.values.length !== 1
  )
    return false;
  Object.assign(filters, { [name]: term.match.values[0] });
  return true;
}

/** Aliases are the page's own; the server knows the field by its first name. */
function canonical(source: string, term: Term): string {
  if (term.kind === "text") return source;
  const colon = source.indexOf(":");
  return `${term.negated ? "-" : ""}${term.field.name}${source.slice(colon)}`;
}

/** Filter terms of a query in words, for telling which to drop when nothing was found. */
export function termsOf(query: string): string[] {
  return parseQuery(query).terms.map((t) => query.slice(t.start, t.end));
}

export function withoutTerm(query: string, source: string): string {
  return cut(query, (t) => query.slice(t.start, t.end) === source);
}

export const facetFields = FIELDS.filter((f) => f.facet !== undefined);
