/**
 * Starts the layout worker. `new Worker` is a Trusted Types sink: the one policy of this page passes
 * the address of the built worker and nothing else.
 */
import type { LayoutAnswer, Layouts, Mode } from "./layout.worker";
import workerUrl from "./layout.worker?worker&url";

interface Policy {
  createScriptURL: (url: string) => string;
}

interface Waiting {
  resolve: (answer: LayoutAnswer["answer"]) => void;
  reject: (error: Error) => void;
}

let policy: Policy | undefined;
let worker: Worker | undefined;
let next = 1;
const waiting = new Map<number, Waiting>();

function trusted(url: string): string {
  const factory = (
    globalThis as { trustedTypes?: { createPolicy: (name: string, rules: Policy) => Policy } }
  ).trustedTypes;
  if (!factory) return url;
  policy ??= factory.createPolicy("whyops-worker", {
    createScriptURL: (wanted) => {
      if (wanted !== workerUrl) throw new TypeError("Not the layout worker");
      return wanted;
    },
  });
  return policy.createScriptURL(url);
}

function start(): Worker {
  const started = new Worker(trusted(workerUrl), { type: "module" });
  started.onmessage = (event: MessageEvent<LayoutAnswer>) => {
    waiting.get(event.data.id)?.resolve(event.data.answer);
    waiting.delete(event.data.id);
  };
  started.onerror = () => stop("The layout failed");
  return started;
}

/** Whoever waits is told; the next request starts a new worker. */
function stop(why: string): void {
  worker?.terminate();
  worker = undefined;
  for (const { reject } of waiting.values()) reject(new Error(why));
  waiting.clear();
}

/** Rejects after the limit, and ends the worker: what took too long would hold up the next layout. */
export function layOut<M extends Mode>(
  mode: M,
  given: Layouts[M]["given"],
  limitMs: number,
): Promise<Layouts[M]["answer"]> {
  worker ??= start();
  const running = worker;
  const id = next++;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => stop("The layout took too long"), limitMs);
    waiting.set(id, {
      resolve: (answer) => {
        clearTimeout(timer);
        resolve(answer);
      },
      reject: (error) => {
        clearTimeout(timer);
        reject(error);
      },
    });
    running.postMessage({ id, mode, given });
  });
}
