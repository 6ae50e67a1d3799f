/** Fills a project by real traffic: calls through the gateway and events as an SDK sends them. */
import { api, target, type Watched } from "./harness";

export interface Filled {
  project: string;
  key: string;
  traceId: string;
}

export async function fill(browser: Watched, project: string): Promise<Filled> {
  const { items: providers } = await api<{ items: { slug: string }[] }>(
    browser,
    "GET",
    "/providers",
    project,
  );
  if (providers.length === 0) {
    await api(browser, "POST", "/providers", project, {
      name: "OpenAI",
      slug: "openai",
      type: "openai",
      baseUrl: `${target.provider}/v1`,
      apiKey: target.providerKey,
      default: true,
    });
  }
  const { key } = await api<{ key: string }>(browser, "POST", "/api-keys", project, {
    name: "Traffic",
    environment: "PRODUCTION",
    scopes: ["proxy", "ingest", "read"],
  });
  const traceId = `support-${Date.now().toString(36)}`;
  await call(key, traceId, "Where is order 771?");
  await call(key, traceId, "And when will it be here?");
  await ingest(key, supportEvents(traceId));
  return { project, key, traceId };
}

export async function call(key: string, traceId: string, question: string): Promise<string> {
  const response = await fetch(`${target.gateway}/v1/chat/completions`, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${key}`,
      "Content-Type": "application/json",
      "X-Agent-Name": "support",
      "X-Trace-ID": traceId,
      "X-Thread-ID": `${traceId}-thread`,
      "X-External-User-Id": "user-7",
    },
    body: JSON.stringify({
      model: "gpt-4o-mini",
      messages: [
        { role: "system", content: "You are careful." },
        { role: "user", content: question },
      ],
    }),
  });
  if (!response.ok) throw new Error(`call: ${response.status} ${await response.text()}`);
  return response.text();
}

export async function ingest(key: string, events: readonly unknown[]): Promise<void> {
  for (let at = 0; at < events.length; at += 500) {
    const response = await fetch(`${target.gateway}/api/events/ingest`, {
      method: "POST",
      headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
      body: JSON.stringify(events.slice(at, at + 500)),
    });
    if (response.status !== 202)
      throw new Error(`ingest: ${response.status} ${await response.text()}`);
  }
}

function supportEvents(traceId: string): unknown[] {
  const base = {
    traceId,
    threadId: `${traceId}-thread`,
    agentName: "support",
    externalUserId: "user-7",
  };
  const tool = (name: string, spanId: string, input: unknown, output: unknown) => [
    { ...base, eventType: "tool_call_request", spanId, content: input, metadata: { tool: name } },
    {
      ...base,
      eventType: "tool_call_response",
      spanId,
      content: { output },
      metadata: { tool: name, latencyMs: 40 },
    },
  ];
  return [
    ...tool(
      "search_orders",
      "s-1",
      { order_id: "771", include: ["items"] },
      { id: "771", status: "shipped" },
    ),
    ...tool("carrier_status", "s-2", { tracking: "1Z99" }, "503 upstream timed out"),
    {
      ...base,
      eventType: "error",
      content: { message: "carrier_status failed", code: "tool_failed" },
      metadata: {},
    },
    {
      ...base,
      eventType: "llm_thinking",
      content: { text: "I should look at the carrier first." },
      metadata: {},
    },
    { ...base, eventType: "agent_message", content: "Handing over to a person.", metadata: {} },
    {
      ...base,
      eventType: "system_message",
      content: "Marked for follow-up\u202e\u200b.",
      metadata: {},
    },
    {
      ...base,
      eventType: "llm_response",
      spanId: "s-9",
      content: { content: "It is on its way." },
      metadata: {
        model: "gpt-4o-mini",
        provider: "openai",
        usage: { promptTokens: 120, completionTokens: 9, totalTokens: 129 },
        latencyMs: 900,
      },
    },
  ];
}

const TOOLS = [
  tool("search_orders", { query: { type: "string" } }),
  tool("issue_refund", { order_id: { type: "string" }, amount: { type: "number" } }),
  tool("send_mail", { to: { type: "string" } }),
];

function tool(name: string, properties: Record<string, unknown>) {
  return {
    type: "function",
    function: {
      name,
      description: `The tool ${name} of the shop.`,
      parameters: { type: "object", properties },
    },
  };
}

/**
 * A whole run of an agent through the gateway: it looks an order up, pays back an amount that
 * nobody named, and answers. The scripted provider calls what the question tells it to.
 */
export async function agentRun(key: string, traceId: string, agent = "refunds"): Promise<void> {
  const messages: Record<string, unknown>[] = [
    { role: "system", content: "You refund what an order cost." },
    { role: "user", content: "Refund order B-4711. {{fake call=search_orders}}" },
  ];
  const turn = async () => {
    const response = await fetch(`${target.gateway}/v1/chat/completions`, {
      method: "POST",
      headers: {
        Authorization: `Bearer ${key}`,
        "Content-Type": "application/json",
        "X-Agent-Name": agent,
        "X-Trace-ID": traceId,
        "X-External-User-Id": "user-9",
      },
      body: JSON.stringify({ model: "gpt-4o-mini", messages, tools: TOOLS }),
    });
    if (!response.ok) throw new Error(`turn: ${response.status} ${await response.text()}`);
    const { choices } = (await response.json()) as {
      choices: { message: { tool_calls?: { id: string }[] } }[];
    };
    const said = choices[0]?.message ?? {};
    messages.push(said as Record<string, unknown>);
    return said.tool_calls?.[0]?.id;
  };
  const found = await turn();
  messages.push({
    role: "tool",
    tool_call_id: found,
    content: JSON.stringify({ order_id: "B-4711", total: 41.9, paid: true }),
  });
  messages.push({ role: "user", content: "Go on. {{fake call=issue_refund}}" });
  const refunded = await turn();
  messages.push({ role: "tool", tool_call_id: refunded, content: '{"ok":true}' });
  messages.push({ role: "user", content: "Thank you. Say it is done." });
  await turn();
}

/** What an agent says of itself at its start; another prompt is another version. */
export async function initVersion(
  key: string,
  agentName: string,
  systemPrompt: string,
): Promise<void> {
  const response = await fetch(`${target.gateway}/api/entities/init`, {
    method: "POST",
    headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
    body: JSON.stringify({
      agentName,
      metadata: { systemPrompt, tools: [{ name: "look", description: "Looks." }] },
    }),
  });
  if (!response.ok) throw new Error(`init: ${response.status} ${await response.text()}`);
}

/** A tool that is called again and again with the same arguments. */
export function loopEvents(traceId: string, agentName = "looper"): unknown[] {
  const base = { traceId, agentName, externalUserId: "user-9" };
  return Array.from({ length: 4 }, (_, i) => [
    {
      ...base,
      eventType: "tool_call_request",
      spanId: `l-${i}`,
      content: { id: "771" },
      metadata: { tool: "find_parcel" },
    },
    {
      ...base,
      eventType: "tool_call_response",
      spanId: `l-${i}`,
      content: { output: "still on its way" },
      metadata: { tool: "find_parcel", latencyMs: 20 },
    },
  ]).flat();
}
