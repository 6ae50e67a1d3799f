// What one event call costs the host, in microseconds: `npm run build && node bench/overhead.mjs`.
// Nothing listens at the address: what is measured is the call, not the network.
import { WhyOps } from "../dist/esm/index.js";

const CALLS = 20_000;
console.warn = () => undefined;
const sdk = new WhyOps({
  apiKey: "whyops_test_overhead",
  agentName: "support-agent",
  proxyBaseUrl: "http://127.0.0.1:9",
});
const trace = sdk.trace("session-123");
const toolCalls = [{ name: "search_orders", arguments: { orderId: "123" } }];
const events = {
  userMessage: () => trace.userMessage([{ role: "user", content: "Where is order 123?" }]),
  toolCallResponse: () =>
    trace.toolCallResponse("search_orders", "span-1", toolCalls, { status: "shipped" }),
  llmResponse: () =>
    trace.llmResponse("gpt-4o", "openai", "It has shipped. ".repeat(20), { latencyMs: 390 }),
};
for (const [name, call] of Object.entries(events)) {
  const times = [];
  for (let number = 0; number < CALLS; number++) {
    const startedAt = performance.now();
    call();
    times.push((performance.now() - startedAt) * 1000);
  }
  times.sort((one, other) => one - other);
  const at = (part) => times[Math.floor(CALLS * part)].toFixed(1);
  console.log(`${name}: median ${at(0.5)} µs, p99 ${at(0.99)} µs`);
}
await sdk.close(0);
