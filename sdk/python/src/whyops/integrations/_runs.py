"""What the frameworks' hooks have in common: runs under way, and never failing the host."""

from __future__ import annotations

import functools
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, Generic, Hashable, Optional, TypeVar, cast

from .. import WhyOps, _context, _log
from .._trace import Trace

RUNS_MAX = 10_000

F = TypeVar("F", bound=Callable[..., Any])
K = TypeVar("K", bound=Hashable)


@dataclass
class Run:
    """One step of a framework. Only steps with a ``span_id`` are told as events."""

    trace: Trace
    span_id: Optional[str] = None
    parent_span_id: Optional[str] = None
    started: float = field(default_factory=time.perf_counter)
    data: Dict[str, Any] = field(default_factory=dict)

    @property
    def enclosing_span_id(self) -> Optional[str]:
        """What a child belongs to: frameworks nest deeper than what is worth an event."""
        return self.span_id or self.parent_span_id

    def latency_ms(self) -> float:
        return round((time.perf_counter() - self.started) * 1000, 3)


class Runs(Generic[K]):
    """Runs by the framework's id, at most 10,000: a framework that never ends one leaks nothing."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runs: OrderedDict[K, Run] = OrderedDict()

    def start(self, key: K, run: Run) -> Run:
        with self._lock:
            self._runs[key] = run
            while len(self._runs) > RUNS_MAX:
                self._runs.popitem(last=False)
        return run

    def get(self, key: Optional[K]) -> Optional[Run]:
        with self._lock:
            return None if key is None else self._runs.get(key)

    def end(self, key: K) -> Optional[Run]:
        with self._lock:
            return self._runs.pop(key, None)


class TraceChoice:
    """Which trace a root run opens: the one given, else the current scope's, else its own."""

    def __init__(
        self,
        sdk: WhyOps,
        trace_id: Optional[str],
        thread_id: Optional[str],
        external_user_id: Optional[str],
    ) -> None:
        self._sdk = sdk
        self._trace_id = trace_id
        self._thread_id = thread_id
        self._external_user_id = external_user_id

    def of_root(self, own_id: str, thread_id: Optional[str] = None) -> Run:
        scope = _context.current()
        if self._trace_id is None and scope is not None:
            return Run(trace=self._sdk._trace_of(scope), parent_span_id=scope.span_id)
        thread = self._thread_id or (thread_id if _context.is_trace_id(thread_id) else None)
        return Run(
            trace=self._sdk.trace(
                self._trace_id or own_id,
                thread_id=thread,
                external_user_id=self._external_user_id,
            )
        )


def is_proxied(sdk: WhyOps, base_url: Any) -> bool:
    """A model called through the proxy is recorded by the proxy; telling it twice is noise."""
    return base_url is not None and str(base_url).startswith(sdk.proxy_base_url)


def quiet(hook: F) -> F:
    """A hook that logs what goes wrong in it, and gives ``None``."""

    @functools.wraps(hook)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        try:
            return hook(*args, **kwargs)
        except Exception as error:
            _log.warn("integration", f"{hook.__qualname__}: {error!r}")
            return None

    return cast(F, guarded)
