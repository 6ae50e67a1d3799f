// The Vercel AI SDK: model calls through the proxy, tools timed by the integration.
import { createOpenAI } from "@ai-sdk/openai";
import { WhyOps } from "@whyops/sdk";
import { whyOpsMiddleware, whyOpsTools } from "@whyops/sdk/vercel-ai";
import { generateText, jsonSchema, stepCountIs, tool, wrapLanguageModel } from "ai";

const traceId = "example-vercel-ai";
const sdk = new WhyOps({ agentName: "support-agent" });
const openai = createOpenAI({ baseURL: `${sdk.proxyBaseUrl}/v1`, apiKey: process.env.WHYOPS_API_KEY });
const middleware = whyOpsMiddleware(sdk, { traceId, proxied: true });
const search = tool({
  description: "Finds an order.",
  inputSchema: jsonSchema({ type: "object", properties: { orderId: { type: "string" } } }),
  execute: async () => "order 123: shipped",
});
const { text } = await generateText({
  model: wrapLanguageModel({ model: openai.chat("gpt-4o"), middleware }),
  tools: whyOpsTools(sdk, { search_orders: search }, { traceId }),
  stopWhen: stepCountIs(3),
  prompt: "Where is order 123?",
});
console.log(text);
await sdk.close();
