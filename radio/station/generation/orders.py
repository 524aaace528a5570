"""Orders: what to ask an engine for next, from the programme and from what failed before.

Pure but for being replaced in place; part of production, in the event loop. It knows neither processes nor rungs beyond
the one that is asked for.
"""

from __future__ import annotations

from dataclasses import replace

from radio.contracts import FRAME_SAMPLES, SAMPLE_RATE, Chain, Rung, SegmentPlan
from radio.mixer.thread import Continuation
from radio.station.programme.plans import Programme, again

OPENING_OVERLAPS = 2.4
"""The opening segment in overlaps: what is final of it (1.4) must outlast the pre-roll and the next generation."""
LEAST_OPENING_S = 30.0


class Orders:
    """`programme` is replaced as plans are made and listeners steer. `waiting` is a plan that is to be made again."""

    def __init__(self, programme: Programme, overlap_samples: int) -> None:
        self.overlap_samples = overlap_samples

        self.programme = programme
        self.waiting: SegmentPlan | None = None

    def next(self, onward: Continuation | None, rung: Rung, *, brief: bool = False) -> SegmentPlan:
        """The plan that waits, made to fit this rung, or a new one that continues `onward`. A `brief` one is as short
        as an opening: somebody is waiting for it."""
        plan, self.waiting = self.waiting, None
        if plan is not None and self.programme.chain is None:
            plan, self.programme = self.programme.restart(plan, self._length(onward, rung))
        if plan is None:
            plan = self._new(onward, rung, brief=brief)
        return replace(plan, lm=rung.lm, duration_samples=min(plan.duration_samples, rung.segment_samples))

    def roll_again(self, plan: SegmentPlan) -> None:
        """This plan failed: the same index, another seed."""
        self.waiting = again(plan)

    def keep(self, plan: SegmentPlan) -> None:
        """This plan could not be made now, through no fault of its own."""
        self.waiting = plan

    def drop(self) -> None:
        """Forget what waits; the next plan starts a chain."""
        self.waiting = None
        self.programme = replace(self.programme.begin(), pending=None)

    def turn(self, chain: Chain | None) -> None:
        """A cut: what waits is thrown away, and the next plan continues `chain`, which plays there."""
        self.waiting = None
        self.programme = self.programme.cut_to(chain)

    def rechain(self) -> None:
        """The next plan starts a chain."""
        self.programme = self.programme.rechain()

    def _new(self, onward: Continuation | None, rung: Rung, *, brief: bool) -> SegmentPlan:
        programme = self.programme if onward is not None else self.programme.begin()
        position = onward.position_samples if onward is not None else 0
        length = self.brief_samples(rung) if brief else self._length(onward, rung)
        overlap = (onward.overlap_samples if onward else None) or self.overlap_samples
        plan, self.programme = programme.plan(length, overlap, position)
        return plan

    def _length(self, onward: Continuation | None, rung: Rung) -> int:
        """In samples. The first segment of all is shorter: somebody is waiting for it."""
        return rung.segment_samples if onward is not None else self.brief_samples(rung)

    def brief_samples(self, rung: Rung) -> int:
        """The shortest segment worth making."""
        wanted = max(OPENING_OVERLAPS * self.overlap_samples, LEAST_OPENING_S * SAMPLE_RATE)
        return min(rung.segment_samples, round(wanted) // FRAME_SAMPLES * FRAME_SAMPLES)
