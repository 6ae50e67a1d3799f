// A started server and the scripted provider, found by the environment; skipped without them.
import { randomUUID } from "node:crypto";

const {
  WHYOPS_TEST_GATEWAY: gateway,
  WHYOPS_TEST_KEY: key,
  WHYOPS_TEST_DASHBOARD: dashboard,
} = process.env;
const missing = Object.entries({
  WHYOPS_TEST_GATEWAY: gateway,
  WHYOPS_TEST_KEY: key,
  WHYOPS_TEST_DASHBOARD: dashboard,
})
  .filter(([, value]) => !value)
  .map(([name]) => name);

/** For `test(name, { skip }, …)`: false, or why there is nothing to run against. */
export const skip = missing.length > 0 && `${missing[0]} is not set: no server to run against`;

if (!skip) {
  // The documented code finds the server by the documented variables.
  process.env.WHYOPS_API_KEY = key;
  process.env.WHYOPS_PROXY_BASE_URL = gateway;
  delete process.env.OPENAI_API_KEY;
  delete process.env.ANTHROPIC_API_KEY;
}

export const DEFINITION = {
  systemPrompt: "You are a support agent.",
  description: "Answers questions about orders.",
  tools: [
    {
      name: "search_orders",
      description: "Finds an order.",
      inputSchema: '{"type":"object"}',
      outputSchema: '{"type":"object"}',
    },
  ],
};

export const newTraceId = () => `session-${randomUUID()}`;

export const ofType = (events, type) => events.filter(({ eventType }) => eventType === type);

/** The trace as the dashboard has it, once `ready` is content with its events. */
export async function readTrace(traceId, ready, ms = 5000) {
  const headers = { Authorization: `Bearer ${process.env.WHYOPS_TEST_READ_KEY || key}` };
  const deadline = performance.now() + ms;
  let seen = "";
  while (performance.now() < deadline) {
    const response = await fetch(`${dashboard}/api/traces/${encodeURIComponent(traceId)}`, {
      headers,
    });
    seen = await response.text();
    if (response.status === 200 && ready(JSON.parse(seen).events)) return JSON.parse(seen);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`trace ${traceId} is not complete after ${ms} ms: ${seen.slice(0, 3000)}`);
}
