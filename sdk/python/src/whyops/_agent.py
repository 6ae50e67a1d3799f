"""Registering the agent: once per process and definition, whoever asks first."""

from __future__ import annotations

import os
import random
import threading
import time
from dataclasses import dataclass
from typing import Any, Mapping, Optional

import httpx

from . import _json, _log
from ._transport import RETRYABLE, Transport, retry_after_seconds

_RETRY_DELAYS_SECONDS = (0.2, 0.4, 0.8)
_BACK_OFF_SECONDS_MIN = 1.0
_BACK_OFF_SECONDS_MAX = 60.0


@dataclass(frozen=True)
class AgentInfo:
    """What the server knows the agent as. ``status`` is ``created`` or ``existing``."""

    agent_id: str
    agent_version_id: str
    status: str
    version_hash: str


class Registration:
    """One definition at one server. Shared by every client of the process that has it."""

    def __init__(self, base_url: str, api_key: Optional[str], body: bytes) -> None:
        self._base_url = base_url
        self._api_key = api_key
        self._body = body
        self._lock = threading.Lock()
        self._background: Optional[threading.Thread] = None
        self._next_try_at = 0.0
        self._back_off_seconds = _BACK_OFF_SECONDS_MIN
        self.info: Optional[AgentInfo] = None

    def register(self) -> Optional[AgentInfo]:
        """Registers now unless done already; ``None``, and one log line, when it cannot."""
        with self._lock:
            if self.info is None:
                self.info = self._register()
                if self.info is None:
                    self._next_try_at = time.monotonic() + self._back_off_seconds
                    self._back_off_seconds = min(self._back_off_seconds * 2, _BACK_OFF_SECONDS_MAX)
            return self.info

    def start(self) -> None:
        """Registers in the background, if it is due. Never blocks, never raises."""
        if self.info is not None or time.monotonic() < self._next_try_at:
            return
        background = self._background
        if background is not None and background.is_alive():
            return
        try:
            thread = threading.Thread(target=self.register, name="whyops-init", daemon=True)
            self._background = thread
            thread.start()
        except (
            RuntimeError
        ):  # no threads at interpreter shutdown; the server registers on first use
            return

    def wait(self, seconds: float) -> None:
        """Gives a registration under way a moment, so that first events find their version."""
        background = self._background
        if background is not None and background.is_alive():
            background.join(seconds)

    def _register(self) -> Optional[AgentInfo]:
        transport = Transport(self._base_url, self._api_key)
        problem = ""
        for delay in (*_RETRY_DELAYS_SECONDS, None):
            wait = delay
            try:
                response = transport.post("/entities/init", self._body)
                if response.is_success:
                    return _info(response.json())
                problem = f"HTTP {response.status_code}"
                if response.status_code not in RETRYABLE:
                    break
                if delay is not None:
                    wait = max(delay, retry_after_seconds(response.headers) or 0.0)
            except httpx.HTTPError as error:
                problem = type(error).__name__
            except Exception as error:
                problem = repr(error)
                break
            if wait is not None:
                time.sleep(wait * random.uniform(0.5, 1.0) if wait == delay else wait)
        _log.warn("agent_init", f"the agent could not be registered ({problem}); will try again")
        return None


_registrations: dict[tuple[str, Optional[str], bytes], Registration] = {}
_registrations_lock = threading.Lock()
_REGISTRATIONS_MAX = 1_000


def registration(
    base_url: str, api_key: Optional[str], name: str, metadata: Optional[Mapping[str, Any]]
) -> Registration:
    body = _json.dumps({"agentName": name, "metadata": dict(metadata or {})})
    key = (base_url, api_key, body)
    with _registrations_lock:
        found = _registrations.get(key)
        if found is None:
            if len(_registrations) >= _REGISTRATIONS_MAX:
                _registrations.clear()
            found = _registrations[key] = Registration(base_url, api_key, body)
        return found


def _after_fork_in_child() -> None:
    """A thread of the parent may have held a lock that no thread of the child can release."""
    global _registrations_lock
    _registrations_lock = threading.Lock()
    for known in _registrations.values():
        known._lock = threading.Lock()
        known._background = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)


def _info(answer: Mapping[str, Any]) -> AgentInfo:
    return AgentInfo(
        agent_id=str(answer["agentId"]),
        agent_version_id=str(answer["agentVersionId"]),
        status=str(answer["status"]),
        version_hash=str(answer["versionHash"]),
    )
