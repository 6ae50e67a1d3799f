"""The documented code, as it stands, through the proxy and out as a trace."""

from __future__ import annotations

import json
from types import SimpleNamespace

import anthropic
import openai
import pytest
from anthropic import Anthropic, AsyncAnthropic
from openai import AsyncOpenAI, OpenAI

from tests import snippets
from whyops import WhyOps

from .conftest import of_type

NAMES = {
    "OpenAI": OpenAI,
    "AsyncOpenAI": AsyncOpenAI,
    "Anthropic": Anthropic,
    "AsyncAnthropic": AsyncAnthropic,
}
QUESTION = "Where is order 123?"


@pytest.mark.parametrize("name", snippets.CALLS)
async def test_documented_call_becomes_a_trace(sdk, dashboard, trace_id, name):
    info = sdk.init_agent_sync()
    assert info == await sdk.init_agent()
    names = {
        "sdk": sdk,
        "trace_id": trace_id,
        "current_user": SimpleNamespace(id="user-7"),
        **NAMES,
    }
    namespace = await snippets.run(snippets.CALLS[name], names)
    answer = snippets.answer_of(namespace)
    assert answer

    trace = dashboard.trace(trace_id, lambda events: of_type(events, "llm_response"))
    assert trace["agentName"] == "support-agent"
    assert trace["agentVersionId"] == info.agent_version_id
    assert trace["externalUserId"] == "user-7"
    assert trace["threadId"] == trace_id
    (question,) = of_type(trace["events"], "user_message")
    assert QUESTION in json.dumps(question["content"])
    (response,) = of_type(trace["events"], "llm_response")
    assert response["content"]["content"] == answer
    assert response["continuity"] == "header"
    assert response["latencyMs"] > 0
    assert response["ttftMs"] > 0
    assert response["provider"] == name.split()[0]
    assert float(response["cost"]["usd"]) > 0
    assert trace["tokens"]["input"] > 0
    assert trace["tokens"]["output"] > 0
    assert trace["status"] != "error"


LONG = "Orders are shipped within two days and tracked by number. " * 200


async def test_cache_reads_of_openai(sdk, dashboard, trace_id):
    client = sdk.openai(OpenAI(api_key="YOUR_WHYOPS_API_KEY"))
    system = {"role": "system", "content": LONG}
    with sdk.trace_context(trace_id):
        for question in (QUESTION, "And order 124?"):
            completion = client.chat.completions.create(
                model="gpt-4o", messages=[system, {"role": "user", "content": question}]
            )
    cached = completion.usage.prompt_tokens_details.cached_tokens
    assert cached > 0
    trace = dashboard.trace(trace_id, lambda events: len(of_type(events, "llm_response")) == 2)
    last = of_type(trace["events"], "llm_response")[-1]
    assert last["usage"]["cacheRead"] == cached
    assert last["usage"]["input"] == completion.usage.prompt_tokens - cached
    assert last["usage"]["output"] == completion.usage.completion_tokens


async def test_cache_reads_and_writes_of_anthropic(sdk, dashboard, trace_id):
    client = sdk.anthropic(AsyncAnthropic(api_key="YOUR_WHYOPS_API_KEY"))
    system = [{"type": "text", "text": LONG + trace_id, "cache_control": {"type": "ephemeral"}}]
    with sdk.trace_context(trace_id):
        for question in (QUESTION, "And order 124?"):
            message = await client.messages.create(
                model="claude-3-5-sonnet-20241022",
                max_tokens=64,
                system=system,
                messages=[{"role": "user", "content": question}],
            )
    assert message.usage.cache_read_input_tokens > 0
    trace = dashboard.trace(trace_id, lambda events: len(of_type(events, "llm_response")) == 2)
    first, second = of_type(trace["events"], "llm_response")
    assert first["usage"]["cacheWrite5m"] > 0
    assert second["usage"]["cacheRead"] == message.usage.cache_read_input_tokens
    assert second["usage"]["input"] == message.usage.input_tokens


def test_equal_calls_are_two_and_an_answer_told_twice_is_one(sdk, dashboard, trace_id):
    client = sdk.openai(OpenAI(api_key="YOUR_WHYOPS_API_KEY"))
    messages = [{"role": "user", "content": QUESTION}]
    with sdk.trace_context(trace_id) as trace:
        client.chat.completions.create(model="gpt-4o", messages=messages)
        completion = client.chat.completions.create(model="gpt-4o", messages=messages)
        trace.llm_response_sync("gpt-4o", "openai", "told again", response_id=completion.id)
        trace.error_sync("last")
    assert sdk.flush()
    detail = dashboard.trace(trace_id, lambda events: of_type(events, "error"))
    answers = of_type(detail["events"], "llm_response")
    assert len(answers) == 2
    assert {answer["source"] for answer in answers} == {"proxy"}


