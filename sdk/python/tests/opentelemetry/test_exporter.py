"""The real exporter and instrumentations beside proxied calls: one correct trace each.

Run by ``run_tests.sh live`` in an environment of its own, against a started server.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from anthropic import Anthropic
from openai import OpenAI
from openinference.instrumentation.openai import OpenAIInstrumentor
from opentelemetry import propagate
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.anthropic import AnthropicInstrumentor
from opentelemetry.instrumentation.openai_v2 import OpenAIInstrumentor as OpenAIv2Instrumentor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from tests.live.conftest import dashboard, of_type  # noqa: F401

pytestmark = pytest.mark.skipif(
    not os.environ.get("WHYOPS_TEST_GATEWAY"),
    reason="WHYOPS_TEST_GATEWAY is not set: no server to run against",
)

QUESTION = "Where is order 123?"
TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "search_orders",
            "parameters": {"type": "object", "properties": {"query": {"type": "string"}}},
        },
    }
]


@pytest.fixture(params=[Compression.Gzip, Compression.NoCompression], ids=["gzip", "plain"])
def provider(request):
    exporter = OTLPSpanExporter(
        endpoint=os.environ["WHYOPS_TEST_GATEWAY"] + "/v1/traces",
        headers={"Authorization": "Bearer " + os.environ["WHYOPS_TEST_KEY"]},
        compression=request.param,
    )
    provider = TracerProvider(resource=Resource.create({"service.name": "otel-agent"}))
    provider.add_span_processor(BatchSpanProcessor(exporter))
    yield provider
    provider.shutdown()


@pytest.fixture(params=["gateway", "provider"])
def endpoint(request):
    """Proxied, so that call and span tell the same, or past the proxy, so that only the span does."""
    proxied = request.param == "gateway"
    name = "WHYOPS_TEST_GATEWAY" if proxied else "WHYOPS_TEST_PROVIDER"
    key = "WHYOPS_TEST_KEY" if proxied else "WHYOPS_TEST_PROVIDER_KEY"
    return os.environ[name], os.environ[key]


def headers(script: str = "") -> dict[str, str]:
    carrier = {"X-Agent-Name": "otel-agent"}
    if script:
        carrier["X-Fake-Script"] = script
    propagate.inject(carrier)
    return carrier


@pytest.fixture
def messages_in_spans(monkeypatch):
    """What OpenTelemetry's own instrumentation is told by, to write messages by today's convention."""
    monkeypatch.setenv("OTEL_SEMCONV_STABILITY_OPT_IN", "gen_ai_latest_experimental")
    monkeypatch.setenv("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "SPAN_ONLY")


@pytest.mark.usefixtures("messages_in_spans")
@pytest.mark.parametrize(
    "instrumentation",
    [OpenAIv2Instrumentor, OpenAIInstrumentor],
    ids=["opentelemetry", "openinference"],
)
def test_openai_with_a_tool(provider, endpoint, dashboard, instrumentation):  # noqa: F811
    base, key = endpoint
    instrumentor = instrumentation()
    instrumentor.instrument(tracer_provider=provider)
    tracer = provider.get_tracer("support-app")
    try:
        with tracer.start_as_current_span("answer customer") as root:
            trace_id = format(root.get_span_context().trace_id, "032x")
            first, second = agent_run(OpenAI(base_url=f"{base}/v1", api_key=key), tracer)
    finally:
        instrumentor.uninstrument()
    assert provider.force_flush()

    trace = dashboard.trace(trace_id, lambda events: of_type(events, "agent_message"))
    events = trace["events"]
    order = [event["eventType"] for event in events]
    asked, answered = of_type(events, "llm_response")
    (request,) = of_type(events, "tool_call_request")
    (response,) = of_type(events, "tool_call_response")
    assert order[0] == "user_message"
    assert order.index("llm_response") < order.index("tool_call_request")
    assert order.index("tool_call_response") < events.index(answered)
    (call,) = asked["content"]["toolCalls"]
    assert call["id"] == request["toolCallId"] == response["toolCallId"]
    assert call["function"]["name"] == "search_orders" == request["tool"]
    assert response["content"]["result"] == {"status": "shipped"}
    assert request["spanId"] == response["spanId"]
    assert answered["content"]["content"] == second.choices[0].message.content

    usages = [first.usage, second.usage]
    assert trace["llmCalls"] == 2
    assert trace["toolCalls"] == 1
    assert trace["tokens"]["input"] == sum(usage.prompt_tokens for usage in usages)
    assert trace["tokens"]["output"] == sum(usage.completion_tokens for usage in usages)
    assert trace["cost"]["kind"] == "computed"
    assert float(trace["cost"]["usd"]) == pytest.approx(
        sum(u.prompt_tokens * 2.5e-6 + u.completion_tokens * 10e-6 for u in usages)
    )
    root_span = of_type(events, "agent_message")[0]["spanId"]
    assert {event["parentSpanId"] for event in events if event["spanId"] != root_span} == {
        root_span
    }
    assert trace["completeness"]["orphans"] == 0
    assert trace["agentName"] == "otel-agent"
    assert len(trace["versions"]) == 1


def agent_run(client, tracer):
    messages = [{"role": "user", "content": QUESTION}]
    first = client.chat.completions.create(
        model="gpt-4o",
        messages=messages,
        tools=TOOLS,
        extra_headers=headers("call=search_orders"),
    )
    (call,) = first.choices[0].message.tool_calls
    attributes = {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "search_orders",
        "gen_ai.tool.call.id": call.id,
        "gen_ai.tool.call.arguments": call.function.arguments,
    }
    with tracer.start_as_current_span("execute_tool search_orders", attributes=attributes) as span:
        span.set_attribute("gen_ai.tool.call.result", '{"status":"shipped"}')
    messages += [
        first.choices[0].message.model_dump(exclude_none=True),
        {"role": "tool", "tool_call_id": call.id, "content": '{"status":"shipped"}'},
    ]
    second = client.chat.completions.create(
        model="gpt-4o", messages=messages, tools=TOOLS, extra_headers=headers()
    )
    return first, second


def test_openllmetry_anthropic_with_a_cache(provider, endpoint, dashboard):  # noqa: F811
    base, key = endpoint
    instrumentor = AnthropicInstrumentor()
    instrumentor.instrument(tracer_provider=provider)
    try:
        with provider.get_tracer("support-app").start_as_current_span("answer") as root:
            trace_id = format(root.get_span_context().trace_id, "032x")
            message = Anthropic(base_url=base, api_key=key).messages.create(
                model="claude-haiku-4-5-20251001",
                max_tokens=100,
                messages=[{"role": "user", "content": QUESTION}],
                extra_headers=headers("in=10 cached=2000 write5m=300 out=9"),
            )
    finally:
        instrumentor.uninstrument()
    assert provider.force_flush()
    trace = dashboard.trace(trace_id, lambda events: of_type(events, "agent_message"))
    (answer,) = of_type(trace["events"], "llm_response")
    (question,) = of_type(trace["events"], "user_message")
    assert answer["content"]["content"] == message.content[0].text
    assert QUESTION in json.dumps(question["content"])
    assert trace["tokens"] == {
        "input": 10,
        "cacheRead": 2000,
        "cacheWrite": 300,
        "output": 9,
        "reasoning": 0,
        "total": 2319,
    }
    assert trace["cost"]["kind"] == "computed"
    assert float(trace["cost"]["usd"]) == pytest.approx(
        (10 * 1.0 + 2000 * 0.1 + 300 * 1.25 + 9 * 5.0) / 1e6
    )
    assert trace["llmCalls"] == 1
    assert trace["completeness"]["orphans"] == 0


def test_the_example():
    example = Path(__file__).resolve().parents[4] / "examples/python/opentelemetry_openinference.py"
    result = subprocess.run(
        [sys.executable, str(example)],
        env={
            **os.environ,
            "WHYOPS_API_KEY": os.environ["WHYOPS_TEST_KEY"],
            "WHYOPS_PROXY_BASE_URL": os.environ["WHYOPS_TEST_GATEWAY"],
            "OPENAI_BASE_URL": os.environ["WHYOPS_TEST_PROVIDER"] + "/v1",
            "OPENAI_API_KEY": os.environ["WHYOPS_TEST_PROVIDER_KEY"],
        },
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode == 0, result.stderr
    assert "Failed to export" not in result.stderr
    assert result.stdout.strip()
