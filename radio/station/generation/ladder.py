"""The quality ladder: on which rung the station stands, when it steps down, and when it tries to step up again.

Pure: state in, state out; times are the caller's monotonic seconds. It knows no process and no model: `crew` brings the
generator of the rung, `production` says how that goes.

A rung is left at once when it cannot be loaded, runs out of memory, or lets the station bridge; after `attempts` failed
segments in a row (a crash counts twice); or when it is too slow to keep the headroom. It is barred
then for a while that doubles each time. When the time is over and there is room it is tried again: one failure ends the
trial, and `TRIAL_SEGMENTS` good segments pass it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from radio.contracts import SAMPLE_RATE, Rung
from radio.station.generation.lookahead import back_off_s

Trouble = Literal[
    "load", "out_of_memory", "unavailable", "planner", "late", "unfit", "failed", "crashed", "poor", "slow"
]
AT_ONCE: frozenset[Trouble] = frozenset({"load", "out_of_memory", "unavailable", "planner", "late", "unfit"})
"""What trying again on the same rung would not mend."""

COUNTED: dict[Trouble, int] = {"failed": 1, "crashed": 2}
"""A crash costs a load as well."""
ATTEMPTS = 3
"""A segment and its two retries (`MAX_RETRY`)."""
POOR_IN_A_ROW = 2
"""Segments that were taken only because their last roll was no better: the model is not fit, not the seed."""
SLOW_IN_A_ROW = 2
SLOW_SHARE = 0.9
"""A generation that takes more than this share of the music it adds cannot win back lost headroom."""
FIRST_BAR_S = 60.0
LONGEST_BAR_S = 3600.0
TRIAL_SEGMENTS = 3
SETTLED_SEGMENTS = 2
"""Good segments on a lower rung before the next one up is tried."""
STEP_UP_SHARE = 0.42
STEP_UP_HEADROOM_S = 25.0
"""A trial that fails costs a load and a failed segment: this much music has to be ready, or that share of a segment
where segments are short."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A rung that failed: not before `until_s`, for the `times`th time, because of `why`."""

    until_s: float
    times: int
    why: str


@dataclass(frozen=True, slots=True)
class Step:
    """The last step: `trouble` is "trial" for one up. `number` counts all steps."""

    number: int
    from_rung: str
    to_rung: str
    trouble: str
    why: str


@dataclass(frozen=True, slots=True)
class Ladder:
    """Rungs, best first, and where we are. `failures`, `poor` and `slow` count in a row on this rung, `good` since the
    last of them or the step."""

    rungs: tuple[Rung, ...]
    at: int = 0
    bars: tuple[tuple[str, Bar], ...] = ()
    failures: int = 0
    poor: int = 0
    slow: int = 0
    good: int = 0
    last: Step | None = None
    attempts: int = ATTEMPTS

    @property
    def rung(self) -> Rung:
        """The one that should make the music."""
        return self.rungs[self.at]

    def bar(self, name: str) -> Bar | None:
        return dict(self.bars).get(name)

    def seen(self, rungs: tuple[Rung, ...], now_s: float) -> Ladder:
        """What is there was looked at again. A rung that works stays, even if it no longer seems to be there."""
        if not rungs:
            return self
        untouched = self.good == self.failures == 0 and self.last is None
        if untouched or self.rung.spec is None:
            first = replace(self, rungs=rungs, at=0)
            return replace(first, at=first._best(0, now_s))
        kept = tuple(self._kept(each) if k == self.at else each for k, each in enumerate(rungs))
        return replace(self, rungs=kept)

    def _kept(self, seen: Rung) -> Rung:
        """This rung works: it stays as it is unless it could come home, from a server to this machine."""
        comes_home = seen.spec is not None and seen.spec.heavy
        return seen if comes_home else self.rung

    def failed(self, trouble: Trouble, why: str, now_s: float) -> Ladder:
        """Something went wrong on this rung: count it, or step down."""
        failures = self.failures + COUNTED.get(trouble, 0)
        counted = replace(self, failures=failures, good=0)
        on_trial = self.bar(self.rung.name) is not None
        enough = trouble in AT_ONCE or failures >= self.attempts or on_trial
        return counted._down(trouble, why, now_s) if enough else counted

    def made(self, generation_s: float, added_s: float, now_s: float, *, poor: bool = False) -> Ladder:
        """A segment is mixed. It took `generation_s` and adds `added_s` of music."""
        slow = self.slow + 1 if generation_s > SLOW_SHARE * added_s else 0
        counted = replace(self, failures=0, slow=slow, poor=self.poor + 1 if poor else 0, good=self.good + 1)
        if counted.slow >= SLOW_IN_A_ROW:
            why = f"{generation_s:.1f} s for {added_s:.0f} s of music is too slow to keep the headroom"
            return counted._down("slow", why, now_s)
        if counted.poor >= POOR_IN_A_ROW:
            return counted._down("poor", f"{counted.poor} segments in a row were no good in any attempt", now_s)
        if counted.good >= TRIAL_SEGMENTS and counted.bar(self.rung.name):
            return replace(counted, bars=tuple(each for each in counted.bars if each[0] != self.rung.name))
        return counted

    def climbed(self, now_s: float, headroom_s: float) -> Ladder:
        """One step up, as a trial, if a better rung is there and there is room; else the same ladder."""
        better = self._best(0, now_s) if self.rungs else 0
        room_s = min(STEP_UP_HEADROOM_S, STEP_UP_SHARE * self.rung.segment_samples / SAMPLE_RATE) if self.rungs else 0
        settled = self.good >= SETTLED_SEGMENTS and headroom_s >= room_s
        if better >= self.at or not settled:
            return self
        return self._step(better, "trial", f"{self.rungs[better].name} may work again")

    def _down(self, trouble: Trouble, why: str, now_s: float) -> Ladder:
        """Bar this rung and take the next one that is there. The last rung is never left."""
        lower = self._best(self.at + 1, now_s)
        if lower <= self.at:
            return self
        before = self.bar(self.rung.name)
        times = before.times + 1 if before else 1
        bar = Bar(now_s + back_off_s(times, FIRST_BAR_S, LONGEST_BAR_S), times, why)
        bars = (*(each for each in self.bars if each[0] != self.rung.name), (self.rung.name, bar))
        return replace(self, bars=bars)._step(lower, trouble, why)

    def _step(self, to: int, trouble: str, why: str) -> Ladder:
        number = self.last.number + 1 if self.last else 1
        step = Step(number, self.rung.name, self.rungs[to].name, trouble, why)
        return replace(self, at=to, failures=0, poor=0, slow=0, good=0, last=step)

    def _best(self, first: int, now_s: float) -> int:
        """The best rung from `first` on that is there and not barred; the last rung if none is (`at` if it is past)."""
        for k in range(first, len(self.rungs)):
            bar = self.bar(self.rungs[k].name)
            if self.rungs[k].spec is not None and (bar is None or now_s >= bar.until_s):
                return k
        last = len(self.rungs) - 1
        return last if self.rungs[last].spec is not None and last >= first else self.at
