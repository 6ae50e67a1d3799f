import { readFileSync } from "node:fs";

/** The package file of what is installed under an alias. */
export function of(alias) {
  return JSON.parse(
    readFileSync(new URL(`../node_modules/${alias}/package.json`, import.meta.url), "utf8"),
  );
}
