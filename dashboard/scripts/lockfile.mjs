// The lock file must hold checksums and no addresses: everybody fetches from their own registry.
import { readFileSync } from "node:fs";

const lock = JSON.parse(readFileSync(new URL("../package-lock.json", import.meta.url), "utf8"));
const bad = Object.entries(lock.packages).filter(
  ([name, entry]) => name && (entry.resolved || !entry.integrity),
);
if (bad.length > 0) {
  console.error(
    `package-lock.json: address or missing checksum at ${bad.map(([n]) => n).join(", ")}`,
  );
  process.exit(1);
}
