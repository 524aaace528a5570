"""A real `radio serve` that can be killed, and a listener that fetches everything it ever lists."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin

import httpx
import numpy as np

from radio.check.checker import Checker
from radio.packager.keep import Keep
from radio.packager.tools import find_tools
from tests.fakes.signals import noise
from tests.recorder import AAC_DELAY, decode

ROOT = Path(__file__).parent.parent
CHUNK = 98_304
PLENTY = "50"
"""Seconds of music ahead: on a busy machine a new server may take a while, and a bridge would not be the source's
noise."""
SETTINGS = {
    "RADIO_ENGINE": "tests.fakes.signals:SignalEngine",
    "RADIO_RENDITIONS": "64k",
    "RADIO_CHUNK_SECONDS": str(CHUNK / 48_000),
    "RADIO_HEADROOM_FLOOR": PLENTY,
    "RADIO_CHAIN_HOPS": "10000",
    "RADIO_LOG_FORMAT": "text",
    "PYTHONPATH": str(ROOT),
    "PYTHONUNBUFFERED": "1",
}


class Serving:
    """`radio serve` on one port and one data folder, started and ended as often as one likes."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self._settings = settings
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[str] | None = None
        self.log = folder.parent / f"{folder.name}.log"

    def start(self, **changes: str) -> None:
        command = [sys.executable, "-m", "radio.cli", "serve", "--port", str(self.port), "--data-dir", str(self.folder)]
        environment = {**os.environ, **SETTINGS, **self._settings, **changes}
        with self.log.open("a") as log:
            self._process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment, cwd=self.folder.parent
            )
        assert self._process.stdout is not None
        assert re.search(r"http://\S+:\d+", self._process.stdout.readline()), self.log.read_text()

    @property
    def parent(self) -> int:
        assert self._process is not None
        return self._process.pid

    def server(self) -> int | None:
        """The server's pid, once there is one."""
        for path in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                if path.read_text().rpartition(")")[2].split()[1] == str(self.parent):
                    return int(path.parent.name)
        return None

    def kill_server(self) -> None:
        pid = self.server()
        assert pid is not None
        os.kill(pid, signal.SIGKILL)

    def kill_all(self) -> None:
        """The parent first, so that it starts nothing more."""
        pid = self.server()
        assert self._process is not None
        self._process.kill()
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._reap()

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._reap()

    def _reap(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.wait(15)
            assert process.stdout is not None
            process.stdout.close()


@contextlib.contextmanager
def serving(folder: Path, **settings: str) -> Iterator[Serving]:
    """Not started yet; ended with nothing left behind."""
    folder.mkdir(parents=True, exist_ok=True)
    found = Serving(folder, **settings)
    try:
        yield found
    finally:
        found.stop()
        with contextlib.suppress(OSError):
            keep = Keep(folder)
            keep.close()
            shutil.rmtree(keep.path, ignore_errors=True)


@dataclass(slots=True)
class Ear:
    """Reloads a playlist and fetches every chunk as soon as it is listed, through every restart."""

    url: str
    chunks: dict[int, bytes] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    inits: dict[str, bytes] = field(default_factory=dict)
    playlists: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    checker: Checker = field(init=False)

    def __post_init__(self) -> None:
        tools = find_tools("")
        self.checker = Checker(ffmpeg=tools.ffmpeg, ffprobe=tools.ffprobe, thorough=False)

    def listen(self, enough: Callable[[], bool], limit_s: float = 60.0) -> None:
        """Until `enough`."""
        until = time.monotonic() + limit_s
        with httpx.Client(timeout=15.0) as client:
            while not enough():
                assert time.monotonic() < until, f"{len(self.chunks)} chunks; {self.playlists[-1:]}"
                with contextlib.suppress(httpx.TransportError):
                    self.look(client)
                time.sleep(0.2)

    def more(self, count: int) -> Callable[[], bool]:
        """Whether so many chunks have come since now."""
        wanted = len(self.chunks) + count
        return lambda: len(self.chunks) >= wanted

    def look(self, client: httpx.Client) -> None:
        url = urljoin(self.url, "/live/64k/index.m3u8")
        answer = client.get(url)
        if answer.status_code != 200 or (self.playlists and answer.text == self.playlists[-1]):
            return
        for line in re.findall(r'EXT-X-MAP:URI="([^"]+)"', answer.text):
            if line not in self.inits:
                self.inits[line] = client.get(urljoin(url, line)).content
                self.checker.add_init("64k", urljoin(url, line), self.inits[line])
                self.checker.add_init("64k", line, self.inits[line])
        found: dict[int, bytes] = {}
        names = {int(re.findall(r"-(\d+)\.m4s", name)[0]): name for name in re.findall(r"^[^#\s]+", answer.text, re.M)}
        for sequence, name in names.items():
            assert self.names.get(sequence, name) == name, "a number's name never changes"
            if sequence not in self.chunks:
                got = client.get(urljoin(url, name))
                if got.status_code != 200:
                    self.lost.append(f"{name}: {got.status_code}")
                    continue
                found[sequence] = got.content
        self.playlists.append(answer.text)
        self.names |= names
        self.chunks |= found
        self.checker.add_playlist("64k", answer.text, time.time())
        for sequence, data in sorted(found.items()):
            self.checker.add_chunk("64k", sequence, data)

    @property
    def problems(self) -> list[str]:
        """What the checker calls an error."""
        report = self.checker.finish()
        return [f"{found.code}: {found.examples[:1]}" for found in report.findings if found.severity == "error"]

    def heard(self) -> np.ndarray:
        """All chunks in order, decoded."""
        first = next(iter(self.inits.values()))
        return decode(first + b"".join(data for _, data in sorted(self.chunks.items())))

    def assert_unbroken(self) -> None:
        """No number is missing, and what was heard is the source's noise, sample by sample."""
        numbers = sorted(self.chunks)
        assert numbers == list(range(numbers[0], numbers[-1] + 1))
        assert not self.lost
        sound = self.heard()
        assert len(sound) == len(numbers) * CHUNK
        for start in range(48_000, len(sound) - 48_000, 24_000):
            window = sound[start : start + 12_000, 0]
            around = noise(start - AAC_DELAY - 480, len(window) + 960, 7)[:, 0]
            found = np.correlate(around, window, "valid")
            assert int(np.argmax(found)) == 480, f"at {start / 48_000:.1f} s of {len(sound) / 48_000:.1f} s"
