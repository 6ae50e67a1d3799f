/** What is typed for the thresholds of findings, and what of it has to be sent. */

interface Threshold {
  name: string;
  normal: number;
  value: number;
  min: number;
  max: number;
}

export type Typed = Readonly<Record<string, string>>;

export function numbersOf(items: readonly Threshold[]): Typed {
  return Object.fromEntries(items.map((item) => [item.name, String(item.value)]));
}

export function isWrong({ min, max }: Threshold, typed: string): boolean {
  const value = Number(typed);
  return typed.trim() === "" || !Number.isFinite(value) || value < min || value > max;
}

/** Only what differs from what is in force; null takes back what was set. */
export function changesOf(
  items: readonly Threshold[],
  typed: Typed,
): Record<string, number | null> {
  const changes: Record<string, number | null> = {};
  for (const item of items) {
    const value = Number(typed[item.name]);
    if (value === item.value) continue;
    changes[item.name] = value === item.normal ? null : value;
  }
  return changes;
}
