"""The command line as an operator meets it: real processes, plain sentences, clean ends."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

ROOT = Path(__file__).parent.parent
RADIO = [sys.executable, "-m", "radio.cli"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
NOISE = "tests.fakes.signals:SignalEngine"


def radio(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command that ends by itself."""
    env = {**ENVIRONMENT, **environment}
    return subprocess.run([*RADIO, *arguments], capture_output=True, text=True, timeout=60, env=env, check=False)


@contextlib.contextmanager
def serving(folder: Path, *flags: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`radio serve` on a free port, and its address."""
    command = [*RADIO, "serve", "--port", "0", "--data-dir", str(folder), "--engine", NOISE, *flags]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=ENVIRONMENT)
    try:
        assert process.stdout is not None
        found = re.search(r"http://\S+:\d+", process.stdout.readline())
        assert found
        yield process, found[0]
    finally:
        process.terminate()
        process.wait(10)
        assert process.stdout is not None
        process.stdout.close()


def whole_family(process: subprocess.Popen[str]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def gone(processes: list[psutil.Process], limit_s: float) -> bool:
    """All ended within that many seconds."""
    deadline = time.monotonic() + limit_s
    while alive := [process for process in processes if not ended(process)]:
        if time.monotonic() > deadline:
            return False
        psutil.wait_procs(alive, 0.05)
    return True


def ended(process: psutil.Process) -> bool:
    """Whether it runs no longer; one that nobody has waited for yet counts as ended."""
    try:
        return not process.is_running() or bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


@pytest.mark.parametrize(
    ("arguments", "environment", "words"),
    [
        (["--port", "99999"], {}, "port"),
        (["--engine", "theremin"], {}, "there is no engine 'theremin'"),
        (["--renditions", "9000"], {}, "'9000' is not a rendition"),
        ([], {"RADIO_OVERLAP_SECONDS": "40"}, "must be under half a segment"),
        ([], {"RADIO_CHUNK_SECONDS": "4"}, "multiple of 4096 samples"),
        ([], {"RADIO_PROMPT": "x" * 2001}, "at most 2000 characters"),
        ([], {"RADIO_FFMPEG": "/nowhere/ffmpeg"}, "/nowhere/ffmpeg"),
        (["--data-dir", "/dev/null/x"], {}, "cannot be written to"),
        (["--config", "/nowhere.toml"], {}, "there is no settings file"),
    ],
)
def test_what_cannot_work_is_one_sentence_and_exit_code_2(
    tmp_path: Path, arguments: list[str], environment: dict[str, str], words: str
) -> None:
    folder = [] if "--data-dir" in arguments else ["--data-dir", str(tmp_path)]
    done = radio("serve", "--port", "0", *folder, *arguments, **environment)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_port_in_use_is_said_so(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = radio("serve", "--port", str(port), "--data-dir", str(tmp_path))
    assert done.returncode == 2
    assert f"port {port}: the port is in use" in done.stderr


def test_a_settings_file_is_read_and_flags_win_over_it(tmp_path: Path) -> None:
    file = tmp_path / "radio.toml"
    file.write_text('renditions = "48k"\nsegment_seconds = 20\noverlap_seconds = 5\ncrossfade_seconds = 5\n')
    with serving(tmp_path / "data", "--config", str(file), "--renditions", "96k") as (_, url):
        text = httpx.get(f"{url}/live.m3u8", timeout=30).text
    assert "live/96k/index.m3u8" in text
    assert "48k" not in text


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_stopping_leaves_no_process_and_no_file_behind(tmp_path: Path, how: signal.Signals) -> None:
    with serving(tmp_path) as (process, url):
        assert httpx.get(f"{url}/live.m3u8", timeout=30).status_code == 200
        family = whole_family(process)
        assert any("ffmpeg" in child.name() for child in family)
        folders = own_folders(family)
        assert folders
        process.send_signal(how)
        assert process.wait(10) == 0
        assert gone(family, 1.0)
        assert not [folder for folder in folders if folder.exists()]
        assert {path.name for path in tmp_path.iterdir()} == {"station.json", "sound.longwave"}


def own_folders(family: list[psutil.Process]) -> list[Path]:
    """Where the encoders of this family work."""
    return [Path(child.cwd()) for child in family if "ffmpeg" in child.name()]


def test_a_killed_server_comes_back_behind_the_same_socket(tmp_path: Path) -> None:
    with serving(tmp_path) as (process, url):
        before = httpx.get(f"{url}/live.m3u8", timeout=30)
        assert before.status_code == 200
        family = whole_family(process)
        server = next(child for child in family if "--socket" in child.cmdline())
        server.kill()
        after = httpx.get(f"{url}/live/64k/index.m3u8", timeout=30)
        assert after.status_code == 200
        assert "#EXT-X-DISCONTINUITY\n" not in after.text
        assert gone(family, 5.0), "what the dead server left behind"


def test_a_killed_parent_takes_everything_with_it(tmp_path: Path) -> None:
    with serving(tmp_path) as (process, url):
        assert httpx.get(f"{url}/live.m3u8", timeout=30).status_code == 200
        family = whole_family(process)
        process.kill()
        assert gone(family, 5.0)


def test_doctor_explains_a_prompt() -> None:
    done = radio("doctor", "--explain", "jazz in D minor, 92 bpm, no drums")
    assert done.returncode == 0
    assert "92" in done.stdout
    assert "D minor" in done.stdout


def test_doctor_looks_at_this_machine(tmp_path: Path) -> None:
    done = radio("doctor", RADIO_PORT="0", RADIO_DATA_DIR=str(tmp_path))
    assert "ffmpeg" in done.stdout
    assert "times real time" in done.stdout
    assert "Traceback" not in done.stderr


def test_doctor_says_what_to_install_to_the_letter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Brackets are no mark-up: `longwave[acestep]` must come out whole."""
    from typer.testing import CliRunner

    from radio.cli import app

    monkeypatch.setattr("radio.engines.registry.find_spec", lambda _: None)
    environment = {"RADIO_ENGINE": "acestep", "RADIO_PORT": "0", "RADIO_DATA_DIR": str(tmp_path), "COLUMNS": "400"}
    done = CliRunner().invoke(app, ["doctor"], env=environment)
    assert "pip install 'longwave[acestep]'" in done.output


def test_doctor_does_not_examine_another_engine_than_it_was_asked_about(tmp_path: Path) -> None:
    nobody = {"RADIO_ACESTEP_API_URL": "http://127.0.0.1:9", "RADIO_DATA_DIR": str(tmp_path), "COLUMNS": "400"}
    done = radio("doctor", "--engine", "acestep-api", **nobody)
    assert done.returncode == 1
    assert "not here: no API server: nothing answers at http://127.0.0.1:9" in done.stdout


def test_an_overlap_between_latent_frames_is_no_reason_to_fail() -> None:
    from radio.app import mix_settings
    from radio.settings import load

    mix = mix_settings(load(overlap_seconds=3.01, crossfade_seconds=3.01))
    assert mix.crossfade_samples <= mix.overlap_samples
