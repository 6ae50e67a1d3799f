// Pictures of pages for looking at: node tests/dev/shoot.mjs BASE FOLDER name=/path [name=/path …]

import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { chromium } from "playwright-core";

const [base, folder, ...pages] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const executablePath = execFileSync("sh", ["-c", "command -v chromium"], {
  encoding: "utf8",
}).trim();
const browser = await chromium.launch({
  executablePath,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});
const sizes = (process.env.SIZES ?? "1440,390").split(",").map(Number);
const themes = (process.env.THEMES ?? "light,dark").split(",");
for (const width of sizes) {
  for (const theme of themes) {
    const context = await browser.newContext({
      viewport: { width, height: width < 500 ? 844 : 900 },
      colorScheme: theme,
    });
    const page = await context.newPage();
    page.on(
      "console",
      (m) => m.type() === "error" && console.log(`[${width} ${theme}] ${m.text()}`),
    );
    page.on("pageerror", (e) => console.log(`[${width} ${theme}] ${e.stack}`));
    for (const entry of pages) {
      const [name, ...rest] = entry.split("=");
      await page.goto(base + rest.join("="), { waitUntil: "load" });
      await page.waitForTimeout(Number(process.env.WAIT ?? 900));
      await page.screenshot({ path: `${folder}/${name}-${width}-${theme}.png` });
    }
    await context.close();
  }
}
await browser.close();
