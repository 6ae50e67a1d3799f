"""Builds events in the shape of the ingest API (contract: runtime events)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Dict, Optional, Union

from . import _ids, _json

EVENT_BYTES_MAX = 1024 * 1024 - 4096
PREVIEW_CHARS = 64 * 1024

Timestamp = Union[str, int, float, datetime]


@dataclass(frozen=True)
class Place:
    """Where an event stands in its trace."""

    trace_id: str
    agent_name: str
    thread_id: Optional[str] = None
    span_id: Optional[str] = None
    parent_span_id: Optional[str] = None
    step_id: Optional[int] = None
    parent_step_id: Optional[int] = None
    external_user_id: Optional[str] = None


def build(
    event_type: str,
    place: Place,
    content: Any,
    metadata: Optional[Dict[str, Any]] = None,
    timestamp: Optional[Timestamp] = None,
    idempotency_key: Optional[str] = None,
) -> Dict[str, Any]:
    event: Dict[str, Any] = {
        "eventType": event_type,
        "eventId": _ids.uuid7(),
        "timestamp": wire_time(timestamp),
        "traceId": place.trace_id,
        "agentName": place.agent_name,
    }
    for name, value in (
        ("threadId", place.thread_id),
        ("spanId", place.span_id),
        ("parentSpanId", place.parent_span_id),
        ("stepId", place.step_id),
        ("parentStepId", place.parent_step_id),
        ("externalUserId", place.external_user_id),
        ("idempotencyKey", idempotency_key),
    ):
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
        return datetime.now(timezone.utc).isoformat().replace("+00:00", "Z")
    if isinstance(timestamp, datetime):
        return timestamp.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")
    if isinstance(timestamp, float):
        return int(timestamp)
    return timestamp
