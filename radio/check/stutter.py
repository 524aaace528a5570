"""Finds stutters: a piece of sound that is heard again right after itself. Streaming; pure inside.

The sound is brought to about 8 kHz and cut into blocks of 25 ms; each is looked up in the second before it by
normalised cross-correlation. A stutter of length L repeats at lag L for about L: so a run of blocks at one lag that
lasts as long as that lag, with little likeness at that lag just before and just after, is one.

In nine minutes of electronic and industrial music through AAC nothing was mistaken for one. Pieces of 0.8 s put into
it again were found 13 times in 18, of 0.15 s 8 times: sound that resembles itself anyway (a tone, a held note, a drone)
hides a repeat, and so does white noise. Other limits: pieces of 100 ms to 0.9 s (`frames.py` finds shorter ones that
were repeated as coded); a loop that a composer plays twice and then leaves looks like one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft

from radio.contracts import Samples

BLOCK_MS = 25
HISTORY_MS = 1000
SHORTEST_MS = 98
LONGEST_MS = 950
ALIKE = 0.93
"""Coded twice at 128 kbit/s, noise still resembles itself this much; music more."""
UNLIKE = 0.7
OTHERWISE = 0.75
"""A sound that resembles itself more than this at other lags too may be periodic by nature."""
PERIODIC = 0.85
"""And this much: nothing can be said."""
LEAST_MS = 2
"""Every sound resembles itself at shorter lags."""
QUIET = 1e-4
"""RMS under which a block is not looked at (−80 dBFS)."""
SLACK_BLOCKS = 2
BLOCKS_AT_ONCE = 40
LEAST_BLOCKS = 2
SMOOTHING = 4
RIGHT_SHARE = np.float32(0.7)
LAG_SLACK = 2

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Repeat:
    """The `samples` from `at_sample` on have just been heard. Not `certain` where the sound is half periodic itself."""

    at_sample: int
    samples: int
    certain: bool


class Stutter:
    """Push sound of any length in order; a repeat comes out when it has ended."""

    def __init__(self, rate: int) -> None:
        self._factor = max(1, round(rate / 8000))
        rate_low = rate / self._factor
        self._block = round(BLOCK_MS * rate_low / 1000)
        self._history = round(HISTORY_MS * rate_low / 1000)
        self._lags = round(SHORTEST_MS * rate_low / 1000), round(LONGEST_MS * rate_low / 1000)
        self._least = round(LEAST_MS * rate_low / 1000)

        self._rest: Samples = np.zeros((0, 2), np.float32)
        self._edge: Floats = np.zeros(SMOOTHING - 1, np.float32)
        self._low: Floats = np.zeros(self._history, np.float32)
        self._position = 0
        self._run_lag = 0
        self._run_blocks = 0
        self._run_certain = self._run_likely = 0
        self._run_before = 0.0
        self._recent: deque[Floats] = deque(maxlen=2)
        self._waiting: Repeat | None = None

    def push(self, samples: Samples) -> list[Repeat]:
        """`samples` is float32 `[n, 2]`."""
        joined = np.concatenate((self._rest, samples))
        unit = self._factor * self._block
        whole = len(joined) // unit * unit
        self._rest = joined[whole:].copy()
        if not whole:
            return []
        self._low = np.concatenate((self._low, self._lowered(joined[:whole])))
        found = [repeat for alike in self._likeness(self._low) for repeat in self._block_of(alike)]
        self._low = self._low[-self._history :].copy()
        return found

    def _lowered(self, samples: Samples) -> Floats:
        """Mono at about 8 kHz and below 1 kHz: so low that half a step of lag does not blur the likeness."""
        means = (samples[:, 0] + RIGHT_SHARE * samples[:, 1]).reshape(-1, self._factor).mean(axis=1)
        joined = np.concatenate((self._edge, means))
        self._edge = joined[-SMOOTHING + 1 :].copy()
        return np.asarray(np.lib.stride_tricks.sliding_window_view(joined, SMOOTHING).mean(axis=1), np.float32)

    def _likeness(self, low: Floats) -> Iterator[Floats]:
        """For every block after the history its likeness at each lag, `[history + 1]`; nothing resembles silence."""
        windows = np.lib.stride_tricks.sliding_window_view(low, self._history + self._block)[:: self._block]
        squares = np.concatenate(([0.0], np.cumsum(low.astype(np.float64) ** 2)))
        energies = squares[self._block :] - squares[: -self._block]
        for first in range(0, len(windows), BLOCKS_AT_ONCE):
            for k, products in enumerate(_products(windows[first : first + BLOCKS_AT_ONCE], self._block), first):
                before = energies[k * self._block :][: self._history + 1]
                loud = before[-1] >= QUIET**2 * self._block
                alike = (products / np.sqrt(before * before[-1] + 1e-12))[::-1] * loud
                yield alike.astype(np.float32)

    def _block_of(self, alike: Floats) -> list[Repeat]:
        """Count how long one lag lasts; judge a run when the second block after it is known."""
        found = self._judged(alike)
        best = int(np.argmax(alike[self._lags[0] : self._lags[1]])) + self._lags[0]
        lag = best if alike[best] >= ALIKE else 0
        otherwise = self._otherwise(alike, lag) if lag else 1.0
        if lag and abs(lag - self._run_lag) <= LAG_SLACK:
            self._run_blocks += 1
            self._run_certain += otherwise < OTHERWISE
            self._run_likely += otherwise < PERIODIC
        else:
            self._waiting = self._ended()
            self._run_lag, self._run_blocks = lag, int(lag > 0)
            self._run_certain, self._run_likely = int(otherwise < OTHERWISE), int(otherwise < PERIODIC)
            self._run_before = _around(self._recent[0], lag) if lag and len(self._recent) == 2 else 0.0
        self._recent.append(alike)
        self._position += 1
        return found

    def _otherwise(self, alike: Floats, lag: int) -> float:
        """The greatest likeness at lags that are no multiple of this one."""
        lags = np.arange(self._least, len(alike))
        apart = np.abs((lags + lag // 2) % lag - lag // 2) > self._least
        return float(alike[self._least :][apart].max())

    def _ended(self) -> Repeat | None:
        blocks = self._run_lag / self._block
        as_long = max(1, blocks - SLACK_BLOCKS) <= self._run_blocks <= 4 * blocks + 1
        if not self._run_lag or not as_long or self._run_likely < LEAST_BLOCKS or self._run_before > UNLIKE:
            return None
        first = (self._position - self._run_blocks) * self._factor * self._block
        return Repeat(first, self._run_lag * self._factor, self._run_certain >= LEAST_BLOCKS)

    def _judged(self, alike: Floats) -> list[Repeat]:
        waiting, self._waiting = self._waiting, None
        if waiting is None or _around(alike, waiting.samples // self._factor) > UNLIKE:
            return []
        return [waiting]


def _around(alike: Floats, lag: int) -> float:
    return float(alike[lag - LAG_SLACK : lag + LAG_SLACK + 1].max())


def _products(windows: Floats, block: int) -> Floats:
    """Each window's last `block` samples times every stretch of the window: `[k, history + 1]`."""
    size = next_fast_len(windows.shape[1], real=True)
    spectra = rfft(windows, size, axis=1) * np.conj(rfft(windows[:, -block:], size, axis=1))
    products: Floats = irfft(spectra, size, axis=1)[:, : windows.shape[1] - block + 1]
    return products
