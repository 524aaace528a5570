"""The wheel is whole: installed into an empty environment, far from the checkout, it plays from `/`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import venv
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_wheel_in_an_empty_environment_plays_and_brings_its_page(tmp_path: Path) -> None:
    python = installed(build(tmp_path), tmp_path / "empty")
    assert_models_are_an_extra(python, tmp_path)
    command = [str(python.with_name("radio")), "serve", "--port", "0", "--data-dir", str(tmp_path / "data")]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment, cwd=tmp_path
    )
    assert process.stdout is not None
    try:
        found = re.search(r"http://\S+:\d+", process.stdout.readline())
        assert found
        with httpx.Client(base_url=found[0], timeout=60) as client:
            assert "<title>" in client.get("/").text
            for path in ("/player/js/main.js", "/player/css/page.css", "/docs", "/openapi.json"):
                assert client.get(path).status_code == 200, path
            wait_until_ready(client)
            assert client.get("/live.m3u8").status_code == 200
            assert client.get("/live/64k/index.m3u8").text.count("#EXTINF") >= 3
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


def assert_models_are_an_extra(python: Path, folder: Path) -> None:
    """Without the extra, asking for the model says in one sentence what to install, and nothing imports torch."""
    assert subprocess.run([python, "-c", "import torch"], capture_output=True, check=False).returncode != 0
    command = [str(python.with_name("radio")), "serve", "--engine", "acestep", "--data-dir", str(folder / "models")]
    asked = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert asked.returncode == 2
    assert asked.stderr.strip().count("\n") == 0
    assert "pip install 'longwave[acestep]'" in asked.stderr


def build(folder: Path) -> Path:
    """The wheel of this checkout."""
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return next(folder.glob("longwave-*.whl"))


def installed(wheel: Path, folder: Path) -> Path:
    """The Python of a new environment that holds the wheel and what it asks for."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    command = [
        str(python),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--constraint",
        str(ROOT / "constraints.txt"),
        str(wheel),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=500, check=False)
    if done.returncode and re.search(r"ConnectionError|NewConnectionError|Temporary failure|No matching", done.stderr):
        pytest.skip("no package registry can be reached to fill an empty environment")
    assert done.returncode == 0, done.stderr
    return python


def wait_until_ready(client: httpx.Client) -> None:
    """Until the engine is warm; each answer comes from a live server, so this ends or the test's limit does."""
    while not client.get("/health").json()["ready"]:
        pass
