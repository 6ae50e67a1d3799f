/** Prices and thresholds of a project: what is refused, what is saved, and what it changes. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { api, eventually, openBrowser, ready, signIn, target, type Watched } from "./harness";
import { call, type Filled, fill } from "./traffic";

describe.skipIf(!ready)("prices and thresholds", () => {
  let browser: Watched;
  let filled: Filled;
  const stamp = Date.now().toString(36);

  beforeAll(async () => {
    browser = await openBrowser();
    filled = await fill(browser, await signIn(browser));
    await prices([]);
  });
  afterAll(async () => {
    await prices([]);
    await browser?.close();
  });
  beforeEach(() => {
    browser.faults.length = 0;
  });

  const prices = (rows: unknown[]) =>
    api(browser, "PUT", `/projects/${filled.project}/prices`, filled.project, { rows });
  const row = (model: string, input: string, more = {}) => ({
    id: `own/any/${model}`,
    provider: "*",
    model,
    usdPerMillion: { input, output: "2" },
    source: "contract",
    ...more,
  });
  const visit = (tab: string) =>
    browser.page.goto(`${target.dashboard}/p/${filled.project}/settings?tab=${tab}`);
  const main = () => browser.page.getByRole("main");
  const dialog = () => browser.page.getByRole("dialog");
  /** A refused request is told in the console by the browser itself. */
  const refused = () =>
    expect(browser.faults.filter((f) => !f.includes("400 (Bad Request)"))).toEqual([]);

  test("a price is added, prices new calls, is edited and deleted", async () => {
    const { page } = browser;
    await visit("prices");
    await main().getByText("None yet").waitFor();
    await main().getByRole("button", { name: "Add price" }).click();
    const save = dialog().getByRole("button", { name: "Save price" });
    expect(await save.isDisabled()).toBe(true);
    await dialog().getByLabel("Model").fill("gpt-4o-mini");
    await dialog().getByLabel("Input").fill("ten");
    await dialog().getByLabel("Source").fill("contract");
    await dialog().getByText("A number with at most 6 decimals.").waitFor();
    expect(await save.isDisabled()).toBe(true);
    await dialog().getByLabel("Input").fill("1000");
    await dialog().getByLabel("Output").fill("1000");
    await save.click();
    await page.getByText("Prices saved").first().waitFor();
    const line = main().getByRole("row").filter({ hasText: "gpt-4o-mini" });
    await line.getByText("any").waitFor();

    const traceId = `priced-${stamp}`;
    await call(filled.key, traceId, "What does this cost?");
    const { cost, tokens } = await eventually("the cost of the call", async () => {
      const trace = await api<{
        cost: { usd: string | null };
        tokens: { input: number; output: number };
        llmCalls: number;
      }>(browser, "GET", `/traces/${traceId}`, filled.project).catch(() => undefined);
      return trace?.llmCalls === 1 ? trace : undefined;
    });
    expect(Number(cost.usd)).toBeCloseTo((tokens.input + tokens.output) / 1000, 9);

    await line.getByRole("button", { name: "Edit the price of gpt-4o-mini" }).click();
    expect(await dialog().getByLabel("Input").inputValue()).toBe("1000");
    await dialog().getByLabel("Input").fill("7.25");
    await dialog().getByRole("button", { name: "Save price" }).click();
    await line.getByText("7.25").waitFor();
    await line.getByRole("button", { name: "Delete the price of gpt-4o-mini" }).click();
    await dialog().getByRole("button", { name: "Delete price" }).click();
    await main().getByText("None yet").waitFor();
    expect(browser.faults).toEqual([]);
  });

  test("DA-12 a broken list is refused with its cause, and the old one stays", async () => {
    await prices([row("old-model", "1", { aliases: ["old-alias"] })]);
    await visit("prices");
    await main().getByRole("row").filter({ hasText: "old-model" }).getByText("more").waitFor();
    await main().getByRole("button", { name: "Edit as JSON" }).click();
    const rows = dialog().getByLabel("Rows");
    expect(await rows.inputValue()).toContain("old-alias");
    const save = dialog().getByRole("button", { name: "Save prices" });
    await rows.fill("[{");
    await save.click();
    await dialog()
      .getByText(/JSON/)
      .nth(1)
      .or(dialog().locator("[aria-invalid=true]"))
      .first()
      .waitFor();
    await rows.fill(JSON.stringify([row("a", "1"), row("b", "minus one")]));
    await save.click();
    await dialog()
      .getByText(/row own\/any\/b: a price is a decimal string/)
      .waitFor();
    const kept = await api<{ rows: { model: string }[] }>(
      browser,
      "GET",
      `/projects/${filled.project}/prices`,
      filled.project,
    );
    expect(kept.rows.map((r) => r.model)).toEqual(["old-model"]);
    await rows.fill(JSON.stringify([row("a", "1"), row("b", "2")]));
    await save.click();
    await main().getByRole("row").filter({ hasText: "b" }).first().waitFor();
    refused();
  });

  test("a threshold out of its limits is not sent; one within is saved and goes back to normal", async () => {
    const { page } = browser;
    await visit("findings");
    const field = main().getByRole("textbox", { name: /^IDENTICAL_TOOL_CALL_LOOP\.run/ });
    const save = main().getByRole("button", { name: "Save" });
    await field.fill("1");
    await main().getByText("2 to 1,000").waitFor();
    expect(await save.isDisabled()).toBe(true);
    await field.fill("5");
    await save.click();
    await page.getByText("Thresholds saved").first().waitFor();
    await page.reload();
    expect(await field.inputValue()).toBe("5");
    await main()
      .getByRole("button", { name: "Back to normal: IDENTICAL_TOOL_CALL_LOOP.run" })
      .click();
    await save.click();
    await page.getByText("Thresholds saved").first().waitFor();
    const { items } = await api<{ items: { name: string; value: number; normal: number }[] }>(
      browser,
      "GET",
      "/thresholds",
      filled.project,
    );
    expect(items.filter((t) => t.value !== t.normal)).toEqual([]);
    expect(browser.faults).toEqual([]);
  });
});
