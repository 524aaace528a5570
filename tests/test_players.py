"""Real players play the live stream of a real station, and what they hear is what was sent."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from radio.contracts import Samples
from tests.browser import Witness, chromium
from tests.real_players import (
    RATE,
    Player,
    heard,
    loud,
    mpv,
    places,
    program,
    systems_ffmpeg,
    vlc,
    wheels_ffmpeg,
)

ROOT = Path(__file__).parent.parent
LISTEN_S = 24
"""Long enough for several chunks behind the slowest start (VLC and GStreamer begin far behind the edge)."""


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


def listen(command: list[str], output: Path) -> None:
    """Run a player until it has written so much sound."""
    with Player(command[0], command, output) as player:
        player.hear(LISTEN_S, LISTEN_S + 40)


def assert_is_the_broadcast(sound: Samples, least_s: float = 12.0) -> None:
    """Find where in the noise it begins, then follow it second by second: no sample missing, none twice."""
    sound = loud(sound)
    assert len(sound) > least_s * RATE
    found = places(sound)
    assert found[0] is not None
    assert found == [found[0]] * len(found)


@pytest.mark.player
@pytest.mark.slow
@pytest.mark.parametrize("player", [wheels_ffmpeg, systems_ffmpeg, mpv, vlc])
def test_a_player_hears_every_sample(url: str, tmp_path: Path, player: Callable[[str, Path], list[str]]) -> None:
    output = tmp_path / "heard.wav"
    listen(player(url, output), output)
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
