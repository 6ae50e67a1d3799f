"""LangChain and LangGraph, by their callback handler.

``graph.invoke(input, config={"callbacks": [WhyOpsCallbackHandler(sdk)]})``
"""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import BaseMessage, convert_to_openai_messages
from langchain_core.outputs import LLMResult

from .. import WhyOps
from ._runs import Run, Runs, TraceChoice, is_proxied, quiet

_NO_ERRORS = frozenset({"GraphBubbleUp", "GraphInterrupt", "ParentCommand", "CancelledError"})


class WhyOpsCallbackHandler(BaseCallbackHandler):
    """Tells model calls, tools, retrievers and failures of a run as events of one trace.

    The trace is ``trace_id`` if given, else that of ``sdk.trace_context``, else one of its own per
    run. LangGraph's ``thread_id`` becomes the thread. Models that are called through the proxy are
    left to the proxy; ``record_models`` decides for all of them.

    Thread-safe: one handler may serve many runs at once.
    """

    raise_error = False
    run_inline = True  # keeps the order of events, and the context, in asynchronous runs

    def __init__(
        self,
        sdk: WhyOps,
        *,
        trace_id: Optional[str] = None,
        thread_id: Optional[str] = None,
        external_user_id: Optional[str] = None,
        record_models: Optional[bool] = None,
    ) -> None:
        super().__init__()
        self._sdk = sdk
        self._record_models = record_models
        self._choice = TraceChoice(sdk, trace_id, thread_id, external_user_id)
        self._runs: Runs[UUID] = Runs()

    @quiet
    def on_chain_start(
        self,
        serialized: Any,
        inputs: Any,
        *,
        run_id: UUID,
        parent_run_id: Optional[UUID] = None,
        metadata: Optional[Dict[str, Any]] = None,
        **kwargs: Any,
    ) -> None:
        self._start(run_id, parent_run_id, metadata)

    @quiet
    def on_chain_end(self, outputs: Any, *, run_id: UUID, **kwargs: Any) -> None:
        self._runs.end(run_id)

    @quiet
    def on_chain_error(
        self,
        error: BaseException,
        *,
        run_id: UUID,
        parent_run_id: Optional[UUID] = None,
        **kwargs: Any,
    ) -> None:
        run = self._runs.end(run_id)
        names = {ancestor.__name__ for ancestor in type(error).__mro__}
        # Told once, where it leaves the outermost run: below that it may yet be handled.
        if run is not None and parent_run_id is None and not names & _NO_ERRORS:
            run.trace.error_sync(
                f"{type(error).__name__}: {error}", parent_span_id=run.enclosing_span_id
            )

    @quiet
    def on_chat_model_start(
        self,
        serialized: Optional[Dict[str, Any]],
        messages: List[List[BaseMessage]],
        *,
        run_id: UUID,
        parent_run_id: Optional[UUID] = None,
        metadata: Optional[Dict[str, Any]] = None,
        **kwargs: Any,
    ) -> None:
        flat = [message for group in messages for message in group]
        content = convert_to_openai_messages(flat)
        self._start_model(content, serialized, run_id, parent_run_id, metadata, kwargs)

    @quiet
    def on_llm_start(
        self,
        serialized: Optional[Dict[str, Any]],
        prompts: List[str],
        *,
        run_id: UUID,
        parent_run_id: Optional[UUID] = None,
        metadata: Optional[Dict[str, Any]] = None,
        **kwargs: Any,
    ) -> None:
        content = [{"role": "user", "content": prompt} for prompt in prompts]
        self._start_model(content, serialized, run_id, parent_run_id, metadata, kwargs)

    @quiet
    def on_llm_end(self, response: LLMResult, *, run_id: UUID, **kwargs: Any) -> None:
        run = self._runs.end(run_id)
        if run is None or run.span_id is None or not response.generations:
            return
        generation: Any = response.generations[0][0]
        message: Any = getattr(generation, "message", None)
        answered = getattr(message, "response_metadata", None) or {}
        run.trace.llm_response_sync(
            str(answered.get("model_name") or answered.get("model") or run.data["model"]),
            str(answered.get("model_provider") or run.data["provider"]),
            generation.text if message is None else message.content,
            tool_calls=_tool_calls(message),
            finish_reason=_finish_reason(generation, answered),
            usage=_usage(message, response),
            latency_ms=run.latency_ms(),
            response_id=_response_id(message, answered),
            span_id=run.span_id,
            parent_span_id=run.parent_span_id,
        )

    @quiet
    def on_llm_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        run = self._runs.end(run_id)
        if run is not None and run.span_id is not None:
            run.trace.error_sync(
                f"{type(error).__name__}: {error}",
                status=getattr(error, "status_code", None),
                parent_span_id=run.span_id,
            )

    @quiet
    def on_tool_start(
        self,
        serialized: Optional[Dict[str, Any]],
        input_str: str,
        *,
        run_id: UUID,
        parent_run_id: Optional[UUID] = None,
        metadata: Optional[Dict[str, Any]] = None,
        inputs: Optional[Dict[str, Any]] = None,
        **kwargs: Any,
    ) -> None:
        name = str((serialized or {}).get("name") or kwargs.get("name") or "tool")
        arguments = inputs if inputs is not None else input_str
        self._start_tool(
            name, arguments, run_id, parent_run_id, metadata, kwargs.get("tool_call_id")
        )

    @quiet
    def on_tool_end(self, output: Any, *, run_id: UUID, **kwargs: Any) -> None:
        failed = getattr(output, "status", None) == "error"
        self._end_tool(run_id, getattr(output, "content", output), failed)

    @quiet
    def on_tool_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        self._end_tool(run_id, _error(error), True)

    @quiet
    def on_retriever_start(
        self,
        serialized: Optional[Dict[str, Any]],
        query: str,
        *,
        run_id: UUID,
        parent_run_id: Optional[UUID] = None,
        metadata: Optional[Dict[str, Any]] = None,
        **kwargs: Any,
    ) -> None:
        name = str(kwargs.get("name") or (serialized or {}).get("name") or "retriever")
        self._start_tool(name, {"query": query}, run_id, parent_run_id, metadata, None)

    @quiet
    def on_retriever_end(self, documents: Sequence[Any], *, run_id: UUID, **kwargs: Any) -> None:
        self._end_tool(run_id, list(documents), False)

    @quiet
    def on_retriever_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        self._end_tool(run_id, _error(error), True)

    def _start(
        self, run_id: UUID, parent_run_id: Optional[UUID], metadata: Optional[Mapping[str, Any]]
    ) -> Run:
        parent = self._runs.get(parent_run_id)
        if parent is None:
            thread_id = (metadata or {}).get("thread_id")
            return self._runs.start(
                run_id,
                self._choice.of_root(str(run_id), None if thread_id is None else str(thread_id)),
            )
        return self._runs.start(
            run_id, Run(trace=parent.trace, parent_span_id=parent.enclosing_span_id)
        )

    def _start_model(
        self,
        content: Any,
        serialized: Optional[Mapping[str, Any]],
        run_id: UUID,
        parent_run_id: Optional[UUID],
        metadata: Optional[Mapping[str, Any]],
        kwargs: Mapping[str, Any],
    ) -> None:
        run = self._start(run_id, parent_run_id, metadata)
        parameters = kwargs.get("invocation_params") or {}
        known = metadata or {}
        if not self._records(serialized, parameters):
            return
        run.span_id = run_id.hex
        run.data["model"] = (
            known.get("ls_model_name")
            or parameters.get("model")
            or parameters.get("_type")
            or "unknown"
        )
        run.data["provider"] = known.get("ls_provider") or "unknown"
        told = {
            "params": {name: parameters.get(name) for name in _PARAMETERS if name in parameters}
        }
        if parameters.get("tools"):
            told["tools"] = parameters["tools"]
        run.trace.user_message_sync(
            content, metadata=told, span_id=run.span_id, parent_span_id=run.parent_span_id
        )

    def _records(
        self, serialized: Optional[Mapping[str, Any]], parameters: Mapping[str, Any]
    ) -> bool:
        if self._record_models is not None:
            return self._record_models
        settings = (serialized or {}).get("kwargs") or {}
        addresses = (
            source.get(name)
            for source in (settings, parameters)
            for name in ("openai_api_base", "base_url", "anthropic_api_url", "openai_proxy")
        )
        return not any(is_proxied(self._sdk, address) for address in addresses)

    def _start_tool(
        self,
        name: str,
        arguments: Any,
        run_id: UUID,
        parent_run_id: Optional[UUID],
        metadata: Optional[Mapping[str, Any]],
        tool_call_id: Optional[str],
    ) -> None:
        run = self._start(run_id, parent_run_id, metadata)
        run.span_id = run_id.hex
        call = {"name": name, "arguments": arguments}
        if tool_call_id is not None:
            call["id"] = tool_call_id
        run.data.update(name=name, calls=[call])
        run.trace.tool_call_request_sync(
            name, [call], span_id=run.span_id, parent_span_id=run.parent_span_id
        )

    def _end_tool(self, run_id: UUID, output: Any, failed: bool) -> None:
        run = self._runs.end(run_id)
        if run is None or run.span_id is None:
            return
        run.trace.tool_call_response_sync(
            run.data["name"],
            run.span_id,
            run.data["calls"],
            output,
            latency_ms=run.latency_ms(),
            is_error=failed,
            parent_span_id=run.parent_span_id,
        )


