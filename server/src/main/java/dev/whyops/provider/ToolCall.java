package dev.whyops.provider;

/**
 * A tool call that a model made.
 *
 * @param callId the provider's id for it; empty when it gave none
 * @param kind {@code function}, or the provider's own word for tools that run on its side or take
 *     free text, such as {@code custom}, {@code server_tool_use}, {@code web_search_call}
 * @param arguments exactly the text that the model wrote, JSON or not; for an Anthropic call
 *     outside a stream the JSON text of its {@code input} as sent
 */
public record ToolCall(String callId, String kind, String name, String arguments) {}
