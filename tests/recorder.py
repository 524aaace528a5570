"""Records what a station broadcasts, as a listener that never misses anything, and decodes it."""

from __future__ import annotations

import asyncio
import re
import subprocess
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from radio.app import Station
from radio.contracts import Samples
from radio.packager.tools import find_tools

AAC_DELAY = 1024
CHUNK_S = 4.096


@dataclass(slots=True)
class Recording:
    """Chunks of one rendition, in order. `dates` are their program date-times (Unix seconds)."""

    rendition: str
    init: dict[str, bytes] = field(default_factory=dict)
    chunks: dict[str, bytes] = field(default_factory=dict)
    dates: dict[str, float] = field(default_factory=dict)
    playlists: list[str] = field(default_factory=list)

    def look(self, station: Station) -> None:
        """Take what is new in the station's window."""
        assets = station.publisher.store.published.assets
        path = f"/live/{self.rendition}/index.m3u8"
        playlist = assets.get(path.encode())
        if playlist is None or (self.playlists and self.playlists[-1] == playlist.body.decode()):
            return
        self.playlists.append(playlist.body.decode())
        date = None
        for line in self.playlists[-1].splitlines():
            if line.startswith("#EXT-X-PROGRAM-DATE-TIME:"):
                date = datetime.fromisoformat(line.partition(":")[2].replace("Z", "+00:00")).timestamp()
            elif line.startswith("#EXT-X-MAP:"):
                name = re.findall(r'URI="([^"]+)"', line)[0]
                self.init[name] = assets[f"/live/{self.rendition}/{name}".encode()].body
            elif line and not line.startswith("#") and line not in self.chunks:
                self.chunks[line] = assets[f"/live/{self.rendition}/{line}".encode()].body
                assert date is not None
                self.dates[line] = date

    @property
    def fmp4(self) -> bytes:
        """The one epoch that was recorded, as a file."""
        assert len(self.init) == 1, "one epoch"
        return next(iter(self.init.values())) + b"".join(self.chunks.values())


async def record(station: Station, recording: Recording, seconds: float) -> None:
    """Listen for that long, by the station's clock."""
    clock = station.conductor.clock
    waiter = clock.async_waiter()
    try:
        until = clock.monotonic() + seconds
        while clock.monotonic() < until:
            station.conductor.listened("recorder", recording.rendition)
            await waiter.wait(clock.monotonic() + CHUNK_S / 2)
            await asyncio.sleep(0)
            recording.look(station)
    finally:
        waiter.close()


def decode(data: bytes) -> Samples:
    """fMP4 as float32 `[n, 2]`, by ffmpeg."""
    command = [find_tools("").ffmpeg, "-v", "error", "-i", "pipe:0", "-f", "f32le", "-ac", "2", "pipe:1"]
    done = subprocess.run(command, input=data, capture_output=True, timeout=120, check=True)
    assert not done.stderr, done.stderr.decode()
    return np.frombuffer(done.stdout, np.float32).reshape(-1, 2)


def aac(samples: Samples, bit_rate: str) -> Samples:
    """The same through the same encoder without a station: what the codec alone does to a signal."""
    tools = find_tools("")
    command = [
        tools.ffmpeg,
        "-v",
        "error",
        "-f",
        "f32le",
        "-ar",
        "48000",
        "-ac",
        "2",
        "-i",
        "pipe:0",
        "-c:a",
        "aac",
        "-b:a",
        bit_rate,
    ]
    command += ["-f", "adts", "pipe:1"]
    coded = subprocess.run(command, input=samples.tobytes(), capture_output=True, timeout=120, check=True).stdout
    command = [tools.ffmpeg, "-v", "error", "-f", "aac", "-i", "pipe:0", "-f", "f32le", "-ac", "2", "pipe:1"]
    done = subprocess.run(command, input=coded, capture_output=True, timeout=120, check=True)
    return np.frombuffer(done.stdout, np.float32).reshape(-1, 2)
