"""The OpenAI Agents SDK, by its tracing processor.

``agents.add_trace_processor(WhyOpsTracingProcessor(sdk))``
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Dict, List, Optional

from agents.tracing import Span, Trace, TracingProcessor
from agents.tracing.span_data import (
    FunctionSpanData,
    GenerationSpanData,
    GuardrailSpanData,
    HandoffSpanData,
    ResponseSpanData,
)

from .. import WhyOps, _usage
from ._runs import Run, Runs, TraceChoice, is_proxied, quiet


class WhyOpsTracingProcessor(TracingProcessor):
    """Tells model calls, tools, handoffs, guardrails and failures as events of one trace.

    The trace is that of ``sdk.trace_context`` where the run starts, else the framework's own; its
    ``group_id`` becomes the thread. Models that are called through the proxy are left to the proxy;
    ``record_models`` decides for all of them. Thread-safe.
    """

    def __init__(self, sdk: WhyOps, *, record_models: Optional[bool] = None) -> None:
        self._sdk = sdk
        self._record_models = record_models
        self._choice = TraceChoice(sdk, None, None, None)
        self._traces: Runs[str] = Runs()
        self._spans: Runs[str] = Runs()

    @quiet
    def on_trace_start(self, trace: Trace) -> None:
        self._traces.start(
            trace.trace_id,
            self._choice.of_root(trace.trace_id, getattr(trace, "group_id", None)),
        )

    @quiet
    def on_trace_end(self, trace: Trace) -> None:
        self._traces.end(trace.trace_id)

    @quiet
    def on_span_start(self, span: Span[Any]) -> None:
        root = self._traces.get(span.trace_id)
        if root is None:
            root = self._traces.start(span.trace_id, self._choice.of_root(span.trace_id))
        parent = self._spans.get(span.parent_id) or root
        run = Run(trace=root.trace, parent_span_id=parent.enclosing_span_id)
        if isinstance(span.span_data, FunctionSpanData):
            run.span_id = span.span_id
        self._spans.start(span.span_id, run)

    @quiet
    def on_span_end(self, span: Span[Any]) -> None:
        run = self._spans.end(span.span_id)
        if run is None:
            return
        data = span.span_data
        if isinstance(data, FunctionSpanData):
            _tell_tool(run, span, data)
        elif isinstance(data, GenerationSpanData):
            if self._records((data.model_config or {}).get("base_url")):
                _tell_generation(run, span, data)
        elif isinstance(data, ResponseSpanData):
            if self._records(None):
                _tell_response(run, span, data)
        elif isinstance(data, HandoffSpanData):
            told = {"handoff": {"from": data.from_agent, "to": data.to_agent}}
            run.trace._add("agent_message", told, {}, _place(run, span))
        elif isinstance(data, GuardrailSpanData) and data.triggered:
            told = {"guardrail": {"name": data.name, "triggered": True}}
            run.trace._add("system_message", told, {}, _place(run, span))

    def force_flush(self) -> None:
        self._sdk.flush()

    def shutdown(self) -> None:
        self._sdk.flush()

    def _records(self, base_url: Any) -> bool:
        if self._record_models is not None:
            return self._record_models
        return not is_proxied(self._sdk, base_url)


def _tell_tool(run: Run, span: Span[Any], data: FunctionSpanData) -> None:
    calls = [{"name": data.name, "arguments": data.input}]
    output: Any = data.output
    if span.error is not None:
        output = {"error": dict(span.error)}
    run.trace.tool_call_request_sync(
        data.name,
        calls,
        span_id=span.span_id,
        parent_span_id=run.parent_span_id,
        requested_at=span.started_at,
    )
    run.trace.tool_call_response_sync(
        data.name,
        span.span_id,
        calls,
        output,
        latency_ms=_latency_ms(span),
        is_error=span.error is not None,
        parent_span_id=run.parent_span_id,
        responded_at=span.ended_at,
    )


def _tell_generation(run: Run, span: Span[Any], data: GenerationSpanData) -> None:
    run.trace.user_message_sync(
        data.input,
        span_id=span.span_id,
        parent_span_id=run.parent_span_id,
        timestamp=span.started_at,
    )
    message: Dict[str, Any] = dict((data.output or [{}])[-1])
    if span.error is not None:
        _tell_error(run, span)
        return
    run.trace.llm_response_sync(
        data.model or "unknown",
        "openai",
        message.get("content"),
        tool_calls=message.get("tool_calls"),
        usage=data.usage,
        latency_ms=_latency_ms(span),
        **_place(run, span),
    )


def _tell_response(run: Run, span: Span[Any], data: ResponseSpanData) -> None:
    if data.input is not None:
        run.trace.user_message_sync(
            data.input,
            span_id=span.span_id,
            parent_span_id=run.parent_span_id,
            timestamp=span.started_at,
        )
    response: Any = data.response
    if response is None:
        if span.error is not None:
            _tell_error(run, span)
        return
    run.trace.llm_response_sync(
        str(response.model),
        "openai",
        response.output_text,
        tool_calls=_tool_calls(response),
        finish_reason=response.status,
        usage=_usage.normalized(response.usage or data.usage),
        latency_ms=_latency_ms(span),
        response_id=response.id,
        **_place(run, span),
    )


def _tell_error(run: Run, span: Span[Any]) -> None:
    error: Any = span.error or {}
    run.trace.error_sync(
        error.get("message", "failed"),
        parent_span_id=run.enclosing_span_id,
        timestamp=span.ended_at,
    )


def _tool_calls(response: Any) -> Optional[List[Dict[str, Any]]]:
    calls = [item for item in response.output if getattr(item, "type", None) == "function_call"]
    if not calls:
        return None
    return [
        {"id": call.call_id, "function": {"name": call.name, "arguments": call.arguments}}
        for call in calls
    ]


def _place(run: Run, span: Span[Any]) -> Dict[str, Any]:
    return {
        "span_id": span.span_id,
        "parent_span_id": run.parent_span_id,
        "timestamp": span.ended_at,
    }


def _latency_ms(span: Span[Any]) -> Optional[float]:
    if span.started_at is None or span.ended_at is None:
        return None
    started, ended = (
        datetime.fromisoformat(moment.replace("Z", "+00:00"))
        for moment in (span.started_at, span.ended_at)
    )
    return round((ended - started).total_seconds() * 1000, 3)
