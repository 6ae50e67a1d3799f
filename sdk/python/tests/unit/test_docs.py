"""Every code block of the documents runs."""

from __future__ import annotations

import re
import shutil

import pytest

from tests import documents

from .conftest import KEY, TEXT, provider


@pytest.fixture(autouse=True)
def _environment(server, monkeypatch):
    server.default = provider
    monkeypatch.setenv("WHYOPS_API_KEY", KEY)
    monkeypatch.setenv("WHYOPS_PROXY_BASE_URL", server.url)


@pytest.mark.parametrize("page", documents.PAGES)
async def test_python_blocks(server, page):
    namespace = await documents.run_python(page)
    assert namespace["sdk"].flush()
    if page == "runtime-events.md":
        assert len(server.events) == 18
        assert {event["traceId"] for event in server.events} == {"session-123"}
    else:
        assert namespace["completion"].choices[0].message.content == TEXT


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
@pytest.mark.parametrize("page", ["proxy-helpers.md", "runtime-events.md"])
def test_shell_blocks(server, page):
    output = documents.run_shell(page)
    if page == "proxy-helpers.md":
        assert output.count(TEXT) == 2
    else:
        assert [event["eventType"] for event in server.events] == [
            "tool_call_request",
            "tool_call_response",
        ]


@pytest.mark.parametrize("page", sorted((documents.DOCS / "integrations").glob("*.md")))
def test_integration_pages_show_examples_that_run(page):
    text = page.read_text(encoding="utf-8")
    file = re.search(r"\]\(\.\./\.\./(examples/[\w/.]+)\)", text)
    assert file is not None
    example = (documents.DOCS.parent / file[1]).read_text(encoding="utf-8")
    assert re.findall(r"^```\w+\n(.*?)^```$", text, re.MULTILINE | re.DOTALL) == [example]


def test_every_example_but_plain_ones_has_a_page():
    pages = "".join(p.read_text("utf-8") for p in (documents.DOCS / "integrations").glob("*.md"))
    for example in (documents.DOCS.parent / "examples").glob("*/*.*"):
        assert example.stem == "openai_proxy" or f"{example.parent.name}/{example.name}" in pages
