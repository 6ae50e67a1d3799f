/**
 * Runs the code that onboarding shows, as a user would: the client library from its registry, the
 * code as it was copied. What cannot be had here is skipped, visibly.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const INSTALL_MS = 150_000;
const RUN_MS = 60_000;

export type Language = "Python" | "TypeScript" | "Java";

/** By language: the folder to run in, or nothing when the language is not at hand. */
export type Runtimes = Record<Language, Promise<string | undefined>>;

/** Starts at once and works beside the tests that need no language. */
export function prepareRuntimes(): Runtimes {
  return {
    Python: prepared((folder) =>
      run("python3", ["-m", "pip", "install", "--quiet", "--target", folder, "openai"], {
        timeout: INSTALL_MS,
      }),
    ),
    TypeScript: prepared((folder) =>
      run("npm", ["install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, "openai"], {
        timeout: INSTALL_MS,
      }),
    ),
    Java: prepared(() => run(java(), ["--version"], { timeout: RUN_MS })),
  };
}

async function prepared(
  install: (folder: string) => Promise<unknown>,
): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), "whyops-snippet-"));
  try {
    await install(folder);
    return folder;
  } catch (error) {
    console.warn(`snippets: ${String(error).split("\n")[0]}`);
    rmSync(folder, { recursive: true, force: true });
    return undefined;
  }
}

export async function removeRuntimes(runtimes: Runtimes): Promise<void> {
  for (const folder of await Promise.all(Object.values(runtimes)))
    if (folder) rmSync(folder, { recursive: true, force: true });
}

/** What the code prints. */
export async function execute(language: Language, folder: string, code: string): Promise<string> {
  const file = join(
    folder,
    { Python: "hello.py", TypeScript: "hello.mjs", Java: "Hello.java" }[language],
  );
  writeFileSync(file, code);
  const program = { Python: "python3", TypeScript: "node", Java: java() }[language];
  const { stdout } = await run(program, [file], {
    cwd: folder,
    timeout: RUN_MS,
    env: { ...process.env, ...(language === "Python" ? { PYTHONPATH: folder } : {}) },
  });
  return stdout.trim();
}

function java(): string {
  const home = process.env.JAVA_HOME;
  return home && existsSync(join(home, "bin", "java")) ? join(home, "bin", "java") : "java";
}
