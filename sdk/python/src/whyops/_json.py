"""JSON text of whatever the host hands over: always valid, never raising, bounded."""

from __future__ import annotations

import base64
import dataclasses
import json
import math
from collections.abc import Mapping, Set
from datetime import date, datetime, time
from enum import Enum
from typing import Any

_DEPTH_MAX = 60
_REPR_CHARS_MAX = 1_000

_fast = json.JSONEncoder(separators=(",", ":"), allow_nan=False, default=lambda v: _convert(v))
_slow = json.JSONEncoder(separators=(",", ":"), allow_nan=False)


def dumps(value: Any) -> bytes:
    """Encodes at once, so that a host that changes the value later does not change the event."""
    try:
        return _fast.encode(value).encode("ascii")
    except Exception:  # NaN, cycles, odd keys, or an object whose own methods fail
        return _slow.encode(plain(value)).encode("ascii")


def plain(value: Any, depth: int = 0) -> Any:
    """The same value of JSON types only; what has none becomes its (shortened) text."""
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if depth >= _DEPTH_MAX:
        return "[deeper levels left out]"
    try:
        if isinstance(value, Mapping):
            return {_key(key): plain(item, depth + 1) for key, item in list(value.items())}
        if isinstance(value, (list, tuple)):
            return [plain(item, depth + 1) for item in list(value)]
        return plain(_convert(value), depth + 1)
    except Exception:
        return _text(value)


def _key(key: Any) -> str:
    return key if isinstance(key, str) else _text(key)


def _convert(value: Any) -> Any:
    """One step towards JSON types, for types that ``json`` does not know."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray, memoryview)):
        return base64.b64encode(bytes(value)).decode("ascii")
    dump = getattr(value, "model_dump", None)  # pydantic, and with it every provider's own types
    if callable(dump) and not isinstance(value, type):
        return dump(mode="json", exclude_unset=True)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Set):
        return list(value)
    return _text(value)


def _text(value: Any) -> str:
    try:
        text = str(value)
    except Exception:
        text = f"<{type(value).__name__}>"
    return text[:_REPR_CHARS_MAX]
