// What no linter rule of ours knows: recorded content is text, so nothing may turn text into markup
// or an address, and colours come from the tokens only.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../src", import.meta.url));
const RULES = [
  [
    /\b(innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|srcdoc|document\.write)\b/,
    "turns text into markup",
    /\.tsx?$/,
  ],
  [/\b(eval|new Function)\s*\(/, "runs text as code", /\.tsx?$/],
  [/\bhref=\{/, "an address from data: use Link with a route", /\.tsx$/],
  [/#[0-9a-fA-F]{3,8}\b|\brgba?\(/, "a colour outside design/tokens.css", /\.css$/],
];
const EXEMPT = new Set(["design/tokens.css"]);

const problems = [];
for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue;
  const path = join(entry.parentPath, entry.name);
  const name = path.slice(root.length + 1);
  if (name.endsWith(".gen.ts") || EXEMPT.has(name)) continue;
  readFileSync(path, "utf8")
    .split("\n")
    .forEach((line, index) => {
      for (const [pattern, why, files] of RULES) {
        if (files.test(name) && pattern.test(line))
          problems.push(`src/${name}:${index + 1} ${why}: ${line.trim()}`);
      }
    });
}
if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exit(1);
}
