/** What a person does on any page: goes there, presses, chooses, saves a file. */
import { readFileSync } from "node:fs";
import type { Locator } from "playwright-core";
import { target, type Watched } from "./harness";

export type Kit = ReturnType<typeof kit>;

export function kit({ page }: Watched, project: string) {
  const button = (name: string | RegExp) => page.getByRole("button", { name });
  return {
    page,
    main: () => page.getByRole("main"),
    dialog: () => page.getByRole("dialog"),
    inspector: () => page.getByRole("complementary", { name: "Inspector" }),
    button,
    /** Goes to a page and waits until it stands, so that it hears the keys. */
    visit: async (path: string) => {
      await page.goto(`${target.dashboard}/p/${project}/${path}`);
      await page.getByRole("heading", { level: 1 }).first().waitFor();
    },
    /** Opens a menu and chooses of it. */
    menu: async (trigger: string | RegExp, item: string | RegExp) => {
      await button(trigger).first().click();
      await page.getByRole("menuitem", { name: item }).click();
    },
    /** Leaves a dialog, and waits until it is gone: it fades, and its buttons with it. */
    cancel: async () => {
      await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
      await page.getByRole("dialog").waitFor({ state: "detached" });
    },
    /** Chooses in a list that opens. */
    choose: async (list: Locator, option: string | RegExp) => {
      await list.click();
      await page.getByRole("option", { name: option }).click();
    },
    /** The text and the name of the file that a press saves. */
    saved: async (press: () => Promise<void>): Promise<{ name: string; text: string }> => {
      const [file] = await Promise.all([page.waitForEvent("download"), press()]);
      return { name: file.suggestedFilename(), text: readFileSync(await file.path(), "utf8") };
    },
    parameter: (name: string) => new URL(page.url()).searchParams.get(name),
    clipboard: () => page.evaluate(() => navigator.clipboard.readText()),
  };
}
