"""Runs the shared cases with the official Python clients, straight and through the gateway.

Writes what the clients gave their user; e2e/conformance.py compares.

    run.py OUTCOMES.json
"""

from __future__ import annotations

import json
import os
import sys
import time
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import quote

import anthropic
import httpx
import openai

CASES = Path(__file__).parents[2] / "contract" / "conformance" / "cases.json"
HEADERS = (
    "content-type",
    "content-length",
    "retry-after",
    "x-request-id",
    "request-id",
    "x-should-retry",
)
HEADER_FAMILIES = ("x-ratelimit-", "anthropic-", "openai-")


def main(target: Path) -> None:
    provider = os.environ["WHYOPS_TEST_PROVIDER"]
    legs = {
        "direct": (provider, os.environ["WHYOPS_TEST_PROVIDER_KEY"]),
        "gateway": (os.environ["WHYOPS_TEST_GATEWAY"], os.environ["WHYOPS_TEST_KEY"]),
    }
    cases = json.loads(CASES.read_text(encoding="utf-8"))["cases"]
    outcomes = {
        "clients": {name: metadata.version(name) for name in ("openai", "anthropic")},
        "legs": {
            leg: [
                outcome(case, Clients(base, key), provider, f"python-{os.getpid()}-{leg}-{number}")
                for number, case in enumerate(cases)
            ]
            for leg, (base, key) in legs.items()
        },
    }
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(outcomes), encoding="utf-8")


class Clients:
    def __init__(self, base: str, key: str) -> None:
        own = {"X-Agent-Name": "conformance"}
        self.by_dialect: dict[str, Any] = {
            "openai": openai.OpenAI(base_url=f"{base}/v1", api_key=key, default_headers=own),
            "anthropic": anthropic.Anthropic(base_url=base, api_key=key, default_headers=own),
        }

    def of(self, case: dict[str, Any]) -> Any:
        return self.by_dialect[case["dialect"]].with_options(
            max_retries=case.get("maxRetries", 0), timeout=case.get("timeoutMs", 30_000) / 1000
        )


def outcome(case: dict[str, Any], clients: Clients, provider: str, marker: str) -> dict[str, Any]:
    headers = {"X-Fake-Script": f"marker={marker} {case.get('script', '')}".strip()}
    client = clients.of(case)
    steps: list[dict[str, Any]] = []
    for step in case["steps"]:
        steps.append(taken(client, step, headers, steps))
    return {"steps": steps, "tries": tries(provider, marker)}


def taken(
    client: Any, step: dict[str, Any], headers: dict[str, str], before: list[dict[str, Any]]
) -> dict[str, Any]:
    """What one call gave: a result or chunks, or how far it came and the error."""
    seen: dict[str, Any] = {}
    try:
        call(client, step, headers, before, seen)
    except Exception as error:
        seen["error"] = error_seen(error)
        if response := getattr(error, "response", None):
            seen["headers"] = headers_seen(response.headers)
    return seen


def call(
    client: Any,
    step: dict[str, Any],
    headers: dict[str, str],
    before: list[dict[str, Any]],
    seen: dict[str, Any],
) -> None:
    *path, method = step["call"].split(".")
    resource = client
    for name in path:
        resource = getattr(resource, name)
    form = step.get("form", "plain")
    arguments = resolved(step.get("body", {}), before)
    if form != "plain":
        arguments["stream"] = True
    ids = [reference(step["id"], before)] if "id" in step else []
    raw = getattr(resource.with_raw_response, method)(*ids, **arguments, extra_headers=headers)
    seen["headers"] = headers_seen(raw.headers)
    seen["requestId"] = raw.headers.get("x-request-id") or raw.headers.get("request-id")
    if method == "content":
        seen["result"] = raw.content.decode()
    elif form == "plain":
        seen["result"] = raw.parse().model_dump(mode="json", exclude_unset=True)
    else:
        chunks = seen["chunks"] = []
        with raw.parse() as stream:
            for chunk in stream:
                chunks.append(chunk.model_dump(mode="json", exclude_unset=True, warnings=False))
                if len(chunks) == step.get("keep"):
                    break


def reference(text: str, before: list[dict[str, Any]]) -> str:
    """``$2.id`` is the id of the third step's result."""
    if not text.startswith("$"):
        return text
    number, name = text[1:].split(".")
    return str(before[int(number)]["result"][name])


def resolved(value: Any, before: list[dict[str, Any]]) -> Any:
    """A body with references, large texts and files put in."""
    if isinstance(value, str):
        return reference(value, before)
    if isinstance(value, list):
        return [resolved(item, before) for item in value]
    if not isinstance(value, dict):
        return value
    if "$repeat" in value:
        text, times = value["$repeat"]
        return text * times
    if "$file" in value:
        name, text = value["$file"]
        return name, text.encode()
    return {name: resolved(item, before) for name, item in value.items()}


def error_seen(error: Exception) -> dict[str, Any]:
    names = ("status_code", "code", "type", "param", "request_id", "body")
    facts = {name: getattr(error, name, None) for name in names}
    return {
        "class": type(error).__name__,
        "status": facts.pop("status_code"),
        "message": str(error),
        "cause": type(error.__cause__).__name__,
        **facts,
    }


def headers_seen(headers: httpx.Headers) -> dict[str, str]:
    return {
        name: value
        for name, value in sorted(headers.items())
        if name in HEADERS or name.startswith(HEADER_FAMILIES)
    }


def tries(provider: str, marker: str, seconds: float = 5.0) -> list[dict[str, Any]]:
    """The requests that reached the provider, once all of them have ended."""
    deadline = time.monotonic() + seconds
    while True:
        found: list[dict[str, Any]] = httpx.get(
            f"{provider}/fake/seen?marker={quote(marker)}"
        ).json()
        if all(one["end"] for one in found) or time.monotonic() > deadline:
            return found
        time.sleep(0.02)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
