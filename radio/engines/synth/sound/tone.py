"""What an instrument makes of one key: a finished piece of sound, and how it is to be played.

Pure data. Knows no score, no bus and no cache. All sound in this package is planar: float32 `[channels, samples]`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radio.contracts import SAMPLE_RATE

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
C64 = NDArray[np.complex64]
C128 = NDArray[np.complex128]

LAYERS = 4
"""Velocity layers of a one-shot tone: soft, medium, strong, hardest."""
BRIGHTNESS_STEPS = 4


@dataclass(frozen=True, slots=True)
class Timbre:
    """What of a style changes the sound of a key: `brightness` 0 (dark) … 4 (bright)."""

    brightness: int = 2

    @property
    def octaves(self) -> float:
        """How far filters open beyond their middle, in octaves (−1…+1)."""
        return (self.brightness - BRIGHTNESS_STEPS / 2) / (BRIGHTNESS_STEPS / 2)


@dataclass(frozen=True, slots=True)
class Key:
    """One key of an instrument: all that its sound depends on.

    `layer` is 0…3; `samples` how much of a one-shot is wanted (a loop ignores it).
    """

    pitch: int
    layer: int
    samples: int
    timbre: Timbre

    @property
    def hz(self) -> float:
        """Equal temperament, A4 = 440 Hz."""
        return float(440.0 * 2.0 ** ((self.pitch - 69) / 12))

    @property
    def force(self) -> float:
        """How hard the layer strikes, 0…1."""
        return (self.layer + 0.5) / LAYERS

    @property
    def seed(self) -> int:
        """The same for all lengths of the same key, so that a longer tone begins as the shorter one does."""
        return self.pitch * LAYERS + self.layer


@dataclass(frozen=True, slots=True, eq=False)
class Tone:
    """`dark` is `[1 or 2, n]`; `bright`, where there is one, is added to it by as much as the light in the passage
    asks.
    """

    dark: F32
    bright: F32 | None = None

    @property
    def size_bytes(self) -> int:
        return self.dark.nbytes + (0 if self.bright is None else self.bright.nbytes)


@dataclass(frozen=True, slots=True)
class Tremolo:
    """A level that swings with the chain's position. `turn` is the phase between left and right in turns (0.5:
    auto-pan).
    """

    hz: float
    depth: float
    turn: float = 0.0


@dataclass(frozen=True, slots=True)
class Voice:
    """An instrument: how a key is made, and how it is played.

    `attack_s` is for loops only (a one-shot carries its own). After key-up the tone fades over `release_s`; with
    `ring_s` it ignores key-up and sounds that long. `life_s` gives how long a one-shot lasts by itself at a pitch.
    `drift_hz` is the rate at which a loop's bright part comes and goes.
    """

    make: Callable[[Key], Tone]
    release_s: float = 0.2
    ring_s: float | None = None
    looped: bool = False
    attack_s: float = 0.0
    drift_hz: float = 0.0
    tremolo: Tremolo | None = None
    life_s: Callable[[int], float] | None = None


def samples(seconds: float) -> int:
    return round(seconds * SAMPLE_RATE)


def mono(line: NDArray[np.floating]) -> F32:
    """`[n]` as `[1, n]` float32."""
    return np.ascontiguousarray(line, dtype=np.float32)[None, :]