async def test_the_hybrid_snippet_and_a_call_are_one_trace(sdk, dashboard):
    import uuid

    order = f"checkout-{uuid.uuid4()}"
    source = snippets.HYBRID.replace("checkout-8841", order)
    namespace = await snippets.run(
        source, {"sdk": sdk, "charge_card": lambda: {"paid": True}, **NAMES}
    )
    namespace["client"].chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": QUESTION}]
    )
    assert sdk.flush()
    trace = dashboard.trace(order, lambda events: len(events) >= 4)
    kinds = [event["eventType"] for event in trace["events"]]
    assert kinds == ["tool_call_request", "tool_call_response", "user_message", "llm_response"]
    request, response = trace["events"][:2]
    assert request["spanId"] == response["spanId"] == namespace["span_id"]
    assert request["tool"] == "charge_card"


async def test_runtime_events_of_every_kind_arrive_once_and_in_order(sdk, dashboard, trace_id):
    trace = sdk.trace(trace_id, external_user_id="Größe 7")
    await trace.user_message([{"role": "user", "content": "Reset my password."}])
    await trace.llm_thinking("The user wants a new password.", signature="sig")
    await trace.embedding_request(["password reset"])
    await trace.embedding_response(
        "text-embedding-3-small", "openai", 1, 1536, total_tokens=3, latency_ms=12
    )
    with trace.tool("search_help", {"q": "password"}) as call:
        call.result(["page-1"])
    await trace.tool_result("search_help", ["page-1"])
    await trace.llm_response(
        "gpt-4o", "openai", "Follow the link.", finish_reason="stop", latency_ms=390,
        usage={"promptTokens": 40, "completionTokens": 16, "totalTokens": 156, "cacheReadTokens": 100},
    )  # fmt: skip
    await trace.error("mail server refused", status=550)
    assert await sdk.aflush()
    detail = dashboard.trace(trace_id, lambda events: len(events) >= 9)
    assert [event["eventType"] for event in detail["events"]] == [
        "user_message",
        "llm_thinking",
        "embedding_request",
        "embedding_response",
        "tool_call_request",
        "tool_call_response",
        "tool_result",
        "llm_response",
        "error",
    ]
    assert detail["externalUserId"] == "Größe 7"
    assert detail["status"] in ("open", "error")  # open until it was idle for 30 s
    assert detail["errorCount"] == 1
    answer = of_type(detail["events"], "llm_response")[0]
    assert answer["usage"]["input"] == 40
    assert answer["usage"]["cacheRead"] == 100
    assert answer["usage"]["output"] == 16
    assert answer["latencyMs"] == 390
    assert sdk.stats.rejected == 0


async def test_the_same_idempotency_key_counts_once(sdk, dashboard, trace_id):
    trace = sdk.trace(trace_id)
    for _ in range(3):
        trace.user_message_sync("once", idempotency_key=f"key-{trace_id}")
    trace.user_message_sync("again")
    assert sdk.flush()
    detail = dashboard.trace(trace_id, lambda events: len(events) >= 2)
    assert [event["content"] for event in detail["events"]] == ["once", "again"]


async def test_one_bad_event_does_not_take_the_good_ones_with_it(sdk, dashboard, trace_id):
    sdk.trace(trace_id).user_message_sync("good 1")
    sdk.trace("not a valid trace id").user_message_sync("bad")
    sdk.trace(trace_id).user_message_sync("good 2")
    assert sdk.flush()
    detail = dashboard.trace(trace_id, lambda events: len(events) >= 2)
    assert [event["content"] for event in detail["events"]] == ["good 1", "good 2"]
    assert (sdk.stats.sent, sdk.stats.rejected) == (2, 1)


async def test_a_name_that_is_not_ascii(dashboard, trace_id):
    sdk = WhyOps(agent_name="注文係")
    client = sdk.openai(AsyncOpenAI(api_key="YOUR_WHYOPS_API_KEY"))
    with sdk.trace_context(trace_id) as trace:
        await client.chat.completions.create(
            model="gpt-4o", messages=[{"role": "user", "content": QUESTION}]
        )
        await trace.error("x")
    assert sdk.flush()
    detail = dashboard.trace(trace_id, lambda events: of_type(events, "error"))
    assert detail["agentName"] == "注文係"


async def test_a_wrong_key_is_the_providers_own_exception(sdk, trace_id):
    wrong = WhyOps(api_key="whyops_test_" + "0" * 36, agent_name="support-agent")
    with pytest.raises(openai.AuthenticationError) as failure:
        wrong.openai(OpenAI(api_key="x")).chat.completions.create(model="gpt-4o", messages=[])
    assert failure.value.code == "invalid_api_key"
    with pytest.raises(anthropic.AuthenticationError):
        wrong.anthropic(Anthropic(api_key="x")).messages.create(
            model="claude", max_tokens=1, messages=[]
        )
    assert wrong.init_agent_sync() is None
    wrong.trace(trace_id).user_message_sync("x")
    assert wrong.flush()
    assert wrong.stats.rejected == 1
