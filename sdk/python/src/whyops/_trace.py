"""Runtime events of one trace: what the application did between the model's calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Mapping, Optional, Sequence

from . import _context, _ids, _usage
from ._events import Timestamp
from ._tools import ToolCall

if TYPE_CHECKING:
    from ._client import WhyOps


class Trace:
    """Adds events to one trace. Every method exists as ``name_sync`` and as ``async name``.

    Both only put the event into the client's queue: they take microseconds, never raise and never
    wait for the network. ``flush`` waits.

    Common keywords: ``span_id``, ``parent_span_id``, ``step_id`` and ``parent_step_id`` place the
    event, ``timestamp`` (``datetime``, ISO 8601 text or epoch milliseconds) says when it happened,
    ``idempotency_key`` makes a repeated event count once, ``external_user_id`` names your user.
    """

    def __init__(
        self,
        sdk: WhyOps,
        trace_id: str,
        *,
        thread_id: Optional[str] = None,
        external_user_id: Optional[str] = None,
        agent_name: Optional[str] = None,
    ) -> None:
        self._sdk = sdk
        self.trace_id = trace_id
        self.thread_id = thread_id
        self.external_user_id = external_user_id
        self.agent_name = agent_name

    def user_message_sync(
        self,
        messages: Any,
        *,
        metadata: Optional[Mapping[str, Any]] = None,
        **common: Any,
    ) -> None:
        """The messages that start a turn; ``metadata`` may hold systemPrompt, tools, params."""
        self._add("user_message", messages, dict(metadata or {}), common)

    def llm_response_sync(
        self,
        model: str,
        provider: str,
        content: Any,
        *,
        tool_calls: Optional[Sequence[Any]] = None,
        finish_reason: Optional[str] = None,
        usage: Any = None,
        latency_ms: Optional[float] = None,
        response_id: Optional[str] = None,
        **common: Any,
    ) -> None:
        """A model's answer that did not go through the proxy.

        ``usage`` has promptTokens (uncached), completionTokens, totalTokens, cacheReadTokens,
        cacheCreationTokens and so on; the usage object of the provider's client works too.
        With the provider's ``response_id``, an answer that the proxy saw too is shown once.
        """
        metadata = {
            "model": model,
            "provider": provider,
            "usage": _usage.normalized(usage),
            "latencyMs": latency_ms,
            "finishReason": finish_reason,
            "responseId": response_id,
        }
        body: Dict[str, Any] = {"content": content}
        if tool_calls is not None:
            body["toolCalls"] = tool_calls
        if finish_reason is not None:
            body["finishReason"] = finish_reason
        self._add("llm_response", body, metadata, common)

    def llm_thinking_sync(
        self, thinking: Any, *, signature: Optional[str] = None, **common: Any
    ) -> None:
        body: Dict[str, Any] = {"thinking": thinking}
        if signature is not None:
            body["signature"] = signature
        self._add("llm_thinking", body, {}, common)

    def embedding_request_sync(self, inputs: Any, **common: Any) -> None:
        self._add("embedding_request", {"inputs": inputs}, {}, common)

    def embedding_response_sync(
        self,
        model: str,
        provider: str,
        embedding_count: int,
        first_embedding_dimensions: int,
        *,
        total_tokens: Optional[int] = None,
        latency_ms: Optional[float] = None,
        **common: Any,
    ) -> None:
        body = {
            "embeddingCount": embedding_count,
            "firstEmbeddingDimensions": first_embedding_dimensions,
        }
        usage = None
        if total_tokens is not None:
            usage = {"promptTokens": total_tokens, "totalTokens": total_tokens}
        metadata = {
            "model": model,
            "provider": provider,
            "usage": usage,
            "latencyMs": latency_ms,
        }
        self._add("embedding_response", body, metadata, common)

    def tool_call_request_sync(
        self,
        tool: str,
        tool_calls: Any,
        *,
        requested_at: Optional[Timestamp] = None,
        latency_ms: Optional[float] = None,
        **common: Any,
    ) -> str:
        """A tool begins. Give the returned span id to ``tool_call_response``."""
        span_id = common.pop("span_id", None) or _ids.span_id()
        _at(common, requested_at)
        metadata = {"tool": tool, "latencyMs": latency_ms}
        self._add(
            "tool_call_request", {"toolCalls": tool_calls}, metadata, {**common, "span_id": span_id}
        )
        return str(span_id)

    def tool_call_response_sync(
        self,
        tool: str,
        span_id: Optional[str],
        tool_calls: Any,
        tool_results: Any,
        *,
        responded_at: Optional[Timestamp] = None,
        latency_ms: Optional[float] = None,
        is_error: Optional[bool] = None,
        **common: Any,
    ) -> None:
        """A tool is done; ``span_id`` is the one of its request."""
        _at(common, responded_at)
        body: Dict[str, Any] = {"toolCalls": tool_calls, "toolResults": tool_results}
        if is_error:
            body["isError"] = True
        metadata = {"tool": tool, "latencyMs": latency_ms}
        self._add("tool_call_response", body, metadata, {**common, "span_id": span_id})

    def tool_result_sync(
        self, tool_name: str, output: Any, *, tool_call_id: Optional[str] = None, **common: Any
    ) -> None:
        """A tool's output as it is given back to the model."""
        body: Dict[str, Any] = {"output": output}
        if tool_call_id is not None:
            body["toolCallId"] = tool_call_id
        self._add("tool_result", body, {"tool": tool_name}, common)

    def error_sync(
        self,
        message: Any,
        *,
        status: Optional[int] = None,
        stack: Optional[str] = None,
        **common: Any,
    ) -> None:
        """A failure that the application could not recover from."""
        body: Dict[str, Any] = {"message": str(message)}
        if status is not None:
            body["status"] = status
        if stack is not None:
            body["stack"] = stack
        self._add("error", body, {}, common)

    async def user_message(self, messages: Any, **options: Any) -> None:
        self.user_message_sync(messages, **options)

    async def llm_response(self, model: str, provider: str, content: Any, **options: Any) -> None:
        self.llm_response_sync(model, provider, content, **options)

    async def llm_thinking(self, thinking: Any, **options: Any) -> None:
        self.llm_thinking_sync(thinking, **options)

    async def embedding_request(self, inputs: Any, **options: Any) -> None:
        self.embedding_request_sync(inputs, **options)

    async def embedding_response(
        self,
        model: str,
        provider: str,
        embedding_count: int,
        first_embedding_dimensions: int,
        **options: Any,
    ) -> None:
        self.embedding_response_sync(
            model, provider, embedding_count, first_embedding_dimensions, **options
        )

    async def tool_call_request(self, tool: str, tool_calls: Any, **options: Any) -> str:
        return self.tool_call_request_sync(tool, tool_calls, **options)

    async def tool_call_response(
        self, tool: str, span_id: Optional[str], tool_calls: Any, tool_results: Any, **options: Any
    ) -> None:
        self.tool_call_response_sync(tool, span_id, tool_calls, tool_results, **options)

    async def tool_result(self, tool_name: str, output: Any, **options: Any) -> None:
        self.tool_result_sync(tool_name, output, **options)

    async def error(self, message: Any, **options: Any) -> None:
        self.error_sync(message, **options)

    def tool(
        self, name: str, args: Any = None, *, tool_call: Any = None, **common: Any
    ) -> ToolCall:
        """Times a tool: ``with trace.tool("search", args) as call: call.result(search(**args))``.

        ``tool_call`` is the model's tool call (its id, or the provider's object) that is answered.
        An exception is recorded on the call and goes on to you.
        """
        return ToolCall(self, name, args, tool_call=tool_call, common=common)

    def flush(self, timeout: float = 5.0) -> bool:
        """Waits until the events so far are with the server; ``False`` when time ran out."""
        return self._sdk.flush(timeout)

    def scope(self, span_id: Optional[str] = None) -> _context.Scope:
        return _context.Scope(
            trace_id=self.trace_id,
            thread_id=self.thread_id,
            external_user_id=self.external_user_id,
            span_id=span_id,
        )

    def _add(
        self, event_type: str, content: Any, metadata: Dict[str, Any], common: Mapping[str, Any]
    ) -> None:
        self._sdk._enqueue(self, event_type, content, metadata, common)


COMMON_KEYWORDS = frozenset(
    {
        "span_id",
        "parent_span_id",
        "step_id",
        "parent_step_id",
        "timestamp",
        "idempotency_key",
        "external_user_id",
    }
)


def place(trace: Trace, agent_name: str, common: Mapping[str, Any]) -> Dict[str, Any]:
    """Where an event stands, by the names of the wire."""
    given = common.get
    span_id = given("span_id")
    parent_span_id = given("parent_span_id")
    scope = _context.current()
    if parent_span_id is None and scope is not None and scope.trace_id == trace.trace_id:
        # Inside a tool or another span of this trace, what happens belongs under it.
        parent_span_id = scope.span_id if scope.span_id != span_id else None
    return {
        "traceId": trace.trace_id,
        "agentName": agent_name,
        "threadId": trace.thread_id,
        "spanId": span_id,
        "parentSpanId": parent_span_id,
        "stepId": given("step_id"),
        "parentStepId": given("parent_step_id"),
        "externalUserId": given("external_user_id") or trace.external_user_id,
        "idempotencyKey": given("idempotency_key"),
    }


def _at(common: Dict[str, Any], moment: Optional[Timestamp]) -> None:
    if moment is not None and common.get("timestamp") is None:
        common["timestamp"] = moment
