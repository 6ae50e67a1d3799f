"""LlamaIndex, by its instrumentation: an event handler and a span handler.

``instrument(sdk)`` once at start.
"""

from __future__ import annotations

import inspect
import uuid
from typing import Any, Dict, Optional

from llama_index.core.base.llms.types import ChatResponse
from llama_index.core.instrumentation import get_dispatcher
from llama_index.core.instrumentation.event_handlers import BaseEventHandler
from llama_index.core.instrumentation.events.embedding import (
    EmbeddingEndEvent,
    EmbeddingStartEvent,
)
from llama_index.core.instrumentation.events.llm import (
    LLMChatEndEvent,
    LLMChatStartEvent,
    LLMCompletionEndEvent,
    LLMCompletionStartEvent,
)
from llama_index.core.instrumentation.events.retrieval import (
    RetrievalEndEvent,
    RetrievalStartEvent,
)
from llama_index.core.instrumentation.span import BaseSpan
from llama_index.core.instrumentation.span_handlers import BaseSpanHandler
from llama_index.core.tools.types import BaseTool
from pydantic import PrivateAttr

from .. import WhyOps
from ._runs import Run, Runs, TraceChoice, is_proxied, quiet

_TOOL_METHODS = frozenset({"call", "acall", "__call__"})


def instrument(
    sdk: WhyOps,
    *,
    trace_id: Optional[str] = None,
    thread_id: Optional[str] = None,
    external_user_id: Optional[str] = None,
    record_models: Optional[bool] = None,
) -> None:
    """Tells model calls, tools, retrievals and embeddings of this process as events.

    The trace is ``trace_id`` if given, else that of ``sdk.trace_context``, else one of its own per
    outermost call. Models that are called through the proxy are left to the proxy;
    ``record_models`` decides for all of them.
    """
    choice = TraceChoice(sdk, trace_id, thread_id, external_user_id)
    spans = _Spans(choice)
    dispatcher = get_dispatcher()
    dispatcher.add_span_handler(spans)
    dispatcher.add_event_handler(_Events(sdk, spans, record_models))


class _Spans(BaseSpanHandler[BaseSpan]):
    """Follows the tree of spans; those of tools are told."""

    _choice: TraceChoice = PrivateAttr()
    _runs: Runs[str] = PrivateAttr()

    def __init__(self, choice: TraceChoice) -> None:
        super().__init__()
        self._choice = choice
        self._runs = Runs()

    @classmethod
    def class_name(cls) -> str:
        return "WhyOpsSpanHandler"

    def run(self, span_id: Optional[str]) -> Run:
        return self._runs.get(span_id) or self._choice.of_root(_own_trace_id(span_id))

    @quiet
    def new_span(
        self,
        id_: str,
        bound_args: inspect.BoundArguments,
        instance: Optional[Any] = None,
        parent_span_id: Optional[str] = None,
        tags: Optional[Dict[str, Any]] = None,
        **kwargs: Any,
    ) -> Optional[BaseSpan]:
        parent = self._runs.get(parent_span_id)
        run = (
            self._choice.of_root(_own_trace_id(id_))
            if parent is None
            else Run(trace=parent.trace, parent_span_id=parent.enclosing_span_id)
        )
        # An agent's step names the model's tool call that its tool, one level below, answers.
        call_id = getattr(bound_args.arguments.get("ev"), "tool_id", None)
        run.data["call_id"] = call_id or (parent.data.get("call_id") if parent else None)
        run.data["address"] = getattr(instance, "api_base", None)
        nested = parent is not None and parent.data.get("tool") is instance
        if isinstance(instance, BaseTool) and _is_call(id_) and not nested:
            run.span_id = _safe(id_)
            run.data["tool"] = instance
            run.data["name"] = str(instance.metadata.name or "tool")
            call = {"name": run.data["name"], "arguments": _arguments(bound_args)}
            if run.data["call_id"]:
                call["id"] = run.data["call_id"]
            run.data["calls"] = [call]
            run.trace.tool_call_request_sync(
                run.data["name"], [call], span_id=run.span_id, parent_span_id=run.parent_span_id
            )
        self._runs.start(id_, run)
        return BaseSpan(id_=id_, parent_id=parent_span_id)

    @quiet
    def prepare_to_exit_span(
        self,
        id_: str,
        bound_args: inspect.BoundArguments,
        instance: Optional[Any] = None,
        result: Optional[Any] = None,
        **kwargs: Any,
    ) -> Optional[BaseSpan]:
        output = getattr(result, "raw_output", None)
        failed = bool(getattr(result, "is_error", False))
        self._end(id_, getattr(result, "content", result) if output is None else output, failed)
        return self.open_spans.get(id_)

    @quiet
    def prepare_to_drop_span(
        self,
        id_: str,
        bound_args: inspect.BoundArguments,
        instance: Optional[Any] = None,
        err: Optional[BaseException] = None,
        **kwargs: Any,
    ) -> Optional[BaseSpan]:
        self._end(id_, {"error": {"type": type(err).__name__, "message": str(err)}}, True)
        return self.open_spans.get(id_)

    def _end(self, id_: str, output: Any, failed: bool) -> None:
        run = self._runs.end(id_)
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


