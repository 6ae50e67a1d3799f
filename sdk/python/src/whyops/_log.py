"""One log line per minute and kind: telemetry must never flood the host's log."""

from __future__ import annotations

import logging
import threading
import time

_INTERVAL_SECONDS = 60.0
_KINDS_MAX = 100

_logger = logging.getLogger("whyops")
_lock = threading.Lock()
_last: dict[str, float] = {}


def warn(kind: str, message: str) -> None:
    """Logs ``message`` unless this ``kind`` was logged within the last minute. Never raises."""
    try:
        now = time.monotonic()
        with _lock:
            last = _last.get(kind)
            if last is not None and now - last < _INTERVAL_SECONDS:
                return
            if len(_last) >= _KINDS_MAX:
                _last.clear()
            _last[kind] = now
        _logger.warning("[whyops] %s", message)
    except Exception:  # a broken log handler of the host is not ours to report
        return


def forget() -> None:
    """Starts the minutes anew; for tests and for a forked child, whose lock may be held."""
    global _lock
    _lock = threading.Lock()
    _last.clear()
