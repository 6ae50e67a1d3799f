"""A server that fails for an hour, a clock that jumps, a host that is frozen between requests."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from types import SimpleNamespace

import pytest

from whyops import WhyOps, _log, _sender

from .conftest import KEY, Answer, until

HOUR_SECONDS = 3_600.0


class VirtualTime:
    """The sender's waits pass at once and move this clock; the network stays real."""

    def __init__(self) -> None:
        self.passed = 0.0

    def monotonic(self) -> float:
        return time.monotonic() + self.passed

    def condition(self, lock: threading.Lock) -> threading.Condition:
        clock = self

        class Condition(threading.Condition):
            def wait(self, timeout=None):
                if timeout is None or threading.current_thread().name != "whyops-sender":
                    return super().wait(timeout)
                clock.passed += timeout
                return super().wait(0.0005)

        return Condition(lock)


@pytest.fixture
def virtual(monkeypatch):
    clock = VirtualTime()
    for module in (_sender, _log):
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=clock.monotonic))
    return clock


def client(server, clock, **options) -> WhyOps:
    sdk = WhyOps(api_key=KEY, agent_name="support-agent", proxy_base_url=server.url, **options)
    sdk._sender._changed = clock.condition(sdk._sender._lock)
    return sdk


def fails_for_an_hour(clock):
    started = clock.monotonic()
    return lambda _: Answer(500 if clock.monotonic() - started < HOUR_SECONDS else 202)


def accepted(server, sdk):
    """Events of the batches that were answered 202: the last ones."""
    return [event for seen in server.ingests[sdk.stats.failed_sends :] for event in seen.body]


def test_an_hour_of_500_loses_and_doubles_nothing(server, virtual, caplog):
    server.default = fails_for_an_hour(virtual)
    sdk = client(server, virtual)
    for number in range(250):
        sdk.trace("t").user_message_sync({"n": number})
    until(lambda: sdk.stats.queued == 0, 30)
    stats = sdk.stats
    assert (stats.sent, stats.dropped, stats.rejected, stats.internal_errors) == (250, 0, 0, 0)
    assert [event["content"]["n"] for event in accepted(server, sdk)] == list(range(250))
    assert len({event["eventId"] for event in server.events}) == 250
    # Four tries a round, and rounds half a minute apart: the server is not hammered either.
    assert 4 * HOUR_SECONDS / 40 < stats.failed_sends < 4 * HOUR_SECONDS / 12
    lines = [record.getMessage() for record in caplog.records]
    assert 1 <= len(lines) <= HOUR_SECONDS / 60 + 1
    assert set(lines) == {"[whyops] cannot deliver events (HTTP 500); they are kept"}
    sdk.close(1)


def test_an_hour_of_500_keeps_the_newest_that_fit(server, virtual, caplog):
    server.default = fails_for_an_hour(virtual)
    sdk = client(server, virtual, queue_size=150)
    for number in range(1_000):
        sdk.trace("t").user_message_sync({"n": number})
    until(lambda: sdk.stats.queued == 0, 30)
    stats = sdk.stats
    assert stats.sent + stats.dropped == stats.accepted == 1_000
    numbers = [event["content"]["n"] for event in accepted(server, sdk)]
    assert numbers == list(range(850, 1_000))
    assert caplog.text.count("the event queue is full") == 1
    sdk.close(1)


@pytest.mark.parametrize("jump_seconds", [-86_400.0, 86_400.0])
def test_a_wall_clock_that_jumps_moves_only_timestamps(server, monkeypatch, jump_seconds):
    real, real_ns = time.time, time.time_ns
    sdk = WhyOps(api_key=KEY, agent_name="support-agent", proxy_base_url=server.url)
    server.answers.extend([Answer(500), Answer(503)])
    trace = sdk.trace("t")
    trace.user_message_sync({"n": 0})
    monkeypatch.setattr(time, "time", lambda: real() + jump_seconds)
    monkeypatch.setattr(time, "time_ns", lambda: real_ns() + int(jump_seconds * 1e9))
    trace.user_message_sync({"n": 1})
    with trace.tool("search", {}) as tool:
        monkeypatch.undo()
        tool.result("found")
    trace.user_message_sync({"n": 2})
    assert sdk.flush(5)
    stats = sdk.stats
    assert (stats.sent, stats.dropped, stats.failed_sends) == (5, 0, 2)
    events = server.ingests[-1].body
    assert len({event["eventId"] for event in events}) == 5
    # A latency is measured, never the difference of two readings of the wall clock.
    assert 0 <= events[3]["metadata"]["latencyMs"] < 5_000
    sdk.close(1)


def test_a_flush_before_the_freeze_ends_in_time(server):
    sdk = WhyOps(api_key=KEY, agent_name="support-agent", proxy_base_url=server.url)
    sdk.trace("t").user_message_sync("away at once")
    assert sdk.flush(2)
    assert [event["content"] for event in server.events] == ["away at once"]
    server.answers.append(Answer(delay_seconds=1.5))
    sdk.trace("t").user_message_sync("the server hangs")
    started = time.monotonic()
    assert sdk.flush(0.3) is False
    assert time.monotonic() - started < 1.0
    assert sdk.flush(5)
    assert sdk.stats.sent == 2
    sdk.close(1)


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="F-23: no SIGSTOP here")
def test_a_frozen_host_goes_on_where_it_stopped(server):
    code = """
        import sys
        from whyops import WhyOps
        sdk = WhyOps(agent_name="support-agent")
        for request in sys.stdin:
            sdk.trace("t").user_message_sync(request.strip())
            print(sdk.flush(5), flush=True)
        """
    host = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)],
        env={**os.environ, "WHYOPS_API_KEY": KEY, "WHYOPS_PROXY_BASE_URL": server.url},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with host:
        for request in ("first", "second", "third"):
            host.stdin.write(request + "\n")
            host.stdin.flush()
            assert host.stdout.readline().strip() == "True"
            # Everything is with the server when the platform stops the process.
            assert server.events[-1]["content"] == request
            host.send_signal(signal.SIGSTOP)
            time.sleep(0.2)
            host.send_signal(signal.SIGCONT)
        host.stdin.close()
        assert host.wait(10) == 0
    assert [event["content"] for event in server.events] == ["first", "second", "third"]
