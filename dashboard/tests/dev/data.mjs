// Invented recordings of a support agent, large and small, for tests/dev/server.mjs.
const NOW = Date.now();
const iso = (ms) => new Date(ms).toISOString();
let seed = 42;
const random = () => {
  seed = (seed * 1103515245 + 12345) % 2147483648;
  return seed / 2147483648;
};
const pick = (list) => list[Math.floor(random() * list.length)];
const page = (items, nextCursor = null) => ({ items, nextCursor });
const tokens = (n) => ({
  input: n,
  cacheRead: n * 2,
  cacheWrite: 0,
  output: Math.round(n / 3),
  reasoning: Math.round(n / 9),
  total: n * 3 + Math.round(n / 3),
});
const AGENTS = ["support", "refunds", "triage", "researcher"];
const MODELS = ["gpt-4o", "gpt-4o-mini", "claude-3-5-sonnet-20241022"];
const QUESTIONS = [
  "Where is order 771? It should have been here on Monday.",
  "Please refund the blue lamp, it arrived broken",
  "Sort these tickets by urgency",
  "What did we sell most in March, and to whom?",
  "Change my address to 12 Elm Street before it ships",
];

function trace(i) {
  const started = NOW - i * 97_000 - 20_000;
  const status = i % 9 === 0 ? "error" : i === 1 ? "open" : "ok";
  const duration = Math.round(800 + random() * 24_000);
  const kind = i % 7 === 0 ? "unpriced" : i % 5 === 0 ? "estimated" : "computed";
  return {
    traceId:
      i === 0 ? "session-123" : i === 2 ? "big" : `trc_01J${String(i).padStart(5, "0")}8H2M4Q`,
    threadId: i === 0 ? "session-123" : `thread-${i % 40}`,
    agentName: AGENTS[i % 4],
    agentVersionId: "ver_1",
    environment: i % 6 === 0 ? "STAGING" : "PRODUCTION",
    externalUserId: i % 3 === 0 ? null : `user-${i % 25}`,
    status,
    startedAt: iso(started),
    endedAt: iso(started + duration),
    durationMs: duration,
    models: [MODELS[i % 3]],
    llmCalls: 1 + (i % 5),
    toolCalls: i % 4,
    eventCount: i === 2 ? 10_000 : 14,
    errorCount: status === "error" ? 1 : 0,
    tokens: tokens(400 + Math.round(random() * 6000)),
    cost: kind === "unpriced" ? { usd: null, kind } : { usd: (random() / 20).toFixed(6), kind },
    findings: {
      critical: i % 31 === 0 ? 1 : 0,
      high: i % 9 === 0 ? 1 : 0,
      medium: i % 4 === 0 ? 2 : 0,
      low: 0,
    },
    preview: QUESTIONS[i % 5],
  };
}

const usage = (n) => ({
  input: n,
  cacheRead: 1024,
  cacheWrite5m: 0,
  cacheWrite1h: null,
  output: 180,
  reasoning: 64,
  total: n + 1204,
  rule: "OA_CHAT",
  inconsistent: false,
});
const NO_COST = { usd: null, kind: "unpriced", rowId: null, bookVersion: 0, reportedUsd: null };

function eventMaker(start) {
  let step = 0;
  return (eventType, fields) => {
    step++;
    return {
      id: `00000000-0000-4000-8000-${String(step).padStart(12, "0")}`,
      eventType,
      source: "proxy",
      agentName: "support",
      agentVersionId: "ver_1",
      spanId: `span-${step}`,
      parentSpanId: null,
      stepId: step,
      parentStepId: step > 1 ? step - 1 : null,
      timestamp: iso(start + step * 900),
      clockSuspect: false,
      latencyMs: null,
      ttftMs: null,
      overheadMs: null,
      model: null,
      requestedModel: null,
      provider: null,
      tool: null,
      toolCallId: null,
      responseId: null,
      usage: null,
      cost: NO_COST,
      finishReason: null,
      status: "ok",
      continuity: null,
      content: null,
      metadata: {},
      ...fields,
    };
  };
}

