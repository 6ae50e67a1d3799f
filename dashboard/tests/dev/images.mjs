// The pictures of the README, from a running `./whyops demo`:
//   node tests/dev/images.mjs DASHBOARD EMAIL PASSWORD FOLDER
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { chromium } from "playwright-core";

const [base, email, password, folder] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const executablePath = execFileSync("sh", ["-c", "command -v chromium"], {
  encoding: "utf8",
}).trim();
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });

for (const theme of ["light", "dark"]) {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    colorScheme: theme,
  });
  const page = await context.newPage();
  await page.goto(`${base}/login`);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(/\/p\/[^/]+\//);
  const project = /\/p\/([^/?]+)/.exec(page.url())[1];
  const { items } = await (await page.request.get(`${base}/api/traces?limit=50`)).json();
  const richest = items.toSorted(
    (a, b) => b.toolCalls * 10 + b.llmCalls - (a.toolCalls * 10 + a.llmCalls),
  )[0];
  const trace = `${base}/p/${project}/trace?id=${encodeURIComponent(richest.traceId)}`;
  const { events } = await (
    await page.request.get(`${base}/api/traces/${encodeURIComponent(richest.traceId)}`)
  ).json();
  const decision = events.filter((e) => e.eventType === "llm_response").at(1) ?? events.at(-1);
  // A loop folds into one node; a run of different tools shows more of the graph.
  const varied =
    items.find((t) => t.toolCalls === 2 && t.llmCalls === 3 && t.status !== "open") ?? richest;
  const variedEvents = (
    await (
      await page.request.get(`${base}/api/traces/${encodeURIComponent(varied.traceId)}`)
    ).json()
  ).events;
  const chosen = variedEvents.filter((e) => e.eventType === "llm_response").at(1);
  const graph = `${base}/p/${project}/trace?id=${encodeURIComponent(varied.traceId)}&view=graph&event=${chosen.id}&panel=why`;
  const shot = async (name, address) => {
    await page.goto(address);
    await page.waitForTimeout(1800);
    await page.screenshot({ path: `${folder}/${name}-${theme}.png` });
  };
  await shot("traces", `${base}/p/${project}/traces`);
  await shot("trace", `${trace}&event=${decision.id}&panel=usage`);
  await shot("graph", graph);
  await shot("timeline", `${trace}&view=timeline`);
  await shot("analytics", `${base}/p/${project}/analytics?range=1h`);
  await context.close();
}
await browser.close();
