/** What reached the gateway, what was refused, and what could not be stored at first. */
import { afterAll, beforeAll, describe, test } from "vitest";
import { bury, deadLetterFolder } from "./deadLetter";
import { api, eventually, openBrowser, ready, signIn, target, type Watched } from "./harness";
import { type Kit, kit } from "./kit";
import { type Filled, fill } from "./traffic";

describe.skipIf(!ready)("ingestion", () => {
  let browser: Watched;
  let filled: Filled;
  let on: Kit;
  const stamp = Date.now().toString(36);

  beforeAll(async () => {
    browser = await openBrowser();
    filled = await fill(browser, await signIn(browser));
    on = kit(browser, filled.project);
  });
  afterAll(async () => {
    await browser?.close();
  });

  test("ingestion: refreshed, with refusals and remedies", async () => {
    const { page } = on;
    await fetch(`${target.gateway}/v1/chat/completions`, {
      method: "POST",
      headers: { Authorization: `Bearer ${filled.key}`, "Content-Type": "application/json" },
      body: JSON.stringify({ model: "gpt-4o-mini", messages: [] }),
    });
    await on.visit("ingestion");
    await on.button("Refresh").click();
    await page
      .getByRole("table", { name: "Latest refusals" })
      .getByText("missing_agent_name")
      .first()
      .waitFor();
  });

  test.skipIf(deadLetterFolder === undefined)(
    "ingestion: what could not be stored is sent through again",
    async () => {
      const { page } = on;
      const traceId = `buried-${stamp}`;
      bury(filled.project, traceId, "I was not stored at first.");
      await on.visit("ingestion");
      await page.getByText("1 event could not be stored, and is kept with the reason.").waitFor();
      await on.button("Send through again").click();
      await page.getByText("1 event sent through again").waitFor();
      await page.getByText(/could not be stored/).waitFor({ state: "detached" });
      await eventually("its trace", () =>
        api(browser, "GET", `/traces/${traceId}`, filled.project).catch(() => undefined),
      );
      await on.visit(`trace?id=${traceId}`);
      await page.getByText("I was not stored at first.").first().waitFor();
    },
  );
});
