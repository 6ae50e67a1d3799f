// The documented code, run as it stands: nothing in a snippet is edited before it runs.
export const CALLS = {
  openai: `
const client = sdk.openai(new OpenAI({ apiKey: "YOUR_WHYOPS_API_KEY" }));
client.defaultHeaders = { ...(client.defaultHeaders ?? {}), "X-Trace-ID": traceId, "X-Thread-ID": traceId, "X-External-User-Id": currentUser.id };
const completion = await client.chat.completions.create({ model: "gpt-4o", messages: [{ role: "user", content: "Where is order 123?" }] });
return completion.choices[0].message.content;
`,
  "openai streamed": `
const client = sdk.openai(new OpenAI({ apiKey: "YOUR_WHYOPS_API_KEY" }));
client.defaultHeaders = { ...(client.defaultHeaders ?? {}), "X-Trace-ID": traceId, "X-Thread-ID": traceId, "X-External-User-Id": currentUser.id };
const stream = await client.chat.completions.create({ model: "gpt-4o", messages: [{ role: "user", content: "Where is order 123?" }], stream: true });
let answer = "";
for await (const chunk of stream) answer += chunk.choices[0]?.delta?.content ?? "";
return answer;
`,
  anthropic: `
const client = sdk.anthropic(new Anthropic({ apiKey: "YOUR_WHYOPS_API_KEY" }));
client.defaultHeaders = { ...(client.defaultHeaders ?? {}), "X-Trace-ID": traceId, "X-Thread-ID": traceId, "X-External-User-Id": currentUser.id };
const message = await client.messages.create({ model: "claude-3-5-sonnet-20241022", max_tokens: 800, messages: [{ role: "user", content: "Where is order 123?" }] });
return message.content[0].text;
`,
  "anthropic streamed": `
const client = sdk.anthropic(new Anthropic({ apiKey: "YOUR_WHYOPS_API_KEY" }));
client.defaultHeaders = { ...(client.defaultHeaders ?? {}), "X-Trace-ID": traceId, "X-Thread-ID": traceId, "X-External-User-Id": currentUser.id };
const stream = client.messages.stream({ model: "claude-3-5-sonnet-20241022", max_tokens: 800, messages: [{ role: "user", content: "Where is order 123?" }] });
let answer = "";
stream.on("text", (text) => { answer += text; });
await stream.finalMessage();
return answer;
`,
};

export const HYBRID = `
const client = sdk.openai(new OpenAI({ apiKey: "YOUR_WHYOPS_API_KEY" }));
client.defaultHeaders = { ...(client.defaultHeaders ?? {}), "X-Trace-ID": traceId, "X-Thread-ID": traceId };
const trace = sdk.trace(traceId);
const spanId = await trace.toolCallRequest("charge_card", [{ name: "charge_card", arguments: { amount: 4999, currency: "usd" } }]);
const result = await chargeCard();
await trace.toolCallResponse("charge_card", spanId, [{ name: "charge_card", arguments: { amount: 4999, currency: "usd" } }], result);
await client.chat.completions.create({ model: "gpt-4o", messages: [{ role: "user", content: "Where is order 123?" }] });
return spanId;
`;

const AsyncFunction = (async () => undefined).constructor;

export function run(source, names) {
  return new AsyncFunction(...Object.keys(names), source)(...Object.values(names));
}