_PARAMETERS = ("temperature", "top_p", "max_tokens", "max_completion_tokens", "stop", "tool_choice")


def _tool_calls(message: Any) -> Optional[List[Dict[str, Any]]]:
    calls = getattr(message, "tool_calls", None)
    if not calls:
        return None
    return [
        {"id": call.get("id"), "function": {"name": call["name"], "arguments": call["args"]}}
        for call in calls
    ]


def _response_id(message: Any, answered: Mapping[str, Any]) -> Optional[str]:
    """The provider's id; a streamed message may only have one that LangChain made up."""
    found = answered.get("id") or getattr(message, "id", None)
    made_up = str(found).startswith(("lc_", "run-"))
    return None if found is None or made_up else str(found)


def _finish_reason(generation: Any, answered: Mapping[str, Any]) -> Optional[str]:
    info = getattr(generation, "generation_info", None) or {}
    reason = (
        answered.get("finish_reason") or answered.get("stop_reason") or info.get("finish_reason")
    )
    return None if reason is None else str(reason)


def _usage(message: Any, response: LLMResult) -> Optional[Any]:
    """LangChain's own counts include the cached input; ours are disjoint."""
    usage = getattr(message, "usage_metadata", None)
    if not usage:
        return ((response.llm_output or {}).get("token_usage")) or None
    given, said = usage.get("input_token_details") or {}, usage.get("output_token_details") or {}
    read, written = given.get("cache_read") or 0, given.get("cache_creation") or 0
    counts = {
        "promptTokens": usage["input_tokens"] - read - written,
        "completionTokens": usage["output_tokens"],
        "totalTokens": usage["total_tokens"],
        "cacheReadTokens": read,
        "cacheCreationTokens": written,
    }
    parts = {
        "reasoningTokens": said.get("reasoning"),
        "inputAudioTokens": given.get("audio"),
        "outputAudioTokens": said.get("audio"),
    }
    counts.update((name, count) for name, count in parts.items() if count is not None)
    return counts


def _error(error: BaseException) -> Dict[str, Any]:
    return {"error": {"type": type(error).__name__, "message": str(error)}}