const llm = (event, content, extra = {}) =>
  event("llm_response", {
    model: "gpt-4o-2024-08-06",
    requestedModel: "gpt-4o",
    provider: "openai",
    latencyMs: 1840.25,
    ttftMs: 412.5,
    overheadMs: 0.31,
    usage: usage(1830),
    cost: {
      usd: "0.012345",
      kind: "computed",
      rowId: "openai/gpt-4o/2024-08",
      bookVersion: 7,
      reportedUsd: null,
    },
    finishReason: "tool_calls",
    continuity: "header",
    responseId: "chatcmpl-9x",
    content,
    metadata: {
      params: { temperature: 0.7, stream: true },
      stampsNanos: {
        received: 0,
        routable: 100000,
        sent: 260000,
        bodySent: 400000,
        upFirst: 380000000,
        upContent: 412900000,
        downFirst: 381000000,
        upLast: 1839900000,
        downLast: 1840250000,
      },
      cost: {
        formula: [
          { class: "input", tokens: 1830, usdPerMillion: "2.50", usd: "0.004575" },
          { class: "output", tokens: 180, usdPerMillion: "10.00", usd: "0.0018" },
        ],
      },
    },
    ...extra,
  });
const call = (id, name, args) => ({ id, function: { name, arguments: JSON.stringify(args) } });

function supportEvents(start) {
  const event = eventMaker(start);
  return [
    event("user_message", {
      content: {
        messages: [
          {
            role: "system",
            content:
              "You are a careful support agent. Look up orders before you answer. Never promise a date that no tool returned.",
          },
          { role: "user", content: "Where is order 771? It should have been here on Monday." },
        ],
        newFrom: 0,
      },
    }),
    event("llm_thinking", {
      content: {
        text: "The user asks about order 771. I should look it up first and then see what the carrier says.",
      },
    }),
    llm(event, {
      content: "Let me look that up.",
      toolCalls: [
        call("call_1", "search_orders", { order_id: "771", include: ["items", "shipments"] }),
        call("call_2", "carrier_status", { tracking: "1Z999AA10123456784" }),
      ],
    }),
    event("tool_result", {
      tool: "search_orders",
      toolCallId: "call_1",
      latencyMs: 120.4,
      content: {
        toolCallId: "call_1",
        output:
          '{"id":"771","status":"shipped","items":[{"sku":"LAMP-B","qty":1}],"shipments":[{"tracking":"1Z999AA10123456784","carrier":"UPS"}]}',
      },
    }),
    event("tool_result", {
      tool: "carrier_status",
      toolCallId: "call_2",
      latencyMs: 2240.1,
      status: "error",
      content: { toolCallId: "call_2", output: "503 upstream timed out", isError: true },
    }),
    event("error", {
      status: "error",
      content: {
        message: "carrier_status failed: 503 upstream timed out",
        status: 503,
        code: "tool_failed",
        source: "tool",
        body: null,
      },
    }),
    event("user_message", {
      content: {
        messages: [
          { role: "system", content: "…" },
          { role: "user", content: "…" },
          { role: "assistant", content: "…" },
          { role: "tool", tool_call_id: "call_1", content: "…" },
          { role: "tool", tool_call_id: "call_2", content: "503 upstream timed out" },
        ],
        newFrom: 3,
      },
    }),
    llm(event, {
      content: null,
      toolCalls: [call("call_3", "refund", { order_id: "771", amount: "50", note: "goodwill" })],
    }),
    event("tool_result", {
      tool: "refund",
      toolCallId: "call_3",
      latencyMs: 310,
      content: { toolCallId: "call_3", output: { ok: true, refund: "rf_881" } },
    }),
    event("tool_call_request", {
      source: "sdk",
      tool: "send_mail",
      toolCallId: "mail-1",
      spanId: "sdk-1",
      content: { to: "customer@example.com", subject: "Your order 771" },
    }),
    event("tool_call_response", {
      source: "sdk",
      tool: "send_mail",
      toolCallId: "mail-1",
      spanId: "sdk-1",
      latencyMs: 44,
      content: { output: "queued" },
    }),
    event("agent_message", {
      source: "sdk",
      content: "Handing over to a person because the carrier is not reachable.",
    }),
    event("system_message", {
      source: "sdk",
      content: "Conversation marked for follow-up\u202e gnp.exe \u200b",
    }),
    llm(
      event,
      {
        content:
          "Your order 771 has been shipped with UPS. The carrier's system is not reachable at the moment, so I cannot tell the day.\n\nI have refunded $50 for the delay. You will get an e-mail as soon as the parcel moves.",
        toolCalls: [],
      },
      { finishReason: "stop" },
    ),
  ];
}