class _Events(BaseEventHandler):
    """Pairs the start and end of model calls, retrievals and embeddings."""

    _sdk: WhyOps = PrivateAttr()
    _spans: _Spans = PrivateAttr()
    _record_models: Optional[bool] = PrivateAttr()
    _open: Runs[str] = PrivateAttr()

    def __init__(self, sdk: WhyOps, spans: _Spans, record_models: Optional[bool]) -> None:
        super().__init__()
        self._sdk = sdk
        self._spans = spans
        self._record_models = record_models
        self._open = Runs()

    @classmethod
    def class_name(cls) -> str:
        return "WhyOpsEventHandler"

    @quiet
    def handle(self, event: Any, **kwargs: Any) -> None:
        if isinstance(event, (LLMChatStartEvent, LLMCompletionStartEvent)):
            self._model_starts(event)
        elif isinstance(event, (LLMChatEndEvent, LLMCompletionEndEvent)):
            self._model_ends(event)
        elif isinstance(event, RetrievalStartEvent):
            self._retrieval_starts(event)
        elif isinstance(event, RetrievalEndEvent):
            self._retrieval_ends(event)
        elif isinstance(event, EmbeddingStartEvent):
            self._begin(event)
        elif isinstance(event, EmbeddingEndEvent):
            self._embedding_ends(event)

    def _begin(self, event: Any) -> Run:
        outer = self._spans.run(event.span_id)
        run = Run(trace=outer.trace, parent_span_id=outer.enclosing_span_id)
        run.data["model"] = dict(getattr(event, "model_dict", None) or {})
        run.data["address"] = outer.data.get("address")
        return self._open.start(f"{type(event).__name__[:5]}:{event.span_id}", run)

    def _finish(self, event: Any) -> Optional[Run]:
        return self._open.end(f"{type(event).__name__[:5]}:{event.span_id}")

    def _model_starts(self, event: Any) -> None:
        run = self._begin(event)
        recorded = self._record_models
        if recorded is None:
            recorded = not is_proxied(self._sdk, run.data["address"])
        if not recorded:
            return
        run.span_id = _safe(event.span_id or event.id_)
        messages = (
            [_message(message) for message in event.messages]
            if isinstance(event, LLMChatStartEvent)
            else [{"role": "user", "content": event.prompt}]
        )
        run.trace.user_message_sync(
            messages, span_id=run.span_id, parent_span_id=run.parent_span_id
        )

    def _model_ends(self, event: Any) -> None:
        run = self._finish(event)
        if run is None or run.span_id is None or event.response is None:
            return
        response = event.response
        raw = response.raw
        text = response.message.content if isinstance(response, ChatResponse) else response.text
        run.trace.llm_response_sync(
            str(_field(raw, "model") or run.data["model"].get("model") or "unknown"),
            _provider(run.data["model"]),
            text,
            tool_calls=_tool_calls(response),
            usage=_field(raw, "usage"),
            latency_ms=run.latency_ms(),
            response_id=_field(raw, "id"),
            span_id=run.span_id,
            parent_span_id=run.parent_span_id,
        )

    def _retrieval_starts(self, event: Any) -> None:
        run = self._begin(event)
        run.span_id = _safe(event.span_id or event.id_)
        query = getattr(event.str_or_query_bundle, "query_str", event.str_or_query_bundle)
        run.data["calls"] = [{"name": "retrieve", "arguments": {"query": query}}]
        run.trace.tool_call_request_sync(
            "retrieve", run.data["calls"], span_id=run.span_id, parent_span_id=run.parent_span_id
        )

    def _retrieval_ends(self, event: Any) -> None:
        run = self._finish(event)
        if run is None:
            return
        found = [
            {"id": node.node_id, "score": node.score, "text": node.get_content()}
            for node in event.nodes
        ]
        run.trace.tool_call_response_sync(
            "retrieve",
            run.span_id,
            run.data["calls"],
            found,
            latency_ms=run.latency_ms(),
            parent_span_id=run.parent_span_id,
        )

    def _embedding_ends(self, event: Any) -> None:
        run = self._finish(event)
        if run is None:
            return
        model = run.data["model"]
        place: Dict[str, Any] = {
            "span_id": _safe(event.span_id or event.id_),
            "parent_span_id": run.parent_span_id,
        }
        run.trace.embedding_request_sync(list(event.chunks), **place)
        run.trace.embedding_response_sync(
            str(model.get("model_name") or model.get("class_name") or "unknown"),
            _provider(model),
            len(event.embeddings),
            len(event.embeddings[0]) if event.embeddings else 0,
            latency_ms=run.latency_ms(),
            **place,
        )


