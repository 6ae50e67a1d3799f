/** LangChain and LangGraph for JS, by callbacks: `invoke(input, { callbacks: [whyOpsCallbacks(sdk)] })`. */
import type { WhyOps } from "../client.js";
import { spanId } from "../ids.js";
import { type IntegrationOptions, latencyMs, quietly, type Run, rootRun } from "./run.js";

// The package's own types are not imported: it is no dependency. What is read is checked where it is read.
type Any = any;
type Fields = Record<string, unknown>;

const RUNS_MAX = 10_000;
const TOLD_PARAMETERS = ["temperature", "max_tokens", "top_p", "seed", "tool_choice"];

export interface CallbackOptions extends IntegrationOptions {
  /**
   * Whether model calls are told as events. Default: unless they go to the proxy, which records them.
   */
  recordModels?: boolean | undefined;
}

interface Step extends Run {
  /** What a child belongs to: the framework nests deeper than what is worth an event. */
  readonly enclosing: string | undefined;
  readonly name: string;
  readonly calls: readonly Fields[];
  readonly provider: string;
}

/**
 * Tells model calls, tools, retrievers and failures of a run as events of one trace. LangGraph's
 * `thread_id` becomes the thread. One object may serve many runs at once.
 */
export function whyOpsCallbacks(sdk: WhyOps, options: CallbackOptions = {}) {
  // At most 10,000: a framework that never ends a run leaks nothing.
  const steps = new Map<string, Step>();

  const start = (
    runId: string,
    parentRunId: Any,
    metadata: Any,
    more: Partial<Step> & { event?: boolean },
  ): Step => {
    const parent = typeof parentRunId === "string" ? steps.get(parentRunId) : undefined;
    const thread = metadata?.thread_id;
    const threadId = options.threadId ?? (typeof thread === "string" ? thread : undefined);
    const root = parent ?? rootRun(sdk, { ...options, threadId }, runId);
    const parentSpanId = parent === undefined ? root.parentSpanId : parent.enclosing;
    const own = spanId();
    const step: Step = {
      name: "",
      calls: [],
      provider: "",
      ...more,
      trace: root.trace,
      spanId: own,
      parentSpanId,
      startedAt: performance.now(),
      enclosing: more.event ? own : parentSpanId,
    };
    if (steps.size >= RUNS_MAX) steps.delete(steps.keys().next().value as string);
    steps.set(runId, step);
    return step;
  };

  const end = (runId: string): Step | undefined => {
    const step = steps.get(runId);
    steps.delete(runId);
    return step;
  };

  const startModel = (
    content: unknown,
    llm: Any,
    runId: string,
    parentRunId: Any,
    extra: Any,
    metadata: Any,
  ) => {
    const parameters = extra?.invocation_params ?? {};
    const event = options.recordModels ?? !isProxied(sdk, llm, parameters);
    const step = start(runId, parentRunId, metadata, {
      event,
      name: String(metadata?.ls_model_name ?? parameters.model ?? "unknown"),
      provider: event ? String(metadata?.ls_provider ?? "unknown") : "",
    });
    if (!event) return;
    const told = Object.fromEntries(
      TOLD_PARAMETERS.filter((name) => parameters[name] !== undefined).map((name) => [
        name,
        parameters[name],
      ]),
    );
    step.trace.userMessage(content, {
      spanId: step.spanId,
      parentSpanId: step.parentSpanId,
      metadata: { params: told, tools: parameters.tools },
    });
  };

  const startTool = (
    name: string,
    args: unknown,
    runId: string,
    parentRunId: Any,
    metadata: Any,
    id?: Any,
  ) => {
    const calls = [{ name, arguments: args, ...(typeof id === "string" ? { id } : {}) }];
    const step = start(runId, parentRunId, metadata, { event: true, name, calls });
    step.trace.toolCallRequest(name, calls, {
      spanId: step.spanId,
      parentSpanId: step.parentSpanId,
    });
  };

  const endTool = (runId: string, output: unknown, isError: boolean) => {
    const step = end(runId);
    if (step === undefined) return;
    step.trace.toolCallResponse(step.name, step.spanId, step.calls, output, {
      parentSpanId: step.parentSpanId,
      latencyMs: latencyMs(step),
      isError,
    });
  };

  return {
    // Keeps the order of events.
    awaitHandlers: true,

    handleChainStart(_chain: Any, _inputs: Any, runId: string, ...rest: Any[]): void {
      // Run type and parent changed places between versions; the parent is the one that is known.
      const parentRunId = [rest[0], rest[4]].find((id) => typeof id === "string" && steps.has(id));
      quietly(() => start(runId, parentRunId, rest.find(isMetadata), {}));
    },
    handleChainEnd(_outputs: Any, runId: string): void {
      end(runId);
    },
    handleChainError(error: Any, runId: string, parentRunId?: string): void {
      const step = end(runId);
      // Told once, where it leaves the outermost run: below that it may yet be handled.
      if (step === undefined || parentRunId !== undefined || error?.is_bubble_up === true) return;
      quietly(() => step.trace.error(error, { parentSpanId: step.enclosing }));
    },

    handleChatModelStart(
      llm: Any,
      messages: Any[][],
      runId: string,
      parentRunId?: string,
      extra?: Any,
      _tags?: Any,
      metadata?: Any,
    ): void {
      quietly(() =>
        startModel(messages.flat().map(messageOf), llm, runId, parentRunId, extra, metadata),
      );
    },
    handleLLMStart(
      llm: Any,
      prompts: string[],
      runId: string,
      parentRunId?: string,
      extra?: Any,
      _tags?: Any,
      metadata?: Any,
    ): void {
      const content = prompts.map((prompt) => ({ role: "user", content: prompt }));
      quietly(() => startModel(content, llm, runId, parentRunId, extra, metadata));
    },
    handleLLMEnd(output: Any, runId: string): void {
      const step = end(runId);
      const generation = output?.generations?.[0]?.[0];
      if (!step?.provider || generation === undefined) return;
      const message = generation.message;
      const answered = message?.response_metadata ?? {};
      const calls = (message?.tool_calls ?? []).map((call: Any) => ({
        id: call.id,
        function: { name: call.name, arguments: call.args },
      }));
      quietly(() =>
        step.trace.llmResponse(
          String(answered.model_name ?? answered.model ?? step.name),
          step.provider,
          message?.content ?? generation.text,
          {
            spanId: step.spanId,
            parentSpanId: step.parentSpanId,
            toolCalls: calls.length > 0 ? calls : undefined,
            finishReason: answered.finish_reason ?? answered.stop_reason,
            usage: usageOf(message?.usage_metadata),
            latencyMs: latencyMs(step),
            responseId: answered.id,
          },
        ),
      );
    },
    handleLLMError(error: Any, runId: string): void {
      const step = end(runId);
      if (!step?.provider) return;
      const status = typeof error?.status === "number" ? error.status : undefined;
      quietly(() => step.trace.error(error, { status, parentSpanId: step.spanId }));
    },

    handleToolStart(
      tool: Any,
      input: string,
      runId: string,
      parentRunId?: string,
      _tags?: Any,
      metadata?: Any,
      runName?: string,
      toolCallId?: string,
    ): void {
      const name = String(runName ?? tool?.name ?? tool?.id?.at?.(-1) ?? "tool");
      quietly(() => startTool(name, parsed(input), runId, parentRunId, metadata, toolCallId));
    },
    handleToolEnd(output: Any, runId: string): void {
      quietly(() => endTool(runId, output?.content ?? output, output?.status === "error"));
    },
    handleToolError(error: Any, runId: string): void {
      quietly(() => endTool(runId, { error }, true));
    },
    handleRetrieverStart(
      retriever: Any,
      query: string,
      runId: string,
      parentRunId?: string,
      _tags?: Any,
      metadata?: Any,
      name?: string,
    ): void {
      const called = String(name ?? retriever?.name ?? retriever?.id?.at?.(-1) ?? "retriever");
      quietly(() => startTool(called, { query }, runId, parentRunId, metadata));
    },
    handleRetrieverEnd(documents: Any, runId: string): void {
      quietly(() => endTool(runId, documents, false));
    },
    handleRetrieverError(error: Any, runId: string): void {
      quietly(() => endTool(runId, { error }, true));
    },
  };
}

