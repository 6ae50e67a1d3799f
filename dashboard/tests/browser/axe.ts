/** What axe finds on the page as it stands; nothing is what is wanted. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Watched } from "./harness";

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
  "utf8",
);

interface Violation {
  id: string;
  nodes: { html: string; target: unknown }[];
}

declare const axe: {
  run: (root: unknown, options: unknown) => Promise<{ violations: Violation[] }>;
};

export async function violations({ page }: Watched): Promise<string[]> {
  await page.evaluate(axeSource);
  const found = await page.evaluate(() =>
    axe
      .run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] })
      .then((r) => r.violations),
  );
  return found.map(
    (v) =>
      `${v.id}: ${v.nodes
        .slice(0, 3)
        .map((n) => n.html.slice(0, 160))
        .join(" | ")}`,
  );
}
