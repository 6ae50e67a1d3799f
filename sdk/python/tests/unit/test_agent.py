"""Registering the agent: once per definition, never in the host's way."""

from __future__ import annotations

import threading

import pytest

from whyops import AgentInfo, WhyOps, _agent

from .conftest import KEY, Answer, golden, until

GOLDEN = golden("agent-init")


@pytest.fixture(autouse=True)
def _fresh(monkeypatch):
    monkeypatch.setattr(_agent, "_registrations", {})
    monkeypatch.setattr(_agent, "_RETRY_DELAYS_SECONDS", (0.01, 0.01, 0.01))


def client(url: str, **options) -> WhyOps:
    return WhyOps(
        api_key=KEY,
        agent_name=GOLDEN["agentName"],
        agent_metadata=GOLDEN["metadata"],
        proxy_base_url=url,
        **options,
    )


def inits(server):
    return [seen for seen in list(server.seen) if seen.path.endswith("/entities/init")]


@pytest.mark.parametrize("answer", GOLDEN["answers"], ids=lambda answer: str(answer["status"]))
async def test_golden_answer(server, answer):
    server.init_answer = Answer(answer["status"], answer["body"])
    info = await client(server.url).init_agent()
    expected = answer["info"]
    if expected is None:
        assert info is None
    else:
        assert info == AgentInfo(
            expected["agentId"],
            expected["agentVersionId"],
            expected["status"],
            expected["versionHash"],
        )
    (request,) = inits(server)
    assert request.path == "/api" + GOLDEN["requestPath"]
    assert request.body == GOLDEN["request"]
    assert request.headers["authorization"] == f"Bearer {KEY}"


def test_registered_once_per_process_and_definition(server):
    clients = [client(server.url) for _ in range(4)]
    threads = [threading.Thread(target=sdk.init_agent_sync) for sdk in clients for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(inits(server)) == 1
    WhyOps(api_key=KEY, agent_name="other", proxy_base_url=server.url).init_agent_sync()
    assert len(inits(server)) == 2


def test_the_first_event_registers_in_the_background(server):
    sdk = client(server.url)
    sdk.trace("t").user_message_sync("x")
    assert sdk.flush(5)
    until(lambda: inits(server))
    assert server.seen[0].path.endswith("/entities/init")


def test_without_a_definition_nothing_is_registered_unasked(server):
    sdk = WhyOps(api_key=KEY, agent_name="bare", proxy_base_url=server.url)
    sdk.trace("t").user_message_sync("x")
    assert sdk.flush(5)
    assert inits(server) == []
    assert sdk.init_agent_sync() is not None
    assert len(inits(server)) == 1


def test_a_failing_registration_blocks_no_event_and_is_tried_again(server):
    server.init_answer = Answer(500)
    sdk = client(server.url)
    assert sdk.init_agent_sync() is None
    sdk.trace("t").user_message_sync("x")
    assert sdk.flush(5)
    assert len(server.events) == 1
    server.init_answer = Answer(200, GOLDEN["answers"][0]["body"])
    assert sdk.init_agent_sync() is not None


def test_no_server_gives_none():
    assert client("http://127.0.0.1:9").init_agent_sync() is None


def test_disabled_asks_nobody(server, monkeypatch):
    monkeypatch.setenv("WHYOPS_ENABLED", "false")
    sdk = client(server.url)
    assert sdk.init_agent_sync() is None
    sdk.trace("t").user_message_sync("x")
    assert sdk.flush(1)
    assert not server.seen
