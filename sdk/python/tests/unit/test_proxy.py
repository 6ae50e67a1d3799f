"""The helpers on the real clients of both packages, old and new."""

from __future__ import annotations

import asyncio
import copy
import inspect
from types import SimpleNamespace

import anthropic
import openai
import pytest
from anthropic import Anthropic, AsyncAnthropic
from openai import AsyncOpenAI, OpenAI

from tests import snippets
from whyops import WhyOps

from .conftest import KEY, TEXT, golden, provider

NAMES = {
    "OpenAI": OpenAI,
    "AsyncOpenAI": AsyncOpenAI,
    "Anthropic": Anthropic,
    "AsyncAnthropic": AsyncAnthropic,
}
CLASSES = list(NAMES.values())


@pytest.fixture
def proxy(server):
    server.default = provider
    return server


def patch(sdk: WhyOps, client):
    return sdk.openai(client) if "OpenAI" in type(client).__name__ else sdk.anthropic(client)


async def call(client, **options):
    messages = [{"role": "user", "content": "Where is order 123?"}]
    if "OpenAI" in type(client).__name__:
        result = client.chat.completions.create(model="gpt-4o", messages=messages, **options)
    else:
        result = client.messages.create(model="claude", max_tokens=8, messages=messages, **options)
    return await result if asyncio.iscoroutine(result) else result


def texts(headers):
    return {name: value for name, value in headers.items() if isinstance(value, str)}


def calls(server):
    return [seen for seen in server.seen if "/api/" not in seen.path]


@pytest.mark.parametrize("name", snippets.CALLS)
async def test_documented_code_runs_as_it_stands(sdk, proxy, name):
    names = {
        "sdk": sdk,
        "trace_id": "session-123",
        "current_user": SimpleNamespace(id="user-1"),
        **NAMES,
    }
    namespace = await snippets.run(snippets.CALLS[name], names)
    assert snippets.answer_of(namespace) == TEXT
    (seen,) = calls(proxy)
    assert seen.headers["x-trace-id"] == seen.headers["x-thread-id"] == "session-123"
    assert seen.headers["x-external-user-id"] == "user-1"
    assert seen.headers["x-agent-name"] == "support-agent"
    credential = seen.headers["x-api-key" if name.startswith("anthropic") else "authorization"]
    assert credential.removeprefix("Bearer ") == KEY
    assert "YOUR_WHYOPS_API_KEY" not in str(seen.headers)


async def test_the_hybrid_snippet_runs_as_it_stands(sdk, proxy):
    names = {"sdk": sdk, "charge_card": lambda: {"paid": True}, **NAMES}
    await snippets.run(snippets.HYBRID, names)
    sdk.flush(5)
    assert [event["traceId"] for event in proxy.events] == ["checkout-8841"] * 2


@pytest.mark.parametrize("cls", CLASSES)
async def test_the_client_is_changed_in_place(sdk, proxy, cls):
    client = cls(api_key="provider-key", default_headers={"X-Own": "1"})
    chat = client.beta  # made before patching
    assert patch(sdk, client) is client
    assert isinstance(client, cls)
    assert type(client).__name__ == cls.__name__
    assert str(client.base_url).rstrip("/") == proxy.url
    assert client.api_key == KEY
    assert client.default_headers["X-Own"] == "1"
    assert client.default_headers["X-Agent-Name"] == "support-agent"
    assert client.beta is chat
    await call(client)
    (seen,) = calls(proxy)
    assert seen.headers["x-own"] == "1"
    assert seen.headers["user-agent"].startswith(cls.__name__ + "/Python")
    assert "provider-key" not in str(seen.headers)


@pytest.mark.parametrize("cls", CLASSES)
async def test_the_agent_survives_a_plain_assignment(sdk, proxy, cls):
    client = patch(sdk, cls(api_key="x", default_headers={"X-Old": "1"}))
    client.default_headers = {"X-Trace-ID": "t-1"}
    await call(client)
    (seen,) = calls(proxy)
    assert seen.headers["x-agent-name"] == "support-agent"
    assert seen.headers["x-trace-id"] == "t-1"
    assert "x-old" not in seen.headers


