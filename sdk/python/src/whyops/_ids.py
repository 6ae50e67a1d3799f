"""Identifiers made by the SDK."""

from __future__ import annotations

import os
import time


def uuid7() -> str:
    """A UUID version 7 (RFC 9562): 48 bits of milliseconds, then 74 random bits.

    The randomness comes from the operating system, so that forked children never repeat it.
    """
    random = int.from_bytes(os.urandom(10), "big")
    value = (time.time_ns() // 1_000_000 & 0xFFFF_FFFF_FFFF) << 80
    value |= 0x7000_0000_0000_0000_0000 | (random >> 68 & 0xFFF) << 64
    value |= 0x8000_0000_0000_0000 | (random & 0x3FFF_FFFF_FFFF_FFFF)
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def span_id() -> str:
    """An id for one span: 16 hexadecimal digits, as OpenTelemetry has them."""
    return os.urandom(8).hex()
