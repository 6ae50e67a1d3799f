"""How do events leave the process without the host noticing?

A bounded queue and one daemon thread. The host only appends bytes under a lock; everything slow
(compression, network, retries) happens on the thread. When the queue is full the oldest event is
dropped and counted. Every event carries its own ``eventId``, so sending a batch twice is harmless.
"""

from __future__ import annotations

import atexit
import os
import random
import sys
import threading
import time
import weakref
from collections import deque
from dataclasses import dataclass
from typing import Callable, Deque, List, Optional

from . import _log
from ._transport import Delivery, Transport

QUEUE_EVENTS_MAX = 10_000
QUEUE_BYTES_MAX = 64 * 1024 * 1024
BATCH_EVENTS_MAX = 100
BATCH_BYTES_MAX = 4 * 1024 * 1024
BATCH_WAIT_SECONDS = 0.2
RETRY_DELAYS_SECONDS = (0.2, 0.4, 0.8)
PAUSE_SECONDS_MIN = 1.0
PAUSE_SECONDS_MAX = 30.0
EXIT_FLUSH_SECONDS = 5.0
FORK_FLUSH_SECONDS = 1.0


@dataclass(frozen=True)
class Stats:
    """Counters since the client was made. ``queued`` is what waits right now."""

    queued: int = 0
    accepted: int = 0
    sent: int = 0
    dropped: int = 0
    rejected: int = 0
    truncated: int = 0
    failed_sends: int = 0
    internal_errors: int = 0


