/**
 * The one way to the server. Names the project in its header, ends requests that take too long or
 * whose page was left, and turns every failure into a {@link Problem}.
 */
import createClient, { type Client } from "openapi-fetch";
import { Problem, problemOfResponse } from "./problems";
import type { components, paths } from "./schema.gen";
import { UNSERVED } from "./served.gen";

export type Schemas = components["schemas"];
export type Api = Client<paths>;

const TIMEOUT_MS = 30_000;

let signedOut: () => void = () => {};

/** Called when an answer says that the session has ended. */
export function onSignedOut(listener: () => void): void {
  signedOut = listener;
}

const clients = new Map<string, Api>();

/** The client of one project; the empty id is for requests that concern no project. */
export function apiFor(projectId: string): Api {
  let api = clients.get(projectId);
  if (!api) {
    api = makeClient(projectId);
    clients.set(projectId, api);
  }
  return api;
}

function makeClient(projectId: string): Api {
  const headers: Record<string, string> = projectId === "" ? {} : { "X-WhyOps-Project": projectId };
  const api = createClient<paths>({
    baseUrl: window.location.origin,
    headers,
    fetch: (request) =>
      fetch(request, {
        signal: AbortSignal.any([request.signal, AbortSignal.timeout(TIMEOUT_MS)]),
      }),
  });
  api.use({
    async onResponse({ response, schemaPath }) {
      if (response.ok) return undefined;
      const problem = await problemOfResponse(response);
      if (response.status === 401 && !schemaPath.startsWith("/api/auth/")) signedOut();
      throw problem;
    },
  });
  return api;
}

/** The body of an answer; openapi-fetch has already thrown where there is none to be had. */
export async function body<T>(answer: Promise<{ data?: T; response: Response }>): Promise<T> {
  const { data, response } = await answer;
  if (data === undefined)
    throw new Problem("The answer was empty.", response.status, "empty_answer");
  return data;
}

/** For answers without a body. */
export async function done(answer: Promise<unknown>): Promise<void> {
  await answer;
}

/** Whether the server serves an operation that its document describes. */
export function served(operation: string): boolean {
  return !UNSERVED.includes(operation);
}

/** Fetches a file and hands it to the browser as a download under a safe name. */
export async function download(projectId: string, path: string, name: string): Promise<void> {
  const headers: Record<string, string> = projectId === "" ? {} : { "X-WhyOps-Project": projectId };
  const response = await fetch(path, { headers, signal: AbortSignal.timeout(10 * TIMEOUT_MS) });
  if (!response.ok) throw await problemOfResponse(response);
  saveBlob(await response.blob(), name);
}

export function saveBlob(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.setAttribute("href", address);
  link.download = name.replace(/[^\w.-]+/g, "_").slice(0, 120) || "download";
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
