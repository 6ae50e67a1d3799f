/** What an event or a node is, in the words and colours of the page. */
import type { Schemas } from "#/api/client";

export type Kind =
  | "user"
  | "model"
  | "thinking"
  | "toolCall"
  | "toolResult"
  | "embedding"
  | "agent"
  | "system"
  | "error"
  | "group";

const OF_EVENT: Record<Schemas["EventType"], Kind> = {
  user_message: "user",
  llm_response: "model",
  llm_thinking: "thinking",
  embedding_request: "embedding",
  embedding_response: "embedding",
  tool_call_request: "toolCall",
  tool_call_response: "toolResult",
  tool_result: "toolResult",
  agent_message: "agent",
  system_message: "system",
  error: "error",
};

const OF_NODE: Record<Schemas["GraphNode"]["kind"], Kind> = {
  user: "user",
  llm: "model",
  tool: "toolCall",
  embedding: "embedding",
  agent: "agent",
  message: "agent",
  error: "error",
  group: "group",
};

export const kindOfEvent = (type: Schemas["EventType"]): Kind => OF_EVENT[type];
export const kindOfNode = (kind: Schemas["GraphNode"]["kind"]): Kind => OF_NODE[kind];
