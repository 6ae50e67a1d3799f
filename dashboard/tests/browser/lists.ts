/** What can be done on the lists: traces, threads, users, agents. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { api, eventually, openBrowser, ready, signIn, type Watched } from "./harness";
import { type Kit, kit } from "./kit";
import { agentRun, type Filled, fill, ingest } from "./traffic";

const MANY = 130;
const THREAD_PAGE = 100;

describe.skipIf(!ready)("lists", () => {
  let browser: Watched;
  let filled: Filled;
  let on: Kit;
  const stamp = Date.now().toString(36);
  const many = `many-${stamp}`;
  const run = `listed-${stamp}`;

  const started = Date.now() - 60_000;

  beforeAll(async () => {
    browser = await openBrowser();
    const project = await signIn(browser);
    filled = await fill(browser, project);
    on = kit(browser, project);
    await agentRun(filled.key, run, `lister-${stamp}`);
    await ingest(
      filled.key,
      Array.from({ length: MANY }, (_, n) => ({
        ...said(`${many}-${n}`, many, `Listed ${n}`),
        timestamp: new Date(started + n).toISOString(),
      })),
    );
    await ingest(
      filled.key,
      Array.from({ length: 8 }, (_, n) => said(`${run}-${n}`, `agent-${n}-${stamp}`, "One of 8")),
    );
    await stored(`agent:${many}`, MANY);
    await stored(`agent:lister-${stamp}`, 1);
  });
  afterAll(async () => {
    await browser?.close();
  });
  beforeEach(() => {
    browser.faults.length = 0;
  });
  afterEach(() => {
    expect(browser.faults).toEqual([]);
  });

  const said = (traceId: string, agentName: string, content: string) => ({
    traceId,
    agentName,
    threadId: `${many}-thread`,
    externalUserId: `${many}-user`,
    eventType: "agent_message",
    content,
  });
  const stored = (q: string, wanted: number) =>
    eventually(`${wanted} of ${q}`, async () => {
      const { total } = await api<{ total: number }>(
        browser,
        "GET",
        `/trace-facets?q=${encodeURIComponent(q)}`,
        filled.project,
      );
      return total >= wanted ? true : undefined;
    });
  const grid = (name: string) => on.page.getByRole("grid", { name });
  const query = () => on.page.getByRole("combobox", { name: "Query" });

  test("traces: a field and its value are completed, and the query is run by its button", async () => {
    await on.visit("traces");
    await query().fill("age");
    await on.page
      .getByRole("option", { name: /^agent/ })
      .first()
      .click();
    await query().pressSequentially(many);
    await on.page.keyboard.press("ArrowDown");
    await on.page.keyboard.press("Tab");
    expect(await query().inputValue()).toContain(many);
    await on.button("Run").click();
    await on.page.waitForURL((url) => url.searchParams.get("q")?.includes(many) ?? false);
    await grid("Traces").getByText(`${many}-`).first().waitFor();
    await on.main().getByRole("button", { name: "Clear query" }).click();
    await on.page.waitForURL((url) => !url.searchParams.has("q"));
  });

  test("traces: the nearest field takes the place of a mistyped one", async () => {
    await on.visit("traces");
    await query().fill(`agnt:${many}`);
    await on.page.keyboard.press("Enter");
    await on.button(/^Use agent/).click();
    await on.page.waitForURL((url) => url.searchParams.get("q") === `agent:${many}`);
  });

  test("traces: a query that fits nothing is cleared", async () => {
    await on.visit("traces?q=tool%3Anever_called");
    await on.main().getByText("No trace fits the query").waitFor();
    await on.main().getByRole("button", { name: "Clear query" }).last().click();
    await on.page.waitForURL((url) => !url.searchParams.has("q"));
  });

  test("traces: a time without any leads to a longer one, and to how to connect", async () => {
    const empty = "traces?env=STAGING&range=15m";
    await on.visit(empty);
    await on.button("Look at 30 days").click();
    await on.page.waitForURL(/range=30d/);
    await on.visit(empty);
    await on.page.getByRole("link", { name: "Connect an agent" }).click();
    await on.page.waitForURL(/\/connect/);
  });

  test("traces: a facet shows all its values and fewer again", async () => {
    await on.visit("traces");
    const agents = on.page.getByRole("group", { name: "agent", exact: true });
    await agents.getByRole("button", { name: /show more$/ }).click();
    expect(await agents.getByRole("checkbox").count()).toBeGreaterThan(6);
    await agents.getByRole("button", { name: "Show fewer" }).click();
    expect(await agents.getByRole("checkbox").count()).toBe(6);
  });

  test("traces: more come as the end is reached, and the keys move by one and to the end", async () => {
    await on.visit(`traces?q=agent%3A${many}`);
    const rows = grid("Traces");
    await rows.getByText(`${many}-${MANY - 1}`, { exact: true }).waitFor();
    await rows.focus();
    await on.page.keyboard.press("j");
    await on.page.keyboard.press("ArrowDown");
    await on.page.keyboard.press("k");
    expect(await rows.getAttribute("aria-activedescendant")).toMatch(/-0$/);
    await eventually("the last page", async () => {
      await on.page.keyboard.press("End");
      return (await rows.getByText(`${MANY} traces, all shown`).count()) > 0 ? true : undefined;
    });
    await on.page.keyboard.press("Home");
    await rows.getByText(`${many}-${MANY - 1}`, { exact: true }).waitFor();
  });

  test("traces: what is peeked at is opened or closed by its buttons", async () => {
    await on.visit(`traces?peek=${run}`);
    const peek = on.page.getByRole("complementary", { name: "Peek" });
    await peek.getByRole("button", { name: "Close peek" }).click();
    await peek.waitFor({ state: "detached" });
    await on.page.goBack();
    await peek.getByRole("link", { name: "Open" }).click();
    await on.page.waitForURL(new RegExp(`trace\\?id=${run}`));
  });

  test("traces: a choice is given up", async () => {
    await on.visit(`traces?q=agent%3A${many}`);
    await on.page
      .getByRole("checkbox", { name: /^Select trace/ })
      .first()
      .check();
    const bar = on.page.getByRole("region", { name: "Chosen traces" });
    await bar.getByText("1 trace chosen").waitFor();
    await bar.getByRole("button", { name: "Delete" }).click();
    await on.cancel();
    await bar.getByRole("button", { name: "Clear" }).click();
    await bar.waitFor({ state: "detached" });
  });

  test("traces: a view takes on the query that is shown", async () => {
    const name = `Shown ${stamp}`;
    await on.visit("traces?q=status%3Aok");
    await on.menu("Views", "Save this view");
    await on.cancel();
    await on.menu("Views", "Save this view");
    await on.dialog().getByLabel("Name").fill(name);
    await on.dialog().getByRole("button", { name: "Save view" }).click();
    await on.dialog().waitFor({ state: "detached" });
    await on.visit(`traces?q=agent%3A${many}`);
    await on.menu("Views", `Change ${name}`);
    await on.dialog().getByLabel("Take the query and columns that are shown now").check();
    await on.dialog().getByText(`agent:${many}`).waitFor();
    await on.dialog().getByRole("button", { name: "Save view" }).click();
    await on.dialog().waitFor({ state: "detached" });
    await on.visit("traces");
    await on.menu("Views", new RegExp(`^${name}`));
    await on.page.waitForURL((url) => url.searchParams.get("q") === `agent:${many}`);
    await on.menu("Views", `Delete ${name}`);
    await on.page.getByText(`View ${name} deleted`).waitFor();
  });

  test("threads: opened by key and by link; a long thread comes in pages, each trace with its link", async () => {
    await on.visit("threads");
    await grid("Threads").getByRole("link").first().waitFor();
    await on.page.keyboard.press("j");
    await on.page.keyboard.press("Enter");
    await on.page.waitForURL(/\/thread\?/);
    await on.page.getByRole("link", { name: "Back to threads" }).click();
    await grid("Threads").getByRole("link").first().click();
    await on.page.waitForURL(/\/thread\?/);
    await on.visit(`thread?id=${many}-thread`);
    await on.button(new RegExp(`^${THREAD_PAGE} of ${MANY + 8} traces`)).click();
    const traces = on.main().getByRole("link", { name: new RegExp(`^(${many}|${run})-`) });
    await eventually("the rest", async () =>
      (await traces.count()) === MANY + 8 ? true : undefined,
    );
    await traces.first().click();
    await on.page.waitForURL(/\/trace\?/);
  });

  test("users: found by a part of the id, opened, and left again", async () => {
    await on.visit("users");
    await on.page.getByLabel("Find a user").fill("no such user");
    await on.main().getByText("No user fits").waitFor();
    await on.page.getByLabel("Find a user").fill(`${many}-user`);
    const found = grid("Users").getByRole("link", { name: `${many}-user` });
    await found.waitFor();
    await on.page.getByLabel("Find a user").blur();
    await on.page.keyboard.press("j");
    await on.page.keyboard.press("Enter");
    await on.page.waitForURL(/\/user\?/);
    await on.page.getByRole("link", { name: "Back to users" }).click();
    await on.page.getByLabel("Find a user").fill(`${many}-user`);
    await found.click();
    await on.page.getByRole("table", { name: "Traces" }).getByRole("link").first().click();
    await on.page.waitForURL(/\/trace\?/);
  });

  test("users: a user's data is exported, and deleted when the id is typed", async () => {
    const user = `leaver-${stamp}`;
    const traces = [1, 2].map((n) => `${user}-${n}`);
    await ingest(
      filled.key,
      traces.map((traceId) => ({ ...said(traceId, "leaving", "Mine"), externalUserId: user })),
    );
    await stored(`user:${user}`, 2);
    await on.visit(`user?id=${user}`);
    const { name, text } = await on.saved(() => on.menu("More", "Export data"));
    expect(name).toBe("user.json");
    for (const traceId of traces) expect(text).toContain(traceId);
    await on.menu("More", "Delete data");
    const confirm = on.dialog().getByRole("button", { name: "Delete data" });
    expect(await confirm.isDisabled()).toBe(true);
    await on.dialog().getByLabel(`Type ${user} to confirm`).fill(user);
    await confirm.click();
    await on.page.getByText("2 traces of the user deleted").waitFor();
    await on.page.waitForURL(/\/users/);
    expect(await grid("Users").getByText(user).count()).toBe(0);
  });

  test("agents: opened by key and by link, and left to their traces", async () => {
    await on.visit("agents");
    await grid("Agents").getByRole("link").first().waitFor();
    await on.page.keyboard.press("j");
    await on.page.keyboard.press("Enter");
    await on.page.waitForURL(/\/agent\?/);
    await on.page.getByRole("link", { name: "Back to agents" }).click();
    await grid("Agents")
      .getByRole("link", { name: `lister-${stamp}` })
      .click();
    await on.page.getByRole("tab", { name: "Users" }).click();
    await grid("Users of this agent").getByRole("link", { name: "user-9" }).click();
    await on.page.waitForURL(/\/user\?/);
    await on.page.goBack();
    await on.main().getByRole("link", { name: "Traces", exact: true }).click();
    await on.page.waitForURL((url) => url.searchParams.get("q") === `agent:lister-${stamp}`);
    await grid("Traces").getByText("lister").first().waitFor();
  });
});
