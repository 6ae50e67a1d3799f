"""Settings: from the constructor, else the environment, else the default."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Optional

# Not "localhost": some resolvers try ::1 first, where nothing listens.
_DEFAULT_PROXY_BASE_URL = "http://127.0.0.1:8080"
_FALSE = {"0", "false", "no", "off"}


@dataclass(frozen=True)
class Settings:
    api_key: Optional[str]
    agent_name: Optional[str]
    proxy_base_url: str
    analyse_base_url: str
    enabled: bool


def resolve(
    api_key: Optional[str],
    agent_name: Optional[str],
    proxy_base_url: Optional[str],
    analyse_base_url: Optional[str],
    enabled: Optional[bool],
) -> Settings:
    """Empty text counts as absent. Events go beside the proxy unless told otherwise."""
    proxy = _text(proxy_base_url, "WHYOPS_PROXY_BASE_URL") or _DEFAULT_PROXY_BASE_URL
    proxy = proxy.rstrip("/")
    analyse = _text(analyse_base_url, "WHYOPS_ANALYSE_BASE_URL") or without_v1(proxy) + "/api"
    if enabled is None:
        enabled = (_text(None, "WHYOPS_ENABLED") or "true").lower() not in _FALSE
    return Settings(
        api_key=_text(api_key, "WHYOPS_API_KEY"),
        agent_name=_text(agent_name, "WHYOPS_AGENT_NAME"),
        proxy_base_url=proxy,
        analyse_base_url=analyse.rstrip("/"),
        enabled=enabled,
    )


def without_v1(url: str) -> str:
    return url[: -len("/v1")] if url.endswith("/v1") else url


def _text(value: Optional[str], variable: str) -> Optional[str]:
    for candidate in (value, os.environ.get(variable)):
        if candidate is not None and candidate.strip():
            return candidate.strip()
    return None
