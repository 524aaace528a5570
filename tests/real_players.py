"""Real players as child processes that record what they hear, and the noise that it is held against."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import numpy as np
import pytest

from radio.contracts import Samples
from radio.packager.tools import find_tools
from tests.fakes.signals import noise

RATE = 48_000
SEARCH_S = 300


def program(name: str) -> str:
    """Where it is; skips the test where it is not."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed on this machine")
    return found


def wheels_ffmpeg(url: str, output: Path) -> list[str]:
    return [find_tools("").ffmpeg, "-v", "error", "-i", url, "-flush_packets", "1", "-y", str(output)]


def systems_ffmpeg(url: str, output: Path) -> list[str]:
    return [program("ffmpeg"), "-v", "error", "-i", url, "-flush_packets", "1", "-y", str(output)]


def mpv(url: str, output: Path) -> list[str]:
    sound = ["--ao=pcm", f"--ao-pcm-file={output}", "--audio-samplerate=48000"]
    return [program("mpv"), "--no-config", "--no-video", *sound, url]


def vlc(url: str, output: Path) -> list[str]:
    """It refuses to run as root: then it runs as nobody, who may write into the output's folder."""
    program("cvlc")
    sout = f"#transcode{{acodec=s16l,channels=2,samplerate=48000}}:std{{access=file,mux=wav,dst={output}}}"
    command = ["cvlc", "-I", "dummy", "--no-video", "--sout", sout, url, "vlc://quit"]
    if os.getuid() != 0:
        return command
    output.parent.chmod(0o777)
    for parent in list(output.parent.parents)[:3]:
        with contextlib.suppress(PermissionError):
            parent.chmod(parent.stat().st_mode | 0o011)
    return [program("runuser"), "-u", "nobody", "--", "env", f"HOME={output.parent}", *command]


class Player:
    """One player at work. `with` it: at the end of the block it is ended, whatever it does."""

    def __init__(self, name: str, command: Sequence[str], output: Path) -> None:
        self.name = name
        self.output = output

        self.frame_bytes = 8 if command[0].endswith("mpv") else 4  # it writes float32, the others 16 bit
        self._words = output.with_suffix(".log").open("w+b")
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._words,
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for number in (signal.SIGINT, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(5)
                break
        self._words.close()

    @property
    def plays(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    @property
    def recorded_s(self) -> float:
        return self.output.stat().st_size / (RATE * self.frame_bytes) if self.output.exists() else 0.0

    def hear(self, until_s: float, limit_s: float) -> None:
        """Wait until it has recorded so much."""
        deadline = time.monotonic() + limit_s
        while self.recorded_s < until_s and self.plays and time.monotonic() < deadline:
            time.sleep(0.2)
        assert self.recorded_s >= until_s, f"{self.name}: {self.recorded_s:.1f} of {until_s:.1f} s\n{self.words()}"

    def words(self) -> str:
        """The last of what it said."""
        self._words.seek(0)
        return self._words.read().decode("utf-8", "replace")[-2000:]


def heard(output: Path) -> Samples:
    """A WAV file that may have been cut off, decoded by ffmpeg."""
    command = [find_tools("").ffmpeg, "-v", "quiet", "-ignore_length", "1", "-i", str(output)]
    command += ["-f", "f32le", "-ac", "2", "-ar", str(RATE), "pipe:1"]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    return np.frombuffer(done.stdout[: len(done.stdout) // 8 * 8], np.float32).reshape(-1, 2)


def places(sound: Samples) -> list[int | None]:
    """Of every second of a recording of the noise: how many samples later it lies in the noise than in the recording.

    The same number throughout: no sample missing, none twice. None where it is not the noise.
    """
    source = noise(0, SEARCH_S * RATE, 7)[:, 0]
    offset: int | None = None
    found: list[int | None] = []
    for start in range(RATE, len(sound) - 2 * RATE, RATE):
        window = sound[start : start + RATE // 2, 0]
        if offset is None or not lies_at(source, window, start + offset):
            offset = find(source, window, start)
        found.append(offset)
    return found


def find(source: Samples, window: Samples, start: int) -> int | None:
    at = place(source, window)
    return at - start if lies_at(source, window, at) else None


def lies_at(source: Samples, window: Samples, at: int) -> bool:
    """Whether `window` is what stands there, and best there."""
    if at < 480 or at + len(window) + 480 > len(source):
        return False
    around = source[at - 480 : at + len(window) + 480]
    match = np.correlate(around, window, "valid")
    return int(np.argmax(match)) == 480 and match[480] > 0.5 * float(np.linalg.norm(window)) ** 2


def place(source: Samples, piece: Samples) -> int:
    """Where `piece` lies in `source`, by FFT correlation."""
    size = 1 << int(np.ceil(np.log2(len(source) + len(piece))))
    spectrum = np.fft.rfft(source, size) * np.conj(np.fft.rfft(piece, size))
    return int(np.argmax(np.fft.irfft(spectrum, size)[: len(source)]))


def loud(sound: Samples) -> Samples:
    """From its first sound on."""
    return sound[int(np.argmax(np.abs(sound).max(1) > 0.01)) :]
