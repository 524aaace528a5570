"""Steering: listeners' words, the cut that makes them heard now, and the promises about when that is.

Part of the conductor, in the event loop. It decides where to cut; the mixer cuts, and production makes what comes
after. Level-triggered like the rest: a cut that cannot be made at this moment is tried again at the next look.
"""

from __future__ import annotations

from dataclasses import replace

import structlog

from radio.contracts import SAMPLE_RATE, Clock, Entry
from radio.events import SegmentMixed
from radio.mixer.playout import Playout
from radio.mixer.thread import MixingThread
from radio.station.broadcast import Broadcast
from radio.station.entries import Entries
from radio.station.generation.production import Production
from radio.station.programme.desk import Desk
from radio.station.programme.plans import Words
from radio.station.promises import OPEN, Promise, Promises, When
from radio.station.receipts import Receipt, receipt

RESERVE_S = 0.3
"""Added to what a segment is expected to take, so that few cuts are missed: the sooner is the better, but a receipt
that holds is better than one that has to be corrected."""
MOST_THROWN_AWAY = 3
"""Cuts in a row, each of which cancels the segment of the one before; then one is finished first."""


class Steering:
    """`say` takes words; `act` sees that what was promised comes about; `plan` has the desk say what comes next."""

    def __init__(
        self,
        clock: Clock,
        production: Production,
        mixing: MixingThread,
        playout: Playout,
        broadcast: Broadcast,
        desk: Desk,
        chunk_s: float,
    ) -> None:
        self._clock = clock
        self._production = production
        self._mixing = mixing
        self._playout = playout
        self._broadcast = broadcast
        self._desk = desk
        self._chunk_s = chunk_s

        self.promises = Promises()
        self.cuts = 0
        self._turning: int | None = None
        self._void_from: int | None = None
        self._thrown_away = 0
        self._log = structlog.get_logger("steering")

    def words(
        self, prompt: str, when: When, minutes: float | None, drift_minutes: float | None, from_prompt: str
    ) -> Words:
        """What a listener asks for, for `say`.

        Raises:
            Invalid: a prompt or times that cannot be.
        """
        entry_utc = self._next_entry_utc() if when == "next" else self._clock.utc()
        words = self._desk.say(prompt, minutes, drift_minutes, entry_utc, from_prompt)
        return replace(words, at_once=when == "now")

    def say(self, prompt: str, words: Words, when: When) -> Receipt:
        """The next segment that is not yet being made follows `words`, which stand for `prompt`; `now` makes that one
        enter as soon as it can be there."""
        orders = self._production.orders
        entry = None if when == "now" else self._next_entry_sample()
        promise = self.promises.give(prompt, when, orders.programme.next_index, entry)
        orders.programme = orders.programme.steer(words)
        self._turning = promise.number if when == "now" else None
        self._log.info("steered", receipt=promise.number, prompt=prompt, when=when)
        self.act()
        return self.receipt(self.promises.get(promise.number) or promise)

    def take_back(self, number: int) -> None:
        """Take an item out of the queue, or a listener's words back, of which no segment is being made yet.

        Raises:
            Unknown: there is none of that number.
        """
        words, orders = self._desk.order.words, self._production.orders
        self._desk.remove(number)
        if words is not None and words.id == number:
            orders.programme = replace(orders.programme, pending=None)
            self.promises.drop("waiting")

    def plan(self) -> None:
        """Before a segment is asked for: have the programme follow what is wanted then."""
        orders = self._production.orders
        if orders.waiting is None:
            orders.programme = self._desk.plan(orders.programme, self._next_entry_utc())

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
        self._turning = self._void_from = None
        self.promises.drop()
        self._desk.clear()

    def taken(self, segment_index: int) -> None:
        """What was asked for is in the plan of this segment, which is being made."""
        self._desk.taken(segment_index)
        self.promises.taken(segment_index)
        self._expect()

    def mixed(self, fact: SegmentMixed) -> None:
        """A segment is on the timeline."""
        self._void_from, self._thrown_away = None, 0
        self.promises.mixed(fact.entry.index, fact.entry.sample)
        self._desk.mixed(fact.entry.index, self._date(fact.entry.sample))

    def coming(self, entries: Entries) -> Entry | None:
        """The entry after the air position, unless a cut is about to replace it. Until then it stands: if nothing
        comes, it plays after all."""
        entry = entries.after(self._playout.air)
        void = entry is not None and self._void_from is not None and entry.sample >= self._void_from
        return None if void else entry

    def receipt(self, promise: Promise) -> Receipt:
        """How a promise stands now."""
        return receipt(promise, self._broadcast.epoch, self._clock.monotonic(), self._chunk_s)

    def pending(self) -> Receipt | None:
        """Of the newest words that have not been heard yet, if there are any."""
        promise = self.promises.newest(*OPEN)
        return self.receipt(promise) if promise else None

    def _next_entry_utc(self) -> float:
        """About when the next segment that is not being made enters."""
        sample = self._next_entry_sample()
        return self._clock.utc() if sample is None else self._date(sample)

    def _date(self, sample: int) -> float:
        """By the clock on the wall: what is published keeps its dates when that is set back, the schedule does not."""
        epoch, now_utc = self._broadcast.epoch, self._clock.utc()
        return now_utc + epoch.due_s(sample) - self._clock.monotonic() if epoch else now_utc

    def _next_entry_sample(self) -> int | None:
        """Where the segment after the one being made is going to enter; None before there is any music."""
        entry = self._mixing.expected_entry()
        return None if entry is None else entry + self._production.underway_samples

    def _cut(self, promise: Promise) -> None:
        """Take back the music from where a new segment can be ready, and have that made at once."""
        if self._must_wait:
            return
        cut = self._mixing.cut(self._cut_here)
        onward = self._mixing.continuation()
        if cut is None and (onward is not None or self._production.mixing):
            return
        next_index = self._production.orders.programme.next_index
        self._production.ledger.cut(next_index)
        self._production.turn(onward.chain if onward else None)
        self._turning = None
        self._thrown_away += 1
        self.cuts += 1
        self.promises.supersede_from(promise, cut.sample if cut else self._playout.air)
        if cut is None:  # nothing was mixed yet: the opening itself is made anew
            return
        self._void_from = cut.sample
        self.promises.expect(promise.number, next_index, cut.entry_sample)
        self._log.info(
            "cut",
            receipt=promise.number,
            in_seconds=round((cut.sample - self._playout.air) / SAMPLE_RATE, 2),
            entry=cut.entry_sample,
        )

    @property
    def _must_wait(self) -> bool:
        """Another cut's segment is being made, and cannot be thrown away too: who says something every second would
        keep every segment from being finished."""
        job = self._production.job
        too_little = self._mixing.known_end() < self._cut_here
        return job is not None and job.turns and (too_little or self._thrown_away >= MOST_THROWN_AWAY)

    @property
    def _cut_here(self) -> int:
        """The first sample before which a segment that is asked for now is going to be ready. To go on the air moves
        the air by the pre-roll at once."""
        air = self._playout.air
        opening = 0 if self._broadcast.on_air else self._broadcast.opening_samples(air)
        return air + opening + round((self._production.turn_s + RESERVE_S) * SAMPLE_RATE)

    def _expect(self) -> None:
        """Correct what was promised, where things have come otherwise."""
        entry = self._mixing.expected_entry()
        making = self.promises.newest("making")
        if making is not None:
            self.promises.expect(making.number, making.segment_index, entry)
        waiting = self.promises.newest("waiting")
        if waiting is not None:
            index = self._production.orders.programme.next_index
            here = (
                self._cut_here if waiting.number == self._turning and entry is not None else self._next_entry_sample()
            )
            self.promises.expect(waiting.number, index, here)
