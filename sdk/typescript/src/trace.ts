/** Runtime events of one trace: what the application did between the model's calls. */
import type { Timestamp } from "./events.js";
import { spanId as newSpanId } from "./ids.js";
import { current, type Scope, within } from "./scope.js";
import { normalized } from "./usage.js";

type Fields = Record<string, unknown>;

/** Options that every event takes. Times in milliseconds. */
export interface CommonOptions {
  /** The step the event belongs to, and the one above it. */
  spanId?: string | null | undefined;
  parentSpanId?: string | null | undefined;
  /** Your own numbering; else the order of arrival. */
  stepId?: number | null | undefined;
  parentStepId?: number | null | undefined;
  /** When it happened; default: now. */
  timestamp?: Timestamp | null | undefined;
  /** A second event with the same key within 24 hours counts as the first. 1-128 characters. */
  idempotencyKey?: string | null | undefined;
  /** Your own id of the user. */
  externalUserId?: string | null | undefined;
}

export interface UserMessageOptions extends CommonOptions {
  /** May hold `systemPrompt`, `tools` and `params`. */
  metadata?: Fields | undefined;
}

export interface LlmResponseOptions extends CommonOptions {
  toolCalls?: readonly unknown[] | null | undefined;
  finishReason?: string | null | undefined;
  /**
   * `promptTokens` (uncached), `completionTokens`, `totalTokens`, `cacheReadTokens`,
   * `cacheCreationTokens` and so on; the usage object of a provider's client works too.
   */
  usage?: object | null | undefined;
  latencyMs?: number | null | undefined;
  /** The provider's id of the answer: one that the proxy saw too is then shown once. */
  responseId?: string | null | undefined;
}

export interface LlmThinkingOptions extends CommonOptions {
  signature?: string | null | undefined;
}

export interface EmbeddingResponseOptions extends CommonOptions {
  totalTokens?: number | null | undefined;
  latencyMs?: number | null | undefined;
}

export interface ToolCallRequestOptions extends CommonOptions {
  requestedAt?: Timestamp | null | undefined;
  latencyMs?: number | null | undefined;
}

export interface ToolCallResponseOptions extends CommonOptions {
  respondedAt?: Timestamp | null | undefined;
  latencyMs?: number | null | undefined;
  isError?: boolean | undefined;
}

export interface ToolResultOptions extends CommonOptions {
  toolCallId?: string | null | undefined;
}

export interface ErrorOptions extends CommonOptions {
  status?: number | null | undefined;
  stack?: string | null | undefined;
}

export interface ToolOptions extends CommonOptions {
  /** The model's tool call that is answered: its id, or the provider's object. */
  toolCall?: unknown;
}

/** A tool that is running; see {@link Trace.tool}. */
export interface RunningTool {
  readonly spanId: string;
  /** Notes a failure that was handled and is not thrown. */
  failed(error: unknown): void;
}

/** What a trace needs of its client. */
export interface TraceHost {
  record(
    trace: Trace,
    eventType: string,
    content: unknown,
    metadata: Fields,
    common: CommonOptions,
  ): void;
  flush(timeoutMs?: number): Promise<boolean>;
}

/**
 * Adds events to one trace. Every method only puts the event into the client's queue: it takes
 * microseconds, never throws and never waits for the network; awaiting it is allowed and changes
 * nothing. `flush` waits.
 */
export class Trace {
  readonly traceId: string;
  readonly threadId: string | undefined;
  readonly externalUserId: string | undefined;
  readonly agentName: string | undefined;
  readonly #host: TraceHost;

  /** @internal Made by `WhyOps.trace`. */
  constructor(
    host: TraceHost,
    traceId: string,
    options: {
      threadId?: string | undefined;
      externalUserId?: string | undefined;
      agentName?: string | undefined;
    },
  ) {
    this.#host = host;
    this.traceId = traceId;
    this.threadId = options.threadId;
    this.externalUserId = options.externalUserId;
    this.agentName = options.agentName;
  }

  /** The messages that start a turn. */
  userMessage(messages: unknown, options: UserMessageOptions = {}): void {
    this.#add("user_message", messages, { ...options.metadata }, options);
  }

