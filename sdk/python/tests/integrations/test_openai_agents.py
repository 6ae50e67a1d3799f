"""The tracing processor on the real OpenAI Agents SDK."""

from __future__ import annotations

import pytest

agents = pytest.importorskip("agents")

from openai import AsyncOpenAI

from whyops.integrations.openai_agents import WhyOpsTracingProcessor

from .conftest import CALL_ID, TEXT, by_time, kinds, one

LOOP = [
    "user_message",
    "llm_response",
    "tool_call_request",
    "tool_call_response",
    "user_message",
    "llm_response",
]


@agents.function_tool
def search_orders(order_id: str) -> str:
    """Finds an order."""
    return f"order {order_id}: shipped"


@pytest.fixture
def processor(sdk):
    made = WhyOpsTracingProcessor(sdk)
    agents.set_trace_processors([made])
    yield made
    agents.set_trace_processors([])


def agent(url: str, api: str, model: str = "gpt-4o", **options):
    client = AsyncOpenAI(api_key="x", base_url=url, max_retries=0)
    kind = agents.OpenAIChatCompletionsModel if api == "chat" else agents.OpenAIResponsesModel
    return agents.Agent(
        name="Support",
        tools=[search_orders],
        model=kind(model=model, openai_client=client),
        **options,
    )


@pytest.mark.parametrize("api", ["chat", "responses"])
async def test_a_run_becomes_one_trace(sdk, server, model, processor, api):
    with sdk.trace_context("session-1", external_user_id="user-1"):
        result = await agents.Runner.run(agent(model.url, api), "Where is order 123?")
    assert result.final_output == TEXT
    await sdk.aflush()
    assert kinds(server) == LOOP
    assert {event["traceId"] for event in server.events} == {"session-1"}
    assert {event["externalUserId"] for event in server.events} == {"user-1"}
    first, last = (event for event in by_time(server) if event["eventType"] == "llm_response")
    (call,) = first["content"]["toolCalls"]
    assert call["id"] == CALL_ID
    assert call["function"]["name"] == "search_orders"
    assert last["content"]["content"] == TEXT
    assert last["metadata"]["usage"]["completionTokens"] == 20
    assert last["metadata"]["latencyMs"] > 0
    if api == "responses":
        assert last["metadata"]["responseId"].startswith("resp_")
        assert last["metadata"]["usage"]["promptTokens"] == 40
        assert last["metadata"]["usage"]["cacheReadTokens"] == 60
    request, response = one(server, "tool_call_request"), one(server, "tool_call_response")
    assert request["spanId"] == response["spanId"]
    assert request["content"]["toolCalls"][0]["name"] == "search_orders"
    assert response["content"]["toolResults"] == "order 123: shipped"
    assert request["timestamp"] <= response["timestamp"]


async def test_a_trace_of_its_own_and_the_group_as_thread(sdk, server, model, processor):
    config = agents.RunConfig(group_id="conversation-1")
    await agents.Runner.run(agent(model.url, "chat"), "x", run_config=config)
    await sdk.aflush()
    (trace_id,) = {event["traceId"] for event in server.events}
    assert trace_id.startswith("trace_")
    assert {event["threadId"] for event in server.events} == {"conversation-1"}


async def test_models_behind_the_proxy_are_left_to_the_proxy(sdk, server, processor):
    await agents.Runner.run(agent(server.url + "/v1", "chat"), "x")
    await sdk.aflush()
    assert kinds(server) == ["tool_call_request", "tool_call_response"]


async def test_a_handoff_is_told(sdk, server, model, processor):
    second = agent(model.url, "chat")
    first = agents.Agent(name="Front", handoffs=[second], model=HandsOver())
    await agents.Runner.run(first, "x")
    await sdk.aflush()
    assert one(server, "agent_message")["content"] == {
        "handoff": {"from": "Front", "to": "Support"}
    }


async def test_a_failed_model_is_told_and_the_exception_goes_on(sdk, server, model, processor):
    import openai

    with pytest.raises(openai.BadRequestError):
        await agents.Runner.run(agent(model.url, "chat", model="broken"), "x")
    await sdk.aflush()
    assert "error" in kinds(server)


async def test_a_failed_tool_is_told_on_its_span(sdk, server, model, processor):
    @agents.function_tool(name_override="search_orders")
    def broken(order_id: str) -> str:
        """Fails."""
        raise LookupError(order_id)

    failing = agent(model.url, "chat")
    failing.tools = [broken]
    await agents.Runner.run(failing, "x")
    await sdk.aflush()
    assert one(server, "tool_call_response")["content"]["isError"] is True


class HandsOver(agents.Model):
    """A model that hands over at once."""

    async def get_response(self, *args, **kwargs):
        from openai.types.responses import ResponseFunctionToolCall

        call = ResponseFunctionToolCall(
            type="function_call", call_id="c", name="transfer_to_support", arguments="{}"
        )
        return agents.ModelResponse(output=[call], usage=agents.Usage(), response_id=None)

    def stream_response(self, *args, **kwargs):
        raise NotImplementedError
