"""Identifiers made by the SDK."""

from __future__ import annotations

import os
import time

# The two top bits of the ninth byte are 1 and 0.
_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}


def uuid7() -> str:
    """A UUID version 7 (RFC 9562): 48 bits of milliseconds, then 74 random bits.

    The randomness comes from the operating system, so that forked children never repeat it.
    """
    moment = f"{time.time_ns() // 1_000_000:012x}"
    random = os.urandom(10).hex()
    return (
        f"{moment[:8]}-{moment[8:]}-7{random[:3]}-{_VARIANT[random[3]]}{random[4:7]}-{random[7:19]}"
    )


def span_id() -> str:
    """An id for one span: 16 hexadecimal digits, as OpenTelemetry has them."""
    return os.urandom(8).hex()
