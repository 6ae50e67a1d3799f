// Writes what the page knows about the API from the server's OpenAPI document: the types, and which
// operations are described but not served yet. It runs before every build, check and test, and the
// result is not kept in the repository, so it cannot be stale: a change of the API that a page does
// not follow breaks the type check.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";

const source =
  process.env.WHYOPS_OPENAPI ?? new URL("../../sdk/contract/openapi.json", import.meta.url);
const api = new URL("../src/api/", import.meta.url);

if (!existsSync(source)) {
  console.error("sdk/contract/openapi.json is missing");
  process.exit(1);
}
const document = JSON.parse(readFileSync(source, "utf8"));
const unserved = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item)
    .filter(([, operation]) => operation?.["x-whyops-served"] === false)
    .map(([method]) => `${method.toUpperCase()} ${path}`),
);

const header = "// Generated from sdk/contract/openapi.json. Do not edit.\n";
const save = (name, text) => {
  const file = new URL(name, api);
  if (!existsSync(file) || readFileSync(file, "utf8") !== text) writeFileSync(file, text);
};
save("schema.gen.ts", header + astToString(await openapiTS(document)));
save(
  "served.gen.ts",
  `${header}export const UNSERVED: readonly string[] = ${JSON.stringify(unserved, null, 2)};\n`,
);
