/** The forms and tables that the other suites do not fill in to the last field. */
import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  api,
  eventually,
  openBrowser,
  owner,
  ready,
  signIn,
  target,
  type Watched,
} from "./harness";
import { type Kit, kit } from "./kit";
import { agentRun, type Filled, fill, ingest, initVersion, loopEvents } from "./traffic";

const LOOPS = 51;
/** Prints a link that sets a new password, as an operator gets it at the server. */
const resetCommand = process.env.WHYOPS_TEST_RESET_COMMAND;

describe.skipIf(!ready)("forms and tables", () => {
  let browser: Watched;
  let filled: Filled;
  let on: Kit;
  const stamp = Date.now().toString(36);
  const looper = `loops-${stamp}`;
  const versioned = `versions-${stamp}`;
  const idOf = new Map<string, string>();

  beforeAll(async () => {
    browser = await openBrowser();
    const project = await signIn(browser);
    filled = await fill(browser, project);
    on = kit(browser, project);
    await ingest(
      filled.key,
      Array.from({ length: LOOPS }, (_, n) => loopEvents(`${looper}-${n}`, looper)).flat(),
    );
    await agentRun(filled.key, `${looper}-run`, versioned);
    for (const prompt of ["One.", "Two.", "Three."])
      await initVersion(filled.key, versioned, prompt);
    await eventually("the agents", async () => {
      const { items } = await api<{ items: { id: string; name: string }[] }>(
        browser,
        "GET",
        "/agents?limit=200",
        project,
      );
      for (const { id, name } of items) idOf.set(name, id);
      return idOf.has(looper) && idOf.has(versioned) ? true : undefined;
    });
  });
  afterAll(async () => {
    await browser?.close();
  });
  beforeEach(() => {
    browser.faults.length = 0;
  });

  const field = (name: string | RegExp) => on.dialog().getByLabel(name);

  test("onboarding: the code follows provider, model and agent; another provider is given up", async () => {
    await on.visit("connect");
    await on.main().getByLabel("Model").fill("gpt-of-mine");
    await on.main().getByLabel("Agent name").fill("my-own-agent");
    const code = on.page.getByLabel("Python code", { exact: true });
    await code.getByText("gpt-of-mine").waitFor();
    await code.getByText("my-own-agent").waitFor();
    const provider = on.main().getByRole("combobox", { name: "Provider" });
    await provider.click();
    await on.page
      .getByRole("option", { name: /OpenAI/ })
      .first()
      .click();
    await on
      .main()
      .getByRole("button", { name: /^Test / })
      .click();
    await on.page.getByText("The provider answered and accepted the key.").waitFor();
    await on.button("Add another").click();
    await on.main().getByRole("button", { name: "Cancel" }).click();
    await on.main().getByLabel("Name of the key").fill(`Onboarding ${stamp}`);
    await on.main().getByRole("button", { name: "Create key" }).click();
    await on.button("Copy key").click();
    expect(await on.clipboard()).toMatch(/^whyops_live_/);
    await on.page.getByRole("link", { name: "Manage providers" }).click();
    await on.page.waitForURL(/\/providers/);
  });

  test("providers: every setting of one is kept", async () => {
    const slug = `full-${stamp}`;
    await on.visit("providers");
    await on.button("Add provider").click();
    await on.cancel();
    await on.button("Add provider").click();
    await on.choose(on.dialog().getByRole("combobox", { name: "Type" }), /Anthropic/);
    await on.dialog().getByRole("textbox", { name: "Name" }).fill(slug);
    await field("Slug").fill(slug);
    await field("Base URL").fill(target.provider);
    await field("API key").fill(target.providerKey);
    await on.dialog().getByText("More settings").click();
    await field("Connect timeout (s)").fill("4");
    await field("First answer (s)").fill("50");
    await field("Silence (s)").fill("40");
    await field("Retries").fill("1");
    await field(/^Model names may hold slashes/).check();
    await on.dialog().getByRole("button", { name: "Add provider" }).click();
    await on.dialog().waitFor({ state: "detached" });
    await on.menu(`More for ${slug}`, "Edit");
    await on.dialog().getByText("More settings").click();
    expect(await field("Connect timeout (s)").inputValue()).toBe("4");
    expect(await field("Retries").inputValue()).toBe("1");
    expect(await field(/^Model names may hold slashes/).isChecked()).toBe(true);
    await on.page.keyboard.press("Escape");
    await on.menu(`More for ${slug}`, "Delete");
    await on.dialog().getByRole("button", { name: "Delete provider" }).click();
    await on.page.getByText(`${slug} deleted`).waitFor();
  });

  test("providers: calls of one fall back to another, and usage in streams is asked for", async () => {
    await on.visit("providers");
    await on.menu(/^More for OpenAI/, "Edit");
    await on.dialog().getByText("More settings").click();
    const fallback = on.dialog().getByRole("combobox", { name: "Fallback" });
    await fallback.click();
    await on.page.getByRole("option", { name: "None" }).click();
    const usage = field(/^Ask for usage in streams/);
    const asked = await usage.isChecked();
    await usage.setChecked(!asked);
    await on.dialog().getByRole("button", { name: "Save" }).click();
    await on.dialog().waitFor({ state: "detached" });
    await on.menu(/^More for OpenAI/, "Edit");
    await on.dialog().getByText("More settings").click();
    expect(await usage.isChecked()).toBe(!asked);
    await usage.setChecked(asked);
    await on.dialog().getByRole("button", { name: "Save" }).click();
    await on.dialog().waitFor({ state: "detached" });
  });

  test("keys: every bound of one is shown in the list", async () => {
    const name = `Bounded ${stamp}`;
    await on.visit("keys");
    await on.button("Create key").click();
    await on.cancel();
    await on.button("Create key").click();
    await field("Name").fill(name);
    await on.choose(on.dialog().getByRole("combobox", { name: "Environment" }), "Staging");
    await on.choose(on.dialog().getByRole("combobox", { name: "Expires" }), "In 30 days");
    await field(/^Default agent/).fill("bounded");
    await on.dialog().getByRole("checkbox", { name: /read/i }).check();
    await on.dialog().getByText("Provider and limits").click();
    await on.dialog().getByRole("combobox", { name: "Provider" }).click();
    await on.page
      .getByRole("option", { name: /OpenAI/ })
      .first()
      .click();
    await field(/^Requests per minute/).fill("60");
    await field(/^Tokens per minute/).fill("1000");
    await field(/^Calls at once/).fill("2");
    await field(/^USD per month/).fill("5");
    await on.dialog().getByRole("button", { name: "Create key" }).click();
    await on.dialog().getByRole("link", { name: "How to use it" }).click();
    await on.page.waitForURL(/\/connect/);
    await on.visit("keys");
    const row = on.page
      .getByRole("table", { name: "API keys", exact: true })
      .getByRole("row")
      .filter({ hasText: name });
    for (const bound of [/agent bounded/, /60 requests/, /1,000 tokens/, /2 at once/, /a month/])
      await row.getByText(bound).waitFor();
    await row.getByText("Staging").waitFor();
  });

  test("members: an invite is given up; the last owner can neither be changed nor removed", async () => {
    await on.visit("members");
    await on.button("Invite").click();
    await on.cancel();
    const { items } = await api<{ items: { role: string }[] }>(
      browser,
      "GET",
      `/projects/${filled.project}/members?limit=200`,
      filled.project,
    );
    const me = on.page.getByRole("row").filter({ hasText: owner.email });
    await me.waitFor();
    const last = items.filter((m) => m.role === "owner").length === 1;
    expect(await me.getByRole("button", { name: /^Remove/ }).count()).toBe(last ? 0 : 1);
    expect(await me.getByRole("combobox").count()).toBe(last ? 0 : 1);
  });

  test("settings: what is recorded, and signatures in answers", async () => {
    await on.visit("settings");
    const form = on.page.getByRole("form", { name: "Recording" });
    const signatures = form.getByLabel(/^Invisible signatures in answers/);
    await signatures.check();
    const choices = form.getByRole("radio");
    const last = choices.last();
    await last.check();
    await form.getByRole("button", { name: "Add rule" }).click();
    await form.getByRole("textbox", { name: "Name" }).fill("mail");
    await form.getByLabel("Pattern").fill("\\w+@\\w+");
    await form.getByLabel("Replacement").fill("[mail]");
    await form.getByLabel("Try it on a text").fill("to a@b");
    await form.getByRole("button", { name: "Try" }).click();
    await form.getByText("to [mail]").waitFor();
    await form.getByRole("button", { name: "Remove rule mail" }).click();
    await form.getByRole("button", { name: "Save" }).click();
    await on.page.getByText("Settings saved").first().waitFor();
    await on.page.reload();
    expect(await signatures.isChecked()).toBe(true);
    expect(await last.isChecked()).toBe(true);
    await signatures.uncheck();
    await choices.first().check();
    await form.getByRole("button", { name: "Save" }).click();
    await on.page.getByText("Settings saved").first().waitFor();
  });

  test("analytics: a chart is a table and a chart again, saved, dragged to a time, picked to traces", async () => {
    await on.visit("analytics?by=agent&range=24h");
    const chart = on.page.getByRole("figure", { name: "Spend" });
    await chart.getByRole("button", { name: "Spend as table" }).click();
    await chart.getByRole("table").waitFor();
    await chart.getByRole("button", { name: "Spend as chart" }).click();
    expect(
      (await on.saved(() => chart.getByRole("button", { name: "Spend as CSV" }).click())).name,
    ).toBe("cost.csv");
    const { text } = await on.saved(() => on.button("spend-by-agent as CSV").click());
    expect(text).toContain(versioned);
    const area = chart.locator(".u-over");
    await area.hover({ position: { x: 100, y: 40 } });
    // The crosshair stands in every chart.
    await on.page
      .getByRole("figure", { name: "Tokens", exact: true })
      .locator(".u-cursor-x:not(.u-off)")
      .waitFor({ state: "attached" });
    const box = await area.boundingBox();
    const [x, y] = [box?.x ?? 0, (box?.y ?? 0) + 40];
    await on.page.mouse.down();
    await on.page.mouse.move(x + 240, y, { steps: 5 });
    await on.page.mouse.up();
    await on.page.waitForURL((url) => url.searchParams.has("from") && url.searchParams.has("to"));
    await on.visit("analytics?by=agent&range=24h");
    await on.page
      .getByRole("figure", { name: "Model calls" })
      .or(on.page.getByRole("figure", { name: "Tool calls" }))
      .first()
      .getByRole("button", { name: new RegExp(versioned) })
      .click();
    await on.page.waitForURL((url) => url.searchParams.get("q") === `agent:${versioned}`);
  });

  test("agent: any two versions are compared, by their look and by their behaviour", async () => {
    await on.visit(`agent?id=${idOf.get(versioned)}`);
    const show = on.page.getByRole("radio", { name: /^Show/ });
    await show.nth(1).check();
    await on.page.waitForURL((url) => url.searchParams.has("b"));
    await on.page
      .getByRole("radio", { name: /^Compare from/ })
      .last()
      .check();
    await on.page.waitForURL((url) => url.searchParams.has("a"));
    await on.page.getByRole("tab", { name: "Behaviour" }).click();
    for (const [name, parameter] of [
      ["Version before", "a"],
      ["Version after", "b"],
    ] as const) {
      const before = on.parameter(parameter);
      await on.page.getByRole("combobox", { name }).click();
      await on.page.getByRole("option", { selected: false }).first().click();
      await on.page.waitForURL((url) => url.searchParams.get(parameter) !== before);
    }
  });

  test("agent: findings by status, more of many, to their trace, their evidence and the suppressions", async () => {
    await eventually(
      "the findings of the loops",
      async () => {
        const { items, nextCursor } = await api<{ items: unknown[]; nextCursor: string | null }>(
          browser,
          "GET",
          `/agents/${idOf.get(looper)}/findings?status=open&limit=50`,
          filled.project,
        );
        return items.length === 50 && nextCursor !== null ? true : undefined;
      },
      80,
    );
    const path = `agent?id=${idOf.get(looper)}&tab=findings`;
    await on.visit(path);
    await on.page.getByText("50 findings shown").waitFor();
    await on.button("Load more").click();
    await on.page.getByText("50 findings shown").waitFor({ state: "detached" });
    const card = on.page.getByRole("article").first();
    await card.getByRole("link", { name: new RegExp(looper) }).click();
    await on.page.waitForURL(/view=findings/);
    await on.visit(path);
    await card
      .getByRole("button", { name: /^Evidence 1/ })
      .first()
      .click();
    await on.page.waitForURL(/\/trace\?.*event=/);
    await on.visit(path);
    await on.choose(on.page.getByRole("combobox", { name: "Status" }), "Dismissed");
    await on.page.getByText("Nothing is dismissed").waitFor();
    await on.page.getByRole("main").getByRole("link", { name: "Suppressions" }).click();
    await on.page.waitForURL(/\/suppressions/);
  }, 120_000);

  test("a finding is suppressed in the whole project for a time", async () => {
    await on.visit(`trace?id=${looper}-0&view=findings`);
    const card = on.page.getByRole("article").first();
    await card.getByRole("button", { name: "Dismiss" }).click();
    await on.cancel();
    await card.getByRole("button", { name: "Suppress" }).click();
    await field("In the whole project").check();
    await on.choose(on.dialog().getByRole("combobox", { name: "For how long" }), "30 days");
    await field("Reason").fill(`everywhere ${stamp}`);
    await on.dialog().getByRole("button", { name: "Suppress" }).click();
    await on.dialog().waitFor({ state: "detached" });
    await on.visit("suppressions");
    const row = on.page.getByRole("row").filter({ hasText: `everywhere ${stamp}` });
    expect(await row.getByText("taken back").count()).toBe(0);
    await row.getByRole("button", { name: /^End the suppression/ }).click();
    await on.dialog().getByRole("button", { name: "End suppression" }).click();
    await row.waitFor({ state: "detached" });
  });

  test("settings: a price of one provider holds from a day to a day", async () => {
    await on.visit("settings?tab=prices");
    await on.button("Add price").click();
    await on.cancel();
    await on.button("Add price").click();
    await field("Model").fill(`dated-${stamp}`);
    await field("Provider").fill("openai");
    await field("Input").fill("1.5");
    await field(/^In force from/).fill("2026-01-01");
    await field(/^Until/).fill("2026-02-01");
    await field("Source").fill("contract");
    await on.dialog().getByRole("button", { name: "Save price" }).click();
    const row = on.page.getByRole("row").filter({ hasText: `dated-${stamp}` });
    await row.getByText("openai").waitFor();
    const { rows } = await api<{ rows: { model: string; validFrom?: string; validTo?: string }[] }>(
      browser,
      "GET",
      `/projects/${filled.project}/prices`,
      filled.project,
    );
    expect(JSON.stringify(rows.find((r) => r.model === `dated-${stamp}`))).toMatch(
      /2026-01-01.*2026-02-01/,
    );
    await row.getByRole("button", { name: /^Delete the price/ }).click();
    await on.dialog().getByRole("button", { name: "Delete price" }).click();
    await row.waitFor({ state: "detached" });
  });

  test("a new project has no agent, and leads to connecting one", async () => {
    const { id } = await api<{ id: string }>(browser, "POST", "/projects", undefined, {
      name: `Empty ${stamp}`,
    });
    await on.page.goto(`${target.dashboard}/p/${id}/agents`);
    await on.page.getByText("No agent yet").waitFor();
    await on.page.getByRole("link", { name: "Connect one" }).click();
    await on.page.waitForURL(/\/connect/);
  });

  test.skipIf(resetCommand === undefined)(
    "entry: the operator's link sets a new password, and ends the other sessions",
    async () => {
      const link = /http\S+\/reset#code=\S+/.exec(
        execFileSync("sh", ["-c", resetCommand ?? ""], { encoding: "utf8", env: withoutOurs() }),
      )?.[0];
      await on.page.goto("about:blank");
      await on.page.goto(link ?? "");
      await on.page.locator("input[type=password]").fill(owner.password);
      await on.page.getByRole("button", { name: "Set password" }).click();
      await on.page.waitForURL(/\/p\//);
    },
  );

  test("entry: who is in no project looks again, and starts one", async () => {
    await on.page.goto(`${target.dashboard}/no-project`);
    await on.button("Look again").click();
    await on.page.waitForURL(/\/p\//);
    await on.page.goto(`${target.dashboard}/no-project`);
    await on.button("New project").click();
    await on.dialog().getByLabel("Name").fill(`Own ${stamp}`);
    await on.dialog().getByRole("button", { name: "Create project" }).click();
    await on.page.getByRole("heading", { name: "Get started" }).waitFor();
  });
});

/** The server refuses variables that it does not know. */
function withoutOurs(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith("WHYOPS_TEST_")),
  );
}
