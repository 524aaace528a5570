"""The mixer's core: segments in, final blocks of timeline out.

Pure: it has no thread, clock, file or log; the mixing thread owns it and calls it. It reads the recent timeline
through `Recent` (a `Timeline` does) and never writes to it: whoever takes a block from it appends that block before
asking for the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from radio.contracts import Audio, Chain, Entry, Samples, Seam, Segment
from radio.mixer.settings import MixSettings


class Recent(Protocol):
    """The timeline as the mixer sees it."""

    @property
    def start(self) -> int: ...

    def read(self, start: int, frames: int) -> Samples: ...


@dataclass(frozen=True, slots=True)
class Quality:
    """What was measured on one segment."""

    loudness_lufs: float
    peak_db: float
    clipped_share: float
    longest_silence_s: float
    tilt_db_per_octave: float
    dc: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """Is a segment fit for the air? No `reasons`: yes. `playable`: it may be pushed if nothing better comes."""

    reasons: tuple[str, ...]
    playable: bool
    usable_samples: int
    quality: Quality

    @property
    def good(self) -> bool:
        return not self.reasons


@dataclass(frozen=True, slots=True)
class Mixed:
    """A segment that has been mixed. `start_sample` is where its first sample lies on the timeline, `tail_sample`
    where what is withheld of it begins, `gain_db` the gain it plays with after its seam."""

    index: int
    entry: Entry
    seam: Seam | None
    start_sample: int
    usable_samples: int
    tail_sample: int
    gain_db: float
    quality: Quality


@dataclass(frozen=True, slots=True, eq=False)
class MixerState:
    """Everything a mixer knows, as a value: taken by `snapshot`, given back by `restore`."""


class Mixer:
    """Mixes one station's segments, in order.

    Lifetime of a segment: `judge`, then `push` until its iterator is exhausted, then `last` says what became of it.
    When none comes in time: `release`, then `bridge` for as long as it takes.
    """

    def __init__(self, settings: MixSettings, recent: Recent, start_sample: int = 0) -> None: ...

    @property
    def last(self) -> Mixed | None:
        """The newest segment whose push is exhausted."""
        raise NotImplementedError

    @property
    def final_end(self) -> int:
        """One past the last sample given out."""
        raise NotImplementedError

    @property
    def tail_end(self) -> int:
        """Where the withheld sound ends (the usable end of the newest segment); `final_end` where nothing is."""
        raise NotImplementedError

    @property
    def room_samples(self) -> int:
        """How much `release` can still give before a bridge is needed."""
        raise NotImplementedError

    @property
    def bridging(self) -> bool:
        """The newest final sound is a bridge."""
        raise NotImplementedError

    @property
    def next_entry_sample(self) -> int:
        """Where a continuation that is pushed now enters (before its alignment, at most ±20 ms)."""
        raise NotImplementedError

    @property
    def next_chain(self) -> Chain | None:
        """The chain that a continuation would continue; None before the first segment."""
        raise NotImplementedError

    @property
    def next_position_samples(self) -> int:
        """`SegmentPlan.position_samples` of a continuation with the settings' overlap."""
        raise NotImplementedError

    def context(self) -> Audio:
        """What the next continuation re-states: the newest segment's own last overlap before gains; after a cut or
        a bridge the last overlap of the timeline. Shorter only where there is no more."""
        raise NotImplementedError

    def judge(self, segment: Segment) -> Verdict:
        """Measure a segment before it is pushed (about 0.06 s of CPU for 60 s)."""
        raise NotImplementedError

    def push(self, segment: Segment, verdict: Verdict | None = None) -> Iterator[Samples]:
        """Mix `segment` onto what is withheld; yields final blocks of at most 1 s. Exhaust it before anything else.

        `verdict` is what `judge` said about this very segment, to spare measuring it twice.

        Raises:
            AudioError: the segment is not playable; nothing was changed.
        """
        raise NotImplementedError

    def release(self, frames: int | None = None) -> Iterator[Samples]:
        """Make withheld sound final because no segment came: about `frames` samples, or all of it up to the last
        half second, which the bridge fades out of. May be abandoned between blocks."""
        raise NotImplementedError

    def bridge(self, frames: int) -> Samples:
        """At least `frames` (at most 1 s, and a few samples more) of sound made from the recent timeline.

        Raises:
            AudioError: there is no recent timeline to make it from.
        """
        raise NotImplementedError

    def cut(self, sample: int) -> int:
        """Take back what is final from `sample` on; returns the sample really cut at (`final_end` from now on, or
        `sample` where that was not yet final). The caller truncates its timeline there.

        What is taken back is withheld again: `release` plays it exactly as it was. The next continuation enters at
        `next_entry_sample`, a cut fade after the cut, and re-states `context()`.
        """
        raise NotImplementedError

    def snapshot(self) -> MixerState:
        """The state now (between pushes), sharing its arrays: cheap."""
        raise NotImplementedError

    def restore(self, state: MixerState) -> None:
        """Go on from `state` bit for bit. The timeline is the caller's to bring back."""
        raise NotImplementedError
