"""The callback handler on real LangChain and LangGraph."""

from __future__ import annotations

import pytest

pytest.importorskip("langgraph")

from langchain.agents import create_agent
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableLambda
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI

from whyops.integrations.langchain import WhyOpsCallbackHandler

from .conftest import CALL_ID, TEXT, kinds, one

LOOP = [
    "user_message",
    "llm_response",
    "tool_call_request",
    "tool_call_response",
    "user_message",
    "llm_response",
]


@tool
def search_orders(order_id: str) -> str:
    """Finds an order."""
    return f"order {order_id}: shipped"


def chat(url: str, **options) -> ChatOpenAI:
    return ChatOpenAI(model="gpt-4o", api_key="x", base_url=url, **options)


def question() -> dict:
    return {"messages": [{"role": "user", "content": "Where is order 123?"}]}


def check_loop(server):
    assert kinds(server) == LOOP
    answers = [event for event in server.events if event["eventType"] == "llm_response"]
    assert answers[0]["content"]["toolCalls"][0]["id"] == CALL_ID
    assert answers[1]["content"]["content"] == TEXT
    metadata = answers[1]["metadata"]
    assert (metadata["provider"], metadata["model"], metadata["finishReason"]) == (
        "openai",
        "gpt-4o",
        "stop",
    )
    assert metadata["usage"] == {
        "promptTokens": 40, "completionTokens": 20, "totalTokens": 120, "cacheReadTokens": 60,
        "cacheCreationTokens": 0, "reasoningTokens": 5,
    }  # fmt: skip
    assert metadata["latencyMs"] > 0
    assert metadata.get("responseId", "chatcmpl-").startswith("chatcmpl-")
    request, response = one(server, "tool_call_request"), one(server, "tool_call_response")
    assert request["spanId"] == response["spanId"]
    assert request["content"]["toolCalls"] == [
        {"name": "search_orders", "arguments": {"order_id": "123"}, "id": CALL_ID}
    ]
    assert response["content"]["toolResults"] == "order 123: shipped"
    assert len({event["traceId"] for event in server.events}) == 1
    spans = {event.get("spanId") for event in server.events}
    assert {event["parentSpanId"] for event in server.events if "parentSpanId" in event} <= spans


def test_a_graph_becomes_one_trace(sdk, server, model):
    graph = create_agent(chat(model.url), [search_orders])
    handler = WhyOpsCallbackHandler(sdk, trace_id="session-1", external_user_id="user-1")
    graph.invoke(question(), config={"callbacks": [handler]})
    sdk.flush()
    check_loop(server)
    assert all(
        event["metadata"]["responseId"].startswith("chatcmpl-")
        for event in server.events
        if event["eventType"] == "llm_response"
    )
    assert {event["traceId"] for event in server.events} == {"session-1"}
    assert {event["externalUserId"] for event in server.events} == {"user-1"}


async def test_asynchronous_and_streamed_in_a_trace_context(sdk, server, model):
    graph = create_agent(chat(model.url, streaming=True, stream_usage=True), [search_orders])
    handler = WhyOpsCallbackHandler(sdk)
    with sdk.trace_context("session-2"):
        async for _ in graph.astream(question(), config={"callbacks": [handler]}):
            pass
    await sdk.aflush()
    check_loop(server)
    assert {event["traceId"] for event in server.events} == {"session-2"}


def test_the_thread_of_the_graph_is_the_thread(sdk, server, model):
    graph = create_agent(chat(model.url), [search_orders])
    config = {"callbacks": [WhyOpsCallbackHandler(sdk)], "configurable": {"thread_id": "thread-9"}}
    graph.invoke(question(), config=config)
    graph.invoke(question(), config=config)
    sdk.flush()
    assert {event["threadId"] for event in server.events} == {"thread-9"}
    assert len({event["traceId"] for event in server.events}) == 2


def test_models_behind_the_proxy_are_left_to_the_proxy(sdk, server):
    graph = create_agent(chat(server.url + "/v1"), [search_orders])
    graph.invoke(question(), config={"callbacks": [WhyOpsCallbackHandler(sdk)]})
    sdk.flush()
    assert kinds(server) == ["tool_call_request", "tool_call_response"]


def test_a_failed_model_is_told_and_the_exception_goes_on(sdk, server, model):
    import openai

    failing = ChatOpenAI(model="broken", api_key="x", base_url=model.url, max_retries=0)
    with pytest.raises(openai.BadRequestError):
        failing.invoke("x", config={"callbacks": [WhyOpsCallbackHandler(sdk)]})
    sdk.flush()
    assert kinds(server) == ["user_message", "error"]
    assert one(server, "error")["content"]["status"] == 400


def test_a_failed_tool_is_told_on_its_span(sdk, server):
    @tool
    def broken(order_id: str) -> str:
        """Fails."""
        raise LookupError(order_id)

    with pytest.raises(LookupError):
        broken.invoke({"order_id": "7"}, config={"callbacks": [WhyOpsCallbackHandler(sdk)]})
    sdk.flush()
    assert one(server, "tool_call_response")["content"]["isError"] is True


def test_a_failed_chain_is_one_error(sdk, server):
    def fail(_):
        raise ValueError("no stock")

    chain = RunnableLambda(lambda x: x) | RunnableLambda(fail)
    with pytest.raises(ValueError, match="no stock"):
        chain.invoke("x", config={"callbacks": [WhyOpsCallbackHandler(sdk)]})
    sdk.flush()
    assert one(server, "error")["content"]["message"] == "ValueError: no stock"


def test_a_retriever_is_a_tool(sdk, server):
    class Shelf(BaseRetriever):
        def _get_relevant_documents(self, query, *, run_manager):
            return [Document(page_content=f"about {query}")]

    Shelf().invoke("orders", config={"callbacks": [WhyOpsCallbackHandler(sdk)]})
    sdk.flush()
    assert one(server, "tool_call_request")["content"]["toolCalls"][0]["arguments"] == {
        "query": "orders"
    }
    assert (
        one(server, "tool_call_response")["content"]["toolResults"][0]["page_content"]
        == "about orders"
    )


def test_a_broken_handler_does_not_reach_the_host(sdk, server, model, monkeypatch, caplog):
    def explode(*_, **__):
        raise RuntimeError("bug")

    monkeypatch.setattr(sdk, "trace", explode)
    graph = create_agent(chat(model.url), [search_orders])
    result = graph.invoke(question(), config={"callbacks": [WhyOpsCallbackHandler(sdk)]})
    assert result["messages"][-1].content == TEXT
    assert "[whyops]" in caplog.text
