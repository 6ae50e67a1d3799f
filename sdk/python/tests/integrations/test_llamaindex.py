"""The handlers on real LlamaIndex."""

from __future__ import annotations

import pytest

pytest.importorskip("llama_index.core")

from llama_index.core import Document, MockEmbedding, VectorStoreIndex
from llama_index.core.agent.workflow import FunctionAgent
from llama_index.core.instrumentation import get_dispatcher
from llama_index.core.tools import FunctionTool
from llama_index.llms.openai import OpenAI

from whyops.integrations.llamaindex import instrument

from .conftest import CALL_ID, TEXT, kinds, one


@pytest.fixture
def instrumented(sdk):
    dispatcher = get_dispatcher()
    spans, events = list(dispatcher.span_handlers), list(dispatcher.event_handlers)
    instrument(sdk)
    yield
    dispatcher.span_handlers[:] = spans
    dispatcher.event_handlers[:] = events


def search_orders(order_id: str) -> str:
    """Finds an order."""
    return f"order {order_id}: shipped"


def llm(url: str, model: str = "gpt-4o") -> OpenAI:
    return OpenAI(model=model, api_key="x", api_base=url, max_retries=0)


@pytest.mark.parametrize("streaming", [True, False])
async def test_an_agent_becomes_one_trace(sdk, server, model, instrumented, streaming):
    agent = FunctionAgent(
        tools=[FunctionTool.from_defaults(search_orders)], llm=llm(model.url), streaming=streaming
    )
    with sdk.trace_context("session-1", external_user_id="user-1"):
        result = await agent.run(user_msg="Where is order 123?")
    assert str(result) == TEXT
    await sdk.aflush()
    assert kinds(server) == [
        "user_message", "llm_response", "tool_call_request", "tool_call_response", "user_message", "llm_response",
    ]  # fmt: skip
    assert {event["traceId"] for event in server.events} == {"session-1"}
    first, last = (event for event in server.events if event["eventType"] == "llm_response")
    assert first["content"]["toolCalls"][0]["id"] == CALL_ID
    assert last["content"]["content"] == TEXT
    assert (last["metadata"]["model"], last["metadata"]["provider"]) == ("gpt-4o", "openai")
    assert last["metadata"]["responseId"].startswith("chatcmpl-")
    request, response = one(server, "tool_call_request"), one(server, "tool_call_response")
    assert request["spanId"] == response["spanId"]
    assert request["content"]["toolCalls"] == [
        {"name": "search_orders", "arguments": {"order_id": "123"}, "id": CALL_ID}
    ]
    assert response["content"]["toolResults"] == "order 123: shipped"


def test_usage_of_a_plain_call(sdk, server, model, instrumented):
    llm(model.url).complete("x")
    sdk.flush()
    usage = one(server, "llm_response")["metadata"]["usage"]
    assert usage == {"promptTokens": 40, "completionTokens": 20, "totalTokens": 120, "cacheReadTokens": 60, "reasoningTokens": 5}  # fmt: skip
    assert len({event["traceId"] for event in server.events}) == 1


def test_models_behind_the_proxy_are_left_to_the_proxy(sdk, server, instrumented):
    llm(server.url + "/v1").complete("x")
    sdk.flush()
    assert server.events == []


def test_retrieval_and_embeddings(sdk, server, instrumented):
    with sdk.trace_context("session-2"):
        index = VectorStoreIndex.from_documents(
            [Document(text="Orders ship in two days.")], embed_model=MockEmbedding(embed_dim=4)
        )
        index.as_retriever().retrieve("shipping")
    sdk.flush()
    assert one(server, "tool_call_request")["content"]["toolCalls"][0]["arguments"] == {
        "query": "shipping"
    }
    found = one(server, "tool_call_response")["content"]["toolResults"]
    assert found[0]["text"] == "Orders ship in two days."
    embedded = [event for event in server.events if event["eventType"] == "embedding_response"]
    assert len(embedded) == 2
    assert embedded[0]["content"] == {"embeddingCount": 1, "firstEmbeddingDimensions": 4}


def test_a_failed_tool_is_told_and_the_exception_goes_on(sdk, server, instrumented):
    def broken(order_id: str) -> str:
        raise LookupError(order_id)

    with pytest.raises(LookupError):
        FunctionTool.from_defaults(broken).call(order_id="7")
    sdk.flush()
    response = one(server, "tool_call_response")
    assert response["content"]["isError"] is True
    assert response["content"]["toolResults"]["error"]["type"] == "LookupError"
