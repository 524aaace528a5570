"""A server that answers as a test tells it to: for what the official one does only in other versions, or on a bad day.

It listens on loopback in a thread of its own. `Script` holds the answers by address and counts what it was asked.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import soundfile

from radio.contracts import SAMPLE_RATE, Samples

TURBO = "acestep-v15-turbo"


@dataclass
class Answer:
    """What to answer. `cut_after` closes the connection after so many bytes of the body; 0: before any answer."""

    body: bytes = b""
    status: int = 200
    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    cut_after: int | None = None


def ok(data: object, code: int = 200, error: str | None = None) -> Answer:
    """The usual wrapping."""
    return Answer(json.dumps({"data": data, "code": code, "error": error, "timestamp": 1, "extra": None}).encode())


def refused(status: int, detail: str) -> Answer:
    return Answer(json.dumps({"detail": detail}).encode(), status)


@dataclass
class Asked:
    """What was asked: the address with its query, the headers in lower case, the body."""

    path: str
    headers: dict[str, str]
    body: bytes

    def form(self) -> dict[str, str]:
        """The texts of a multipart form."""
        found = re.findall(rb'name="(\w+)"\r\n\r\n(.*?)\r\n--', self.body, re.DOTALL)
        return {name.decode(): value.decode() for name, value in found}

    def source(self) -> Samples:
        """The sound uploaded as `src_audio`."""
        _, _, rest = self.body.partition(b'filename="src_audio.wav"\r\nContent-Type: audio/wav\r\n\r\n')
        samples, _ = soundfile.read(io.BytesIO(rest), dtype="float32", always_2d=True)
        return np.asarray(samples, np.float32)


Respond = Callable[[Asked], Answer]


@dataclass
class Script:
    """A well-behaved server by default: every job is done at once, with `sound` as its result's bytes."""

    sound: bytes = b""
    dit: str = TURBO
    routes: dict[str, Respond] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    url: str = ""
    released: int = 0

    def times(self, path: str) -> int:
        """How often an address was asked."""
        return sum(asked.path.split("?")[0] == path for asked in self.asked)

    def last(self, path: str) -> Asked:
        return [asked for asked in self.asked if asked.path.split("?")[0] == path][-1]

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        path = asked.path.split("?")[0]
        own: Respond = getattr(self, "on_" + path.strip("/").replace("/", "_"), self.on_nothing)
        return self.routes.get(path, own)(asked)

    def on_nothing(self, asked: Asked) -> Answer:
        return refused(404, "Not Found")

    def on_health(self, asked: Asked) -> Answer:
        return ok({"status": "ok", "service": "ACE-Step API", "version": "1.0"})

    def on_v1_models(self, asked: Asked) -> Answer:
        return ok({"models": [{"name": self.dit, "is_default": True}], "default_model": self.dit})

    def on_v1_stats(self, asked: Asked) -> Answer:
        jobs = {"total": self.released, "queued": 0, "running": 0, "succeeded": self.released, "failed": 0}
        return ok({"jobs": jobs, "queue_size": 0, "queue_maxsize": 200, "avg_job_seconds": 1.0})

    def on_release_task(self, asked: Asked) -> Answer:
        self.released += 1
        return ok({"task_id": f"job-{self.released}", "status": "queued", "queue_position": 1})

    def on_query_result(self, asked: Asked) -> Answer:
        return ok([self.line(json.loads(asked.body)["task_id_list"][0])])

    def line(self, task_id: str, **changes: object) -> dict[str, object]:
        """A finished job's line."""
        item: dict[str, object] = {
            "file": f"/v1/audio?path=%2Fsrv%2F{task_id}.wav",
            "status": 1,
            "seed_value": "42",
            "lm_model": "",
            "dit_model": self.dit,
            "metas": {"bpm": "N/A", "keyscale": "N/A"},
        }
        return {"task_id": task_id, "status": 1, "result": json.dumps([item | changes])}

    def on_v1_audio(self, asked: Asked) -> Answer:
        return Answer(self.sound, kind="audio/wav")


def wav(samples: Samples, rate: int = SAMPLE_RATE) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, rate, format="WAV", subtype="PCM_16")
    return file.getvalue()


@contextmanager
def scripted(script: Script) -> Iterator[Script]:
    """Run it on a free port; its `url` is set."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = script.answer(Asked(self.path, headers, body))
            if answer.cut_after == 0:
                self.close_connection = True
                return
            self.send_response(answer.status)
            for name, value in {"Content-Type": answer.kind, "Content-Length": str(len(answer.body))}.items():
                self.send_header(name, value)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(ConnectionError):  # who asked has gone, as some tests mean it to
                self.wfile.write(answer.body[: answer.cut_after])
            self.close_connection = answer.cut_after is not None

        do_GET = do_POST = handle_any  # noqa: N815 - the names that http.server calls

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    script.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
