from __future__ import annotations

import pytest

from whyops import WhyOps

from .conftest import KEY


def test_defaults_stay_on_this_machine():
    sdk = WhyOps()
    assert sdk.proxy_base_url == "http://127.0.0.1:8080"
    assert sdk.analyse_base_url == "http://127.0.0.1:8080/api"
    assert sdk.enabled


def test_environment_then_constructor(monkeypatch):
    monkeypatch.setenv("WHYOPS_AGENT_NAME", "from-environment")
    monkeypatch.setenv("WHYOPS_PROXY_BASE_URL", "http://proxy.test/v1/")
    sdk = WhyOps()
    assert sdk.agent_name == "from-environment"
    assert sdk.proxy_base_url == "http://proxy.test/v1"
    assert sdk.analyse_base_url == "http://proxy.test/api"
    assert WhyOps(agent_name="given").agent_name == "given"


@pytest.mark.parametrize("empty", ["", "  "])
def test_empty_text_counts_as_absent(monkeypatch, empty):
    monkeypatch.setenv("WHYOPS_ANALYSE_BASE_URL", empty)
    sdk = WhyOps(api_key=empty, agent_name=empty, proxy_base_url=empty, analyse_base_url=empty)
    assert sdk.agent_name is None
    assert sdk.proxy_base_url == "http://127.0.0.1:8080"


@pytest.mark.parametrize("value", ["false", "FALSE", "0", "no", "off"])
def test_enabled_false(monkeypatch, value):
    monkeypatch.setenv("WHYOPS_ENABLED", value)
    assert not WhyOps().enabled
    assert WhyOps(enabled=True).enabled


def test_the_key_is_in_no_text():
    sdk = WhyOps(api_key=KEY, agent_name="a")
    assert KEY not in repr(sdk)
