// LangChain JS: model calls through the proxy, tools told by the callback handler.
import { tool } from "@langchain/core/tools";
import { ChatOpenAI } from "@langchain/openai";
import { WhyOps } from "@whyops/sdk";
import { whyOpsCallbacks } from "@whyops/sdk/langchain";

const traceId = "example-langchain-js";
const sdk = new WhyOps({ agentName: "support-agent" });
const schema = { type: "object", properties: { orderId: { type: "string" } } };
const search = tool(async () => "order 123: shipped", { name: "search_orders", description: "Finds an order.", schema });
const model = new ChatOpenAI({
  model: "gpt-4o",
  apiKey: process.env.WHYOPS_API_KEY,
  configuration: { baseURL: `${sdk.proxyBaseUrl}/v1`, defaultHeaders: sdk.proxyHeaders(traceId) },
}).bindTools([search]);
const config = { callbacks: [whyOpsCallbacks(sdk, { traceId })] };
const messages = [{ role: "user", content: "Where is order 123?" }];
let answer = await model.invoke(messages, config);
messages.push(answer);
for (const call of answer.tool_calls) messages.push(await search.invoke(call, config));
if (answer.tool_calls.length > 0) answer = await model.invoke(messages, config);
console.log(answer.content);
await sdk.close();
