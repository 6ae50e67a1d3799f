// Compiled, never run: the documented code type-checks with every provider package.

import { FakeListChatModel } from "@langchain/core/utils/testing";
import { wrapLanguageModel } from "ai";
import { MockLanguageModelV4 } from "ai/test";
import Anthropic0 from "anthropic0";
import Anthropic1 from "anthropic1";
import OpenAI4 from "openai4";
import OpenAI5 from "openai5";
import OpenAI6 from "openai6";
import OpenAI7 from "openai7";
import { type AgentInfo, type Trace, WhyOps } from "../dist/esm/index.js";
import { whyOpsCallbacks } from "../dist/esm/integrations/langchain.js";
import { whyOpsMiddleware } from "../dist/esm/integrations/vercel-ai.js";

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
  const completion = await same.chat.completions.create({
    model: "gpt-4o",
    messages: [{ role: "user", content: "hi" }],
  });
  const claude = sdk.anthropic(new Anthropic1({ apiKey: "x" }));
  claude.defaultHeaders = { ...claude.defaultHeaders, "X-Trace-ID": traceId };
  await claude.messages.create({ model: "c", max_tokens: 1, messages: [] });
  return completion.choices[0]?.message.content ?? info?.agentVersionId;
}

export function older(): void {
  for (const client of [
    sdk.openai(new OpenAI5({ apiKey: "x" })),
    sdk.openai(new OpenAI6({ apiKey: "x" })),
  ]) {
    client.defaultHeaders = { "X-Trace-ID": traceId };
  }
  const openai = sdk.openai(new OpenAI4({ apiKey: "x" }));
  openai.defaultHeaders = { ...(openai.defaultHeaders ?? {}), "X-Trace-ID": traceId };
  const anthropic = sdk.anthropic(new Anthropic0({ apiKey: "x" }));
  anthropic.defaultHeaders = { ...(anthropic.defaultHeaders ?? {}), "X-Trace-ID": traceId };
  const unchanged: [OpenAI4, Anthropic0] = [openai, anthropic];
  void unchanged;
}

export async function events(trace: Trace): Promise<number> {
  const spanId: string = trace.toolCallRequest("search", [{ name: "search", arguments: {} }], {
    latencyMs: 1,
  });
  await trace.toolCallResponse("search", spanId, [], { ok: true }, { respondedAt: new Date() });
  trace.userMessage([{ role: "user", content: "x" }], { idempotencyKey: "k", stepId: 1 });
  const length: number = await trace.tool("t", {}, async () => "abc".length);
  const text: string = trace.tool("t", {}, () => "abc");
  // @ts-expect-error an option that is none
  trace.error("x", { latency: 3 });
  const flushed: boolean = await sdk.withTrace("t", (inner) => inner.flush());
  return length + text.length + Number(flushed);
}

export async function frameworks(): Promise<void> {
  wrapLanguageModel({ model: new MockLanguageModelV4(), middleware: whyOpsMiddleware(sdk) });
  const callbacks = [whyOpsCallbacks(sdk)];
  await new FakeListChatModel({ responses: ["x"] }).invoke("x", { callbacks });
}
