// Compiled, never run: the documented code type-checks with every provider package.
import Anthropic0 from "anthropic0";
import Anthropic1 from "anthropic1";
import OpenAI4 from "openai4";
import OpenAI5 from "openai5";
import OpenAI6 from "openai6";
import OpenAI7 from "openai7";
import { WhyOps, type AgentInfo, type Trace } from "../dist/esm/index.js";

const sdk = new WhyOps({
  apiKey: "k",
  agentName: "support-agent",
  agentMetadata: { systemPrompt: "…", description: "…", tools: [{ name: "t", inputSchema: "{}" }] },
});
const traceId = "t";

export async function documented(): Promise<string | null | undefined> {
  const info: AgentInfo | null = await sdk.initAgent();
  const client = sdk.openai(new OpenAI7({ apiKey: "x" }));
  client.defaultHeaders = { ...(client.defaultHeaders ?? {}), "X-Trace-ID": traceId };
  const same: OpenAI7 = client;
  const completion = await same.chat.completions.create({ model: "gpt-4o", messages: [{ role: "user", content: "hi" }] });
  const claude = sdk.anthropic(new Anthropic1({ apiKey: "x" }));
  claude.defaultHeaders = { ...claude.defaultHeaders, "X-Trace-ID": traceId };
  await claude.messages.create({ model: "c", max_tokens: 1, messages: [] });
  return completion.choices[0]?.message.content ?? info?.agentVersionId;
}

export function older(): void {
  for (const client of [sdk.openai(new OpenAI5({ apiKey: "x" })), sdk.openai(new OpenAI6({ apiKey: "x" }))]) {
    client.defaultHeaders = { "X-Trace-ID": traceId };
  }
  // Their classes declare a protected method of that name, so the patched client keeps its type.
  const openai: OpenAI4 = sdk.openai(new OpenAI4({ apiKey: "x" }));
  const anthropic: Anthropic0 = sdk.anthropic(new Anthropic0({ apiKey: "x" }));
  void [openai.chat, anthropic.messages];
}

export async function events(trace: Trace): Promise<number> {
  const spanId: string = trace.toolCallRequest("search", [{ name: "search", arguments: {} }], { latencyMs: 1 });
  await trace.toolCallResponse("search", spanId, [], { ok: true }, { respondedAt: new Date() });
  trace.userMessage([{ role: "user", content: "x" }], { idempotencyKey: "k", stepId: 1 });
  const length: number = await trace.tool("t", {}, async () => "abc".length);
  const text: string = trace.tool("t", {}, () => "abc");
  // @ts-expect-error an option that is none
  trace.error("x", { latency: 3 });
  const flushed: boolean = await sdk.withTrace("t", (inner) => inner.flush());
  return length + text.length + Number(flushed);
}
