"""Steering: listeners' words, the cut that makes them heard now, and the promises about when that is.

Part of the conductor, in the event loop. It decides where to cut; the mixer cuts, and production makes what comes
after. Level-triggered like the rest: a cut that cannot be made at this moment is tried again at the next look.
"""

from __future__ import annotations

import structlog

from radio.contracts import SAMPLE_RATE
from radio.events import SegmentMixed
from radio.mixer.playout import Playout
from radio.mixer.thread import MixingThread
from radio.packager.publisher import Publisher
from radio.station.entries import Entries
from radio.station.production import Production
from radio.station.programme import Words
from radio.station.promises import Promise, Promises, When

RESERVE_S = 0.3
"""Added to what a segment is expected to take, so that few cuts are missed: the sooner is the better, but a receipt
that holds is better than one that has to be corrected."""


class Steering:
    """`say` takes words; `act` sees that what was promised comes about."""

    def __init__(
        self, production: Production, mixing: MixingThread, playout: Playout, publisher: Publisher, entries: Entries
    ) -> None:
        self._production = production
        self._mixing = mixing
        self._playout = playout
        self._publisher = publisher
        self._entries = entries

        self.promises = Promises()
        self.cuts = 0
        self._turning: int | None = None
        self._burnt_below = 0
        self._cut_sample = 0
        self._log = structlog.get_logger("steering")

    def say(self, prompt: str, words: Words, when: When) -> Promise:
        """The next segment that is not yet being made follows `words`, which stand for `prompt`; `now` makes that one
        enter as soon as it can be there."""
        orders = self._production.orders
        entry = None if when == "now" else self.next_entry_sample()
        promise = self.promises.give(prompt, when, orders.programme.next_index, entry)
        orders.programme = orders.programme.steer(words)
        self._turning = promise.number if when == "now" else None
        self._log.info("steered", receipt=promise.number, prompt=prompt, when=when)
        self.act()
        return self.promises.get(promise.number) or promise

    def act(self) -> None:
        """Cut where that is still to be done, and see whether what was promised still holds."""
        turning = self.promises.get(self._turning) if self._turning is not None else None
        if turning is not None and turning.state == "waiting":
            self._cut(turning)
        else:
            self._turning = None
        self._expect()
        self.promises.aired(self._playout.air)

    @property
    def turning(self) -> bool:
        """A cut waits to be made."""
        return self._turning is not None

    def drop(self) -> None:
        """The station was stopped."""
        self._turning = None
        self.promises.drop()

    def thrown_away(self, fact: SegmentMixed) -> bool:
        """News of a segment that a cut has taken back since."""
        return fact.entry.index < self._burnt_below and fact.entry.sample >= self._cut_sample

    def mixed(self, fact: SegmentMixed) -> None:
        self.promises.mixed(fact.entry.index, fact.entry.sample)

    def taken(self, segment_index: int) -> None:
        """Listeners' words are in the plan of this segment, which is being made."""
        self.promises.taken(segment_index)
        self._expect()

    def next_entry_sample(self) -> int | None:
        """Where the segment after the one being made is going to enter; None before there is any music."""
        entry = self._mixing.expected_entry()
        return None if entry is None else entry + self._production.underway_samples

    def _cut(self, promise: Promise) -> None:
        """Take back the music from where a new segment can be ready, and have that made at once."""
        cut = self._mixing.cut(self._cut_here)
        onward = self._mixing.continuation()
        if cut is None and onward is not None:
            return
        self._burnt_below = self._production.orders.programme.next_index
        self._production.ledger.cut(self._burnt_below)
        self._production.turn(onward.chain if onward else None)
        self._turning = None
        self.cuts += 1
        if cut is None:  # nothing was mixed yet: the opening itself is made anew
            return
        self._cut_sample = cut.sample
        self._entries.cut(cut.sample)
        self._publisher.withdraw(cut.sample)
        self.promises.supersede_from(promise, cut.sample)
        self.promises.expect(promise.number, self._burnt_below, cut.entry_sample)
        self._log.info(
            "cut",
            receipt=promise.number,
            in_seconds=round((cut.sample - self._playout.air) / SAMPLE_RATE, 2),
            entry=cut.entry_sample,
        )

    @property
    def _cut_here(self) -> int:
        """The first sample before which a segment that is asked for now is going to be ready."""
        return self._playout.air + round((self._production.turn_s + RESERVE_S) * SAMPLE_RATE)

    def _expect(self) -> None:
        """Correct what was promised, where things have come otherwise."""
        entry = self._mixing.expected_entry()
        making = self.promises.newest("making")
        if making is not None:
            self.promises.expect(making.number, making.segment_index, entry)
        waiting = self.promises.newest("waiting")
        if waiting is not None:
            index = self._production.orders.programme.next_index
            here = self._cut_here if waiting.number == self._turning and entry is not None else self.next_entry_sample()
            self.promises.expect(waiting.number, index, here)