  /** A model's answer that did not go through the proxy. */
  llmResponse(
    model: string,
    provider: string,
    content: unknown,
    options: LlmResponseOptions = {},
  ): void {
    const { toolCalls, finishReason, usage, latencyMs, responseId } = options;
    this.#add(
      "llm_response",
      { content: content ?? null, ...present({ toolCalls, finishReason }) },
      { model, provider, usage: normalized(usage), latencyMs, finishReason, responseId },
      options,
    );
  }

  llmThinking(thinking: unknown, options: LlmThinkingOptions = {}): void {
    const { signature } = options;
    this.#add("llm_thinking", { thinking, ...present({ signature }) }, {}, options);
  }

  embeddingRequest(inputs: unknown, options: CommonOptions = {}): void {
    this.#add("embedding_request", { inputs }, {}, options);
  }

  embeddingResponse(
    model: string,
    provider: string,
    embeddingCount: number,
    firstEmbeddingDimensions: number,
    options: EmbeddingResponseOptions = {},
  ): void {
    const { totalTokens, latencyMs } = options;
    const known = totalTokens !== undefined && totalTokens !== null;
    const usage = known ? { promptTokens: totalTokens, totalTokens } : undefined;
    this.#add(
      "embedding_response",
      { embeddingCount, firstEmbeddingDimensions },
      { model, provider, usage, latencyMs },
      options,
    );
  }

  /** A tool begins. Give the returned span id to `toolCallResponse`. */
  toolCallRequest(tool: string, toolCalls: unknown, options: ToolCallRequestOptions = {}): string {
    const { requestedAt, latencyMs } = options;
    const spanId = options.spanId || newSpanId();
    const common = { ...options, spanId, timestamp: options.timestamp ?? requestedAt };
    this.#add("tool_call_request", { toolCalls }, { tool, latencyMs }, common);
    return spanId;
  }

  /** A tool is done; `spanId` is the one of its request. */
  toolCallResponse(
    tool: string,
    spanId: string | null | undefined,
    toolCalls: unknown,
    toolResults: unknown,
    options: ToolCallResponseOptions = {},
  ): void {
    const { respondedAt, latencyMs } = options;
    const content = {
      toolCalls,
      toolResults: toolResults === undefined ? null : toolResults,
      ...(options.isError ? { isError: true } : {}),
    };
    const common = { ...options, spanId, timestamp: options.timestamp ?? respondedAt };
    this.#add("tool_call_response", content, { tool, latencyMs }, common);
  }

  /** A tool's output as it is given back to the model. */
  toolResult(toolName: string, output: unknown, options: ToolResultOptions = {}): void {
    const { toolCallId } = options;
    const content = { output: output === undefined ? null : output, ...present({ toolCallId }) };
    this.#add("tool_result", content, { tool: toolName }, options);
  }

  /** A failure that the application could not recover from. */
  error(message: unknown, options: ErrorOptions = {}): void {
    const { status } = options;
    const stack = options.stack ?? (message instanceof Error ? message.stack : undefined);
    const content = { message: messageOf(message), ...present({ status, stack }) };
    this.#add("error", content, {}, options);
  }

  /**
   * Runs and times a tool: `await trace.tool("search", args, () => search(args))`. What the function
   * throws is recorded and goes on to you; model calls and events inside it stand under the tool.
   */
  tool<T>(
    name: string,
    args: unknown,
    run: (tool: RunningTool) => T,
    options: ToolOptions = {},
  ): T {
    const { toolCall, ...common } = options;
    const id = toolCallId(toolCall);
    const calls = [{ name, arguments: args ?? {}, ...present({ id }) }];
    const startedAt = performance.now();
    const spanId = this.toolCallRequest(name, calls, common);
    let failure: { error: unknown } | undefined;
    const end = (output: unknown) => {
      this.toolCallResponse(
        name,
        spanId,
        calls,
        failure === undefined ? output : { error: described(failure.error) },
        {
          ...common,
          idempotencyKey: undefined,
          timestamp: undefined,
          latencyMs: Math.round((performance.now() - startedAt) * 1000) / 1000,
          isError: failure !== undefined,
        },
      );
    };
    const fail = (error: unknown): never => {
      failure = { error };
      end(undefined);
      throw error;
    };
    const tool: RunningTool = {
      spanId,
      failed: (error) => {
        failure = { error };
      },
    };
    let result: T;
    try {
      result = within(this.scope(spanId), () => run(tool));
    } catch (error) {
      return fail(error);
    }
    if (!isPromise(result)) {
      end(result);
      return result;
    }
    return result.then((output) => {
      end(output);
      return output;
    }, fail) as T;
  }

  /** Waits until the events so far are with the server; `false` when time ran out. */
  flush(timeoutMs?: number): Promise<boolean> {
    return this.#host.flush(timeoutMs);
  }

  /** @internal */
  scope(spanId?: string): Scope {
    const { traceId, threadId, externalUserId } = this;
    return { traceId, threadId, externalUserId, spanId };
  }

  #add(eventType: string, content: unknown, metadata: Fields, common: CommonOptions): void {
    this.#host.record(this, eventType, content, metadata, common ?? {});
  }
}

/** Where an event stands, by the names of the wire. */
export function place(trace: Trace, agentName: string, common: CommonOptions): Fields {
  const { spanId, stepId, parentStepId, idempotencyKey } = common;
  let parentSpanId = common.parentSpanId;
  if (parentSpanId === undefined || parentSpanId === null) {
    // Inside a tool or another span of this trace, what happens belongs under it.
    const scope = current();
    if (scope?.traceId === trace.traceId && scope.spanId !== spanId) parentSpanId = scope.spanId;
  }
  return {
    traceId: trace.traceId,
    agentName,
    threadId: trace.threadId,
    spanId,
    parentSpanId,
    stepId,
    parentStepId,
    externalUserId: common.externalUserId || trace.externalUserId,
    idempotencyKey,
  };
}

function present(fields: Fields): Fields {
  const found: Fields = {};
  for (const name in fields) {
    if (fields[name] !== undefined && fields[name] !== null) found[name] = fields[name];
  }
  return found;
}

function messageOf(message: unknown): string {
  try {
    return message instanceof Error ? message.message : String(message);
  } catch {
    return "unknown";
  }
}

function described(error: unknown): Fields {
  return error instanceof Error
    ? { type: error.name, message: messageOf(error) }
    : { message: messageOf(error) };
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}

/** An output item of Responses has both `call_id` and `id`; the call's counts. */
function toolCallId(toolCall: unknown): string | undefined {
  if (typeof toolCall === "string") return toolCall;
  if (typeof toolCall !== "object" || toolCall === null) return undefined;
  const { call_id: callId, id } = toolCall as { call_id?: unknown; id?: unknown };
  if (typeof callId === "string") return callId;
  return typeof id === "string" ? id : undefined;
}
