/** LangChain and LangGraph for JS, by callbacks: `invoke(input, { callbacks: [whyOpsCallbacks(sdk)] })`. */
import type { WhyOps } from "../client.js";
import { spanId } from "../ids.js";
import { isId } from "../scope.js";
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

/** Where a step stands: its own id, the enclosing step's, and what the run was configured with. */
interface At {
  readonly runId: string;
  readonly parentRunId?: string | undefined;
  readonly metadata?: Any;
}

/**
 * Tells model calls, tools, retrievers and failures of a run as events of one trace. LangGraph's
 * `thread_id` becomes the thread. One object may serve many runs at once.
 */
export function whyOpsCallbacks(sdk: WhyOps, options: CallbackOptions = {}) {
  const steps = new Steps(sdk, options);
  // Keeps the order of events.
  return { awaitHandlers: true, ...chains(steps), ...models(steps), ...tools(steps) };
}

function chains(steps: Steps) {
  return {
    handleChainStart(_chain: Any, _inputs: Any, runId: string, ...rest: Any[]): void {
      // Run type and parent changed places between versions; the parent is the one that is known.
      const parentRunId = [rest[0], rest[4]].find((id) => typeof id === "string" && steps.has(id));
      const metadata = rest.find(isMetadata);
      quietly(() => steps.start({ runId, parentRunId, metadata }, {}));
    },
    handleChainEnd(_outputs: Any, runId: string): void {
      steps.end(runId);
    },
    handleChainError(error: Any, runId: string, parentRunId?: string): void {
      const step = steps.end(runId);
      // Told once, where it leaves the outermost run: below that it may yet be handled.
      if (step === undefined || parentRunId !== undefined || error?.is_bubble_up === true) return;
      quietly(() => step.trace.error(error, { parentSpanId: step.enclosing }));
    },
  };
}

function models(steps: Steps) {
  return {
    handleChatModelStart(
      llm: Any,
      messages: Any[][],
      runId: string,
      parentRunId?: string,
      extra?: Any,
      _tags?: Any,
      metadata?: Any,
    ): void {
      quietly(() => {
        const content = messages.flat().map(messageOf);
        steps.startModel({ runId, parentRunId, metadata }, content, llm, extra);
      });
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
      quietly(() => steps.startModel({ runId, parentRunId, metadata }, content, llm, extra));
    },
    handleLLMEnd(output: Any, runId: string): void {
      quietly(() => steps.endModel(runId, output?.generations?.[0]?.[0]));
    },
    handleLLMError(error: Any, runId: string): void {
      const step = steps.end(runId);
      if (!step?.provider) return;
      const status = typeof error?.status === "number" ? error.status : undefined;
      quietly(() => step.trace.error(error, { status, parentSpanId: step.spanId }));
    },
  };
}

function tools(steps: Steps) {
  return {
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
      const name = runName ?? nameOf(tool) ?? "tool";
      quietly(() =>
        steps.startTool({ runId, parentRunId, metadata }, name, parsed(input), toolCallId),
      );
    },
    handleToolEnd(output: Any, runId: string): void {
      quietly(() => steps.endTool(runId, output?.content ?? output, output?.status === "error"));
    },
    handleToolError(error: Any, runId: string): void {
      quietly(() => steps.endTool(runId, { error }, true));
    },
    handleRetrieverStart(
      retriever: Any,
      query: string,
      runId: string,
      parentRunId?: string,
      _tags?: Any,
      metadata?: Any,
      runName?: string,
    ): void {
      const name = runName ?? nameOf(retriever) ?? "retriever";
      quietly(() => steps.startTool({ runId, parentRunId, metadata }, name, { query }));
    },
    handleRetrieverEnd(documents: Any, runId: string): void {
      quietly(() => steps.endTool(runId, documents, false));
    },
    handleRetrieverError(error: Any, runId: string): void {
      quietly(() => steps.endTool(runId, { error }, true));
    },
  };
}

/** Steps under way, at most 10,000: a framework that never ends one leaks nothing. */
class Steps {
  private readonly open = new Map<string, Step>();

  constructor(
    private readonly sdk: WhyOps,
    private readonly options: CallbackOptions,
  ) {}

  has(runId: string): boolean {
    return this.open.has(runId);
  }

  start(at: At, more: Partial<Step> & { event?: boolean }): Step {
    const parent = at.parentRunId === undefined ? undefined : this.open.get(at.parentRunId);
    const thread: unknown = at.metadata?.thread_id;
    const threadId = this.options.threadId ?? (isId(thread) ? thread : undefined);
    const root = parent ?? rootRun(this.sdk, { ...this.options, threadId }, at.runId);
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
    if (this.open.size >= RUNS_MAX) this.open.delete(this.open.keys().next().value as string);
    this.open.set(at.runId, step);
    return step;
  }

  end(runId: string): Step | undefined {
    const step = this.open.get(runId);
    this.open.delete(runId);
    return step;
  }

  startModel(at: At, content: unknown, llm: Any, extra: Any): void {
    const parameters = extra?.invocation_params ?? {};
    const event = this.options.recordModels ?? !isProxied(this.sdk, llm, parameters);
    const { trace, spanId, parentSpanId } = this.start(at, {
      event,
      name: String(at.metadata?.ls_model_name ?? parameters.model ?? "unknown"),
      provider: event ? String(at.metadata?.ls_provider ?? "unknown") : "",
    });
    if (!event) return;
    const known = TOLD_PARAMETERS.filter((name) => parameters[name] !== undefined);
    const params = Object.fromEntries(known.map((name) => [name, parameters[name]]));
    const metadata = { params, tools: parameters.tools };
    trace.userMessage(content, { spanId, parentSpanId, metadata });
  }

  endModel(runId: string, generation: Any): void {
    const step = this.end(runId);
    if (!step?.provider || generation === undefined) return;
    const { message } = generation;
    const answered = message?.response_metadata ?? {};
    const calls = (message?.tool_calls ?? []).map((call: Any) => ({
      id: call.id,
      function: { name: call.name, arguments: call.args },
    }));
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
    );
  }

  startTool(at: At, name: string, args: unknown, id?: unknown): void {
    const calls = [{ name, arguments: args, ...(typeof id === "string" ? { id } : {}) }];
    const { trace, spanId, parentSpanId } = this.start(at, { event: true, name, calls });
    trace.toolCallRequest(name, calls, { spanId, parentSpanId });
  }

  endTool(runId: string, output: unknown, isError: boolean): void {
    const step = this.end(runId);
    if (step === undefined) return;
    step.trace.toolCallResponse(step.name, step.spanId, step.calls, output, {
      parentSpanId: step.parentSpanId,
      latencyMs: latencyMs(step),
      isError,
    });
  }
}

function nameOf(serialized: Any): string | undefined {
  const name = serialized?.name ?? serialized?.id?.at?.(-1);
  return typeof name === "string" ? name : undefined;
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
  const { cache_read: read, cache_creation: written, audio } = usage.input_token_details ?? {};
  return {
    promptTokens: usage.input_tokens - (read ?? 0) - (written ?? 0),
    completionTokens: usage.output_tokens,
    totalTokens: usage.total_tokens,
    cacheReadTokens: read,
    cacheCreationTokens: written,
    reasoningTokens: usage.output_token_details?.reasoning,
    inputAudioTokens: audio,
    outputAudioTokens: usage.output_token_details?.audio,
  };
}