def _is_call(id_: str) -> bool:
    return id_.split("-", 1)[0].rsplit(".", 1)[-1] in _TOOL_METHODS


def _arguments(bound_args: inspect.BoundArguments) -> Any:
    arguments = dict(bound_args.arguments)
    named = arguments.pop("kwargs", None) or {}
    positional = arguments.pop("args", None)
    arguments.update(named)
    if positional:
        arguments["args"] = list(positional)
    return arguments


def _message(message: Any) -> Dict[str, Any]:
    return {
        "role": str(getattr(message.role, "value", message.role)),
        "content": message.content,
        **({"additional": message.additional_kwargs} if message.additional_kwargs else {}),
    }


def _tool_calls(response: Any) -> Optional[Any]:
    if not isinstance(response, ChatResponse):
        return None
    blocks = [
        block
        for block in response.message.blocks
        if getattr(block, "block_type", None) == "tool_call"
    ]
    if blocks:
        return [
            {
                "id": getattr(block, "tool_call_id", None),
                "function": {
                    "name": getattr(block, "tool_name", None),
                    "arguments": getattr(block, "tool_kwargs", None),
                },
            }
            for block in blocks
        ]
    return response.message.additional_kwargs.get("tool_calls")


def _provider(model: Dict[str, Any]) -> str:
    """``openai_llm`` and ``OpenAIEmbedding`` alike become ``openai``."""
    name = str(model.get("class_name") or "unknown").lower()
    for ending in ("_llm", "embedding"):
        if name.endswith(ending):
            name = name[: -len(ending)]
    return name or "unknown"


def _field(raw: Any, name: str) -> Any:
    if isinstance(raw, dict):
        return raw.get(name)
    return getattr(raw, name, None)


def _own_trace_id(span_id: Optional[str]) -> str:
    """The UUID at the end of the outermost span's id."""
    return (span_id or str(uuid.uuid4()))[-36:]


def _safe(id_: str) -> str:
    """Span ids of the framework end in a UUID and fit the id rule, but for very long names."""
    return id_[-200:]
