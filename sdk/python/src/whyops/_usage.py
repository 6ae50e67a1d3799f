"""Token counts in the shape of the ingest API: ``promptTokens`` is the uncached input."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional

from . import _json


def normalized(usage: Any) -> Optional[Any]:
    """Takes the documented names as they are and turns a provider's own usage object into them."""
    if usage is None:
        return None
    fields = usage if isinstance(usage, Mapping) else _json.plain(usage)
    if not isinstance(fields, Mapping):
        return fields
    if "prompt_tokens" in fields:
        return _openai(fields, "prompt_tokens", "completion_tokens")
    if "cache_read_input_tokens" in fields or "cache_creation_input_tokens" in fields:
        return _anthropic(fields)
    if "input_tokens_details" in fields or "output_tokens_details" in fields:
        return _openai(fields, "input_tokens", "output_tokens")
    if "input_tokens" in fields:
        return _anthropic(fields)
    return fields


def _openai(fields: Mapping[str, Any], input_name: str, output_name: str) -> dict[str, Any]:
    """Chat completions and Responses: the prompt's count includes what came from the cache."""
    prompt = fields.get(input_name)
    details = f"{input_name}_details"
    cached = _part(fields, details, "cached_tokens")
    if isinstance(prompt, int) and isinstance(cached, int):
        prompt -= cached
    return _present(
        promptTokens=prompt,
        completionTokens=fields.get(output_name),
        totalTokens=fields.get("total_tokens"),
        cacheReadTokens=cached,
        reasoningTokens=_part(fields, f"{output_name}_details", "reasoning_tokens"),
        **_media(fields, details, f"{output_name}_details"),
    )


def _media(fields: Mapping[str, Any], input_details: str, output_details: str) -> dict[str, Any]:
    """The provider counts what came from the cache into its inputs of a medium, we do not."""
    counts: dict[str, Any] = {}
    whole = fields.get(input_details)
    for medium in ("audio", "image"):
        name, ours = f"{medium}_tokens", medium.capitalize()
        given = _part(fields, input_details, name)
        cached = _part(whole, "cached_tokens_details", name) if isinstance(whole, Mapping) else None
        if isinstance(given, int) and isinstance(cached, int):
            given -= cached
        counts[f"input{ours}Tokens"] = given
        counts[f"cacheRead{ours}Tokens"] = cached
        counts[f"output{ours}Tokens"] = _part(fields, output_details, name)
    return counts


def _anthropic(fields: Mapping[str, Any]) -> dict[str, Any]:
    return _present(
        promptTokens=fields.get("input_tokens"),
        completionTokens=fields.get("output_tokens"),
        cacheReadTokens=fields.get("cache_read_input_tokens"),
        cacheCreationTokens=fields.get("cache_creation_input_tokens"),
        cacheWrite5mTokens=_part(fields, "cache_creation", "ephemeral_5m_input_tokens"),
        cacheWrite1hTokens=_part(fields, "cache_creation", "ephemeral_1h_input_tokens"),
    )


def _part(fields: Mapping[str, Any], group: str, name: str) -> Any:
    details = fields.get(group)
    return details.get(name) if isinstance(details, Mapping) else None


def _present(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
