"""What the packager's tests share: real ffmpegs, and ways to encode, look at and decode what they made."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from radio.contracts import EncodedChunk, EncoderRun, Rendition, Samples
from radio.events import EncoderExited
from radio.packager.encoder import HlsEncoder
from radio.packager.store import Asset
from radio.packager.tools import find_tools

CHUNK = 196_608
DELAY = 1024
LADDER = tuple(Rendition(f"{rate}k", "aac", rate * 1000) for rate in (64, 128, 256))
TOOLS = find_tools()
SYSTEM_FFMPEG = shutil.which("ffmpeg")
FFMPEGS = [
    pytest.param(TOOLS.ffmpeg, id="bundled"),
    pytest.param(
        SYSTEM_FFMPEG or "",
        id="system",
        marks=pytest.mark.skipif(SYSTEM_FFMPEG is None, reason="no ffmpeg is installed on this system"),
    ),
]


@dataclass(slots=True)
class Heard:
    """What an encoder reported."""

    chunks: list[EncodedChunk] = field(default_factory=list)
    exits: list[EncoderExited] = field(default_factory=list)
    exited: Event = field(default_factory=Event)

    def exit(self, fact: EncoderExited) -> None:
        self.exits.append(fact)
        self.exited.set()


def encoder(heard: Heard, ffmpeg: str = TOOLS.ffmpeg, run: EncoderRun | None = None, **options: object) -> HlsEncoder:
    renditions = options.pop("renditions", LADDER)
    on_chunk = options.pop("on_chunk", heard.chunks.append)
    return HlsEncoder(ffmpeg, renditions, run or EncoderRun(0, 0), on_chunk, heard.exit, **options)  # type: ignore[arg-type]


def feed_all(target: HlsEncoder, sound: Samples) -> None:
    """Hand over everything, a second at a time."""
    done = 0
    while done < len(sound):
        done += target.feed(sound[done : done + 48_000], 5.0)


def encode(sound: Samples, ffmpeg: str = TOOLS.ffmpeg, run: EncoderRun | None = None) -> list[EncodedChunk]:
    """All chunks of a whole life."""
    heard = Heard()
    target = encoder(heard, ffmpeg, run)
    try:
        target.start()
        feed_all(target, sound)
        assert target.finish(30.0), heard.exits
    finally:
        target.close()
    return heard.chunks


def decode(source: str | bytes) -> Samples:
    """Decode an address, a path or the bytes of a file to float32 `[samples, 2]`."""
    data = source if isinstance(source, bytes) else b""
    name = "pipe:0" if isinstance(source, bytes) else source
    argv = [TOOLS.ffmpeg, "-v", "error", "-allowed_extensions", "ALL", "-i", name, "-f", "f32le", "-ac", "2", "-"]
    if isinstance(source, bytes):
        del argv[3:5]
    done = subprocess.run(argv, input=data, capture_output=True, check=True, timeout=60)
    return np.frombuffer(done.stdout, np.float32).reshape(-1, 2)


def save(assets: Mapping[bytes, Asset], folder: Path) -> None:
    """Write everything that can be fetched below `folder`."""
    for path, asset in assets.items():
        target = folder / path.decode().lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(asset.body)


def correlations(heard: Samples, source: Samples, window: int = 1024) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Correlation of each window of both, left channel."""
    count = min(len(heard), len(source)) // window
    a, b = (x[: count * window, 0].astype(np.float64).reshape(count, window) for x in (heard, source))
    result: np.ndarray[tuple[int], np.dtype[np.float64]] = (a * b).sum(1) / np.sqrt((a**2).sum(1) * (b**2).sum(1))
    return result


def tags(playlist: str, name: str) -> list[str]:
    """The values of a tag, in order."""
    return re.findall(rf"^#{name}:?(.*)$", playlist, re.MULTILINE)


def uris(playlist: str) -> list[str]:
    return [line for line in playlist.splitlines() if line and not line.startswith("#")]
