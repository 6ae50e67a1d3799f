"""A dead, slow or failing server must cost the host nothing and lose nothing that fits the queue."""

from __future__ import annotations

import multiprocessing
import os
import socket
import subprocess
import sys
import textwrap
import threading
import time

import pytest

from whyops import WhyOps, _sender, _transport

from .conftest import KEY, Answer, golden, until

# sdk.md, "fork", which has no id in the catalogues.
forks = pytest.mark.skipif(
    not hasattr(os, "fork"), reason="sdk.md, fork: a process cannot fork on this platform"
)


def dead_url() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


def client(url: str, **options) -> WhyOps:
    return WhyOps(api_key=KEY, agent_name="support-agent", proxy_base_url=url, **options)


@pytest.fixture
def fast_retries(monkeypatch):
    monkeypatch.setattr(_sender, "RETRY_DELAYS_SECONDS", (0.01, 0.02, 0.04))
    monkeypatch.setattr(_sender, "PAUSE_SECONDS_MIN", 0.05)


@pytest.mark.parametrize("case", golden("ingest"), ids=lambda case: case["case"])
def test_golden_answer(server, case):
    for answer in case["answers"]:
        server.answers.append(Answer(answer["status"], answer["body"], answer.get("headers", {})))
    transport = _transport.Transport(server.url + "/api", KEY)
    delivery = transport.send([b'{"n":%d}' % number for number in range(case["batch"])])
    assert (delivery.sent, delivery.rejected, len(delivery.unsent)) == (
        case["sent"],
        case["rejected"],
        case["unsent"],
    )
    assert delivery.retry_after_seconds == case.get("retryAfterSeconds")
    assert len(server.seen) == len(case["answers"])


def test_batches_of_100_gzipped_with_the_key(sdk, server):
    for number in range(250):
        sdk.trace("t").user_message_sync({"n": number})
    assert sdk.flush(5)
    assert [event["content"]["n"] for event in server.events] == list(range(250))
    assert max(len(seen.body) for seen in server.ingests) == 100
    first = server.ingests[0]
    assert first.headers["authorization"] == f"Bearer {KEY}"
    assert first.headers["content-encoding"] == "gzip"
    assert sdk.stats.sent == 250


def test_an_event_leaves_within_200_ms_without_a_flush(sdk, server):
    started = time.monotonic()
    sdk.trace("t").user_message_sync("x")
    until(lambda: server.events)
    assert 0.15 < time.monotonic() - started < 2


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_failures_are_retried_and_nothing_is_doubled(sdk, server, fast_retries, status):
    for _ in range(6):
        server.answers.append(Answer(status))
    sdk.trace("t").user_message_sync("x")
    assert sdk.flush(5)
    assert len({event["eventId"] for event in server.events}) == 1
    assert sdk.stats.sent == 1
    assert sdk.stats.failed_sends == 6


def test_retry_after_is_honoured(sdk, server):
    server.answers.append(Answer(429, {}, {"Retry-After": "1"}))
    sdk.trace("t").user_message_sync("x")
    started = time.monotonic()
    assert sdk.flush(5)
    assert time.monotonic() - started >= 1.0
    assert sdk.stats.sent == 1


def test_a_bad_event_does_not_take_the_good_ones_with_it(sdk, server):
    def judge(seen):
        bad = [index for index, event in enumerate(seen.body) if event["content"] == "bad"]
        if not bad:
            return Answer()
        details = [
            {"index": index, "field": "content", "message": "bad", "code": "bad"} for index in bad
        ]
        return Answer(
            400, {"error": {"code": "validation_failed", "message": "bad", "details": details}}
        )

    server.default = judge
    for content in ("good", "bad", "good"):
        sdk.trace("t").user_message_sync(content)
    assert sdk.flush(5)
    assert (sdk.stats.sent, sdk.stats.rejected) == (2, 1)


def test_a_dead_server_costs_no_exception_no_time_and_bounded_memory(caplog):
    sdk = client(dead_url(), queue_size=50)
    started = time.monotonic()
    for number in range(5_000):
        sdk.trace("t").user_message_sync({"n": number})
    assert time.monotonic() - started < 2.0
    stats = sdk.stats
    assert stats.queued <= 50 + _sender.BATCH_EVENTS_MAX
    assert stats.dropped >= 5_000 - 50 - _sender.BATCH_EVENTS_MAX
    assert caplog.text.count("queue is full") == 1
    assert sdk.flush(0.2) is False
    sdk.close(0.1)


def test_the_oldest_events_are_dropped(server):
    sdk = client(dead_url(), queue_size=3)
    sdk._sender._start = lambda: None
    for number in range(10):
        sdk.trace("t").user_message_sync({"n": number})
    assert [
        f'"n":{number}'.encode() in event for number, event in zip((7, 8, 9), sdk._sender._queue)
    ] == [True] * 3
    assert sdk.stats.dropped == 7


def test_the_queue_is_bounded_in_bytes_too(monkeypatch):
    monkeypatch.setattr(_sender, "QUEUE_BYTES_MAX", 100_000)
    sdk = client(dead_url())
    sdk._sender._start = lambda: None
    for _ in range(100):
        sdk.trace("t").user_message_sync("x" * 10_000)
    assert sum(map(len, sdk._sender._queue)) <= 100_000


