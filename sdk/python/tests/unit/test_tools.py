"""Tools: measured, tied to the model's call, errors recorded and passed on."""

from __future__ import annotations

import asyncio
import time

import pytest


def pair(server):
    request, response = server.events
    assert request["eventType"] == "tool_call_request"
    assert response["eventType"] == "tool_call_response"
    assert request["spanId"] == response["spanId"]
    return request, response


def test_context_manager(sdk, server):
    with sdk.trace("t").tool("search", {"q": "x"}, tool_call="call_1") as call:
        time.sleep(0.02)
        assert call.result({"found": 1}) == {"found": 1}
    sdk.flush(5)
    request, response = pair(server)
    assert request["content"] == {
        "toolCalls": [{"name": "search", "arguments": {"q": "x"}, "id": "call_1"}]
    }
    assert response["content"]["toolResults"] == {"found": 1}
    assert 20 <= response["metadata"]["latencyMs"] < 2_000


def test_an_exception_is_recorded_and_goes_on(sdk, server):
    with pytest.raises(KeyError), sdk.trace("t").tool("search"):
        raise KeyError("order")
    sdk.flush(5)
    _, response = pair(server)
    assert response["content"]["isError"] is True
    assert response["content"]["toolResults"] == {
        "error": {"type": "KeyError", "message": "'order'"}
    }


async def test_decorator_in_both_forms(sdk, server):
    @sdk.tool
    def plain(order_id: str, limit: int = 5) -> str:
        return f"{order_id}/{limit}"

    @sdk.tool(name="renamed")
    async def waiting(order_id: str) -> str:
        await asyncio.sleep(0.01)
        return order_id

    assert plain.__name__ == "plain"
    assert plain("outside") == "outside/5"
    with sdk.trace_context("t", external_user_id="user-1"):
        assert plain("123", limit=2) == "123/2"
        with sdk.answering({"id": "call_9"}):
            assert await waiting(order_id="7") == "7"
    await sdk.aflush(5)
    events = server.events
    assert [event["metadata"]["tool"] for event in events] == [
        "plain",
        "plain",
        "renamed",
        "renamed",
    ]
    assert events[0]["content"]["toolCalls"][0]["arguments"] == {"order_id": "123", "limit": 2}
    assert events[2]["content"]["toolCalls"][0]["id"] == "call_9"
    assert {event["traceId"] for event in events} == {"t"}
    assert {event["externalUserId"] for event in events} == {"user-1"}


def test_nested_events_belong_to_the_tools_span(sdk, server):
    with sdk.trace_context("t") as trace, trace.tool("outer") as outer:
        with trace.tool("inner"):
            pass
        trace.error_sync("inside")
    sdk.flush(5)
    by_tool = {(event.get("metadata") or {}).get("tool"): event for event in server.events}
    assert by_tool["inner"]["parentSpanId"] == outer.span_id
    error = next(event for event in server.events if event["eventType"] == "error")
    assert error["parentSpanId"] == outer.span_id
    assert "parentSpanId" not in by_tool["outer"]


def test_wrong_arguments_are_the_hosts_own_error(sdk):
    @sdk.tool
    def needs_one(x):
        return x

    with sdk.trace_context("t"), pytest.raises(TypeError):
        needs_one()


async def test_contexts_of_tasks_do_not_mix(sdk, server):
    async def task(name):
        with sdk.trace_context(name) as trace:
            await asyncio.sleep(0.01)
            with trace.tool("tool"):
                await asyncio.sleep(0.01)

    await asyncio.gather(*(task(f"trace-{n}") for n in range(20)))
    await sdk.aflush(5)
    assert len(server.events) == 40
    for event in server.events:
        assert "parentSpanId" not in event
