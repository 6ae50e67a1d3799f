/**
 * What happens to queued events when the process ends?
 *
 * When the event loop runs dry, the events are flushed as usual. After `process.exit()` nothing
 * asynchronous runs any more, so a short-lived child process sends what is left. Either takes 5 s at
 * most, and 1 s when the server was already unreachable: a dead WhyOps must not hold up the exit.
 */
import { spawnSync } from "node:child_process";
import type { Sender } from "./sender.js";
import { BATCH_CHARS_MAX, type Transport } from "./transport.js";

const EXIT_FLUSH_MS = 5_000;
const EXIT_FLUSH_FAILING_MS = 1_000;
const CHILD_BATCH_EVENTS_MAX = 1_000;
/** How the child says that the server refused this batch; the next one may be taken. */
const REFUSED = 2;

/** Senders that may hold events; only those are kept in memory by this module. */
const open = new Map<Sender, Transport>();
let gaveUp = false;
let installed = false;

export function atExit(sender: Sender, transport: Transport): void {
  open.set(sender, transport);
  gaveUp = false;
  if (installed) return;
  installed = true;
  process.on("beforeExit", flushAll);
  process.on("exit", sendWhatIsLeft);
}

export function notAtExit(sender: Sender): void {
  open.delete(sender);
}

/** Node asks again after each round of work, so giving up is remembered. */
function flushAll(): void {
  if (gaveUp || open.size === 0) return;
  void Promise.all(
    [...open.keys()].map((sender) =>
      sender.flush(sender.remaining().failing ? EXIT_FLUSH_FAILING_MS : EXIT_FLUSH_MS),
    ),
  ).then((flushed) => {
    gaveUp = flushed.includes(false);
  });
}

function sendWhatIsLeft(): void {
  // In Electron and other runtimes the executable is not a plain Node.
  if (
    gaveUp ||
    process.versions["electron"] ||
    process.versions["bun"] ||
    process.versions["deno"]
  ) {
    return;
  }
  for (const [sender, transport] of open) {
    const { events, failing } = sender.remaining();
    const deadline = performance.now() + (failing ? EXIT_FLUSH_FAILING_MS : EXIT_FLUSH_MS);
    try {
      for (const batch of batches(events)) {
        const timeout = Math.floor(deadline - performance.now());
        if (timeout <= 0) break;
        // The key goes through the pipe: arguments and environment can be seen by others.
        const child = spawnSync(process.execPath, ["-e", CHILD], {
          input: JSON.stringify({ ...transport.target(), body: `[${batch.join(",")}]` }),
          timeout,
          stdio: ["pipe", "ignore", "ignore"],
          env: {},
          windowsHide: true,
        });
        if (child.status !== 0 && child.status !== REFUSED) break;
      }
    } catch {
      return;
    }
  }
}

/** Larger than those of the running process, since each costs a start of the child. */
function* batches(events: readonly string[]): Generator<string[]> {
  let batch: string[] = [];
  let chars = 0;
  for (const event of events) {
    chars += event.length;
    if (batch.length === CHILD_BATCH_EVENTS_MAX || (batch.length > 0 && chars > BATCH_CHARS_MAX)) {
      yield batch;
      batch = [];
      chars = event.length;
    }
    batch.push(event);
  }
  if (batch.length > 0) yield batch;
}

const CHILD = `
const { url, headers, body } = JSON.parse(require("fs").readFileSync(0, "utf8"));
const bytes = require("zlib").gzipSync(body, { level: 5 });
const request = require(url.startsWith("https:") ? "https" : "http").request(
  url,
  { method: "POST", headers: { ...headers, "Content-Encoding": "gzip", "Content-Length": bytes.length } },
  (response) => {
    response.resume();
    response.on("end", () => {
      const { statusCode } = response;
      process.exit(statusCode < 300 ? 0 : statusCode === 400 || statusCode === 413 ? ${REFUSED} : 1);
    });
  },
);
request.on("error", () => process.exit(1));
request.end(bytes);
`;
