"""A listener that misses nothing: every chunk of one rendition, in order, decoded and compared with the timeline.

The timeline is the station's own, read when the chunk is published, so what is found here was lost or changed between
mixer and listener. Positions are counted, not believed: chunk after chunk must hold the next samples. Runs in a worker
thread; a fast clock stands still meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from radio.check.decode import decode
from radio.contracts import SAMPLE_RATE, Samples
from radio.mixer.timeline import Timeline

AAC_DELAY = 1024
BATCH = 8
"""Chunks decoded together."""
HALF_S = SAMPLE_RATE // 2
MARGIN = 2400
"""How far a sound that is not where it should be is looked for, in samples."""
SHIFTS = (-64, -16, -4, 4, 16, 64)
FEW = 2
"""Coding moves the best match of slow music by a sample or two."""
ALIKE = 0.2
"""White noise at 64 kbit/s is coded roughly; another place of it is alike by 0.01."""
WINDOW = SAMPLE_RATE // 20
SILENT_DB = -70.0
MOST_SAID = 20


@dataclass(frozen=True, slots=True, eq=False)
class Taken:
    """A chunk and the sound that it should hold, with `MARGIN` samples more on both sides."""

    sequence: int
    position: int
    data: bytes
    expected: Samples


@dataclass(slots=True)
class Ears:
    """One rendition. `next_sample` is where the next chunk's sound must begin on the timeline."""

    rendition: str
    ffmpeg: str
    chunk_samples: int
    next_sample: int

    chunks: int = 0
    compared: int = 0
    silent_windows: int = 0
    timeline_silent_windows: int = 0
    wrong: int = 0
    least_likeness: float = 1.0
    said: list[str] = field(default_factory=list)
    _last_sequence: int | None = None
    _init: bytes = b""
    _waiting: list[Taken] = field(default_factory=list)

    def add(self, sequence: int, init: bytes, data: bytes, timeline: Timeline) -> None:
        """The next chunk, as listed."""
        if self._last_sequence is not None and sequence <= self._last_sequence:
            self._say(f"chunk {sequence} came after {self._last_sequence}")
        self._last_sequence = sequence
        if init != self._init or len(self._waiting) >= BATCH:
            self.flush()
        self._init = init
        first = self.next_sample - AAC_DELAY - MARGIN
        self._waiting.append(
            Taken(sequence, self.next_sample, data, _read(timeline, first, self.chunk_samples + 2 * MARGIN))
        )
        self.next_sample += self.chunk_samples
        self.chunks += 1

    def flush(self) -> None:
        """Decode and compare what waits."""
        taken, self._waiting = self._waiting, []
        if not taken:
            return
        sound = decode(self.ffmpeg, self._init + b"".join(item.data for item in taken), metered=False).samples
        if len(sound) != len(taken) * self.chunk_samples:
            lacking = len(taken) * self.chunk_samples - len(sound)
            self._say(f"chunks {taken[0].sequence} to {taken[-1].sequence} lack {lacking} samples")
        for number, item in enumerate(taken):
            self._compare(item, sound[number * self.chunk_samples :][: self.chunk_samples], opens=number == 0)

    def _compare(self, item: Taken, sound: Samples, *, opens: bool) -> None:
        """`opens`: the decoder has only just begun, and its first two frames are not whole."""
        for start in range(0, len(sound) - HALF_S + 1, HALF_S):
            skip = 2 * AAC_DELAY if opens and not start else 0
            self._match(item, start + skip, sound[start + skip : start + HALF_S])
        heard = levels(sound)
        meant = levels(item.expected[MARGIN : MARGIN + len(sound)])
        holes = (heard < SILENT_DB) & (meant[: len(heard)] >= SILENT_DB)
        self.timeline_silent_windows += int((meant < SILENT_DB).sum())
        if holes.any():
            self.silent_windows += int(holes.sum())
            at = int(np.argmax(holes)) * WINDOW
            self._say(f"silence at sample {item.position - AAC_DELAY + at}, in chunk {item.sequence}")

    def _match(self, item: Taken, start: int, heard: Samples) -> None:
        """The sound is where the count says: no other place within `MARGIN` fits better."""
        self.compared += 1
        meant, sound = item.expected.mean(axis=1), heard.mean(axis=1)
        here = _likeness(meant, MARGIN + start, sound)
        self.least_likeness = min(self.least_likeness, here)
        if here >= ALIKE and all(_likeness(meant, MARGIN + start + shift, sound) <= here for shift in SHIFTS):
            return
        around = meant[start : start + len(sound) + 2 * MARGIN]
        lag = int(np.argmax(signal.correlate(around, sound, "valid"))) - MARGIN
        best = _likeness(meant, MARGIN + start + lag, sound)
        if abs(lag) > FEW or best < ALIKE:
            self.wrong += 1
            at = item.position - AAC_DELAY + start
            self._say(f"chunk {item.sequence}, sample {at}: not that sound (nearest {lag:+} samples, {best:.2f} alike)")

    def _say(self, what: str) -> None:
        if len(self.said) < MOST_SAID:
            self.said.append(f"{self.rendition}: {what}")


def levels(sound: Samples) -> NDArray[np.float64]:
    """RMS of both channels in 50 ms windows, in dBFS."""
    whole = sound[: len(sound) // WINDOW * WINDOW].reshape(-1, WINDOW * 2).astype(np.float64)
    level: NDArray[np.float64] = 10 * np.log10((whole**2).mean(axis=1) + 1e-20)
    return level


def _likeness(meant: NDArray[np.float32], at: int, sound: NDArray[np.float32]) -> float:
    part = meant[at : at + len(sound)]
    if len(part) < len(sound):
        return 0.0
    return float(part @ sound / np.sqrt((part @ part) * (sound @ sound) + 1e-12))


def _read(timeline: Timeline, first: int, frames: int) -> Samples:
    """The timeline, with silence where it has nothing (before its start)."""
    sound = np.zeros((frames, 2), np.float32)
    start = max(first, timeline.start)
    found = timeline.read(start, first + frames - start)
    sound[start - first : start - first + len(found)] = found
    return sound
