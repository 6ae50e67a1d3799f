"""One batch over HTTP, and what its answer means for each event."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any, List, Mapping, Optional

import httpx

TIMEOUT_SECONDS = 15.0
RETRY_AFTER_SECONDS_MAX = 60.0
RETRYABLE = frozenset({408, 429, 500, 502, 503, 504})
_GZIP_BYTES_MIN = 1_024


@dataclass
class Delivery:
    """How a batch ended: ``sent + rejected + len(unsent)`` is the batch."""

    sent: int = 0
    rejected: int = 0
    unsent: List[bytes] = field(default_factory=list)
    retry_after_seconds: Optional[float] = None
    problem: str = ""

    def add(self, other: Delivery) -> None:
        self.sent += other.sent
        self.rejected += other.rejected
        self.unsent = self.unsent + other.unsent
        self.retry_after_seconds = other.retry_after_seconds or self.retry_after_seconds
        self.problem = other.problem or self.problem


class Transport:
    """Used by one thread at a time; keeps one connection alive between batches."""

    def __init__(self, base_url: str, api_key: Optional[str]) -> None:
        self._base_url = base_url
        self._headers = {"Content-Type": "application/json", "User-Agent": "whyops-python/0.1.0"}
        if api_key:
            self._headers["Authorization"] = f"Bearer {api_key}"
        self._client: Optional[httpx.Client] = None

    def forget_connections(self) -> None:
        """For a forked child: the parent's sockets must not be used, nor closed, by it."""
        self._client = None

    def post(self, path: str, body: bytes) -> httpx.Response:
        if self._client is None:
            self._client = httpx.Client(timeout=TIMEOUT_SECONDS)
        headers = dict(self._headers)
        if len(body) >= _GZIP_BYTES_MIN:
            body = gzip.compress(body, compresslevel=5)
            headers["Content-Encoding"] = "gzip"
        return self._client.post(self._base_url + path, content=body, headers=headers)

    def send(self, batch: List[bytes]) -> Delivery:
        """Never raises. A batch the server finds fault with is cut down to its good events."""
        try:
            response = self.post("/events/ingest", b"[" + b",".join(batch) + b"]")
            problem = f"HTTP {response.status_code}"
            if response.is_success:
                return Delivery(sent=len(batch))
            if response.status_code in RETRYABLE:
                return Delivery(
                    unsent=batch,
                    retry_after_seconds=retry_after_seconds(response.headers),
                    problem=problem,
                )
            if response.status_code in (400, 413):
                return self._without_the_bad(batch, response)
            return Delivery(rejected=len(batch), problem=f"{problem} {_reason(response)}")
        except httpx.HTTPError as error:
            return Delivery(unsent=batch, problem=type(error).__name__)
        except Exception as error:  # an address that is none, a broken proxy setting
            return Delivery(rejected=len(batch), problem=repr(error))

    def _without_the_bad(self, batch: List[bytes], response: httpx.Response) -> Delivery:
        reason = _reason(response)
        bad = _bad_indexes(response, len(batch))
        if bad:
            good = [event for index, event in enumerate(batch) if index not in bad]
            result = Delivery(rejected=len(batch) - len(good), problem=reason)
            if good:
                result.add(self.send(good))
            return result
        if len(batch) == 1:
            return Delivery(rejected=1, problem=reason)
        # The server does not say which: halve until the bad one stands alone.
        middle = len(batch) // 2
        result = self.send(batch[:middle])
        if result.unsent:
            result.unsent = result.unsent + batch[middle:]
            return result
        result.add(self.send(batch[middle:]))
        return result


def retry_after_seconds(headers: Mapping[str, str]) -> Optional[float]:
    value = headers.get("retry-after")
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            at = parsedate_to_datetime(value)
            seconds = (at - datetime.now(timezone.utc)).total_seconds()
        except (TypeError, ValueError):
            return None
    if not seconds > 0:
        return None
    return min(seconds, RETRY_AFTER_SECONDS_MAX)


def _error(response: httpx.Response) -> Mapping[str, Any]:
    try:
        error = response.json().get("error")
    except (ValueError, AttributeError):
        return {}
    return error if isinstance(error, Mapping) else {}


def _reason(response: httpx.Response) -> str:
    error = _error(response)
    text = f"{error.get('code', '')} {error.get('message', '')}".strip()
    return json.dumps(text[:200])


def _bad_indexes(response: httpx.Response, count: int) -> set[int]:
    details = _error(response).get("details")
    if not isinstance(details, list):
        return set()
    indexes = (item.get("index") for item in details if isinstance(item, Mapping))
    return {index for index in indexes if isinstance(index, int) and 0 <= index < count}
