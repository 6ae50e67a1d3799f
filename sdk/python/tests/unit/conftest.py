"""A small HTTP server on a free port that remembers requests and answers as scripted."""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Callable, NamedTuple

import pytest

from whyops import _log

GOLDEN = Path(__file__).resolve().parents[3] / "contract" / "golden"
KEY = "whyops_test_" + "a" * 36


class Seen(NamedTuple):
    method: str
    path: str
    headers: dict[str, str]
    body: Any


class Answer(NamedTuple):
    status: int = 202
    body: Any = {"success": True}
    headers: dict[str, str] = {}
    delay_seconds: float = 0.0


class StubServer:
    """``default`` answers whatever ``answers`` does not; both may be functions of the request."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.answers: deque[Answer] = deque()
        self.default: Answer | Callable[[Seen], Answer] = Answer()
        stub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if self.headers.get("Content-Encoding") == "gzip":
                    raw = gzip.decompress(raw)
                headers = {name.lower(): value for name, value in self.headers.items()}
                seen = Seen(self.command, self.path, headers, json.loads(raw) if raw else None)
                stub.seen.append(seen)
                if seen.path.endswith("/entities/init"):
                    answer = stub.init_answer
                elif stub.answers:
                    answer = stub.answers.popleft()
                else:
                    answer = stub.default(seen) if callable(stub.default) else stub.default
                time.sleep(answer.delay_seconds)
                body = (
                    answer.body
                    if isinstance(answer.body, bytes)
                    else json.dumps(answer.body).encode()
                )
                self.send_response(answer.status)
                for name, value in {"Content-Type": "application/json", **answer.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST

            def log_message(self, *_: Any) -> None:
                return

        self.init_answer = Answer(
            201,
            {
                "success": True,
                "agentId": "a",
                "agentVersionId": "v",
                "status": "created",
                "versionHash": "h",
            },
        )
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def events(self) -> list[dict[str, Any]]:
        return [event for seen in self.ingests for event in seen.body]

    @property
    def ingests(self) -> list[Seen]:
        return [seen for seen in list(self.seen) if seen.path.endswith("/events/ingest")]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def server():
    stub = StubServer()
    yield stub
    stub.close()


@pytest.fixture(autouse=True)
def _clean(monkeypatch):
    for name in ("API_KEY", "AGENT_NAME", "PROXY_BASE_URL", "ANALYSE_BASE_URL", "ENABLED"):
        monkeypatch.delenv(f"WHYOPS_{name}", raising=False)
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "OPENAI_BASE_URL", "ANTHROPIC_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    _log.forget()


@pytest.fixture
def sdk(server):
    from whyops import WhyOps

    made = WhyOps(api_key=KEY, agent_name="support-agent", proxy_base_url=server.url)
    yield made
    made.close(0.5)


def golden(name: str) -> Any:
    return json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))


def until(condition: Callable[[], Any], seconds: float = 5.0) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.005)
    raise AssertionError("did not happen in time")
