/** What the frameworks' hooks have in common: the trace of a run, its time, and never failing the host. */
import { randomUUID } from "node:crypto";
import type { WhyOps } from "../client.js";
import { spanId } from "../ids.js";
import { reason, warn } from "../log.js";
import { current } from "../scope.js";
import type { Trace } from "../trace.js";

export interface IntegrationOptions {
  /** Default: the trace of `withTrace`, else one of its own for each outermost run. */
  traceId?: string | undefined;
  threadId?: string | undefined;
  externalUserId?: string | undefined;
}

/** One step of a framework. */
export interface Run {
  readonly trace: Trace;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly startedAt: number;
}

/** A run that no other encloses: in the trace given, else in the current one, else in its own. */
export function rootRun(
  sdk: WhyOps,
  options: IntegrationOptions,
  ownTraceId: string = randomUUID(),
): Run {
  const scope = current();
  const inScope = options.traceId === undefined && scope !== undefined;
  const trace = inScope
    ? sdk.trace(scope.traceId, { threadId: scope.threadId, externalUserId: scope.externalUserId })
    : sdk.trace(options.traceId ?? ownTraceId, options);
  return {
    trace,
    spanId: spanId(),
    parentSpanId: inScope ? scope.spanId : undefined,
    startedAt: performance.now(),
  };
}

export function latencyMs(run: Run): number {
  return Math.round((performance.now() - run.startedAt) * 1000) / 1000;
}

/** Runs a hook of ours; what goes wrong in it is a log line. */
export function quietly(hook: () => void): void {
  try {
    hook();
  } catch (error) {
    warn("integration", reason(error));
  }
}
