// An OpenAI client through the proxy, and a tool of the application in the same trace.
import OpenAI from "openai";
import { WhyOps } from "@whyops/sdk";

const sdk = new WhyOps({ agentName: "support-agent" });
const client = sdk.openai(new OpenAI({ apiKey: "YOUR_WHYOPS_API_KEY" }));
await sdk.withTrace("example-openai-js", async (trace) => {
  await trace.tool("search_orders", { orderId: "123" }, () => "shipped");
  const messages = [{ role: "user", content: "Where is order 123?" }];
  const completion = await client.chat.completions.create({ model: "gpt-4o", messages });
  console.log(completion.choices[0].message.content);
});
await sdk.close();
