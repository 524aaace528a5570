"""Promises: what listeners who steered were told, and what became of it.

Event loop only; knows no clock and no epoch: places are timeline samples. The conductor says how things stand, and
whoever shows promises (`/session/events`) sees what changed by comparing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from radio.contracts import SAMPLE_RATE

When = Literal["next", "now"]
State = Literal["waiting", "making", "mixed", "heard", "superseded", "dropped"]
OPEN: tuple[State, ...] = ("waiting", "making", "mixed")
MOST = 32
"""Promises remembered; the oldest are forgotten first."""
EXACT_SAMPLES = SAMPLE_RATE // 10
"""An entry this near to where it was said to be needs no correction."""


@dataclass(frozen=True, slots=True)
class Promise:
    """Segment `segment_index` follows `prompt`, from timeline sample `entry_sample` on (None: not known yet).

    `waiting`: its segment is not being made yet; `making`; `mixed`: it lies on the timeline; `heard`: the air has
    passed its entry; `superseded` by another's words, whose number is `superseded_by`; `dropped`: the station was
    stopped. `corrections` counts how often its listeners had to be told another entry.
    """

    number: int
    prompt: str
    when: When
    segment_index: int
    entry_sample: int | None
    state: State = "waiting"
    corrections: int = 0
    superseded_by: int | None = None

    @property
    def open(self) -> bool:
        return self.state in OPEN


class Promises:
    """In the order in which they were given. `corrected` counts promises that needed a correction."""

    def __init__(self) -> None:
        self.all: tuple[Promise, ...] = ()
        self.given = 0
        self.corrected = 0

    def give(self, prompt: str, when: When, segment_index: int, entry_sample: int | None) -> Promise:
        """Promise these words. Those that still waited for a segment are superseded: the last ones win."""
        self.given += 1
        promise = Promise(self.given, prompt, when, segment_index, entry_sample)
        self._supersede(promise, lambda other: other.state == "waiting")
        self.all = (*self.all, promise)[-MOST:]
        return promise

    def supersede_from(self, promise: Promise, sample: int) -> None:
        """A cut for `promise` took back everything from `sample` on, and with it what others were to hear there; what
        was being made for them is not made."""

        def lost(other: Promise) -> bool:
            return other.state == "making" or other.entry_sample is None or other.entry_sample >= sample

        self._supersede(promise, lost)

    def newest(self, *states: State) -> Promise | None:
        """The last one in one of these states."""
        return next((promise for promise in reversed(self.all) if promise.state in states), None)

    def get(self, number: int) -> Promise | None:
        return next((promise for promise in self.all if promise.number == number), None)

    def expect(self, number: int, segment_index: int, entry_sample: int | None) -> None:
        """Its segment is now thought to enter there. Another index, or another place, corrects what was said."""
        promise = self.get(number)
        if promise is None or not promise.open:
            return
        told = promise.entry_sample
        moved = told is not None and entry_sample is not None and abs(entry_sample - told) > EXACT_SAMPLES
        wrong = moved or (told is not None and promise.segment_index != segment_index)
        if not (wrong or told is None or promise.segment_index != segment_index):
            return
        self.corrected += wrong and not promise.corrections
        self._put(
            replace(
                promise,
                segment_index=segment_index,
                entry_sample=told if entry_sample is None else entry_sample,
                corrections=promise.corrections + wrong,
            )
        )

    def taken(self, segment_index: int) -> None:
        """The words that waited are in the plan of this segment."""
        waiting = self.newest("waiting")
        if waiting is not None:
            self.expect(waiting.number, segment_index, waiting.entry_sample)
            self._become(waiting.number, "making")

    def mixed(self, segment_index: int, entry_sample: int) -> None:
        """That segment lies on the timeline."""
        for promise in self.all:
            if promise.state == "making" and promise.segment_index == segment_index:
                self.expect(promise.number, segment_index, entry_sample)
                self._become(promise.number, "mixed")

    def aired(self, air_sample: int) -> None:
        """The air has come as far as this."""
        for promise in self.all:
            if promise.state == "mixed" and promise.entry_sample is not None and promise.entry_sample <= air_sample:
                self._become(promise.number, "heard")

    def drop(self, *states: State) -> None:
        """What was promised and is in one of these states (none said: whatever is open) will not come."""
        for promise in self.all:
            if promise.state in (states or OPEN):
                self._become(promise.number, "dropped")

    def _supersede(self, promise: Promise, lost: Callable[[Promise], bool]) -> None:
        for other in self.all:
            if other.open and other.number != promise.number and lost(other):
                self._put(replace(other, state="superseded", superseded_by=promise.number))

    def _become(self, number: int, state: State) -> None:
        promise = self.get(number)
        if promise is not None:
            self._put(replace(promise, state=state))

    def _put(self, promise: Promise) -> None:
        self.all = tuple(promise if other.number == promise.number else other for other in self.all)