@pytest.mark.parametrize("cls", CLASSES)
def test_spreading_the_headers_keeps_only_what_is_the_clients_own(sdk, cls):
    client = patch(sdk, cls(api_key="x"))
    client.default_headers = {**client.default_headers, "X-Trace-ID": "t-1"}
    assert client._custom_headers == {"X-Trace-ID": "t-1"}
    client.default_headers = None
    assert client._custom_headers == {}


@pytest.mark.parametrize("cls", CLASSES)
async def test_copies_go_through_the_proxy_too(sdk, proxy, cls):
    client = patch(sdk, cls(api_key="x"))
    client.default_headers = {**client.default_headers, "X-Trace-ID": "t-1"}
    copies = [
        client.with_options(timeout=5),
        client.copy(max_retries=0),
        client.with_options(default_headers={"X-More": "1"}),
        client.copy(set_default_headers={"X-Only": "1"}),
        copy.copy(client),
    ]
    for each in copies:
        assert type(each) is type(client)
        assert each.default_headers["X-Agent-Name"] == "support-agent"
        await call(each)
    seen = calls(proxy)
    assert len(seen) == len(copies)
    assert [request.headers.get("x-trace-id") for request in seen] == [
        "t-1",
        "t-1",
        "t-1",
        None,
        "t-1",
    ]
    assert seen[2].headers["x-more"] == "1"


@pytest.mark.parametrize("cls", CLASSES)
async def test_a_copy_stays_on_the_proxy_whatever_address_it_is_given(sdk, proxy, cls):
    client = patch(sdk, cls(api_key="x"))
    address = str(client.base_url)
    copied = client.with_options(base_url="http://127.0.0.1:9/v1")
    assert str(copied.base_url) == address
    await call(copied)
    assert calls(proxy)[0].headers["x-agent-name"] == "support-agent"


@pytest.mark.parametrize("cls", [OpenAI, AsyncOpenAI])
def test_no_copy_opens_a_socket_elsewhere(sdk, cls):
    if "data_residency" not in inspect.signature(cls.copy).parameters:
        pytest.skip("newOriginNeedsKey: this version of the package knows no other regions")
    client = sdk.openai(cls(api_key="x", websocket_base_url="wss://sockets.test/v1"))
    for each in (
        client,
        client.copy(data_residency="eu"),
        client.copy(websocket_base_url="wss://other.test"),
    ):
        assert str(each.base_url) == str(client.base_url)
        assert each.websocket_base_url is None


@pytest.mark.parametrize("cls", CLASSES)
async def test_a_copy_takes_another_whyops_key_and_never_a_providers(sdk, proxy, cls, monkeypatch):
    monkeypatch.setenv("OPENAI_ADMIN_KEY", "provider-admin-key")
    other = "whyops_test_" + "b" * 36
    client = patch(sdk, cls(api_key="x"))
    await call(client.with_options(api_key="provider-key"))
    await call(client.with_options(api_key=other))
    first, second = (seen.headers for seen in calls(proxy))
    name = "authorization" if "OpenAI" in cls.__name__ else "x-api-key"
    assert first[name].removeprefix("Bearer ") == KEY
    assert second[name].removeprefix("Bearer ") == other
    assert "provider-" not in str(calls(proxy))
    assert getattr(client.copy(), "admin_api_key", None) is None


@pytest.mark.parametrize("cls", CLASSES)
async def test_a_copy_without_any_whyops_key_is_refused(proxy, cls):
    client = patch(WhyOps(agent_name="a", proxy_base_url=proxy.url), cls(api_key=KEY))
    await call(client.with_options(timeout=5))
    with pytest.raises(TypeError, match="No WhyOps API key"):
        client.with_options(api_key="provider-key")


@pytest.mark.parametrize("cls", CLASSES)
async def test_raw_and_streaming_responses_and_beta(sdk, proxy, cls):
    client = patch(sdk, cls(api_key="x"))
    messages = [{"role": "user", "content": "x"}]
    resource, options = (
        (client.chat.completions, {"model": "gpt-4o"})
        if "OpenAI" in cls.__name__
        else (client.messages, {"model": "claude", "max_tokens": 8})
    )
    raw = resource.with_raw_response.create(messages=messages, **options)
    raw = await raw if asyncio.iscoroutine(raw) else raw
    assert raw.http_response.status_code == 200
    manager = resource.with_streaming_response.create(messages=messages, **options)
    if hasattr(manager, "__aenter__"):
        async with manager as response:
            assert TEXT in await response.text()
    else:
        with manager as response:
            assert TEXT in response.text()
    if "Anthropic" in cls.__name__:
        beta = client.beta.messages.create(messages=messages, betas=["x"], **options)
        beta = await beta if asyncio.iscoroutine(beta) else beta
        assert beta.content[0].text == TEXT
    for seen in calls(proxy):
        assert seen.headers["x-agent-name"] == "support-agent"


