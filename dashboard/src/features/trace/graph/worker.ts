/**
 * Starts the layout worker. `new Worker` is a Trusted Types sink: the one policy of this page passes
 * the address of the built worker and nothing else.
 */

import type { LayoutAnswer, LayoutRequest } from "./layout.worker";
import workerUrl from "./layout.worker?worker&url";

interface PolicyFactory {
  createPolicy: (
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ) => { createScriptURL: (url: string) => string };
}

let worker: Worker | undefined;
let next = 1;
const waiting = new Map<
  number,
  { resolve: (answer: LayoutAnswer) => void; reject: (error: Error) => void }
>();

function trusted(url: string): string {
  const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes;
  if (!factory) return url;
  const policy = factory.createPolicy("whyops-worker", {
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
    waiting.get(event.data.id)?.resolve(event.data);
    waiting.delete(event.data.id);
  };
  started.onerror = () => {
    for (const { reject } of waiting.values()) reject(new Error("The layout failed"));
    waiting.clear();
  };
  return started;
}

type WithoutId<T> = T extends unknown ? Omit<T, "id"> : never;

/** Rejects after the limit; the caller falls back to lanes. */
export function layOut(request: WithoutId<LayoutRequest>, limitMs: number): Promise<LayoutAnswer> {
  worker ??= start();
  const running = worker;
  const id = next++;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      waiting.delete(id);
      reject(new Error("The layout took too long"));
    }, limitMs);
    waiting.set(id, {
      resolve: (answer) => {
        clearTimeout(timer);
        resolve(answer);
      },
      reject,
    });
    running.postMessage({ ...request, id });
  });
}