function isMetadata(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isProxied(sdk: WhyOps, llm: Any, parameters: Any): boolean {
  const settings = llm?.kwargs ?? {};
  const addresses = [
    settings.configuration?.baseURL,
    settings.base_url,
    settings.anthropic_api_url,
    settings.openai_api_base,
    parameters.baseURL,
    parameters.base_url,
  ];
  return addresses.some(
    (address) => typeof address === "string" && address.startsWith(sdk.proxyBaseUrl),
  );
}

const ROLES: Record<string, string> = { human: "user", ai: "assistant" };

function messageOf(message: Any): Fields {
  const type = String(message?.getType?.() ?? message?.type ?? "user");
  const calls = message?.tool_calls;
  return {
    role: ROLES[type] ?? type,
    content: message?.content,
    ...(Array.isArray(calls) && calls.length > 0 ? { tool_calls: calls } : {}),
    ...(message?.tool_call_id ? { tool_call_id: message.tool_call_id } : {}),
  };
}

/** Tools get their input as text, which is JSON for structured ones. */
function parsed(input: string): unknown {
  try {
    return JSON.parse(input);
  } catch {
    return input;
  }
}

/** The framework counts what came from the cache into the input. */
function usageOf(usage: Any): Fields | undefined {
  if (typeof usage?.input_tokens !== "number") return undefined;
  const { cache_read: read, cache_creation: written } = usage.input_token_details ?? {};
  return {
    promptTokens: usage.input_tokens - (read ?? 0) - (written ?? 0),
    completionTokens: usage.output_tokens,
    totalTokens: usage.total_tokens,
    cacheReadTokens: read,
    cacheCreationTokens: written,
    reasoningTokens: usage.output_token_details?.reasoning,
  };
}
