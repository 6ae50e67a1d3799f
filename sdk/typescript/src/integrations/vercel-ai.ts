/**
 * The Vercel AI SDK, by its middleware: `wrapLanguageModel({ model, middleware: whyOpsMiddleware(sdk) })`,
 * and `tools: whyOpsTools(sdk, tools)` for the time and the failures of tools.
 */
import type { WhyOps } from "../client.js";
import { type IntegrationOptions, latencyMs, quietly, type Run, rootRun } from "./run.js";

// The package's own types are not imported: it is no dependency, and its versions differ in them.
// What is read here is checked where it is read.
type Any = any;
type Fields = Record<string, unknown>;

export interface MiddlewareOptions extends IntegrationOptions {
  /**
   * The model is called through the proxy, which records it: then the middleware tells no events but
   * adds the trace's headers to the calls.
   */
  proxied?: boolean | undefined;
}

export interface Middleware {
  readonly specificationVersion: "v4";
  transformParams(options: { params: Any }): Promise<Any>;
  wrapGenerate(options: {
    doGenerate: () => PromiseLike<Any>;
    params: Any;
    model: Any;
  }): Promise<Any>;
  wrapStream(options: { doStream: () => PromiseLike<Any>; params: Any; model: Any }): Promise<Any>;
}

/** Tells each model call as a message and an answer of one span; failures and latency included. */
export function whyOpsMiddleware(sdk: WhyOps, options: MiddlewareOptions = {}): Middleware {
  const silent = options.proxied === true || !sdk.enabled;
  return {
    specificationVersion: "v4",
    async transformParams({ params }) {
      if (options.proxied !== true) return params;
      return {
        ...params,
        headers: { ...sdk.proxyHeaders(options.traceId, options), ...params.headers },
      };
    },
    async wrapGenerate({ doGenerate, params, model }) {
      if (silent) return doGenerate();
      const run = begin(sdk, options, params);
      try {
        const result = await doGenerate();
        quietly(() => answered(run, model, result, result.content));
        return result;
      } catch (error) {
        quietly(() => failed(run, error));
        throw error;
      }
    },
    async wrapStream({ doStream, params, model }) {
      if (silent) return doStream();
      const run = begin(sdk, options, params);
      try {
        const result = await doStream();
        return { ...result, stream: watched(run, model, result.stream) };
      } catch (error) {
        quietly(() => failed(run, error));
        throw error;
      }
    },
  };
}

/** The same tools, each call of which is recorded: arguments, time, result or failure. */
export function whyOpsTools<T extends object>(
  sdk: WhyOps,
  tools: T,
  options: IntegrationOptions = {},
): T {
  if (!sdk.enabled) return tools;
  const wrapped = Object.entries(tools as Record<string, Any>).map(([name, tool]) => {
    const execute = tool?.execute;
    if (typeof execute !== "function") return [name, tool];
    const recorded = (input: unknown, call: { toolCallId?: string }) =>
      rootRun(sdk, options).trace.tool(name, input, () => execute.call(tool, input, call), {
        toolCall: call?.toolCallId,
      });
    return [name, { ...tool, execute: recorded }];
  });
  return Object.fromEntries(wrapped) as T;
}

function begin(sdk: WhyOps, options: IntegrationOptions, params: Any): Run {
  const run = rootRun(sdk, options);
  quietly(() => {
    const { prompt, tools, temperature, maxOutputTokens, topP, seed } = params;
    run.trace.userMessage(prompt, {
      ...place(run),
      metadata: { tools, params: { temperature, maxOutputTokens, topP, seed } },
    });
  });
  return run;
}

function answered(run: Run, model: Any, result: Any, content: readonly Any[]): void {
  const of = (type: string) => content.filter((part) => part?.type === type);
  const thinking = of("reasoning")
    .map((part) => part.text)
    .join("");
  if (thinking) run.trace.llmThinking(thinking, place(run));
  const calls = of("tool-call").map(({ toolCallId, toolName, input }) => ({
    id: toolCallId,
    function: { name: toolName, arguments: input },
  }));
  run.trace.llmResponse(
    String(result.response?.modelId ?? model?.modelId ?? "unknown"),
    // "openai.chat" and "openai.responses" alike are "openai".
    String(model?.provider ?? "unknown").split(".")[0] ?? "unknown",
    of("text")
      .map((part) => part.text)
      .join(""),
    {
      ...place(run),
      toolCalls: calls.length > 0 ? calls : undefined,
      finishReason: result.finishReason?.unified ?? result.finishReason,
      usage: usageOf(result.usage),
      latencyMs: latencyMs(run),
      responseId: result.response?.id,
    },
  );
}

function failed(run: Run, error: unknown): void {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  run.trace.error(error, {
    parentSpanId: run.spanId,
    status: typeof status === "number" ? status : undefined,
  });
}

/** Hands the parts on as they come and tells the answer once the stream ends, however it ends. */
function watched(run: Run, model: Any, stream: ReadableStream<Any>): ReadableStream<Any> {
  const reader = stream.getReader();
  const content: Fields[] = [];
  const result: Fields = {};
  let told = false;
  const tell = (finishReason?: string) => {
    if (told) return;
    told = true;
    quietly(() => answered(run, model, { finishReason, ...result }, content));
  };
  const see = (part: Any) => {
    if (part?.type === "text-delta" || part?.type === "reasoning-delta") {
      const type = part.type === "text-delta" ? "text" : "reasoning";
      const last = content[content.length - 1];
      if (last?.["type"] === type) last["text"] = `${last["text"]}${part.delta}`;
      else content.push({ type, text: part.delta });
    } else if (part?.type === "tool-call") content.push(part);
    else if (part?.type === "response-metadata") result["response"] = part;
    else if (part?.type === "finish")
      Object.assign(result, { usage: part.usage, finishReason: part.finishReason });
    else if (part?.type === "error") failed(run, part.error);
  };
  return new ReadableStream<Any>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) {
          quietly(() => see(value));
          controller.enqueue(value);
          return;
        }
        tell();
        controller.close();
      } catch (error) {
        quietly(() => failed(run, error));
        tell("error");
        controller.error(error);
      }
    },
    cancel(cause) {
      tell("cancelled");
      return reader.cancel(cause);
    },
  });
}

function place(run: Run): { spanId: string; parentSpanId: string | undefined } {
  return { spanId: run.spanId, parentSpanId: run.parentSpanId };
}

function usageOf(usage: Any): Fields | undefined {
  const { inputTokens: input, outputTokens: output } = usage ?? {};
  if (typeof input !== "object" || input === null) return undefined;
  return {
    promptTokens: input.noCache ?? input.total,
    completionTokens: output?.total,
    cacheReadTokens: input.cacheRead,
    cacheCreationTokens: input.cacheWrite,
    reasoningTokens: output?.reasoning,
  };
}
