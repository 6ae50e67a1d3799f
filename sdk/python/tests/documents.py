"""Code blocks of the documents, in order, as they stand."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

from tests import snippets

DOCS = Path(__file__).resolve().parents[3] / "docs"
PAGES = ["proxy-helpers.md", "runtime-events.md", "sdk-python.md"]
# These show answers of the server itself, so only a started one will do.
LIVE_PAGES = [
    *PAGES,
    "advanced-patterns.md",
    "agent-init.md",
    "anthropic-proxy.md",
    "manual-events.md",
    "openai-proxy.md",
    "quickstart.md",
]


def blocks(page: str, language: str) -> list[str]:
    text = (DOCS / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


async def run_python(page: str) -> dict[str, Any]:
    """All blocks of a page in one namespace, as a reader would paste them one after the other."""
    namespace: dict[str, Any] = {"__name__": "document"}
    for source in blocks(page, "python"):
        namespace = await snippets.run(source, namespace)
    return namespace


def run_shell(page: str) -> str:
    """All shell blocks of a page; settings come from the environment that the page names."""
    output = ""
    for source in blocks(page, "sh"):
        result = subprocess.run(
            ["bash", "-euc", source], env=os.environ, capture_output=True, text=True, timeout=30
        )
        assert result.returncode == 0, f"{source}\n{result.stderr}"
        output += result.stdout
    return output