class Sender:
    """Thread-safe and fork-safe. One thread sends, so the server sees one batch at a time."""

    def __init__(
        self,
        transport: Transport,
        *,
        queue_events_max: int = QUEUE_EVENTS_MAX,
        before_first_batch: Optional[Callable[[], None]] = None,
    ) -> None:
        self._transport = transport
        self._queue_events_max = max(1, queue_events_max)
        self._before_first_batch = before_first_batch
        self._closed = False
        self.truncated = 0
        self.internal_errors = 0
        self._accepted = self._sent = self._dropped = self._rejected = self._failed_sends = 0
        self._reset_after_fork()
        _senders.add(self)

    def put(self, event: bytes) -> None:
        """Queues one encoded event; microseconds, never blocks on the network."""
        with self._lock:
            if self._closed:
                self._dropped += 1
                return
            self._queue.append(event)
            self._queue_bytes += len(event)
            self._accepted += 1
            say_full = self._shed() > 0 and not self._said_full
            self._said_full |= say_full
            count = len(self._queue)
            # The thread wakes for the first event of a batch and for a full one, not for each.
            if count == 1 or count == BATCH_EVENTS_MAX:
                self._changed.notify_all()
            start = self._thread is None
        if say_full:
            _log.warn("queue_full", "the event queue is full; the oldest events are dropped")
        if start:
            self._start()

    def flush(self, timeout: float) -> bool:
        """Waits until everything queued before the call is settled; ``False`` when time ran out."""
        deadline = time.monotonic() + timeout
        with self._lock:
            if self._idle():
                return True
        self._start()
        with self._lock:
            target = self._accepted
            self._flushes += 1
            self._changed.notify_all()
            try:
                while self._settled() < target and not self._idle():
                    remaining = deadline - time.monotonic()
                    if remaining <= 0 or self._thread is None:
                        return False
                    self._changed.wait(min(remaining, 1.0))
                return True
            finally:
                self._flushes -= 1

    def close(self, timeout: float) -> bool:
        """Flushes and stops; later events are dropped and counted. Safe to call twice."""
        flushed = self.flush(timeout)
        with self._lock:
            self._closed = True
            self._changed.notify_all()
            thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(0.5 if flushed else 0.05)
        return flushed

    def flush_at_exit(self) -> None:
        self.flush(self._exit_seconds())

    def close_at_exit(self) -> None:
        self.close(self._exit_seconds())

    def _exit_seconds(self) -> float:
        # A server that was already unreachable gets one more short chance, not the full time:
        # a dead WhyOps must not hold up the host's exit.
        return 1.0 if self._failing else EXIT_FLUSH_SECONDS

    def flush_before_fork(self) -> None:
        if not self._failing:
            self.flush(FORK_FLUSH_SECONDS)

    def stats(self) -> Stats:
        with self._lock:
            return Stats(
                queued=len(self._queue) + len(self._batch),
                accepted=self._accepted,
                sent=self._sent,
                dropped=self._dropped,
                rejected=self._rejected,
                truncated=self.truncated,
                failed_sends=self._failed_sends,
                internal_errors=self.internal_errors,
            )

    def _reset_after_fork(self) -> None:
        """A child starts empty: what waits in the parent is the parent's to send."""
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._queue: Deque[bytes] = deque()
        self._queue_bytes = 0
        self._batch: List[bytes] = []
        self._thread: Optional[threading.Thread] = None
        self._flushes = 0
        self._failing = False
        self._said_full = False
        self._long_pause_seconds = PAUSE_SECONDS_MIN
        self._accepted = self._settled()
        self._transport.forget_connections()

    def _settled(self) -> int:
        return self._sent + self._dropped + self._rejected

    def _idle(self) -> bool:
        return not self._queue and not self._batch

    def _shed(self) -> int:
        dropped = 0
        while len(self._queue) > self._queue_events_max or self._queue_bytes > QUEUE_BYTES_MAX:
            self._queue_bytes -= len(self._queue.popleft())
            dropped += 1
        self._dropped += dropped
        return dropped

    def _start(self) -> None:
        with self._lock:
            if self._thread is not None or self._closed:
                return
            thread = threading.Thread(target=self._run, name="whyops-sender", daemon=True)
            self._thread = thread
        _flush_when_child_ends()
        try:
            thread.start()
        except RuntimeError:  # the interpreter is shutting down and starts no threads any more
            self._send_here()

    def _run(self) -> None:
        try:
            if self._before_first_batch is not None:
                self._before_first_batch()
            while self._take_batch():
                self._deliver()
                if self._closed and self._failing:
                    break
        except Exception as error:  # a bug of ours ends the thread, not the host; put() restarts it
            self.internal_errors += 1
            _log.warn("sender", f"the sender stopped: {error!r}")
        finally:
            with self._lock:
                self._return_batch()
                self._thread = None
                self._changed.notify_all()

    def _send_here(self) -> None:
        """The last resort: one try on the host's own thread, which is about to end anyway."""
        with self._lock:
            self._thread = None
            events = list(self._queue)
            self._queue.clear()
            self._queue_bytes = 0
        for start in range(0, len(events), BATCH_EVENTS_MAX):
            delivery = self._transport.send(events[start : start + BATCH_EVENTS_MAX])
            with self._lock:
                self._sent += delivery.sent
                self._rejected += delivery.rejected
                self._dropped += len(delivery.unsent)

    def _take_batch(self) -> bool:
        """Waits for a batch: 100 events, or 200 ms after the first. ``False``: time to stop."""
        with self._lock:
            while not self._queue:
                if self._closed:
                    return False
                self._changed.wait()
            deadline = time.monotonic() + BATCH_WAIT_SECONDS
            while len(self._queue) < BATCH_EVENTS_MAX and not self._closed and not self._flushes:
                remaining = deadline - time.monotonic()
                if remaining <= 0:
                    break
                self._changed.wait(remaining)
            size = 0
            while self._queue and len(self._batch) < BATCH_EVENTS_MAX:
                size += len(self._queue[0])
                if self._batch and size > BATCH_BYTES_MAX:
                    break
                event = self._queue.popleft()
                self._queue_bytes -= len(event)
                self._batch.append(event)
            return True

    def _deliver(self) -> None:
        """One batch: a first try and three more, then back into the queue and a longer pause."""
        for delay in (*RETRY_DELAYS_SECONDS, None):
            delivery = self._transport.send(self._batch)
            self._count(delivery)
            self._failing = bool(delivery.unsent)
            if not self._failing:
                self._said_full = False
                self._long_pause_seconds = PAUSE_SECONDS_MIN
                return
            if delay is None or self._closed:
                break
            self._pause(delay, delivery.retry_after_seconds)
        _log.warn("unreachable", f"cannot deliver events ({delivery.problem}); they are kept")
        with self._lock:
            self._return_batch()
        self._pause(self._long_pause_seconds, delivery.retry_after_seconds)
        self._long_pause_seconds = min(self._long_pause_seconds * 2, PAUSE_SECONDS_MAX)

    def _count(self, delivery: Delivery) -> None:
        with self._lock:
            self._sent += delivery.sent
            self._rejected += delivery.rejected
            if delivery.unsent:
                self._failed_sends += 1
            self._batch = delivery.unsent
            self._changed.notify_all()
        if delivery.rejected:
            _log.warn("rejected", f"{delivery.rejected} events refused: {delivery.problem}")

    def _return_batch(self) -> None:
        """Puts what could not be sent back in front, then makes room as for any event."""
        self._queue.extendleft(reversed(self._batch))
        self._queue_bytes += sum(map(len, self._batch))
        self._batch = []
        self._shed()

    def _pause(self, seconds: float, retry_after_seconds: Optional[float]) -> None:
        """Sleeps with jitter; a server's ``Retry-After`` counts, and closing cuts it short."""
        wait = max(seconds * random.uniform(0.5, 1.0), retry_after_seconds or 0.0)
        deadline = time.monotonic() + wait
        flushes = self._flushes
        with self._lock:
            while not self._closed:
                remaining = deadline - time.monotonic()
                if remaining <= 0:
                    return
                if (
                    self._flushes > flushes
                    and retry_after_seconds is None
                    and seconds >= PAUSE_SECONDS_MIN
                ):
                    return  # somebody waits: try now instead of after the long pause
                self._changed.wait(remaining)


_senders: weakref.WeakSet[Sender] = weakref.WeakSet()


def _each(action: Callable[[Sender], object]) -> None:
    for sender in list(_senders):
        try:
            action(sender)
        except Exception as error:
            _log.warn("sender", f"{error!r}")


def _after_fork_in_child() -> None:
    _log.forget()
    _each(Sender._reset_after_fork)


def _flush_when_child_ends() -> None:
    """Children of multiprocessing end by ``os._exit``, which runs no ``atexit`` function.

    They run their own finalizers before. A child forgets those of its parent when it begins, so
    this is asked for by the first event of each process.
    """
    global _finalized_pid
    if "multiprocessing.process" not in sys.modules or _finalized_pid == os.getpid():
        return
    from multiprocessing import process, util

    if process.parent_process() is not None:
        _finalized_pid = os.getpid()
        # 0 comes after the host's own finalizers, whose events are sent as well.
        util.Finalize(None, _each, args=(Sender.flush_at_exit,), exitpriority=0)


_finalized_pid: Optional[int] = None

atexit.register(_each, Sender.close_at_exit)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=lambda: _each(Sender.flush_before_fork), after_in_child=_after_fork_in_child
    )