function bigEvents(start) {
  const event = eventMaker(start);
  const events = [];
  while (events.length < 10_000) {
    const i = events.length;
    events.push(
      event("user_message", {
        content: {
          messages: [{ role: "user", content: `Step ${i}: look at shelf ${i % 97}` }],
          newFrom: 0,
        },
      }),
    );
    events.push(
      llm(event, {
        content: `Looking at shelf ${i % 97}`,
        toolCalls: [call(`c${i}`, pick(["search", "fetch", "count_items"]), { shelf: i % 97 })],
      }),
    );
    events.push(
      event("tool_result", {
        toolCallId: `c${i}`,
        tool: "search",
        latencyMs: 20 + random() * 400,
        content: { toolCallId: `c${i}`, output: { found: i % 13 } },
      }),
    );
    events.push(event("llm_thinking", { content: { text: "Next shelf." } }));
  }
  return events;
}

export function makeData() {
  const traces = Array.from({ length: 300 }, (_, i) => trace(i));
  const extra = Array.from({ length: 12 }, (_, i) => ({ ...trace(1000 + i), startedAt: iso(NOW) }));
  const big = bigEvents(NOW - 400_000);
  const projects = [
    { id: "prj_1", name: "shop", role: "owner" },
    { id: "prj_2", name: "playground", role: "viewer" },
  ];
  const provider = (id, name, type, baseUrl, result) => ({
    id,
    name,
    slug: name.toLowerCase(),
    type,
    baseUrl,
    keyLast4: "9fQ2",
    default: id !== "p3",
    acceptsSlashes: false,
    injectUsage: true,
    timeouts: { connectMs: 5000, headMs: 600000, silenceMs: 300000 },
    retries: 0,
    fallback: null,
    lastTest: result ? { result, at: iso(NOW - 120_000) } : null,
    createdAt: iso(NOW - 9e8),
    updatedAt: iso(NOW),
  });
  const providers = [
    provider("p1", "OpenAI", "openai", "https://api.openai.com/v1", "ok"),
    provider("p2", "Anthropic", "anthropic", "https://api.anthropic.com", null),
    provider("p3", "Local", "openai", "http://127.0.0.1:11434/v1", "refused_by_policy"),
  ];
  const apiKey = (id, name, more = {}) => ({
    id,
    name,
    prefix: "whyops_live_",
    last4: "x7Qa",
    environment: "PRODUCTION",
    scopes: ["proxy", "ingest"],
    boundProviderId: null,
    defaultAgent: null,
    limits: {
      requestsPerMinute: null,
      tokensPerMinute: null,
      concurrentCalls: null,
      monthlyBudgetUsd: null,
    },
    createdBy: "Owner",
    createdAt: iso(NOW - 5e8),
    expiresAt: null,
    lastUsedAt: iso(NOW - 60_000),
    revokedAt: null,
    ...more,
  });
  const keys = [
    apiKey("k1", "Web shop"),
    apiKey("k2", "Nightly batch", {
      defaultAgent: "triage",
      boundProviderId: "p1",
      scopes: ["proxy"],
      limits: {
        requestsPerMinute: 60,
        tokensPerMinute: null,
        concurrentCalls: 4,
        monthlyBudgetUsd: "250",
      },
      lastUsedAt: null,
      expiresAt: iso(NOW + 9e9),
    }),
    apiKey("k3", "Old", { revokedAt: iso(NOW - 1e8) }),
  ];
  const agents = AGENTS.map((name, i) => ({
    id: `agt_${i}`,
    name,
    environment: "PRODUCTION",
    currentVersionId: "ver_2",
    initialised: true,
    createdAt: iso(NOW - 9e8),
    lastSeenAt: iso(NOW - i * 4e6),
    sampling: 1,
    traceCount: 1200 - i * 300,
    errorCount: 31 * i,
    p95LatencyMs: 12400 / (i + 1),
    cost: { usd: (12.5 / (i + 1)).toFixed(4), kind: "computed" },
    findings: { critical: 0, high: i, medium: 2, low: 0 },
  }));
  const version = (id, origin) => ({
    id,
    agentId: "agt_0",
    versionHash: `${id.at(-1)}f3a9c1e77b2d4c8a90e1f2b3c4d5e6f`,
    origin,
    createdAt: iso(NOW - 3e8),
  });
  const facet = (values) => ({
    values: values.map(([value, count]) => ({ value, count })),
    distinct: values.length,
  });
  const facets = {
    total: 300,
    status: facet([
      ["ok", 264],
      ["error", 34],
      ["open", 2],
    ]),
    agent: facet(AGENTS.map((a) => [a, 75])),
    version: facet([["ver_1", 300]]),
    environment: facet([
      ["PRODUCTION", 250],
      ["STAGING", 50],
    ]),
    model: facet(MODELS.map((m) => [m, 100])),
    provider: facet([
      ["openai", 200],
      ["anthropic", 100],
    ]),
    tool: {
      ...facet(
        [
          "search_orders",
          "carrier_status",
          "refund",
          "send_mail",
          "count_items",
          "fetch",
          "search",
          "ship_label",
        ].map((t, i) => [t, 400 - i * 40]),
      ),
      distinct: 31,
    },
    externalUserId: facet(Array.from({ length: 20 }, (_, i) => [`user-${i}`, 12])),
    finding: facet([["UNSOURCED_ARGUMENT", 4]]),
  };
  const threads = Array.from({ length: 40 }, (_, i) => ({
    threadId: `thread-${i}`,
    agents: [AGENTS[i % 4]],
    externalUserId: `user-${i}`,
    startedAt: iso(NOW - i * 9e5),
    endedAt: iso(NOW - i * 8e5),
    traceCount: 7,
    errorCount: i % 3,
    tokens: tokens(4000),
    cost: { usd: "0.2134", kind: "computed" },
    preview: QUESTIONS[i % 5],
  }));
  const users = Array.from({ length: 25 }, (_, i) => ({
    externalUserId: `user-${i}`,
    firstSeenAt: iso(NOW - 9e8),
    lastSeenAt: iso(NOW - i * 7e5),
    traceCount: 40 - i,
    threadCount: 9,
    errorCount: i % 4,
    tokens: tokens(20000),
    cost: { usd: "1.2134", kind: "partial" },
  }));
  const refusal = {
    id: "r1",
    at: iso(NOW),
    method: "POST",
    path: "/v1/chat/completions",
    status: 400,
    code: "missing_agent_name",
    requestId: "req_1",
    cause: "The call names no agent.",
    remedy: "Send X-Agent-Name or give the key a default.",
    ownProject: true,
  };
  const quantiles = { count: 4210, p50: 1240, p95: 8400, p99: 14200, max: 31000 };

  function timeseries(query) {
    const buckets = Array.from({ length: 48 }, (_, i) => iso(NOW - (48 - i) * 1_800_000));
    const metric = query.get("metric");
    const groups = query.get("groupBy") ? AGENTS : [null];
    const money = metric === "cost";
    const gaps = /P\d\d$/.test(metric);
    return {
      metric,
      unit: money ? "usd" : gaps ? "ms" : "count",
      interval: "30m",
      from: buckets[0],
      to: iso(NOW),
      buckets,
      unfinishedFrom: 47,
      groupCount: groups.length === 1 ? 1 : 31,
      series: groups.map((group, g) => ({
        group,
        total: gaps ? null : 1200,
        points: buckets.map((_, i) =>
          gaps && i > 20 && i < 24
            ? null
            : (money ? 0.4 : 60) * (2 + Math.sin(i / 6 + g) + random() / 2),
        ),
      })),
    };
  }

  const routes = {
    "GET /config": () => ({
      version: "1.0.0-dev",
      gatewayUrl: "http://127.0.0.1:8080",
      dashboardUrl: "http://127.0.0.1:8081",
      setupNeeded: process.env.SETUP === "1",
      served: [],
    }),
    "GET /me": () => ({ user: { id: "u1", email: "owner@example.com", name: "Owner" }, projects }),
    "POST /auth/setup": () => ({
      user: { id: "u1", email: "owner@example.com", name: "Owner" },
      projects,
    }),
    "POST /auth/login": () => ({
      user: { id: "u1", email: "owner@example.com", name: "Owner" },
      projects,
    }),
    "GET /providers": () => page(process.env.EMPTY === "1" ? [] : providers),
    "GET /api-keys": () => page(process.env.EMPTY === "1" ? [] : keys),
    "POST /api-keys": () => ({
      apiKey: keys[0],
      key: "whyops_live_EXAMPLEexampleEXAMPLEexampleEXAMPLE0",
    }),
    "GET /agents": () => page(agents),
    "GET /trace-facets": () => (process.env.EMPTY === "1" ? { ...facets, total: 0 } : facets),
    "GET /views": () =>
      page([
        {
          id: "v1",
          name: "Slow refunds",
          query: "agent:refunds latency:>5s",
          columns: [],
          shared: true,
          createdBy: "u1",
          mine: true,
          createdAt: iso(NOW),
        },
      ]),
    "GET /threads": () => page(threads),
    "GET /users": () => page(users),
    "GET /refusals": () => page([]),
    "GET /analytics/overview": () => ({
      from: iso(NOW - 864e5),
      to: iso(NOW),
      traces: 4210,
      errorTraces: 131,
      events: 61000,
      llmCalls: 12400,
      toolCalls: 8800,
      llmErrors: 41,
      toolErrors: 220,
      agents: 4,
      users: 25,
      tokens: tokens(9_400_000),
      cost: { usd: "184.2213", kind: "partial" },
      unpricedCalls: 312,
      cacheHitRate: 0.614,
      latencyMs: quantiles,
      ttftMs: { ...quantiles, p50: 410, p95: 1300, p99: 2900 },
      overheadMs: { ...quantiles, p50: 0.31, p95: 0.9, p99: 2.4 },
    }),
    "GET /analytics/costs": (q) => ({
      from: iso(NOW - 864e5),
      to: iso(NOW),
      groupBy: q.get("groupBy"),
      groupCount: 31,
      rows: MODELS.map((group, i) => ({
        group,
        calls: 4000 / (i + 1),
        tokens: tokens(900000 / (i + 1)),
        cost: { usd: (90 / (i + 1)).toFixed(4), kind: "computed" },
        unpricedCalls: i * 30,
      })),
      total: {
        group: "",
        calls: 12400,
        tokens: tokens(9_400_000),
        cost: { usd: "184.2213", kind: "partial" },
        unpricedCalls: 312,
      },
    }),
    "GET /analytics/latency": (q) => ({
      from: iso(NOW - 864e5),
      to: iso(NOW),
      groupBy: q.get("groupBy"),
      groupCount: 3,
      rows: MODELS.map((group) => ({
        group,
        calls: 4000,
        errors: 31,
        latencyMs: quantiles,
        ttftMs: { ...quantiles, p50: 410 },
        overheadMs: { ...quantiles, p50: 0.3, p95: 0.8 },
      })),
    }),
    "GET /analytics/tools": () => ({
      from: iso(NOW - 864e5),
      to: iso(NOW),
      toolCount: 8,
      rows: ["search_orders", "carrier_status", "refund"].map((tool, i) => ({
        tool,
        calls: 900 - i * 200,
        errors: i * 40,
        latencyMs: quantiles,
        traces: 800 - i * 200,
      })),
    }),
    "GET /ingestion": () => ({
      accepted: 61234,
      duplicates: 12,
      sampledOut: 0,
      rejected: [
        { reason: "missing_agent_name", count: 14, examples: [refusal] },
        { reason: "invalid_api_key", count: 3, examples: [] },
      ],
      journal: { lagFrames: 0, lagBytes: 0, lagMs: 12, sizeBytes: 48_000_000 },
      lateRecords: 0,
      captureGaps: 1,
      deadLetter: { count: 2 },
      since: iso(NOW - 9e6),
    }),
    "GET /projects/prj_1/members": () =>
      page([
        {
          userId: "u1",
          email: "owner@example.com",
          name: "Owner",
          role: "owner",
          joinedAt: iso(NOW - 9e9),
        },
        {
          userId: "u2",
          email: "member@example.com",
          name: "Member",
          role: "member",
          joinedAt: iso(NOW - 5e9),
        },
      ]),
    "GET /projects/prj_1/invites": () =>
      page([
        {
          id: "i1",
          role: "viewer",
          createdBy: "Owner",
          createdAt: iso(NOW),
          expiresAt: iso(NOW + 6e8),
        },
      ]),
    "GET /projects/prj_1/settings": () => ({
      capture: "full",
      signatures: false,
      retentionDays: 30,
      masking: [{ name: "card", pattern: "\\b\\d{16}\\b", replacement: "[card]" }],
    }),
    "GET /projects/prj_1": () => ({
      id: "prj_1",
      name: "shop",
      role: "owner",
      createdAt: iso(NOW - 9e9),
    }),
  };

  function answer(method, path, query) {
    const fixed = routes[`${method} ${path}`];
    if (fixed) return fixed(query);
    if (method === "GET" && path === "/traces") {
      if (process.env.EMPTY === "1") return page([]);
      const at = Number(query.get("cursor") ?? 0);
      const limit = Number(query.get("limit") ?? 50);
      const found = traces.filter((t) => !query.get("status") || t.status === query.get("status"));
      return page(
        found.slice(at, at + limit),
        at + limit < found.length ? String(at + limit) : null,
      );
    }
    if (method === "GET" && path === "/analytics/timeseries") return timeseries(query);
    if (method === "POST" && /^\/providers\/[^/]+\/test$/.test(path))
      return { result: "auth_failed" };
    if (method === "GET" && /^\/agents\/[^/]+$/.test(path))
      return agents.find((a) => path.endsWith(a.id));
    if (method === "GET" && /^\/agents\/[^/]+\/versions$/.test(path))
      return page([version("ver_2", "init"), version("ver_1", "observed")]);
    if (method === "GET" && /^\/agents\/[^/]+\/versions\/[^/]+$/.test(path))
      return {
        ...version("ver_2", "init"),
        systemPrompt:
          "You are a careful support agent.\nLook up orders before you answer.\nNever promise a date.",
        description: "Answers customers",
        tools: [
          {
            name: "search_orders",
            description: "Finds an order",
            inputSchema: { type: "object", properties: { order_id: { type: "string" } } },
          },
        ],
        definition: {},
      };
    if (method === "GET" && path.includes("/diff/"))
      return {
        a: version("ver_1", "observed"),
        b: version("ver_2", "init"),
        systemPrompt: [
          { op: "same", text: "You are a careful support agent." },
          { op: "removed", text: "Answer fast." },
          { op: "added", text: "Look up orders before you answer." },
          ...Array.from({ length: 12 }, (_, i) => ({ op: "same", text: `Rule ${i}` })),
        ],
        tools: [
          { name: "refund", op: "added", changes: [] },
          {
            name: "search_orders",
            op: "changed",
            changes: [
              {
                path: "$.inputSchema.properties.include",
                before: "string",
                after: ["string", "array"],
              },
            ],
          },
        ],
        others: [],
      };
    if (method === "GET" && /^\/threads\//.test(path))
      return {
        ...threads[0],
        threadId: path.slice(9),
        traces: traces.slice(3, 6),
        nextTraceCursor: null,
      };
    if (method === "GET" && /^\/users\//.test(path))
      return users.find((u) => u.externalUserId === path.slice(7));
    const one = /^\/traces\/([^/]+)$/.exec(path);
    if (method === "GET" && one) {
      const found = [...traces, ...extra].find((t) => t.traceId === one[1]);
      if (!found) return undefined;
      const all = found.traceId === "big" ? big : supportEvents(Date.parse(found.startedAt));
      const at = Number(query.get("eventCursor") ?? 0);
      return {
        ...found,
        eventCount: all.length,
        versions: ["ver_1", "ver_2"],
        completeness: { open: found.status === "open", orphans: 1, truncated: false },
        events: all.slice(at, at + 1000),
        nextEventCursor: at + 1000 < all.length ? String(at + 1000) : null,
      };
    }
    if (method !== "GET") return null;
    return undefined;
  }
  return { answer, refusal, extra };
}
