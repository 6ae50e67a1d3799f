// A proxy that answers as the providers do, an SDK that points to it, and what tests ask of both.
import assert from "node:assert/strict";
import { after, beforeEach } from "node:test";
import { WhyOps } from "../dist/esm/index.js";
import { KEY, provider, startServer } from "./server.mjs";

export const proxy = await startServer(provider);
export const sdk = new WhyOps({ apiKey: KEY, agentName: "support-agent", proxyBaseUrl: proxy.url });

after(async () => {
  await sdk.close();
  await proxy.close();
});
beforeEach(() => {
  proxy.seen.length = 0;
});

export const only = () => {
  assert.equal(proxy.calls.length, 1);
  return proxy.calls[0].headers;
};
export const secretFree = (...secrets) => {
  for (const seen of proxy.calls) {
    for (const secret of secrets) assert.ok(!JSON.stringify(seen.headers).includes(secret), secret);
  }
};
export const refused = (help, client, pattern) => {
  const before =
    client && typeof client === "object" ? Object.getOwnPropertyDescriptors(client) : undefined;
  assert.throws(
    () => help(client),
    (error) => error instanceof TypeError && pattern.test(error.message),
  );
  if (before) assert.deepEqual(Object.getOwnPropertyDescriptors(client), before);
};