@pytest.mark.parametrize("cls", CLASSES)
async def test_trace_context_sets_headers_inside_only(sdk, proxy, cls):
    client = patch(sdk, cls(api_key="x"))
    before = texts(client.default_headers)
    with sdk.trace_context("session-1", thread_id="thread-1", external_user_id="user 1") as trace:
        await call(client)
        with trace.tool("search") as tool:
            await call(client, extra_headers={"X-Trace-ID": "explicit"})
        await call(client.with_options(timeout=9))
    await call(client)
    assert texts(client.default_headers) == before
    first, second, third, last = (seen.headers for seen in calls(proxy))
    assert (first["x-trace-id"], first["x-thread-id"]) == ("session-1", "thread-1")
    assert first["x-external-user-id"] == "user 1"
    assert second["x-trace-id"] == "explicit"
    assert second["x-whyops-parent-span"] == tool.span_id
    assert third["x-trace-id"] == "session-1"
    assert "x-trace-id" not in last


@pytest.mark.parametrize("bad", ["", "with space", "ü", "x" * 201, ".", "a\r\nb"])
async def test_a_bad_trace_id_never_breaks_the_call(sdk, proxy, bad):
    client = sdk.openai(OpenAI(api_key="x"))
    with sdk.trace_context(bad, external_user_id="Größe" + bad):
        await call(client)
    assert "x-trace-id" not in calls(proxy)[0].headers
    assert "x-external-user-id" not in calls(proxy)[0].headers


@pytest.mark.parametrize("case", golden("agent-headers"), ids=lambda case: case["agentName"])
@pytest.mark.parametrize("cls", CLASSES)
async def test_golden_agent_headers(proxy, case, cls):
    sdk = WhyOps(api_key=KEY, agent_name=case["agentName"], proxy_base_url=proxy.url)
    await call(patch(sdk, cls(api_key="x")))
    headers = calls(proxy)[0].headers
    sent = {
        name: headers[name.lower()]
        for name in ("X-Agent-Name", "X-WhyOps-Agent-Name")
        if name.lower() in headers
    }
    assert sent == case["headers"]


@pytest.mark.parametrize("cls", CLASSES)
async def test_omitted_headers_stay_omitted(sdk, proxy, cls):
    package = openai if "OpenAI" in cls.__name__ else anthropic
    omit = package.Omit() if hasattr(package, "Omit") else package._types.Omit()
    client = patch(sdk, cls(api_key="x"))
    client.default_headers = {**client.default_headers, "X-Stainless-Lang": omit}
    await call(client)
    assert "x-stainless-lang" not in calls(proxy)[0].headers


@pytest.mark.parametrize("cls", CLASSES)
async def test_patching_twice_and_for_another_agent(sdk, proxy, cls):
    client = patch(sdk, patch(sdk, cls(api_key="x")))
    assert type(client).__mro__.count(cls) == 1
    assert type(client).__mro__[1] is cls
    other = WhyOps(api_key=KEY, agent_name="other", proxy_base_url=proxy.url)
    patch(other, client)
    assert type(client).__mro__[1] is cls
    await call(client)
    assert calls(proxy)[0].headers["x-agent-name"] == "other"


@pytest.mark.parametrize("cls", CLASSES)
async def test_a_subclass_of_the_host_works(sdk, proxy, cls):
    class Own(cls):
        def greet(self):
            return "hello"

    client = Own(api_key="x")
    (sdk.openai if "OpenAI" in cls.__name__ else sdk.anthropic)(client)
    assert client.greet() == "hello"
    assert client.copy().greet() == "hello"


