"""A started server and the scripted provider, found by the environment; skipped without them."""

from __future__ import annotations

import json
import os
import time
import uuid
from typing import Any, Callable
from urllib.parse import quote

import httpx
import pytest

from whyops import WhyOps

DEFINITION = {
    "systemPrompt": "You are a support agent.",
    "description": "Answers questions about orders.",
    "tools": [
        {
            "name": "search_orders",
            "description": "Finds an order.",
            "inputSchema": json.dumps(
                {"type": "object", "properties": {"orderId": {"type": "string"}}}
            ),
            "outputSchema": json.dumps({"type": "object"}),
        }
    ],
}


def pytest_collection_modifyitems(items):
    missing = [
        name
        for name in ("GATEWAY", "KEY", "DASHBOARD")
        if not os.environ.get(f"WHYOPS_TEST_{name}")
    ]
    if missing:
        mark = pytest.mark.skip(
            reason=f"WHYOPS_TEST_{missing[0]} is not set: no server to run against"
        )
        for item in items:
            if "live" in item.path.parts:
                item.add_marker(mark)


@pytest.fixture(autouse=True)
def _documented_environment(monkeypatch):
    """The documented code finds the server by the documented variables."""
    monkeypatch.setenv("WHYOPS_API_KEY", os.environ["WHYOPS_TEST_KEY"])
    monkeypatch.setenv("WHYOPS_PROXY_BASE_URL", os.environ["WHYOPS_TEST_GATEWAY"])
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)


@pytest.fixture
def sdk():
    made = WhyOps(agent_name="support-agent", agent_metadata=DEFINITION)
    yield made
    made.close()


@pytest.fixture
def trace_id():
    return f"session-{uuid.uuid4()}"


@pytest.fixture
def dashboard():
    key = os.environ.get("WHYOPS_TEST_READ_KEY") or os.environ["WHYOPS_TEST_KEY"]
    with httpx.Client(
        base_url=os.environ["WHYOPS_TEST_DASHBOARD"], headers={"Authorization": f"Bearer {key}"}
    ) as client:
        yield Dashboard(client)


class Dashboard:
    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def trace(
        self, trace_id: str, ready: Callable[[list[dict[str, Any]]], Any], seconds: float = 5.0
    ) -> dict[str, Any]:
        """The trace as the dashboard has it, once ``ready`` is content with its events."""
        deadline = time.monotonic() + seconds
        seen: Any = None
        while time.monotonic() < deadline:
            response = self._client.get(f"/api/traces/{quote(trace_id, safe='')}")
            seen = response.text
            if response.status_code == 200 and ready(response.json()["events"]):
                return response.json()
            time.sleep(0.05)
        raise AssertionError(f"trace {trace_id} is not complete after {seconds} s: {seen[:3000]}")


def of_type(events: list[dict[str, Any]], event_type: str) -> list[dict[str, Any]]:
    return [event for event in events if event["eventType"] == event_type]
