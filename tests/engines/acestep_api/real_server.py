"""The official ACE-Step API server, run for a test: its own code in its own environment, only the model is a fake.

Knows how to start, restart and end it. Its environment is made by deploy/test-acestep-api.sh; where that is missing,
tests that ask for a server are skipped with the reason.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[3]
PYTHON = ROOT / ".venv-acestep-api" / "bin" / "python"
LAUNCHER = Path(__file__).with_name("official_server.py")
TURBO, SFT = "acestep-v15-turbo", "acestep-v15-sft"
LM = "acestep-5Hz-lm-1.7B"
START_S = 60.0


def package() -> Path:
    """The installed package's folder; skips the test where there is none."""
    found = sorted(ROOT.glob(".venv-acestep-api/lib/python3*/site-packages/acestep"))
    if not found or not PYTHON.exists():
        pytest.skip("the official API server is not installed: run deploy/test-acestep-api.sh")
    return found[0]


class ServerHandle:
    """A running server. `url` stays the same over restarts."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._folder = folder
        self._environment = environment

        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = int(free.getsockname()[1])
        self.url = f"http://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> str:
        return (self._folder / "log").read_text(encoding="utf-8", errors="replace")

    def start(self) -> None:
        """Start it and wait until it answers."""
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(PYTHON), str(LAUNCHER), str(self._port)], env=self._environment, stdout=log, stderr=log
            )
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                if httpx.get(f"{self.url}/health", timeout=2, trust_env=False).is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        pytest.fail(f"the official API server did not start:\n{self.log[-3000:]}")

    def stop(self) -> None:
        """As a crash or a restart ends it: at once. What was queued is forgotten."""
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGKILL)
            process.wait(10)

    def restart(self) -> None:
        self.stop()
        self.start()


@contextmanager
def real_server(
    tmp_path: Path,
    *,
    key: str = "",
    fail_every: int = 0,
    queue_max: int = 200,
    job_s: float = 0.05,
    models: tuple[str, ...] = (TURBO, SFT),
    lm: str = LM,
    ignore_source: bool = False,
    longest_s: float = 600.0,
) -> Iterator[ServerHandle]:
    """A server with up to three `models` and the language model `lm` (none if empty).

    Its fake model takes `job_s` for a job and about 20 ms for each second of music, fails every `fail_every`-th job and
    all that are longer than `longest_s`, re-states an uploaded source and goes on from it, unless it is to
    `ignore_source`.
    """
    folder = tmp_path / "acestep-api"
    for name in (*models, "vae", *filter(None, [lm])):
        (folder / "checkpoints" / name).mkdir(parents=True, exist_ok=True)
        (folder / "checkpoints" / name / "config.json").write_text("{}", encoding="utf-8")
    (folder / "acestep").symlink_to(package())
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "HOME": str(folder),
        "PYTHONPATH": str(folder),
        "PYTHONDONTWRITEBYTECODE": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "ACESTEP_TMPDIR": str(folder / "tmp"),
        "ACESTEP_QUEUE_MAXSIZE": str(queue_max),
        "ACESTEP_INIT_LLM": "true" if lm else "false",
        "ACESTEP_LM_MODEL_PATH": lm or "acestep-5Hz-lm-0.6B",
        "MAX_CUDA_VRAM": "80",
        "FAKE_JOB_S": str(job_s),
        "FAKE_FAIL_EVERY": str(fail_every),
        "FAKE_LONGEST_S": str(longest_s),
        "FAKE_LM": lm,
    }
    names = ("ACESTEP_CONFIG_PATH", "ACESTEP_CONFIG_PATH2", "ACESTEP_CONFIG_PATH3")
    environment |= dict(zip(names, models, strict=False))
    environment |= {"ACESTEP_API_KEY": key} if key else {}
    environment |= {"FAKE_IGNORE_SOURCE": "1"} if ignore_source else {}
    server = ServerHandle(folder, environment)
    try:
        server.start()
        yield server
    finally:
        server.stop()