@pytest.mark.parametrize("cls", CLASSES)
async def test_credentials_in_headers_and_environment_never_go_up(sdk, proxy, cls, monkeypatch):
    package = "OPENAI" if "OpenAI" in cls.__name__ else "ANTHROPIC"
    monkeypatch.setenv(
        f"{package}_CUSTOM_HEADERS",
        "Authorization: Bearer from-environment\nX-Api-Key: also-secret\nX-Fine: 1",
    )
    client = patch(sdk, cls(api_key="provider-key", default_headers={"api-key": "in-a-header"}))
    await call(client)
    await call(client.with_options(timeout=5))
    for seen in calls(proxy):
        text = str(seen.headers)
        assert not any(
            secret in text
            for secret in ("from-environment", "also-secret", "in-a-header", "provider-key")
        )


async def test_an_anthropic_auth_token_is_replaced(sdk, proxy):
    await call(sdk.anthropic(Anthropic(auth_token="provider-token")))
    assert "provider-token" not in str(calls(proxy)[0].headers)


async def test_a_key_function_is_replaced(sdk, proxy):
    client = sdk.openai(OpenAI(api_key=lambda: "provider-key"))
    await call(client)
    await call(client.with_options(timeout=3))
    for seen in calls(proxy):
        assert seen.headers["authorization"] == f"Bearer {KEY}"


def refused(helper, client):
    state, cls = dict(client.__dict__) if hasattr(client, "__dict__") else None, type(client)
    with pytest.raises(TypeError) as failure:
        helper(client)
    assert type(client) is cls
    if state is not None:
        assert dict(client.__dict__) == state
    return str(failure.value)


def test_wrong_clients_are_refused_at_once_and_left_alone(sdk):
    assert "sdk.anthropic()" in refused(sdk.openai, Anthropic(api_key="x"))
    assert "sdk.openai()" in refused(sdk.anthropic, OpenAI(api_key="x"))
    azure = openai.AzureOpenAI(api_key="x", api_version="1", azure_endpoint="https://a.test")
    assert "plain OpenAI client" in refused(sdk.openai, azure)
    assert "AnthropicFoundry" in refused(
        sdk.anthropic, anthropic.AnthropicFoundry(api_key="x", resource="r")
    )
    assert "not SimpleNamespace" in refused(sdk.openai, SimpleNamespace())
    assert "not NoneType" in refused(sdk.openai, None)
    assert "not type" in refused(sdk.openai, OpenAI)


def test_a_client_with_a_provider_of_its_own_is_refused(sdk):
    client = OpenAI(api_key="x")
    client._provider_runtime = object()
    assert "credentials cannot be replaced" in refused(sdk.openai, client)


def test_without_a_key_a_providers_key_is_never_sent(server):
    sdk = WhyOps(agent_name="a", proxy_base_url=server.url)
    assert "WHYOPS_API_KEY" in refused(sdk.openai, OpenAI(api_key="sk-provider"))
    assert sdk.openai(OpenAI(api_key=KEY)).api_key == KEY


def test_a_client_that_cannot_be_changed_is_left_as_it_was(sdk):
    class Stubborn(OpenAI):
        @property
        def base_url(self):
            return self._base_url

    assert "unchanged" in refused(sdk.openai, Stubborn.__new__(Stubborn))


def test_disabled_leaves_clients_alone(server):
    sdk = WhyOps(api_key=KEY, agent_name="a", proxy_base_url=server.url, enabled=False)
    client = OpenAI(api_key="x")
    assert sdk.openai(client) is client
    assert type(client) is OpenAI
    assert client.api_key == "x"


async def test_direct_the_second_client(sdk, proxy):
    direct = sdk.direct(OpenAI(api_key="provider-key", base_url=proxy.url))
    proxied = sdk.openai(OpenAI(api_key="YOUR_WHYOPS_API_KEY"))
    await call(direct)
    await call(proxied)
    first, second = calls(proxy)
    assert first.headers["authorization"] == "Bearer provider-key"
    assert "x-agent-name" not in first.headers
    assert second.headers["authorization"] == f"Bearer {KEY}"
    assert "sdk.direct()" in refused(sdk.openai, direct)
    with pytest.raises(TypeError, match="second client"):
        sdk.direct(proxied)


def test_the_proxys_address_may_end_in_v1():
    sdk = WhyOps(api_key=KEY, agent_name="a", proxy_base_url="http://proxy.test/v1/")
    assert str(sdk.openai(OpenAI(api_key="x")).base_url).rstrip("/") == "http://proxy.test/v1"
    assert str(sdk.anthropic(Anthropic(api_key="x")).base_url).rstrip("/") == "http://proxy.test"
