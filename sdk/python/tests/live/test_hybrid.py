"""Proxied calls and the application's own steps in one trace, tied by the model's tool call."""

from __future__ import annotations

import json

import pytest
from openai import OpenAI

from .conftest import of_type


def test_a_tool_of_the_model_is_one_with_the_tool_that_ran(sdk, dashboard, trace_id):
    info = sdk.init_agent_sync()

    @sdk.tool
    def search_orders(order_id: str = "123") -> dict:
        return {"status": "shipped"}

    client = sdk.openai(OpenAI(api_key="YOUR_WHYOPS_API_KEY"))
    tools = [
        {
            "type": "function",
            "function": {"name": "search_orders", "parameters": {"type": "object"}},
        }
    ]
    messages = [{"role": "user", "content": "Where is order 123? {{fake call=search_orders}}"}]
    with sdk.trace_context(trace_id, external_user_id="user-7"):
        asked = client.chat.completions.create(model="gpt-4o", messages=messages, tools=tools)
        (call,) = asked.choices[0].message.tool_calls
        with sdk.answering(call):
            output = search_orders()
        messages += [
            asked.choices[0].message.model_dump(exclude_none=True),
            {"role": "tool", "tool_call_id": call.id, "content": json.dumps(output)},
            {"role": "user", "content": "And when does it arrive?"},
        ]
        answered = client.chat.completions.create(model="gpt-4o", messages=messages, tools=tools)
    assert sdk.flush()

    trace = dashboard.trace(
        trace_id,
        lambda events: (
            len(of_type(events, "llm_response")) == 2 and of_type(events, "tool_call_response")
        ),
    )
    events = trace["events"]
    (request,) = of_type(events, "tool_call_request")
    (response,) = of_type(events, "tool_call_response")
    first = of_type(events, "llm_response")[0]
    assert "toolCalls" in first["content"], json.dumps(events)
    assert first["content"]["toolCalls"][0]["id"] == call.id
    assert request["toolCallId"] == response["toolCallId"] == call.id
    assert request["parentSpanId"] == response["parentSpanId"] == first["spanId"]
    assert request["spanId"] == response["spanId"]
    assert response["latencyMs"] >= 0
    assert trace["externalUserId"] == "user-7"
    assert trace["llmCalls"] == 2
    assert trace["toolCalls"] == 1
    usages = [asked.usage, answered.usage]
    assert trace["tokens"]["input"] + trace["tokens"]["cacheRead"] == sum(
        usage.prompt_tokens for usage in usages
    )
    assert trace["tokens"]["output"] == sum(usage.completion_tokens for usage in usages)
    lines = [
        line for answer in of_type(events, "llm_response") for line in answer["cost"]["formula"]
    ]
    assert float(trace["cost"]["usd"]) == pytest.approx(sum(float(line["usd"]) for line in lines))
    assert trace["cost"]["kind"] == "computed"
    assert trace["versions"] == [info.agent_version_id]
    assert trace["completeness"]["orphans"] == 0
    order = [event["eventType"] for event in events if event["eventType"] != "tool_result"]
    assert order[:4] == ["user_message", "llm_response", "tool_call_request", "tool_call_response"]


def test_a_model_call_inside_a_tool_stands_under_it(sdk, dashboard, trace_id):
    client = sdk.openai(OpenAI(api_key="YOUR_WHYOPS_API_KEY"))
    with sdk.trace_context(trace_id) as trace, trace.tool("summarise", {"order": "123"}) as tool:
        client.chat.completions.create(
            model="gpt-4o", messages=[{"role": "user", "content": "Sum it up."}]
        )
    assert sdk.flush()
    detail = dashboard.trace(
        trace_id,
        lambda events: of_type(events, "llm_response") and of_type(events, "tool_call_response"),
    )
    (answer,) = of_type(detail["events"], "llm_response")
    assert answer["parentSpanId"] == tool.span_id
    assert detail["completeness"]["orphans"] == 0
