"""Every code block of the documents runs against the started server."""

from __future__ import annotations

import shutil

import pytest

from tests import documents


@pytest.mark.parametrize("page", documents.PAGES)
async def test_python_blocks(page):
    namespace = await documents.run_python(page)
    assert namespace["sdk"].flush()
    assert namespace["sdk"].stats.rejected == 0


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
@pytest.mark.parametrize("page", ["proxy-helpers.md", "runtime-events.md"])
def test_shell_blocks(page):
    assert documents.run_shell(page)
