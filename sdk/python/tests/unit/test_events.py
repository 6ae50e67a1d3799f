"""What the trace builder puts on the wire, against the golden file shared by all SDKs."""

from __future__ import annotations

import inspect
import re
import uuid
from datetime import datetime, timedelta, timezone

import pytest

from whyops import WhyOps, _ids, _json

from .conftest import KEY, golden

CASES = golden("events")


def snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def wire(event: dict, expected: dict) -> dict:
    assert uuid.UUID(event.pop("eventId")).version == 7
    if "timestamp" not in expected:
        moment = datetime.fromisoformat(event.pop("timestamp").replace("Z", "+00:00"))
        assert abs(datetime.now(timezone.utc) - moment) < timedelta(seconds=10)
    return event


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
@pytest.mark.parametrize("form", ["sync", "async"])
async def test_golden_event(sdk, server, case, form):
    trace = sdk.trace("session-123")
    options = {snake(name): value for name, value in case["options"].items()}
    if form == "sync":
        getattr(trace, snake(case["method"]) + "_sync")(*case["arguments"], **options)
    else:
        await getattr(trace, snake(case["method"]))(*case["arguments"], **options)
    assert sdk.flush(5)
    (event,) = server.events
    assert wire(event, case["event"]) == case["event"]


def test_every_method_exists_in_both_forms():
    from whyops import Trace

    for name, method in inspect.getmembers(Trace, inspect.isfunction):
        if name.endswith("_sync"):
            assert inspect.iscoroutinefunction(getattr(Trace, name[: -len("_sync")])), name
            assert not inspect.iscoroutinefunction(method)


def test_tool_request_gives_the_span_of_its_response(sdk, server):
    trace = sdk.trace("session-123", thread_id="thread-1", external_user_id="user-1")
    span_id = trace.tool_call_request_sync("search", [{"name": "search", "arguments": {}}])
    trace.tool_call_response_sync("search", span_id, [], {"ok": True})
    trace.flush(5)
    request, response = server.events
    assert request["spanId"] == response["spanId"] == span_id
    assert request["threadId"] == "thread-1"
    assert request["externalUserId"] == "user-1"


def test_later_changes_of_the_host_do_not_change_the_event(sdk, server):
    messages = [{"role": "user", "content": "first"}]
    sdk.trace("t").user_message_sync(messages)
    messages.append({"role": "user", "content": "second"})
    sdk.flush(5)
    assert len(server.events[0]["content"]) == 1


class Broken:
    def __str__(self):
        raise RuntimeError("no text")

    __repr__ = __str__


def cyclic():
    value: dict = {}
    value["self"] = value
    return value


@pytest.mark.parametrize(
    "content",
    [float("nan"), {1: float("inf")}, {(1, 2): "x"}, {1, 2}, b"\xff\x00", Broken(), cyclic(), object(), "\ud800",
     datetime.now(), [Broken()]],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_any_content_becomes_valid_json_and_nothing_is_raised(sdk, server, content):
    sdk.trace("t").user_message_sync(content)
    assert sdk.flush(5)
    assert len(server.events) == 1
    assert sdk.stats.internal_errors == 0


def test_deep_content_is_cut_below_the_servers_depth_limit():
    deep: list = []
    for _ in range(5_000):
        deep = [deep]
    assert _json.dumps(deep).count(b"[") < 64


def test_content_over_the_limit_is_shortened_and_counted(sdk, server):
    sdk.trace("t").user_message_sync("x" * (2 * 1024 * 1024))
    assert sdk.flush(5)
    content = server.events[0]["content"]
    assert content["truncated"] is True
    assert content["bytes"] > 2 * 1024 * 1024
    assert sdk.stats.truncated == 1


def test_uuid7_is_ordered_by_time_and_unique():
    ids = [_ids.uuid7() for _ in range(10_000)]
    assert len(set(ids)) == len(ids)
    assert sorted(value[:13] for value in ids) == [value[:13] for value in ids]
    assert {uuid.UUID(value).version for value in ids} == {7}
    assert {uuid.UUID(value).variant for value in ids} == {uuid.RFC_4122}


def test_a_datetime_is_sent_with_its_offset(sdk, server):
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    sdk.trace("t").user_message_sync("x", timestamp=moment)
    sdk.flush(5)
    assert server.events[0]["timestamp"] == "2026-01-01T21:34:05Z"


def test_unknown_arguments_are_logged_and_ignored(sdk, server, caplog):
    sdk.trace("t").user_message_sync("x", spn_id="typo")
    sdk.flush(5)
    assert len(server.events) == 1
    assert "spn_id" in caplog.text


def test_without_agent_name_or_key_nothing_is_sent_and_one_line_says_so(server, caplog):
    sdk = WhyOps(api_key=KEY, proxy_base_url=server.url)
    for _ in range(5):
        sdk.trace("t").user_message_sync("x")
    assert sdk.flush(1)
    assert not server.seen
    assert caplog.text.count("[whyops]") == 1


def test_sound_and_pictures_are_told_apart(sdk, server):
    usage = {"input_tokens": 200, "output_tokens": 10, "total_tokens": 210,
             "input_tokens_details": {"audio_tokens": 90, "image_tokens": 30, "cached_tokens": 100,
                                      "cached_tokens_details": {"audio_tokens": 50, "image_tokens": 10}},
             "output_tokens_details": {"audio_tokens": 6}}  # fmt: skip
    sdk.trace("t").llm_response_sync("gpt-realtime", "openai", "x", usage=usage)
    sdk.flush(5)
    assert server.events[0]["metadata"]["usage"] == {
        "promptTokens": 100, "completionTokens": 10, "totalTokens": 210, "cacheReadTokens": 100,
        "inputAudioTokens": 40, "inputImageTokens": 20, "cacheReadAudioTokens": 50,
        "cacheReadImageTokens": 10, "outputAudioTokens": 6,
    }  # fmt: skip


def test_provider_usage_objects_become_disjoint_counts(sdk, server):
    from anthropic.types import Usage
    from openai.types import CompletionUsage

    openai_usage = CompletionUsage.model_validate(
        {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120,
         "prompt_tokens_details": {"cached_tokens": 60}, "completion_tokens_details": {"reasoning_tokens": 5}}
    )  # fmt: skip
    anthropic_usage = Usage.model_validate(
        {"input_tokens": 10, "output_tokens": 3, "cache_read_input_tokens": 7, "cache_creation_input_tokens": 2,
         "cache_creation": {"ephemeral_5m_input_tokens": 2, "ephemeral_1h_input_tokens": 0}}
    )  # fmt: skip
    trace = sdk.trace("t")
    trace.llm_response_sync("m", "openai", "x", usage=openai_usage)
    trace.llm_response_sync("m", "anthropic", "x", usage=anthropic_usage)
    sdk.flush(5)
    first, second = (event["metadata"]["usage"] for event in server.events)
    assert first == {"promptTokens": 40, "completionTokens": 20, "totalTokens": 120, "cacheReadTokens": 60, "reasoningTokens": 5}  # fmt: skip
    assert second == {"promptTokens": 10, "completionTokens": 3, "cacheReadTokens": 7, "cacheCreationTokens": 2,
                      "cacheWrite5mTokens": 2, "cacheWrite1hTokens": 0}  # fmt: skip
