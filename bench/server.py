"""A station as an operator runs it, in processes of its own, for benches that look at it from outside."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Server:
    """`parent` is `radio serve`; `process` the server under it."""

    url: str
    parent: psutil.Process
    process: psutil.Process

    def wait_until(self, **wanted: object) -> float:
        """Seconds until `/session/status` has these values."""
        began = time.monotonic()
        while time.monotonic() - began < PATIENCE_S:
            status = httpx.get(f"{self.url}/session/status", timeout=PATIENCE_S).json()
            if all(status.get(name) == value for name, value in wanted.items()):
                return time.monotonic() - began
            time.sleep(0.02)
        raise TimeoutError(f"the station did not become {wanted}")

    def wait_until_ready(self) -> None:
        """Until the engine is warm."""
        until = time.monotonic() + PATIENCE_S
        while not httpx.get(f"{self.url}/health", timeout=PATIENCE_S).json()["ready"]:
            if time.monotonic() > until:
                raise TimeoutError("the engine did not get ready")
            time.sleep(0.02)

    @property
    def ffmpeg(self) -> psutil.Process:
        return next(child for child in self.process.children() if "ffmpeg" in child.name())


@contextlib.contextmanager
def serving(*flags: str) -> Iterator[Server]:
    """`radio serve` on a free port with a data folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "radio.cli", "serve", "--port", "0", "--data-dir", folder, *flags]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent), "PYTHONUNBUFFERED": "1"}
        with (Path(folder) / "log").open("wb") as log:
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, env=environment)
        try:
            yield _found(process)
        finally:
            process.terminate()
            process.wait(10)
            if process.stdout:
                process.stdout.close()


def _found(process: subprocess.Popen[bytes]) -> Server:
    """Read the address from the first line, then wait for the server behind it."""
    assert process.stdout is not None
    line = process.stdout.readline().decode()
    address = re.search(r"http://[^ ]+:\d+", line)
    assert address, line
    url = address[0].rstrip("/")
    httpx.get(f"{url}/health", timeout=PATIENCE_S)
    parent = psutil.Process(process.pid)
    server = next(child for child in parent.children() if "--socket" in child.cmdline())
    return Server(url, parent, server)


def cpu_s(process: psutil.Process) -> float:
    """CPU seconds of one process, its children not counted."""
    times = process.cpu_times()
    return float(times.user + times.system)
