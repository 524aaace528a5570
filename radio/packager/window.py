"""The window: which chunks are listed, under which numbers and dates. Pure: every change returns a new `Window`.

It knows no bytes, no clock (the date is a parameter), no lock and no playlist syntax. Sequence numbers, discontinuity
numbers and dates never go back (DESIGN §5.2); a number's name never changes and is never used again (§5.3).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from radio.contracts import SAMPLE_RATE, EncoderRun, Entry

SEQUENCE_ORIGIN_UTC = 1_735_689_600
"""2025-01-01T00:00:00Z: chunk numbers count from here, so that even a lost state file cannot turn them back."""
ENCODER_DELAY_SAMPLES = 1024
"""AAC: chunk k begins this much before sample k·chunk of its run (DESIGN §5.7)."""
MOST_PENDING = 256
"""Entries announced ahead; more than the timeline can ever hold."""
ROUNDING_MS = 1
"""Dates of two encoder runs that follow one another without a break may differ by this."""
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class SequenceState:
    """What must survive a restart so that nothing goes back. −1 is none.

    No playlist has shown a higher `last_sequence` or `last_discontinuity`. `last_date_ms` is the end of the newest
    chunk when this was saved (Unix milliseconds).
    """

    last_sequence: int = -1
    last_discontinuity: int = -1
    last_date_ms: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """A chunk in the window: timeline samples `first_sample` to `end_sample`, dated `date_ms` to `end_ms` (Unix
    milliseconds).
    """

    sequence: int
    epoch: str
    discontinuity: bool
    date_ms: int
    end_ms: int
    first_sample: int
    end_sample: int

    @property
    def name(self) -> str:
        return f"{self.epoch}-{self.sequence}.m4s"

    @property
    def init_name(self) -> str:
        return f"init-{self.epoch}.mp4"


@dataclass(frozen=True, slots=True)
class Mark:
    """An entry that a playlist shows, in the chunk numbered `sequence`."""

    entry: Entry
    sequence: int
    date_ms: int


@dataclass(frozen=True, slots=True)
class Epoch:
    """What is being published: a run whose first input sample has the date `t0_us` (Unix microseconds).

    `name` is the first sequence number in base 36, None before the first chunk; `next_number` is the run's next chunk
    to publish.
    """

    run: EncoderRun
    t0_us: int
    next_number: int
    name: str | None = None

    def date_ms(self, offset_samples: int) -> int:
        """Date of the run's input sample `offset_samples`, to the nearest millisecond. Integers only: no drift."""
        return (48 * self.t0_us + 1000 * offset_samples + 24_000) // 48_000


