"""A language model server that says what a test tells it to: real HTTP, OpenAI's completions protocol, streamed.

`ScriptedLm` listens on loopback in threads of its own; `reply` decides each answer, `asked` keeps each request.
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

LM = "acestep-5Hz-lm-4B"
THOUGHT = """ 92
caption: 'Slow pads and felt piano: rain against
  the window, and a soft pulse that never hurries.'
duration: 60
keyscale: F♯ minor
language: unknown
timesignature: 4
</think>"""


@dataclass(frozen=True)
class Reply:
    """One answer. `pieces` are streamed one by one, `pause_s` apart; `cut` ends the connection after them."""

    pieces: list[str] = field(default_factory=list)
    finish: str = "stop"
    status: int = 200
    body: bytes = b""
    pause_s: float = 0.0
    cut: bool = False
    hang: bool = False
    token_ids: list[int] | None = None


def wants_codes(request: dict[str, Any]) -> bool:
    return bool(request["prompt"].endswith("\n"))


def code_pieces(count: int) -> list[str]:
    """Codes that wander, so that nobody takes them for stuck."""
    return [f"<|audio_code_{(number * 7919) % 64000}|>" for number in range(count)]


def well_behaved(request: dict[str, Any]) -> Reply:
    if wants_codes(request):
        return Reply(code_pieces(request["max_tokens"]), "length")
    return Reply([*THOUGHT.splitlines(keepends=True)])


class ScriptedLm:
    """Use as a context manager; `url` is its root address."""

    def __init__(self, reply: Callable[[dict[str, Any]], Reply] = well_behaved, names: tuple[str, ...] = (LM,)) -> None:
        self.reply = reply
        self.names = names

        self.asked: list[dict[str, Any]] = []
        self.posted: list[str] = []
        self.post_status = 200
        self.left = threading.Event()
        self.over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"lm": self}))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="scripted lm")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    lm: ScriptedLm
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        self._whole(200, json.dumps({"object": "list", "data": [{"id": name} for name in self.lm.names]}).encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path != "/v1/completions":
            self.lm.posted.append(self.path)
            self._whole(self.lm.post_status, b"")
            return
        request = json.loads(body)
        self.lm.asked.append(request)
        reply = self.lm.reply(request)
        if reply.status != 200 or reply.body:
            self._whole(reply.status, reply.body)
            return
        try:
            self._stream(reply)
        except OSError:
            self.lm.left.set()

    def _whole(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)

    def _stream(self, reply: Reply) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for number, piece in enumerate(reply.pieces):
            self.lm.over.wait(reply.pause_s)
            choice: dict[str, object] = {"index": 0, "text": piece, "finish_reason": None}
            if reply.token_ids is not None:
                choice["token_ids"] = [reply.token_ids[number]]
            self._event(json.dumps({"choices": [choice]}))
        if reply.hang:
            while not self.lm.over.wait(0.05):
                self._chunk(b": still here\n\n")
        if reply.cut:
            self.close_connection = True
            self.connection.close()
            return
        self._event(json.dumps({"choices": [{"index": 0, "text": "", "finish_reason": reply.finish}]}))
        self._event("[DONE]")
        self._chunk(b"")

    def _event(self, data: str) -> None:
        self._chunk(f"data: {data}\n\n".encode())

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()