def test_events_survive_an_outage_that_fits_the_queue(fast_retries):
    url = dead_url()
    sdk = client(url)
    for number in range(120):
        sdk.trace("t").user_message_sync({"n": number})
    assert sdk.flush(0.5) is False
    from http.server import ThreadingHTTPServer

    from .conftest import StubServer

    stub = StubServer.__new__(StubServer)
    original = ThreadingHTTPServer.__init__
    port = int(url.rsplit(":", 1)[1])
    ThreadingHTTPServer.__init__ = lambda self, _, handler: original(
        self, ("127.0.0.1", port), handler
    )
    try:
        stub.__init__()
    finally:
        ThreadingHTTPServer.__init__ = original
    try:
        assert sdk.flush(10)
        assert [event["content"]["n"] for event in stub.events] == list(range(120))
        assert sdk.stats.dropped == 0
    finally:
        sdk.close()
        stub.close()


def test_a_slow_server_does_not_slow_the_host(sdk, server):
    server.default = Answer(delay_seconds=0.3)
    started = time.monotonic()
    for _ in range(500):
        sdk.trace("t").user_message_sync("x")
    assert time.monotonic() - started < 0.3
    assert sdk.flush(10)


def test_threads_lose_nothing(sdk, server):
    def work():
        for number in range(200):
            sdk.trace("t").user_message_sync({"n": number})

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sdk.flush(10)
    assert len({event["eventId"] for event in server.events}) == 1_600


def test_close_flushes_and_later_events_are_counted(server):
    with client(server.url) as sdk:
        sdk.trace("t").user_message_sync("x")
    assert len(server.events) == 1
    sdk.trace("t").user_message_sync("late")
    assert sdk.stats.dropped == 1
    assert sdk.close() is True


def test_a_failing_log_handler_is_not_the_hosts_problem(sdk, monkeypatch):
    import logging

    class Bad(logging.Handler):
        def emit(self, record):
            raise RuntimeError("broken handler")

    handler = Bad()
    logging.getLogger("whyops").addHandler(handler)
    try:
        sdk.trace("t").user_message_sync("x", nonsense=1)
    finally:
        logging.getLogger("whyops").removeHandler(handler)


def run(code: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=30,
    )


def test_events_of_a_process_that_ends_are_sent(server):
    result = run(
        """
        from whyops import WhyOps
        WhyOps(agent_name="support-agent").trace("t").user_message_sync("last words")
        """,
        WHYOPS_API_KEY=KEY,
        WHYOPS_PROXY_BASE_URL=server.url,
    )
    assert result.returncode == 0, result.stderr
    assert [event["content"] for event in server.events] == ["last words"]


def test_a_dead_server_does_not_hold_up_the_exit_for_long():
    started = time.monotonic()
    result = run(
        """
        import time
        from whyops import WhyOps
        WhyOps(agent_name="support-agent").trace("t").user_message_sync("x")
        time.sleep(2)
        """,
        WHYOPS_API_KEY=KEY,
        WHYOPS_PROXY_BASE_URL=dead_url(),
    )
    assert result.returncode == 0
    assert time.monotonic() - started < 2 + 5
    assert "Traceback" not in result.stderr


@forks
def test_fork_parent_and_child_both_send_and_nothing_is_doubled(server):
    result = run(
        """
        import os
        from whyops import WhyOps
        sdk = WhyOps(agent_name="support-agent", agent_metadata={"systemPrompt": "x"})
        trace = sdk.trace("t")
        for n in range(150):
            trace.user_message_sync({"who": "before", "n": n})
        pid = os.fork()
        who = "parent" if pid else "child"
        for n in range(150):
            trace.user_message_sync({"who": who, "n": n})
        assert sdk.flush(10)
        if pid:
            assert os.waitpid(pid, 0)[1] == 0
        else:
            os._exit(0)
        """,
        WHYOPS_API_KEY=KEY,
        WHYOPS_PROXY_BASE_URL=server.url,
    )
    assert result.returncode == 0, result.stderr
    assert len(server.events) == 450
    assert len({event["eventId"] for event in server.events}) == 450


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_events_of_a_multiprocessing_child_that_ends_are_sent(server, tmp_path, method):
    script = tmp_path / "host.py"
    script.write_text(
        textwrap.dedent(
            """
            import multiprocessing, sys
            from whyops import WhyOps

            sdk = WhyOps(agent_name="support-agent")

            def work():
                sdk.trace("t").user_message_sync("from the child")

            if __name__ == "__main__":
                sdk.trace("t").user_message_sync("from the parent")
                child = multiprocessing.get_context(sys.argv[1]).Process(target=work)
                child.start()
                child.join()
                sys.exit(child.exitcode)
            """
        )
    )
    result = subprocess.run(
        [sys.executable, str(script), method],
        env={**os.environ, "WHYOPS_API_KEY": KEY, "WHYOPS_PROXY_BASE_URL": server.url},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert result.returncode == 0, result.stderr
    assert sorted(event["content"] for event in server.events) == [
        "from the child",
        "from the parent",
    ]


@forks
def test_a_pool_sends_what_its_workers_told(server):
    result = run(
        """
        import multiprocessing
        from whyops import WhyOps
        sdk = WhyOps(agent_name="support-agent")
        def work(n):
            sdk.trace("t").user_message_sync(str(n))
        pool = multiprocessing.get_context("fork").Pool(2)
        pool.map(work, range(20))
        pool.close()
        pool.join()
        """,
        WHYOPS_API_KEY=KEY,
        WHYOPS_PROXY_BASE_URL=server.url,
    )
    assert result.returncode == 0, result.stderr
    assert sorted(int(event["content"]) for event in server.events) == list(range(20))
