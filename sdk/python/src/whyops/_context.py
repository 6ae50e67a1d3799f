"""Which trace is the current code part of? Held in a context variable, so safe with asyncio."""

from __future__ import annotations

import re
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Iterator, Mapping, Optional
from urllib.parse import quote

from . import _log

_VISIBLE_ASCII = re.compile(r"[\x21-\x7e]{1,200}\Z")
_HEADER_SAFE_NAME = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?\Z")
_HEADER_SAFE_USER = re.compile(r"(?=.{1,255}\Z)[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?\Z")


@dataclass(frozen=True)
class Scope:
    """Where calls and events belong while this scope is entered."""

    trace_id: str
    thread_id: Optional[str] = None
    external_user_id: Optional[str] = None
    span_id: Optional[str] = None
    tool_call_id: Optional[str] = None


_current: ContextVar[Optional[Scope]] = ContextVar("whyops_scope", default=None)


def current() -> Optional[Scope]:
    return _current.get()


@contextmanager
def entered(scope: Scope) -> Iterator[Scope]:
    token = _current.set(scope)
    try:
        yield scope
    finally:
        try:
            _current.reset(token)
        except ValueError:
            # A generator of the host that was closed in another context: nothing to restore there.
            _current.set(None)


def with_span(scope: Scope, span_id: str) -> Scope:
    return replace(scope, span_id=span_id, tool_call_id=None)


def is_trace_id(value: object) -> bool:
    return (
        isinstance(value, str)
        and value not in (".", "..")
        and _VISIBLE_ASCII.match(value) is not None
    )


def scope_headers(scope: Optional[Scope]) -> Mapping[str, str]:
    """Headers that put a proxied call into a scope; invalid ids are left out, and logged."""
    if scope is None:
        return {}
    headers = {}
    for name, value in (
        ("X-Trace-ID", scope.trace_id),
        ("X-Thread-ID", scope.thread_id),
        ("X-WhyOps-Parent-Span", scope.span_id),
    ):
        if value is None:
            continue
        if is_trace_id(value):
            headers[name] = value
        else:
            _log.warn("bad_id", f"{name} must be 1-200 visible ASCII characters; left out")
    user = scope.external_user_id
    if user:
        if isinstance(user, str) and _HEADER_SAFE_USER.match(user):
            headers["X-External-User-Id"] = user
        else:
            # The providers' clients refuse other text in a header, and that would break the call.
            _log.warn(
                "bad_id", "external_user_id was left out of a call: not 1-255 ASCII characters"
            )
    return headers


def agent_headers(agent_name: Optional[str]) -> Mapping[str, str]:
    """The agent's name as a header; percent-encoded when a header cannot carry it as it is."""
    if not agent_name:
        return {}
    if _HEADER_SAFE_NAME.match(agent_name):
        return {"X-Agent-Name": agent_name}
    return {"X-WhyOps-Agent-Name": quote(agent_name, safe="")}
