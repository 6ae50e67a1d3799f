// Fails the build when a page would load more script than promised: 200 kB gzip at first, 80 kB for
// each chunk that comes later.
import { readFileSync, rmSync } from "node:fs";
import { gzipSync } from "node:zlib";

const INITIAL_MAX = 200 * 1024;
const LAZY_MAX = 80 * 1024;
const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", dist), "utf8"));

const sizeOf = (file) => gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length;
const kB = (bytes) => `${(bytes / 1024).toFixed(1)} kB`;

const initial = new Set();
const visit = (key) => {
  const chunk = manifest[key];
  if (!chunk || initial.has(chunk.file)) return;
  initial.add(chunk.file);
  for (const next of chunk.imports ?? []) visit(next);
};
for (const [key, chunk] of Object.entries(manifest)) if (chunk.isEntry) visit(key);

let failed = false;
const total = [...initial].filter((f) => f.endsWith(".js")).reduce((sum, f) => sum + sizeOf(f), 0);
console.log(`initial script ${kB(total)} of ${kB(INITIAL_MAX)} gzip`);
if (total > INITIAL_MAX) failed = true;

for (const chunk of Object.values(manifest)) {
  if (initial.has(chunk.file) || !chunk.file.endsWith(".js")) continue;
  const size = sizeOf(chunk.file);
  if (size > LAZY_MAX) {
    console.log(`too large: ${chunk.file} ${kB(size)} of ${kB(LAZY_MAX)} gzip`);
    failed = true;
  }
}
if (failed) {
  console.error("The script budget is exceeded.");
  process.exit(1);
}
// Only this script needs the manifest; the server does not serve it.
rmSync(new URL(".vite/", dist), { recursive: true });
