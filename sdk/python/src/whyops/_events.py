"""Builds events in the shape of the ingest API (contract: runtime events)."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, Dict, Mapping, Optional, Union

from . import _ids, _json

EVENT_BYTES_MAX = 1024 * 1024 - 4096
PREVIEW_CHARS = 64 * 1024

Timestamp = Union[str, int, float, datetime]


def build(
    event_type: str,
    place: Mapping[str, Any],
    content: Any,
    metadata: Optional[Mapping[str, Any]] = None,
    timestamp: Optional[Timestamp] = None,
) -> Dict[str, Any]:
    """``place`` has wire names (traceId, agentName, spanId, …); absent values are left out."""
    event: Dict[str, Any] = {
        "eventType": event_type,
        "eventId": _ids.uuid7(),
        "timestamp": wire_time(timestamp),
    }
    for name, value in place.items():
        if value is not None:
            event[name] = value
    event["content"] = content
    if metadata:
        present = {name: value for name, value in metadata.items() if value is not None}
        if present:
            event["metadata"] = present
    return event


def encode(event: Dict[str, Any]) -> tuple[bytes, bool]:
    """JSON text, and whether its content had to be shortened to stay below the server's limit."""
    encoded = _json.dumps(event)
    if len(encoded) <= EVENT_BYTES_MAX:
        return encoded, False
    text = _json.dumps(event["content"]).decode("ascii")
    short = {
        **event,
        "content": {"truncated": True, "bytes": len(text), "preview": text[:PREVIEW_CHARS]},
    }
    encoded = _json.dumps(short)
    if len(encoded) > EVENT_BYTES_MAX:  # the metadata is what is too big
        kept = {
            name: value
            for name, value in event.get("metadata", {}).items()
            if name in ("tool", "model", "provider", "latencyMs", "finishReason")
        }
        encoded = _json.dumps({**short, "metadata": kept})
    return encoded, True


def wire_time(timestamp: Optional[Timestamp]) -> Union[str, int]:
    """ISO 8601 with an offset, or epoch milliseconds. A naive ``datetime`` is local time."""
    if timestamp is None:
        return datetime.now(timezone.utc).isoformat()[:-6] + "Z"
    if isinstance(timestamp, datetime):
        return timestamp.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")
    if isinstance(timestamp, float):
        return int(timestamp)
    return timestamp
