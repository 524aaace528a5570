"""The desk: asks the running order what a segment should follow, and tells it what was really played.

Part of the conductor, in the event loop. It joins dates and segments to the pure `running_order`; it knows neither
generator nor sound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import structlog

from radio.contracts import Clock
from radio.station.programme.plans import Programme, Words
from radio.station.programme.running_order import RunningOrder
from radio.station.programme.schedule_file import ScheduleFile
from radio.station.programme.turns import Ask, Turn
from radio.station.programme.wishes import Wish

MOST_PLANNED = 64
"""Segments whose wish is remembered until they are mixed; the rest were thrown away."""


class Desk:
    """`order` is replaced as things are asked for and played."""

    def __init__(self, clock: Clock, order: RunningOrder, file: ScheduleFile | None = None) -> None:
        self._clock = clock
        self._file = file

        self.order = order
        self._packed = order, order.to_saved()
        self._asked: Wish | None = None
        self._planned: dict[int, Wish] = {}
        self._log = structlog.get_logger("programme")
        if self.trouble:
            self._log.error("schedule", message=self.trouble)

    def say(
        self, prompt: str, minutes: float | None, drift_minutes: float | None, entry_utc: float, from_prompt: str = ""
    ) -> Words:
        """A listener's words, as a segment that enters at `entry_utc` should follow them.

        Raises:
            Invalid: a prompt or times that cannot be.
        """
        now = self._clock.utc()
        self.order = self.order.steer(
            prompt, now, minutes=minutes, drift_minutes=drift_minutes, from_prompt=from_prompt
        )
        return self._words(self.order.wish(max(now, entry_utc)))

    def plan(self, programme: Programme, entry_utc: float) -> Programme:
        """The programme with what a segment that enters at `entry_utc` should follow. A listener's newest words, which
        wait in it, stay."""
        if programme.pending is not None:
            return programme
        wish = self.order.wish(max(self._clock.utc(), entry_utc))
        if self.order.new(wish) and (self._asked is None or self._asked.key != wish.key):
            self._log.info("programme", why=wish.why, prompt=wish.goal, name=wish.name or None)
            if wish.seed is not None:
                programme = programme.reseed(wish.seed)
        return programme.steer(self._words(wish))

    def taken(self, index: int) -> None:
        """Segment `index` will follow what was asked for last."""
        if self._asked is not None:
            self._planned[index] = self._asked
            for old in sorted(self._planned)[:-MOST_PLANNED]:
                del self._planned[old]

    def mixed(self, index: int, entry_utc: float) -> None:
        """Segment `index` enters at that date."""
        wish = self._planned.pop(index, None) or self._asked
        if wish is not None:
            self.order = self.order.played(wish, entry_utc)

    def enqueue(self, asks: Sequence[Ask]) -> tuple[Turn, ...]:
        """Then these. Returns the queue.

        Raises:
            Invalid: a prompt or times that cannot be. WrongState: the queue is full.
        """
        self.order = self.order.enqueue(asks, self._clock.utc())
        return self.order.queue

    def remove(self, number: int) -> None:
        """Take an item out of the queue, or a listener's words back.

        Raises:
            Unknown: there is none of that number.
        """
        self.order = self.order.remove(number)

    def empty(self) -> None:
        """Empty the queue; a listener's words stay."""
        self.order = self.order.clear()

    def clear(self) -> None:
        """Forget what listeners asked for."""
        self.order = self.order.clear().release()
        self._planned.clear()
        self._asked = None

    def look(self) -> None:
        """Read the schedule again, now and then."""
        if self._file is None:
            return
        before = self._file.trouble
        if self._file.refresh(self._clock.monotonic()):
            self.order = replace(self.order, schedule=self._file.schedule)
            self._log.info("new schedule")
        if self._file.trouble and self._file.trouble != before:
            self._log.error("schedule", message=self._file.trouble)

    @property
    def trouble(self) -> str | None:
        """What is wrong with the schedule's newest version."""
        return self._file.trouble if self._file else None

    def to_saved(self) -> dict[str, Any]:
        """What `from_saved` takes, as JSON. Asked for with every fact, so it is packed once for each order."""
        if self._packed[0] is not self.order:
            self._packed = self.order, self.order.to_saved()
        return self._packed[1]

    def from_saved(self, data: object) -> str | None:
        """Go on from what was saved; what was wrong with it, as a sentence."""
        self.order, trouble = self.order.from_saved(data)
        return trouble

    def _words(self, wish: Wish) -> Words:
        self._asked = wish
        return Words(wish.prompt, wish.origin, wish.toward, wish.share)
