"""The log of entries: which segment is on the air at a timeline sample, and which comes next.

Event loop only. Bounded: entries far behind the air position are forgotten.
"""

from __future__ import annotations

from bisect import bisect_right
from operator import attrgetter

from radio.contracts import Entry

KEPT = 64


class Entries:
    """Ascending by sample."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []

    def add(self, entry: Entry) -> None:
        """A new entry takes the place of any at or behind its sample: a cut took those back."""
        place = bisect_right(self._entries, entry.sample - 1, key=attrgetter("sample"))
        self._entries = [*self._entries[:place], entry][-KEPT:]

    def at(self, sample: int) -> Entry | None:
        """The segment that is said to play at `sample`."""
        place = bisect_right(self._entries, sample, key=attrgetter("sample"))
        return self._entries[place - 1] if place else None

    def after(self, sample: int) -> Entry | None:
        """The first entry behind `sample`."""
        place = bisect_right(self._entries, sample, key=attrgetter("sample"))
        return self._entries[place] if place < len(self._entries) else None

    @property
    def all(self) -> tuple[Entry, ...]:
        return tuple(self._entries)

    def clear(self) -> None:
        self._entries = []
