const INTERVAL_MS = 60_000;
const KINDS_MAX = 100;

const last = new Map<string, number>();

/**
 * One line per minute and kind: telemetry must never flood the host's log. Never throws, so a
 * broken console of the host is not the host's problem either.
 */
export function warn(kind: string, message: string): void {
  try {
    const now = performance.now();
    const before = last.get(kind);
    if (before !== undefined && now - before < INTERVAL_MS) return;
    if (last.size >= KINDS_MAX) last.clear();
    last.set(kind, now);
    console.warn(`[whyops] ${message}`);
  } catch {
    return;
  }
}

/** The text of anything that was thrown; for log lines, so it is kept short. */
export function reason(error: unknown): string {
  try {
    return (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(
      0,
      200,
    );
  } catch {
    return "unknown";
  }
}
