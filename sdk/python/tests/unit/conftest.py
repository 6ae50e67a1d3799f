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
TEXT = "It has shipped."


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
            wbufsize = 65_536  # head and body in one packet, or each answer waits for an ACK

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


def sse(events: list[tuple[str | None, object]]) -> Answer:
    lines = []
    for name, data in events:
        lines += [f"event: {name}"] if name else []
        lines += [f"data: {data if isinstance(data, str) else json.dumps(data)}", ""]
    return Answer(200, ("\n".join(lines) + "\n").encode(), {"Content-Type": "text/event-stream"})


def provider(seen: Seen) -> Answer:
    if seen.path.startswith("/api/"):
        return Answer()
    streamed = bool(seen.body and seen.body.get("stream"))
    if seen.path.removeprefix("/v1").startswith("/chat/completions"):
        base = {"id": "c1", "created": 1, "model": "gpt-4o"}
        if streamed:
            chunk = {**base, "object": "chat.completion.chunk"}
            delta = {
                "index": 0,
                "delta": {"role": "assistant", "content": TEXT},
                "finish_reason": None,
            }
            return sse([(None, {**chunk, "choices": [delta]}), (None, "[DONE]")])
        choice = {
            "index": 0,
            "finish_reason": "stop",
            "message": {"role": "assistant", "content": TEXT},
        }
        return Answer(200, {**base, "object": "chat.completion", "choices": [choice]})
    if seen.path.startswith("/v1/messages"):
        message = {
            "id": "m1",
            "type": "message",
            "role": "assistant",
            "model": "claude",
            "stop_reason": "end_turn",
            "stop_sequence": None,
            "usage": {"input_tokens": 1, "output_tokens": 1},
        }
        if streamed:
            delta = {
                "type": "content_block_delta",
                "index": 0,
                "delta": {"type": "text_delta", "text": TEXT},
            }
            ending = {"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": {"output_tokens": 1}}  # fmt: skip
            return sse(
                [
                    ("message_start", {"type": "message_start", "message": {**message, "content": []}}),
                    ("content_block_start", {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
                    ("content_block_delta", delta),
                    ("content_block_stop", {"type": "content_block_stop", "index": 0}),
                    ("message_delta", ending),
                    ("message_stop", {"type": "message_stop"}),
                ]
            )  # fmt: skip
        return Answer(200, {**message, "content": [{"type": "text", "text": TEXT}]})
    return Answer(404, {"error": {"message": f"no such path: {seen.path}"}})
