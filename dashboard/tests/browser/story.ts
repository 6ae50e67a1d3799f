/** From nothing to the first trace, as a new user goes it. */
import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually, openBrowser, owner, ready, target, type Watched } from "./harness";
import { execute, prepareRuntimes, type Runtimes, removeRuntimes } from "./runtimes";

describe.skipIf(!ready)("the story of a first trace", () => {
  let browser: Watched;
  let runtimes: Runtimes;
  beforeAll(async () => {
    runtimes = prepareRuntimes();
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await removeRuntimes(runtimes);
  });

  test("setup with the printed code leads to onboarding", async () => {
    const { page } = browser;
    await page.goto(`${target.dashboard}/setup#code=${target.setupCode}`);
    await page.getByLabel("Name").fill(owner.name);
    await page.getByLabel("E-mail").fill(owner.email);
    await page.getByLabel("Password").fill(owner.password);
    expect(page.url()).not.toContain("code=");
    await page.getByRole("button", { name: "Create account" }).click();
    await page.getByRole("heading", { name: "Get started" }).waitFor();
  });

  test("a provider is added and tested", async () => {
    const { page } = browser;
    await page.getByLabel("Base URL").fill(`${target.provider}/v1`);
    await page.getByLabel("API key").fill(target.providerKey);
    await page.getByRole("button", { name: "Add provider" }).click();
    await page.getByText("The provider answered and accepted the key.").waitFor();
  });

  test("a key is made, shown once, and stands in the code", async () => {
    const { page } = browser;
    await page.getByRole("button", { name: "Create key" }).click();
    await page.getByText("it is shown this once").waitFor();
    const code = page.getByLabel("Python code", { exact: true });
    expect(await code.textContent()).toMatch(/api_key="whyops_live_[0-9A-Za-z]{36}"/);
    expect(await code.textContent()).toContain(`base_url="${target.gateway}/v1"`);
  });

  test("a refused call is shown with its remedy", async () => {
    const { page } = browser;
    const key = /whyops_live_\w+/.exec(
      (await page.getByLabel("Python code", { exact: true }).textContent()) ?? "",
    )?.[0];
    const response = await fetch(`${target.gateway}/v1/chat/completions`, {
      method: "POST",
      headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
      body: JSON.stringify({ model: "gpt-4o-mini", messages: [{ role: "user", content: "hi" }] }),
    });
    expect(response.status).toBe(400);
    await page.getByText("missing_agent_name").waitFor();
  });

  test.for(["Python", "TypeScript", "Java"] as const)(
    "the copied %s code runs, and its trace is told",
    { timeout: 180_000 },
    async (language, { skip }) => {
      const { page } = browser;
      const folder = await runtimes[language];
      if (folder === undefined) return skip(`${language} or its client library is not at hand`);
      const arrived = page.getByRole("region", { name: "What arrives" }).getByRole("link");
      const before = await arrived.count();
      await page.getByRole("tab", { name: language }).click();
      await page.getByRole("button", { name: `Copy ${language} code` }).click();
      const code = await page.evaluate(() => navigator.clipboard.readText());
      expect(await execute(language, folder, code)).not.toBe("");
      await eventually("its trace", async () =>
        (await arrived.count()) > before ? true : undefined,
      );
    },
  );

  test("the copied curl command arrives and its trace opens", async () => {
    const { page } = browser;
    await page.getByRole("tab", { name: "curl" }).click();
    await page.getByRole("button", { name: "Copy curl code" }).click();
    const command = await page.evaluate(() => navigator.clipboard.readText());
    const answer = JSON.parse(execFileSync("sh", ["-c", command], { encoding: "utf8" })) as {
      choices: { message: { content: string } }[];
    };
    const said = answer.choices[0]?.message.content ?? "";
    expect(said).not.toBe("");
    await page.getByRole("link", { name: "Open the trace" }).first().click();
    await page.getByText("Say hello in five words.").first().waitFor();
    await page.getByText(said.slice(0, 40)).first().waitFor();
    expect(page.url()).toContain("/trace?id=");
  });

  test("the trace shows usage, cost and timing of the call", async () => {
    const { page } = browser;
    await page
      .getByRole("region", { name: "Transcript" })
      .getByRole("button", { name: /^model/ })
      .click();
    await page.getByRole("tab", { name: "Usage & cost" }).click();
    await page.getByRole("cell", { name: /^\d/ }).first().waitFor();
    await page.getByRole("tab", { name: "Timing" }).click();
    await page.getByText("Where the time went").waitFor();
  });

  test("the trace and its agent are in their lists", async () => {
    const { page } = browser;
    await page.getByRole("link", { name: "Traces", exact: true }).click();
    await page
      .getByRole("grid", { name: "Traces" })
      .getByText("Say hello in five words.")
      .first()
      .waitFor();
    await page.getByRole("link", { name: "Agents", exact: true }).click();
    await page.getByRole("grid", { name: "Agents" }).getByText("my-agent").waitFor();
  });

  test("the console stayed empty and nothing foreign was asked", () => {
    expect(browser.faults).toEqual([]);
  });
});
