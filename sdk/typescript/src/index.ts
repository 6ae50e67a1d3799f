/**
 * WhyOps for Node: why did the agent do that?
 *
 * Reading order: `client.ts` (`WhyOps`), `proxy.ts` (provider clients), `trace.ts` (runtime
 * events), `sender.ts` (how they leave the process).
 */
export type { AgentInfo, AgentMetadata, AgentTool } from "./agent.js";
export { type TraceOptions, WhyOps, type WhyOpsOptions } from "./client.js";
export type { Timestamp } from "./events.js";
export type { HeaderRecord, Proxied } from "./proxy.js";
export type { Stats } from "./sender.js";
export {
  type CommonOptions,
  type EmbeddingResponseOptions,
  type ErrorOptions,
  type LlmResponseOptions,
  type RunningTool,
  type ToolCallRequestOptions,
  type ToolCallResponseOptions,
  type ToolOptions,
  Trace,
  type UserMessageOptions,
} from "./trace.js";
