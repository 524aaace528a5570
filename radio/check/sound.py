"""Everything that is heard wrong in one rendition, as events with their place. Streaming, in bounded memory.

It knows samples only: what an event means where, `verdict.py` decides. Not thread-safe.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from radio.check.clicks import Clicks
from radio.check.dropouts import Dropouts
from radio.check.levels import Levels, Silence
from radio.check.stutter import Stutter
from radio.contracts import Samples

BLOCK_S = 4
Kind = Literal["silence", "dropout", "click", "transient", "repeat"]


@dataclass(frozen=True, slots=True)
class Event:
    """Something at this sample of the sound. `strength` is a click's ratio, and 1 for a certain repeat."""

    kind: Kind
    at_sample: int
    samples: int
    strength: float = 0.0


class Sound:
    """Push decoded sound of any length in order. Not `thorough`: neither clicks nor repeats, at a fifth of the cost."""

    def __init__(self, rate: int, *, thorough: bool = True) -> None:
        self.rate = rate
        self.samples = 0
        self.over_full_scale = 0
        """Samples beyond ±1, which a player without headroom clips."""
        self.not_a_number = 0

        self._levels = Levels(rate)
        self._silence = Silence(self._levels.step)
        self._dropouts = Dropouts(self._levels.step)
        self._clicks = Clicks(rate) if thorough else None
        self._stutter = Stutter(rate) if thorough else None

    @property
    def silent_s(self) -> float:
        return self._silence.silent_windows * 0.05

    def push(self, samples: Samples) -> list[Event]:
        """`samples` is float32 `[n, 2]`."""
        step = BLOCK_S * self.rate
        return [event for k in range(0, len(samples), step) for event in self._block(samples[k : k + step])]

    def finish(self) -> list[Event]:
        """What lasts to the end."""
        return [Event("silence", hole.at_sample, hole.samples) for hole in self._silence.finish()]

    def _block(self, samples: Samples) -> list[Event]:
        finite = np.isfinite(samples)
        if not finite.all():
            self.not_a_number += int((~finite).sum())
            samples = np.where(finite, samples, np.float32(0))
        self.samples += len(samples)
        self.over_full_scale += int((np.abs(samples) > 1.0).sum())
        energies = self._levels.push(samples)
        events = [Event("silence", hole.at_sample, hole.samples) for hole in self._silence.push(energies)]
        events += [Event("dropout", hole.at_sample, hole.samples) for hole in self._dropouts.push(energies)]
        if self._clicks is not None:
            for click in self._clicks.push(samples):
                events.append(Event("click" if click.sharp else "transient", click.at_sample, 0, click.ratio))
        if self._stutter is not None:
            for again in self._stutter.push(samples):
                events.append(Event("repeat", again.at_sample, again.samples, float(again.certain)))
        return events
