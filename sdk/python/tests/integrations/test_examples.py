"""The examples, run as they stand."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.conftest import KEY

from .conftest import TEXT

EXAMPLES = Path(__file__).resolve().parents[4] / "examples" / "python"
NEEDS = {
    "openai_proxy": "openai",
    "langgraph_agent": "langchain",
    "openai_agents_run": "agents",
    "llamaindex_agent": "llama_index",
    # run by tests/opentelemetry, which has the exporter and a server that takes spans
    "opentelemetry_openinference": "no_package_of_these_environments",
}


def test_every_example_is_listed():
    assert {path.stem for path in EXAMPLES.glob("*.py")} == set(NEEDS)


@pytest.mark.parametrize(
    "name", [name for name, module in NEEDS.items() if importlib.util.find_spec(module)]
)
def test_example(server, name):
    result = subprocess.run(
        [sys.executable, str(EXAMPLES / f"{name}.py")],
        env={**os.environ, "WHYOPS_API_KEY": KEY, "WHYOPS_PROXY_BASE_URL": server.url},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode == 0, result.stderr
    assert TEXT in result.stdout
    models = [seen for seen in server.seen if "/api/" not in seen.path]
    assert {seen.headers["x-agent-name"] for seen in models} == {"support-agent"}
    (trace_id,) = {seen.headers["x-trace-id"] for seen in models}
    assert trace_id.startswith("example-")
    assert {event["traceId"] for event in server.events} <= {trace_id}
    if name != "openai_proxy":
        assert [event["eventType"] for event in server.events] == [
            "tool_call_request",
            "tool_call_response",
        ]
