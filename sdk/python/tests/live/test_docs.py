"""Every code block of the documents runs against the started server."""

from __future__ import annotations

import shutil

import pytest

from tests import documents


@pytest.mark.parametrize("page", documents.LIVE_PAGES)
async def test_python_blocks(page):
    namespace = await documents.run_python(page)
    if "sdk" in namespace:
        assert namespace["sdk"].flush()
        assert namespace["sdk"].stats.rejected == 0


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
@pytest.mark.parametrize("page", documents.LIVE_PAGES)
def test_shell_blocks(page):
    documents.run_shell(page)


def test_the_answers_that_the_pages_promise():
    output = documents.run_shell("manual-events.md")
    assert '"accepted":1' in output.replace(" ", "")
    output = documents.run_shell("agent-init.md")
    assert '"versionHash"' in output
    assert "data: [DONE]" in documents.run_shell("openai-proxy.md")
