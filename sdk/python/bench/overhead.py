"""What does an event cost the caller? Median and 99th percentile of a call, in microseconds.

Run it with the SDK installed: ``python bench/overhead.py``. A thread of this process takes the
events, so that the background sender works as it does in production.
"""

from __future__ import annotations

import json
import statistics
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Callable

from whyops import WhyOps

CALLS = 5_000
MEDIAN_US_MAX = 20.0
PAUSE_SECONDS = 0.0002  # a host that does nothing but record events is no host


class Sink(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        body = b'{"agentId": "a", "agentVersionId": "v", "status": "existing", "versionHash": "h"}'
        self.send_response(202)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


def measure(call: Callable[[], object]) -> dict[str, float]:
    times = []
    for _ in range(CALLS):
        started = time.perf_counter_ns()
        call()
        times.append((time.perf_counter_ns() - started) / 1000)
        time.sleep(PAUSE_SECONDS)
    times.sort()
    return {"p50_us": round(statistics.median(times), 1), "p99_us": round(times[-CALLS // 100], 1)}


def main() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Sink)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sdk = WhyOps(
        api_key="whyops_test_bench",
        agent_name="bench",
        proxy_base_url=f"http://127.0.0.1:{server.server_address[1]}",
    )
    trace = sdk.trace("session-123", external_user_id="user-1")
    calls = [{"name": "search_orders", "arguments": {"orderId": "123"}}]
    usage = {"promptTokens": 42, "completionTokens": 16, "totalTokens": 58}
    text = "Your order has shipped. " * 80
    result = {
        "tool_call_request": measure(lambda: trace.tool_call_request_sync("search_orders", calls)),
        "user_message": measure(
            lambda: trace.user_message_sync([{"role": "user", "content": "Where is order 123?"}])
        ),
        "llm_response_2kb": measure(
            lambda: trace.llm_response_sync(
                "gpt-4o", "openai", text, finish_reason="stop", usage=usage, latency_ms=390
            )
        ),
    }
    sdk.close()
    print(json.dumps({**result, "sent": sdk.stats.sent, "dropped": sdk.stats.dropped}, indent=2))
    slowest = max(figures["p50_us"] for figures in result.values())
    if slowest > MEDIAN_US_MAX:
        sys.exit(f"an event costs {slowest} µs at the median; {MEDIAN_US_MAX} is the promise")


if __name__ == "__main__":
    main()
