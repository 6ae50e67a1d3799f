/**
 * A real browser against a started server. The server, its setup code and the scripted provider come
 * from the environment; without them the suites are skipped, visibly.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright-core";

export const target = {
  gateway: process.env.WHYOPS_TEST_GATEWAY ?? "",
  dashboard: process.env.WHYOPS_TEST_DASHBOARD ?? "",
  setupCode: process.env.WHYOPS_TEST_SETUP_CODE ?? "",
  provider: process.env.WHYOPS_TEST_PROVIDER ?? "",
  providerKey: process.env.WHYOPS_TEST_PROVIDER_KEY ?? "",
};

export const ready = Object.values(target).every((value) => value !== "");
if (!ready)
  console.warn(
    "browser tests: skipped, no server in WHYOPS_TEST_DASHBOARD and the variables beside it",
  );

export const owner = {
  name: "Test Owner",
  email: "owner@example.com",
  password: "correct horse battery",
};

export interface Watched {
  context: BrowserContext;
  page: Page;
  /** Whatever a page should never cause: console errors, exceptions, dialogs, foreign requests. */
  faults: string[];
  close: () => Promise<void>;
}

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export async function openBrowser(
  options: { width?: number; dark?: boolean } = {},
): Promise<Watched> {
  const folder = mkdtempSync(join(tmpdir(), "whyops-browser-"));
  const executablePath = execFileSync(
    "sh",
    ["-c", "command -v chromium || command -v chromium-browser || command -v google-chrome"],
    { encoding: "utf8" },
  ).trim();
  const width = options.width ?? 1440;
  const context = await chromium.launchPersistentContext(folder, {
    executablePath,
    headless: true,
    args: FLAGS,
    viewport: { width, height: width < 500 ? 844 : 900 },
    colorScheme: options.dark ? "dark" : "light",
  });
  context.setDefaultTimeout(15_000);
  await context.grantPermissions(["clipboard-read", "clipboard-write"], {
    origin: target.dashboard,
  });
  const page = context.pages()[0] ?? (await context.newPage());
  const faults: string[] = [];
  watch(page, faults);
  return {
    context,
    page,
    faults,
    close: async () => {
      await context.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function watch(page: Page, faults: string[]): void {
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning")
      faults.push(`console ${message.type()}: ${message.text()} ${message.location().url}`);
  });
  page.on("pageerror", (error) => faults.push(`exception: ${error.stack ?? error.message}`));
  page.on("dialog", (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(target.dashboard) && !url.startsWith("blob:"))
      faults.push(`foreign request: ${url}`);
  });
}

/** Signs in, making the first account when there is none yet. */
export async function signIn({ page }: Watched): Promise<string> {
  await page.goto(target.dashboard);
  await page.waitForURL(/\/(setup|login|p\/)/);
  if (page.url().includes("/setup")) {
    await page.goto("about:blank");
    await page.goto(`${target.dashboard}/setup#code=${target.setupCode}`);
    await page.getByLabel("Name").fill(owner.name);
    await page.getByLabel("E-mail").fill(owner.email);
    await page.getByLabel("Password").fill(owner.password);
    await page.getByRole("button", { name: "Create account" }).click();
  } else if (page.url().includes("/login")) {
    await page.getByLabel("E-mail").fill(owner.email);
    await page.getByLabel("Password").fill(owner.password);
    await page.getByRole("button", { name: "Sign in" }).click();
  }
  await page.waitForURL(/\/p\/[^/]+\//);
  return projectOf(page);
}

export function projectOf(page: Page): string {
  const found = /\/p\/([^/?#]+)/.exec(page.url())?.[1];
  if (!found) throw new Error(`no project in ${page.url()}`);
  return found;
}

/** A request of the page's own session, past the page. */
export async function api<T>(
  { page }: Watched,
  method: string,
  path: string,
  project?: string,
  data?: unknown,
): Promise<T> {
  const response = await page.request.fetch(`${target.dashboard}/api${path}`, {
    method,
    headers: {
      Origin: target.dashboard,
      "Sec-Fetch-Site": "same-origin",
      ...(project ? { "X-WhyOps-Project": project } : {}),
    },
    ...(data === undefined ? {} : { data }),
  });
  if (!response.ok())
    throw new Error(`${method} ${path}: ${response.status()} ${await response.text()}`);
  return (response.status() === 204 ? undefined : await response.json()) as T;
}

/** Waits for something that the server does in its own time. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined>,
  seconds = 15,
): Promise<T> {
  const until = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > until) throw new Error(`not within ${seconds} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}
