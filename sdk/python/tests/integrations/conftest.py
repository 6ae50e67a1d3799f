"""An OpenAI-shaped model on a free port: it asks for ``search_orders`` first, then answers."""

from __future__ import annotations

import json

import pytest

from tests.unit.conftest import KEY, Answer, Seen, StubServer, _clean

__all__ = ["_clean"]

TEXT = "It has shipped."
CALL_ID = "call_1"
ARGUMENTS = '{"order_id": "123"}'
USAGE = {
    "prompt_tokens": 100,
    "completion_tokens": 20,
    "total_tokens": 120,
    "prompt_tokens_details": {"cached_tokens": 60},
    "completion_tokens_details": {"reasoning_tokens": 5},
}


def chat(body: dict) -> Answer:
    base = {"id": f"chatcmpl-{len(body['messages'])}", "created": 1, "model": body["model"]}
    asks = bool(body.get("tools")) and body["messages"][-1]["role"] != "tool"
    call = {
        "id": CALL_ID,
        "type": "function",
        "function": {"name": "search_orders", "arguments": ARGUMENTS},
    }
    message = (
        {"role": "assistant", "content": None, "tool_calls": [call]}
        if asks
        else {"role": "assistant", "content": TEXT}
    )
    reason = "tool_calls" if asks else "stop"
    if not body.get("stream"):
        choice = {"index": 0, "message": message, "finish_reason": reason}
        return Answer(
            200, {**base, "object": "chat.completion", "choices": [choice], "usage": USAGE}
        )
    if asks:
        message["tool_calls"][0]["index"] = 0
    chunk = {**base, "object": "chat.completion.chunk"}
    chunks = [
        {**chunk, "choices": [{"index": 0, "delta": message, "finish_reason": None}]},
        {**chunk, "choices": [{"index": 0, "delta": {}, "finish_reason": reason}]},
        {**chunk, "choices": [], "usage": USAGE},
    ]
    lines = [f"data: {json.dumps(item)}\n\n" for item in chunks] + ["data: [DONE]\n\n"]
    return Answer(200, "".join(lines).encode(), {"Content-Type": "text/event-stream"})


def responses(body: dict) -> Answer:
    given = body["input"] if isinstance(body["input"], list) else []
    asks = bool(body.get("tools")) and not any(
        item.get("type") == "function_call_output" for item in given
    )
    item = (
        {"type": "function_call", "id": "fc_1", "call_id": CALL_ID, "name": "search_orders", "arguments": ARGUMENTS, "status": "completed"}
        if asks
        else {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed",
              "content": [{"type": "output_text", "text": TEXT, "annotations": []}]}
    )  # fmt: skip
    usage = {
        "input_tokens": 100,
        "output_tokens": 20,
        "total_tokens": 120,
        "input_tokens_details": {"cached_tokens": 60, "cache_write_tokens": 0},
        "output_tokens_details": {"reasoning_tokens": 5},
    }
    return Answer(
        200,
        {"id": f"resp_{len(given)}", "object": "response", "created_at": 1, "status": "completed", "model": body["model"],
         "output": [item], "usage": usage, "parallel_tool_calls": True, "tool_choice": "auto", "tools": [],
         "error": None, "incomplete_details": None, "instructions": None, "metadata": {}, "temperature": 1, "top_p": 1},
    )  # fmt: skip


def answer(seen: Seen) -> Answer:
    if seen.path.startswith("/api/"):
        return Answer()
    if seen.body and seen.body.get("model") == "broken":
        return Answer(400, {"error": {"message": "no such model", "type": "invalid_request_error"}})
    if seen.path.endswith("/chat/completions"):
        return chat(seen.body)
    if seen.path.endswith("/responses"):
        return responses(seen.body)
    return Answer(404, {"error": {"message": seen.path}})


@pytest.fixture
def server():
    stub = StubServer()
    stub.default = answer
    yield stub
    stub.close()


@pytest.fixture
def model():
    """The same model at an address that is not the proxy's."""
    stub = StubServer()
    stub.default = answer
    yield stub
    stub.close()


@pytest.fixture
def sdk(server):
    from whyops import WhyOps

    made = WhyOps(api_key=KEY, agent_name="support-agent", proxy_base_url=server.url)
    yield made
    made.close(0.5)


def kinds(server) -> list[str]:
    return [event["eventType"] for event in by_time(server)]


def by_time(server) -> list[dict]:
    return sorted(server.events, key=lambda event: event["timestamp"])


def one(server, event_type: str) -> dict:
    (event,) = [event for event in server.events if event["eventType"] == event_type]
    return event
