"""What the broadcast costs beside the encoder: mix, playout, encode, publish and serve one listener; no generation.

`python -m bench.chain [SECONDS]` runs a station on seeded noise in real time, and beside it the very same ffmpeg alone
on the same noise; both are read over the same stretch of time, so a noisy machine disturbs both.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import httpx
import psutil

from bench.report import Measure, conclude
from bench.server import Server, cpu_s, serving
from radio.contracts import SAMPLE_RATE
from radio.packager.command import hls_argv
from radio.packager.tools import find_tools
from radio.settings import parse_renditions
from tests.fakes.signals import noise

WARM_UP_S = 20.0
ENGINE = "tests.fakes.signals:SignalEngine"
LOUD = 0.15
"""About −16 LUFS, what the station's mixer makes of any noise."""


def main(seconds: float) -> bool:
    with serving("--engine", ENGINE, "--always-on") as server, tempfile.TemporaryDirectory() as folder:
        server.wait_until(state="playing")
        alone = encoder_alone(Path(folder), WARM_UP_S + seconds + 10)
        listener = threading.Thread(target=listen, args=(server, WARM_UP_S + seconds), daemon=True)
        listener.start()
        time.sleep(WARM_UP_S)
        before = readings(server, alone)
        time.sleep(seconds)
        after = readings(server, alone)
        resident = server.process.memory_info().rss / 1e6
        alone.kill()
        listener.join(10)
    ours, ffmpeg, baseline = ((b - a) / seconds * 1000 for a, b in zip(before, after, strict=True))
    return conclude(
        "broadcast chain without generation",
        [
            Measure("server (mix, playout, publish, serve)", ours, "ms CPU per second of audio"),
            Measure("its ffmpeg", ffmpeg, "ms CPU per second of audio"),
            Measure("the same ffmpeg alone, side by side", baseline, "ms CPU per second of audio"),
            Measure("whole chain / ffmpeg alone", (ours + ffmpeg) / baseline, "x", 1.25),
            Measure("server's resident memory", resident, "MB", 220),
        ],
    )


def readings(server: Server, alone: psutil.Process) -> tuple[float, float, float]:
    return cpu_s(server.process), cpu_s(server.ffmpeg), cpu_s(alone)


def encoder_alone(folder: Path, seconds: float) -> psutil.Process:
    """The station's own ffmpeg command on the same noise, paced by ffmpeg's `-re`."""
    source = folder / "noise.f32"
    with source.open("wb") as file:
        for start in range(0, round(seconds) * SAMPLE_RATE, SAMPLE_RATE):
            file.write(noise(start, SAMPLE_RATE, 7, LOUD).tobytes())
    command = hls_argv(find_tools("").ffmpeg, parse_renditions("64k,128k,256k"), 196_608)
    place = command.index("pipe:0")
    command[place] = str(source)
    command.insert(command.index("-f"), "-re")
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return psutil.Process(process.pid)


def listen(server: Server, seconds: float) -> None:
    """One player: the playlist every target duration, each chunk once."""
    until, seen = time.monotonic() + seconds, set[str]()
    with httpx.Client(base_url=server.url, timeout=10.0) as client:
        while time.monotonic() < until:
            playlist = client.get("/live/128k/index.m3u8").text
            for name in [line for line in playlist.splitlines() if line and not line.startswith("#")][-3:]:
                if name not in seen:
                    seen.add(name)
                    client.get(f"/live/128k/{name}")
            time.sleep(4.0)


if __name__ == "__main__":
    sys.exit(0 if main(float(sys.argv[1]) if len(sys.argv) > 1 else 180.0) else 1)
