"""Real players play the live stream of a real station, and what they hear is what was sent."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest

from radio.contracts import Samples
from radio.packager.tools import find_tools
from tests.browser import Witness, chromium
from tests.fakes.signals import noise

ROOT = Path(__file__).parent.parent
LISTEN_S = 24
"""Long enough for several chunks behind the slowest start (VLC and GStreamer begin far behind the edge)."""
SEARCH_S = 120


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A station that broadcasts seeded noise in real time, on the air."""
    folder = tmp_path_factory.mktemp("station")
    command = [sys.executable, "-m", "radio.cli", "serve", "--port", "0", "--data-dir", str(folder), "--always-on"]
    command += ["--engine", "tests.fakes.signals:SignalEngine", "--renditions", "256k"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)
    assert process.stdout is not None
    found = re.search(r"http://\S+:\d+", process.stdout.readline())
    assert found
    assert httpx.get(f"{found[0]}/live.m3u8", timeout=60).status_code == 200
    yield f"{found[0]}/live.m3u8"
    process.terminate()
    process.wait(10)
    process.stdout.close()


def listen(command: list[str], output: Path, seconds: float = LISTEN_S, **environment: str) -> None:
    """Run a player until it has written that much sound, or half a minute longer."""
    wanted = int(seconds * 48_000 * 2 * 2)
    env = {**os.environ, **environment}
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=env,
        start_new_session=True,
    )
    deadline = time.monotonic() + seconds + 40
    while time.monotonic() < deadline and process.poll() is None:
        if output.exists() and output.stat().st_size > wanted:
            break
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.5)
    for number in (signal.SIGINT, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(5)
            break
    words = process.stderr.read().decode("utf-8", "replace") if process.stderr else ""
    if process.stderr:
        process.stderr.close()
    assert output.exists(), words[-2000:]


def heard(output: Path) -> Samples:
    """A WAV file that may have been cut off, decoded by ffmpeg."""
    command = [
        find_tools("").ffmpeg,
        "-v",
        "quiet",
        "-i",
        str(output),
        "-f",
        "f32le",
        "-ac",
        "2",
        "-ar",
        "48000",
        "pipe:1",
    ]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    return np.frombuffer(done.stdout[: len(done.stdout) // 8 * 8], np.float32).reshape(-1, 2)


def assert_is_the_broadcast(sound: Samples, least_s: float = 12.0) -> None:
    """Find where in the noise it begins, then follow it second by second: no sample missing, none twice."""
    level = np.abs(sound).max(1)
    sound = sound[int(np.argmax(level > 0.01)) :]
    assert len(sound) > least_s * 48_000
    source = noise(0, SEARCH_S * 48_000, 7)[:, 0]
    start = place(source, sound[48_000:96_000, 0]) - 48_000
    for second in range(1, int(len(sound) / 48_000) - 2):
        window = sound[second * 48_000 : second * 48_000 + 24_000, 0]
        at = start + second * 48_000
        around = source[at - 480 : at + 24_480]
        assert int(np.argmax(np.correlate(around, window, "valid"))) == 480, f"after {second} s"


def place(source: np.ndarray, piece: np.ndarray) -> int:
    """Where `piece` lies in `source`, by FFT correlation."""
    size = 1 << int(np.ceil(np.log2(len(source) + len(piece))))
    spectrum = np.fft.rfft(source, size) * np.conj(np.fft.rfft(piece, size))
    return int(np.argmax(np.fft.irfft(spectrum, size)[: len(source)]))


def program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed on this machine")
    return found


@pytest.mark.player
@pytest.mark.slow
def test_the_wheels_ffmpeg_hears_every_sample(url: str, tmp_path: Path) -> None:
    output = tmp_path / "heard.wav"
    listen([find_tools("").ffmpeg, "-v", "error", "-i", url, "-t", str(LISTEN_S), "-y", str(output)], output)
    assert_is_the_broadcast(heard(output))


@pytest.mark.player
@pytest.mark.slow
def test_the_systems_ffmpeg_hears_every_sample(url: str, tmp_path: Path) -> None:
    output = tmp_path / "heard.wav"
    listen([program("ffmpeg"), "-v", "error", "-i", url, "-t", str(LISTEN_S), "-y", str(output)], output)
    assert_is_the_broadcast(heard(output))


@pytest.mark.player
@pytest.mark.slow
def test_mpv_hears_every_sample(url: str, tmp_path: Path) -> None:
    output = tmp_path / "heard.wav"
    command = [
        program("mpv"),
        "--no-config",
        "--no-video",
        "--ao=pcm",
        f"--ao-pcm-file={output}",
        "--audio-samplerate=48000",
    ]
    listen([*command, f"--length={LISTEN_S}", url], output)
    assert_is_the_broadcast(heard(output))


@pytest.mark.player
@pytest.mark.slow
def test_vlc_hears_every_sample(url: str, tmp_path: Path) -> None:
    program("cvlc")
    tmp_path.chmod(0o777)
    for parent in list(tmp_path.parents)[:3]:
        with contextlib.suppress(PermissionError):
            parent.chmod(parent.stat().st_mode | 0o011)
    output = tmp_path / "heard.wav"
    sout = f"#transcode{{acodec=s16l,channels=2,samplerate=48000}}:std{{access=file,mux=wav,dst={output}}}"
    command = ["cvlc", "-I", "dummy", "--no-video", "--sout", sout, "--run-time", str(LISTEN_S), url, "vlc://quit"]
    if os.getuid() == 0:
        command = [program("runuser"), "-u", "nobody", "--", "env", f"HOME={tmp_path}", *command]
    listen(command, output)
    assert_is_the_broadcast(heard(output))


@pytest.mark.player
@pytest.mark.slow
def test_gstreamer_hears_every_sample(url: str, tmp_path: Path) -> None:
    output = tmp_path / "heard.wav"
    pipeline = f"uridecodebin uri={url} ! audioconvert ! audioresample ! audio/x-raw,format=S16LE,rate=48000,channels=2"
    command = [program("gst-launch-1.0"), "-q", *pipeline.split(), "!", "wavenc", "!", "filesink", f"location={output}"]
    listen(command, output)
    assert_is_the_broadcast(heard(output))


@pytest.mark.player
@pytest.mark.slow
@pytest.mark.parametrize("how", ["", "?native=1"], ids=["hls.js", "native"])
def test_chromium_plays_from_the_stations_own_page(url: str, how: str) -> None:
    with chromium() as browser:
        page = browser.new_page()
        witness = Witness(page)
        page.goto(url.replace("/live.m3u8", f"/{how}"))
        assert not [line for line in witness.requests if "/live" in line], "opening the page fetches no sound"
        page.get_by_role("button", name=re.compile("play|listen", re.IGNORECASE)).first.click()
        page.wait_for_timeout(4_000)
        before = float(page.evaluate("document.querySelector('audio').currentTime"))
        page.wait_for_timeout(10_000)
        played = float(page.evaluate("document.querySelector('audio').currentTime")) - before
        assert played > 8.0, f"{played:.1f} s of sound in 10 s"
        assert not witness.errors
