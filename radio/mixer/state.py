"""The mixer's state as a frozen value, and what it says about the next segment (pure)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from radio.audio.limiter import LimiterState
from radio.contracts import SAMPLE_RATE, Chain, Entry, Quality, Seam, Segment
from radio.mixer.bridge import Loop
from radio.mixer.placement import Placement, to_db
from radio.mixer.tail import Tail
from radio.mixer.verdict import Verdict

BRIDGES = 8
"""Bridges that are remembered, so that the next one is rather made from music."""
SPANS = 8
"""Segments whose place is remembered for cuts: more than the timeline holds ahead of the air."""


@dataclass(frozen=True, slots=True)
class Mixed:
    """A segment that has been mixed.

    Its first sample lies at timeline sample `start_sample`, and what is withheld of it begins at `tail_sample`.
    `seam` is None where nothing was there to mix it onto; `gain_db` is the gain it plays with after its seam.
    """

    index: int
    entry: Entry
    seam: Seam | None
    start_sample: int
    usable_samples: int
    tail_sample: int
    gain_db: float
    quality: Quality


@dataclass(frozen=True, slots=True)
class Span:
    """From timeline sample `entry` on, the music is that of `chain`: sample n is its position n − `origin`, up to
    `end_position`. `bars` are its bar lines, in timeline samples; `beat_samples` its beat, where that is known."""

    entry: int
    origin: int
    end_position: int
    chain: Chain
    bars: tuple[int, ...] = ()
    beat_samples: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class MixerState:
    """Everything a mixer knows. Arrays are shared, never written to.

    `mixed_end` is the next sample to mix; `joint` where a continuation's overlap ends. `spans` are the newest few.
    `own_context` is false after a cut or a bridge: what came last is then not one segment's own sound. `cut`: the joint
    was set by a cut, and is a promise. `bridged` are the newest stretches of timeline that were a bridge.

    For whoever saves it: with the timeline up to `final_end` this is all. Essential are `mixed_end`, `joint`, `tail`,
    `spans`, `own_context`, `cut` and `last`. A fresh `limiter` (then `mixed_end` must be `final_end`) costs 5 ms of
    sound, and no `loop` means that a bridge begins anew.
    """

    mixed_end: int
    joint: int
    limiter: LimiterState
    tail: Tail | None = None
    loop: Loop | None = None
    spans: tuple[Span, ...] = ()
    own_context: bool = False
    last: Mixed | None = None
    cut: bool = False
    bridged: tuple[tuple[int, int], ...] = ()

    @property
    def final_end(self) -> int:
        return self.mixed_end - self.limiter.pending_samples

    @property
    def tail_end(self) -> int:
        return max(self.mixed_end, self.tail.end if self.tail else 0)

    def span_at(self, sample: int) -> Span | None:
        """The music at `sample`: that of the newest segment which had entered by then."""
        entered = [span for span in self.spans if span.entry <= sample]
        return entered[-1] if entered else (self.spans[0] if self.spans else None)


def with_bridge(bridged: tuple[tuple[int, int], ...], start: int, end: int) -> tuple[tuple[int, int], ...]:
    """One more stretch; it grows where it goes on."""
    if bridged and bridged[-1][1] == start:
        return (*bridged[:-1], (bridged[-1][0], end))
    return (*bridged, (start, end))[-BRIDGES:]


def after_segment(
    state: MixerState, segment: Segment, verdict: Verdict, place: Placement, *, seam: Seam | None, tail_sample: int
) -> MixerState:
    """The state once `segment` is mixed up to `tail_sample`, from where on it is withheld."""
    plan, start, usable = segment.plan, place.start, verdict.usable_samples
    entry = Entry(
        index=plan.index,
        sample=place.entry,
        title=segment.rendered.title,
        prompt=plan.prompt,
        engine=segment.engine,
        position_samples=plan.position_samples + place.entry - start,
    )
    bars = tuple(start + bar for bar in segment.rendered.bars)
    bpm = segment.rendered.bpm
    beat = SAMPLE_RATE * 60 / bpm if bpm and bpm > 0 else None
    span = Span(place.entry, start - plan.position_samples, plan.position_samples + usable, plan.chain, bars, beat)
    earlier = tuple(old for old in state.spans if old.entry < place.entry)
    withheld = segment.audio.samples[tail_sample - start : usable].copy()  # a view would keep the whole segment
    withheld.flags.writeable = False
    return replace(
        state,
        joint=start + usable,
        tail=Tail(tail_sample, withheld, place.gain, bars),
        spans=(*earlier, span)[-SPANS:],
        own_context=True,
        cut=False,
        last=Mixed(plan.index, entry, seam, start, usable, tail_sample, to_db(place.gain), verdict.quality),
    )
