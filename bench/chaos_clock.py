"""Clocks whose wall time can be set, as an administrator or NTP does. Their monotonic time never jumps."""

from __future__ import annotations

from radio.clock import FastClock, WallClock


class SteppedFastClock(FastClock):
    """`set_back` and forth by `step`; `highest_utc` is the time of a listener whose clock was never wrong by less."""

    def __init__(self) -> None:
        super().__init__()

        self._off_s = self._most_off_s = 0.0

    def utc(self) -> float:
        return super().utc() + self._off_s

    def step(self, seconds: float) -> None:
        self._off_s += seconds
        self._most_off_s = max(self._most_off_s, self._off_s)

    def highest_utc(self) -> float:
        return super().utc() + self._most_off_s


class SteppedWallClock(WallClock):
    """The same in real time."""

    def __init__(self) -> None:
        self._off_s = self._most_off_s = 0.0

    def utc(self) -> float:
        return super().utc() + self._off_s

    def step(self, seconds: float) -> None:
        self._off_s += seconds
        self._most_off_s = max(self._most_off_s, self._off_s)

    def highest_utc(self) -> float:
        return super().utc() + self._most_off_s


SteppedClock = SteppedFastClock | SteppedWallClock
