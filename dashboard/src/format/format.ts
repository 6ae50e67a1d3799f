/**
 * How numbers look. An unknown value is an en dash, never 0; the exact figure is for the hover.
 */
export const UNKNOWN = "–";

const integer = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const cents = new Intl.NumberFormat("en-US", {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});
const decimals = new Intl.NumberFormat("en-US", { maximumFractionDigits: 6 });

type Maybe<T> = T | null | undefined;

/** `850 µs`, `420 ms`, `12.4 s`, `3 m 05 s`, `2 h 07 m`, `3 d 04 h`. */
export function duration(milliseconds: Maybe<number>): string {
  if (milliseconds == null || !Number.isFinite(milliseconds)) return UNKNOWN;
  if (milliseconds < 0) return `-${duration(-milliseconds)}`;
  if (milliseconds === 0) return "0 ms";
  if (milliseconds < 0.9995) return `${Math.max(1, Math.round(milliseconds * 1000))} µs`;
  if (milliseconds < 9.995 && !Number.isInteger(milliseconds)) return `${trim(milliseconds, 2)} ms`;
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 59_950) return `${trim(milliseconds / 1000, milliseconds < 9_995 ? 2 : 1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${two(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} m`;
  const hours = Math.round(minutes / 60);
  return `${Math.floor(hours / 24)} d ${two(hours % 24)} h`;
}

/** `12,345`. */
export function count(value: Maybe<number>): string {
  if (value == null || !Number.isFinite(value)) return UNKNOWN;
  return Number.isSafeInteger(value) ? grouped(value) : integer.format(value);
}

/** What the formatter gives for whole numbers, without its cost: every row of a list has some. */
function grouped(whole: number): string {
  const digits = String(whole);
  return whole > -1000 && whole < 1000 ? digits : digits.replace(/\B(?=(?:\d{3})+$)/g, ",");
}

/** `0.95`, `10,000,000`: whole or not, as it was given. */
export function decimal(value: number): string {
  return decimals.format(value);
}

/** `12.3k`, `4.1M`: for lists, where width matters more than the last digit. */
export function shortCount(value: Maybe<number>): string {
  if (value == null || !Number.isFinite(value)) return UNKNOWN;
  const size = Math.abs(value);
  if (size < 1000) return count(value);
  if (size < 999_950) return `${oneDecimal(value / 1000)}k`;
  if (size < 999_950_000) return `${oneDecimal(value / 1_000_000)}M`;
  return `${oneDecimal(value / 1_000_000_000)}B`;
}

/**
 * Two places from one dollar on, else four significant digits. Works on the decimal text that the
 * server sent; the browser never computes a price.
 */
export function usd(amount: Maybe<string>): string {
  if (amount == null || amount === "") return UNKNOWN;
  const value = Number(amount);
  if (!Number.isFinite(value)) return UNKNOWN;
  if (value === 0) return "$0";
  const sign = value < 0 ? "-" : "";
  const size = Math.abs(value);
  if (size >= 0.99995) return `${sign}$${cents.format(size)}`;
  const digits = Math.min(20, 3 - Math.floor(Math.log10(size)));
  return `${sign}$${size.toFixed(digits)}`;
}

/** All digits that the server sent. */
export function exactUsd(amount: Maybe<string>): string {
  return amount == null || amount === "" ? "No price known" : `$${amount}`;
}

/** `12.4 %`; the input is a fraction. */
export function percent(fraction: Maybe<number>, places = 1): string {
  if (fraction == null || !Number.isFinite(fraction)) return UNKNOWN;
  return `${trim(fraction * 100, places)} %`;
}

export function bytes(value: Maybe<number>): string {
  if (value == null || !Number.isFinite(value)) return UNKNOWN;
  if (value < 1024) return `${value} B`;
  if (value < 1024 * 1024) return `${trim(value / 1024, 1)} KiB`;
  if (value < 1024 ** 3) return `${trim(value / 1024 ** 2, 1)} MiB`;
  return `${trim(value / 1024 ** 3, 1)} GiB`;
}

const clock = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hour12: false,
});
const dayClock = new Intl.DateTimeFormat(undefined, {
  month: "short",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hour12: false,
});
const dateOnly = new Intl.DateTimeFormat(undefined, {
  year: "numeric",
  month: "short",
  day: "numeric",
});

/** Local time; today without the date. */
export function localTime(iso: Maybe<string>, now: Date = new Date()): string {
  const at = parse(iso);
  if (!at) return UNKNOWN;
  return at.toDateString() === now.toDateString() ? clock.format(at) : dayClock.format(at);
}

export function localDate(iso: Maybe<string>): string {
  const at = parse(iso);
  return at ? dateOnly.format(at) : UNKNOWN;
}

/** The exact instant in UTC, for the hover. */
export function utcTime(iso: Maybe<string>): string {
  const at = parse(iso);
  return at ? `${at.toISOString().replace("T", " ").replace("Z", "")} UTC` : UNKNOWN;
}

/** `just now`, `14 s ago`, `3 min ago`, `2 h ago`, `5 d ago`, then the date. */
export function ago(iso: Maybe<string>, now: number = Date.now()): string {
  const at = parse(iso);
  if (!at) return UNKNOWN;
  const seconds = Math.round((now - at.getTime()) / 1000);
  if (seconds < 5) return "just now";
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  if (seconds < 30 * 86_400) return `${Math.floor(seconds / 86_400)} d ago`;
  return dateOnly.format(at);
}

export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

function parse(iso: Maybe<string>): Date | undefined {
  if (!iso) return undefined;
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? undefined : at;
}

function trim(value: number, places: number): string {
  const text = value.toFixed(places);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

function oneDecimal(value: number): string {
  return value.toFixed(1).replace(/\.0$/, "");
}

function two(n: number): string {
  return String(n).padStart(2, "0");
}