@dataclass(frozen=True, slots=True)
class Window:
    """At most `size` chunks. `discontinuities` counts the tags that have left it (RFC 8216 §4.3.3.3); −1: none yet."""

    chunk_samples: int
    size: int
    last_sequence: int = -1
    discontinuities: int = -1
    last_end_ms: int = 0
    chunks: tuple[Listed, ...] = ()
    marks: tuple[Mark, ...] = ()
    pending: tuple[Entry, ...] = ()
    epoch: Epoch | None = None
    ended: bool = False

    @property
    def chunk_s(self) -> float:
        return self.chunk_samples / SAMPLE_RATE

    @property
    def last_discontinuity(self) -> int:
        """The discontinuity number of the newest chunk."""
        return self.discontinuities + sum(chunk.discontinuity for chunk in self.chunks)

    @property
    def next_sample(self) -> int:
        """The run's input sample at which the first unpublished chunk begins (without the encoder's delay)."""
        epoch = self.epoch
        return 0 if epoch is None else epoch.run.first_sample + epoch.next_number * self.chunk_samples

    @property
    def current_chunks(self) -> int:
        """Listed chunks of the epoch that is being published."""
        return sum(self.epoch is not None and chunk.epoch == self.epoch.name for chunk in self.chunks)

    def open(self, run: EncoderRun, t0_utc: float, drop_chunks: int) -> Window:
        """Publish `run` from its chunk `drop_chunks` on; its input sample 0 is dated `t0_utc`, or later where dates
        would go back.

        What was ended, or is older than a whole window, is not listed beside it.
        """
        epoch = Epoch(run, round(t0_utc * 1_000_000), drop_chunks)
        first_ms = epoch.date_ms(drop_chunks * self.chunk_samples - ENCODER_DELAY_SAMPLES)
        behind_ms = self.last_end_ms - first_ms
        if behind_ms > ROUNDING_MS:
            epoch = replace(epoch, t0_us=epoch.t0_us + 1000 * behind_ms)
        stale = -behind_ms > 1000 * self.size * self.chunk_s
        base = self.clear() if self.ended or stale else self
        return replace(base, epoch=epoch)

    def add(self, run: EncoderRun, number: int, now_utc: float) -> Window | None:
        """List chunk `number` of `run`. None: it is not wanted (another run's, dropped, or published already)."""
        epoch = self.epoch
        if epoch is None or self.ended or epoch.run != run or number < epoch.next_number:
            return None
        base = self._numbered_for(now_utc)
        sequence = base._next_sequence(now_utc)
        broken = (epoch.name is None and self.last_sequence >= 0) or (
            epoch.name is not None and number > epoch.next_number
        )
        epoch = replace(epoch, name=epoch.name or base36(sequence), next_number=number + 1)
        chunk = base._listed(epoch, sequence, number)
        chunk = replace(chunk, discontinuity=broken and not base._goes_on_with(chunk))
        added = replace(
            base, epoch=epoch, chunks=(*base.chunks, chunk), last_sequence=sequence, last_end_ms=chunk.end_ms
        )
        return added._slid()._marked()

    def announce(self, entry: Entry) -> Window:
        """Show `entry` once its sample is listed. One with the same index that was not shown yet is replaced."""
        if any(mark.entry.index == entry.index for mark in self.marks):
            return self
        others = [other for other in self.pending if other.index != entry.index]
        return replace(self, pending=(*others, entry)[-MOST_PENDING:])

    def withdraw(self, from_sample: int) -> Window:
        """Forget announced entries at or after `from_sample` that were not shown."""
        return replace(self, pending=tuple(entry for entry in self.pending if entry.sample < from_sample))

    def end(self) -> Window:
        return replace(self, ended=True, epoch=None)

    def clear(self) -> Window:
        """Empty, with all numbers kept. The epoch goes on, if there is one."""
        return replace(self, chunks=(), marks=(), ended=False, discontinuities=self.last_discontinuity)

    def _next_sequence(self, now_utc: float) -> int:
        """Numbers inside a window are consecutive; an empty one may begin anywhere above (DESIGN §5.2)."""
        return self.last_sequence + 1 if self.chunks else max(self.last_sequence + 1, self._floor(now_utc))

    def _numbered_for(self, now_utc: float) -> Window:
        """With a discontinuity number to start from: at a first start the chunk number, which it can never catch up
        with.
        """
        if self.discontinuities >= 0:
            return self
        return replace(self, discontinuities=max(0, self._floor(now_utc)))

    def _floor(self, now_utc: float) -> int:
        return math.floor((now_utc - SEQUENCE_ORIGIN_UTC) / self.chunk_s)

    def _goes_on_with(self, chunk: Listed) -> bool:
        """Whether `chunk` is the next sound after the newest one, at the next date: another encoder made it, but
        nothing is discontinuous (decisions/0011).
        """
        newest = self.chunks[-1] if self.chunks else None
        return (
            newest is not None
            and newest.end_sample == chunk.first_sample
            and chunk.date_ms - newest.end_ms <= ROUNDING_MS
        )

    def _listed(self, epoch: Epoch, sequence: int, number: int) -> Listed:
        offset = number * self.chunk_samples - ENCODER_DELAY_SAMPLES
        first = epoch.run.first_sample + offset
        date = max(self.last_end_ms, epoch.date_ms(offset))
        end = max(date, epoch.date_ms(offset + self.chunk_samples))
        name = epoch.name or ""
        return Listed(sequence, name, False, date, end, first, first + self.chunk_samples)

    def _slid(self) -> Window:
        """Without the chunks that are too many, their discontinuity tags counted (RFC 8216 §6.2.2)."""
        surplus = max(0, len(self.chunks) - self.size)
        gone, kept = self.chunks[:surplus], self.chunks[surplus:]
        return replace(self, chunks=kept, discontinuities=self.discontinuities + sum(c.discontinuity for c in gone))

    def _marked(self) -> Window:
        """Entries whose sample is listed by now become marks; those that no chunk can hold any more are forgotten.

        Of the marks that have left the window the newest stays: it says what the window begins with.
        """
        newest = self.chunks[-1]
        waiting = tuple(entry for entry in self.pending if entry.sample >= newest.end_sample)
        found = [mark for entry in self.pending if entry.sample < newest.end_sample for mark in self._mark(entry)]
        marks = sorted((*self.marks, *found), key=lambda mark: mark.date_ms)
        left = sum(mark.sequence < self.chunks[0].sequence for mark in marks)
        return replace(self, pending=waiting, marks=tuple(marks[max(0, left - 1) :]))

    def _mark(self, entry: Entry) -> list[Mark]:
        for chunk in reversed(self.chunks):
            if chunk.first_sample <= entry.sample < chunk.end_sample:
                into_ms = (entry.sample - chunk.first_sample) * 1000 // SAMPLE_RATE
                return [Mark(entry, chunk.sequence, min(chunk.date_ms + into_ms, chunk.end_ms))]
        return []


def base36(number: int) -> str:
    """A number ≥ 0 in digits and lower-case letters."""
    text = ""
    while number >= len(DIGITS):
        number, digit = divmod(number, len(DIGITS))
        text = DIGITS[digit] + text
    return DIGITS[number] + text
