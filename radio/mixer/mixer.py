"""The mixer's core: segments in, final blocks of timeline out.

Pure: it has no thread, clock, file or log; the mixing thread owns it and calls it. It reads the recent timeline
through `Recent` (a `Timeline` does) and never writes to it: whoever takes a block from it appends that block before
asking for the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Protocol

import numpy as np

from radio.audio.limiter import DELAY_SAMPLES, HOP, LimiterState, flush, limit
from radio.audio.loudness import hops_of, short_term_lufs
from radio.contracts import CHANNELS, FRAME_SAMPLES, SAMPLE_RATE, Audio, Chain, Samples, Segment, SegmentPlan
from radio.errors import AudioError
from radio.mixer import placement, verdict
from radio.mixer.bridge import FADE_SAMPLES, MOST_SAMPLES, Loop, advance, begin
from radio.mixer.joint import joint_of, longest_fade
from radio.mixer.placement import Placement
from radio.mixer.seam import Fade, body, lufs_after
from radio.mixer.settings import MixSettings
from radio.mixer.state import Mixed, MixerState, after_segment, with_bridge
from radio.mixer.tail import Junction, Tail
from radio.mixer.verdict import Verdict

FARTHEST_CUT_SAMPLES = 120 * SAMPLE_RATE
"""A joint lies at most this far ahead of what is mixed: what is missing up to there is made at once."""


class Recent(Protocol):
    """The timeline as the mixer sees it."""

    @property
    def start(self) -> int: ...

    def read(self, start: int, frames: int) -> Samples: ...

    def before(self, end: int, frames: int) -> Samples: ...


class Mixer:
    """Mixes one station's segments, in order.

    Lifetime of a segment: `judge`, then `push` until its iterator is exhausted, then `last` says what became of it.
    When none comes in time: `release`, then `bridge` for as long as it takes.
    """

    def __init__(self, settings: MixSettings, recent: Recent, start_sample: int = 0) -> None:
        self._settings = settings
        self._recent = recent

        self._state = MixerState(start_sample, start_sample, LimiterState.fresh(settings.ceiling_dbtp))

    @property
    def last(self) -> Mixed | None:
        """The newest segment whose push is exhausted."""
        return self._state.last

    @property
    def final_end(self) -> int:
        """One past the last sample given out."""
        return self._state.final_end

    @property
    def tail_end(self) -> int:
        """Where the withheld sound ends: the usable end of the newest segment."""
        return self._state.tail_end

    @property
    def room_samples(self) -> int:
        """How much `release` can still give before a bridge is needed."""
        return max(0, self._state.tail_end - FADE_SAMPLES - self._state.mixed_end)

    @property
    def bridging(self) -> bool:
        """The newest sound is a bridge."""
        return self._state.loop is not None

    @property
    def cut_waits(self) -> bool:
        """A cut has promised an entry, and its segment has not come yet."""
        return self._state.cut

    @property
    def next_entry_sample(self) -> int:
        """Where a continuation that is pushed now enters (before its alignment, at most ±20 ms)."""
        return joint_of(self._state, self._settings)

    @property
    def next_chain(self) -> Chain | None:
        """The chain that a continuation would continue; None before the first segment."""
        span = self._state.span_at(self._state.joint)
        return span.chain if span else None

    @property
    def next_position_samples(self) -> int:
        """`SegmentPlan.position_samples` of a continuation with `next_overlap_samples`, 0 at least."""
        return max(0, self._position_samples - self.next_overlap_samples)

    @property
    def next_overlap_samples(self) -> int:
        """What a continuation re-states: less than usual, in whole frames, where its chain is younger than that."""
        played = self._position_samples // FRAME_SAMPLES * FRAME_SAMPLES
        return min(self._settings.overlap_samples, max(played, FRAME_SAMPLES))

    @property
    def _position_samples(self) -> int:
        """How far the chain's music has come at the joint."""
        span = self._state.span_at(self._state.joint)
        return min(self._state.joint - span.origin, span.end_position) if span else 0

    @property
    def context_of(self) -> int | None:
        """The segment whose own sound the context is; None where it is the timeline's."""
        state = self._state
        own = state.own_context and state.tail is not None and state.last is not None
        return state.last.entry.index if own and state.last else None

    def context(self) -> Audio:
        """What the next continuation re-states: the newest segment's own last overlap before gains; after a cut or
        a bridge the last overlap of the timeline. Shorter only where there is no more."""
        state, wanted = self._state, self.next_overlap_samples
        if state.own_context and state.tail is not None:
            return Audio(state.tail.samples[-wanted:])
        ahead = state.tail.heard(state.mixed_end, max(state.mixed_end, state.joint)) if state.tail else _nothing()
        ahead = np.concatenate((state.limiter.pending, ahead))[: max(0, state.joint - state.final_end)][-wanted:]
        given = self._recent.before(min(state.final_end, state.joint), wanted - len(ahead))
        return Audio(np.concatenate((given, ahead)))

    def judge(self, segment: Segment) -> Verdict:
        """Measure a segment before it is pushed (about 0.12 s of CPU for 60 s)."""
        return verdict.judge(segment, self._settings.overlap_samples, self._promised(segment.plan))

    def push(self, segment: Segment, found: Verdict | None = None) -> Iterator[Samples]:
        """Mix `segment` onto what is withheld; yields final blocks of at most 1 s. Exhaust it before anything else.

        `found` is what `judge` said about this very segment, to spare measuring it twice.

        Raises:
            AudioError: the segment is not playable; nothing was changed.
        """
        found = found or self.judge(segment)
        if not found.playable:
            raise AudioError(f"segment {segment.plan.index} cannot be mixed: {'; '.join(found.reasons)}")
        return self._push(segment, found)

    def release(self, frames: int | None = None) -> Iterator[Samples]:
        """Make withheld sound final because no segment came: `frames` samples, or all of it up to the last
        second, which the bridge fades out of. May be abandoned between blocks."""
        room = self.room_samples
        yield from self._play_tail(self._state.mixed_end + min(room, room if frames is None else frames))

    def bridge(self, frames: int) -> Samples:
        """At least `frames` (at most 1 s; then a few samples more come) of sound made from the recent timeline.
        While sound is still withheld, up to as much of that instead.

        Raises:
            AudioError: there is no recent timeline to make it from.
        """
        needed = frames + HOP + max(0, DELAY_SAMPLES - self._state.limiter.pending_samples)
        tail, at = self._state.tail, self._state.mixed_end
        if tail is not None and self.room_samples:
            return self._give(tail.heard(at, at + min(needed, self.room_samples)))
        loop, block = advance(self._state.loop or self._begin_loop(), needed)
        out = self._give(block)
        state, end = self._state, self._state.mixed_end
        waits = state.cut and state.joint > end
        self._state = replace(
            state,
            joint=state.joint if waits else end,
            tail=None,
            loop=loop,
            own_context=False,
            cut=waits,
            bridged=with_bridge(state.bridged, at, end),
        )
        return out

    def cut(self, sample: int) -> int:
        """Take back what is final from `sample` on; returns the sample really cut at. The caller truncates its
        timeline at `final_end`.

        What is taken back is withheld again: `release` plays it exactly as it was. The next continuation enters at
        `next_entry_sample`, a cut fade after the cut, and re-states `context()`. A bridge is not taken back, and where
        the cut lies behind all that is known, a bridge leads there.
        """
        state = self._state
        if state.tail is None and state.loop is None:
            return state.final_end
        sample = max(sample, state.final_end if state.loop else self._recent.start)
        sample = min(sample, state.mixed_end + FARTHEST_CUT_SAMPLES)
        if sample < state.final_end:
            state = self._taken_back(sample)
        joint = max(sample, state.mixed_end) + self._settings.cut_fade_samples
        self._state = replace(state, joint=joint, own_context=False, cut=True)
        return sample

    def catch_up(self) -> None:
        """A joint that was missed is given up for the one it has moved to: what is planned from now on leads there."""
        state, joint = self._state, self.next_entry_sample
        if state.cut and state.tail is not None and state.joint < joint <= state.tail_end:
            self._state = replace(state, joint=joint)

    def break_off(self, sample: int) -> None:
        """Forget what is withheld: the timeline ends at `sample`, and a bridge goes on from there."""
        fresh = MixerState(sample, sample, LimiterState.fresh(self._settings.ceiling_dbtp))
        self._state = replace(fresh, spans=self._state.spans, last=self._state.last)

    def fork(self) -> Mixer:
        """Another mixer in the same state, sharing its arrays: cheap."""
        other = Mixer(self._settings, self._recent)
        other.restore(self._state)
        return other

    def snapshot(self) -> MixerState:
        """The state now (between pushes), sharing its arrays: cheap."""
        return self._state

    def restore(self, state: MixerState) -> None:
        """Go on from `state` bit for bit. The timeline is the caller's to bring back."""
        self._state = state

    def _promised(self, plan: SegmentPlan) -> Samples | None:
        """What the plan's overlap must re-state, where that is certain: the newest segment's own sound. After a
        bridge, or for a plan that continues from elsewhere, the context has moved on since; and after a cut being on
        time counts for more, and the fade is short."""
        chain = self.next_chain
        if not (plan.overlap_samples and self._state.own_context and chain):
            return None
        here = (plan.chain.number, plan.position_samples) == (chain.number, self.next_position_samples)
        return self.context().samples if here else None

    def _push(self, segment: Segment, found: Verdict) -> Iterator[Samples]:
        samples, seam = segment.audio.samples, None
        place, tail = self._place(segment, found), self._state.tail
        if tail is not None:
            yield from self._play_tail(place.fade_start)
            before_lufs = self._lufs_before()
            fade = Fade(self._settings.gain_law, place, tail, samples)
            for block in fade.blocks():
                yield self._give(block)
            seam = fade.seam(segment.plan.index, lufs_after(found, place) - before_lufs)
        alone = place.fade_end - place.start
        withheld = max(found.usable_samples - self._settings.overlap_samples, alone)
        for block in body(samples[alone:withheld], place.gain, opens=seam is None):
            yield self._give(block)
        tail_sample = place.start + withheld
        self._state = after_segment(self._state, segment, found, place, seam=seam, tail_sample=tail_sample)

    def _place(self, segment: Segment, found: Verdict) -> Placement:
        """Decide where the segment goes."""
        settings = self._settings
        if self._state.tail is None and self._state.loop is None:
            return placement.opening(self._state.mixed_end, segment, found, settings)
        state, joint = self._state, joint_of(self._state, settings)
        if segment.plan.overlap_samples:
            junction = self._junction(joint, longest_fade(state, joint, settings))
            return placement.continuation(junction, segment, found, settings)
        if state.cut:  # the entry that was promised to a continuation
            junction = self._junction(joint + settings.cut_fade_samples // 2, settings.cut_fade_samples, joint)
        else:
            late = state.joint - state.mixed_end < min(settings.chain_fade_samples, settings.overlap_samples)
            end = state.mixed_end + settings.chain_fade_samples if late else state.joint
            junction = self._junction(end, settings.chain_fade_samples)
        return placement.chain_start(junction, segment, found, settings)

    def _junction(self, joint: int, longest: int, entry: int | None = None) -> Junction:
        """What is withheld, up to `joint` at least: a bridge leads there where it ends before."""
        state = self._state
        tail = state.tail
        if tail is None or tail.end < joint:
            _, sound = advance(state.loop or self._begin_loop(), joint - state.mixed_end)
            tail = Tail(state.mixed_end, sound)
        self._state = replace(state, tail=tail, joint=joint, loop=None)
        return Junction(tail, state.mixed_end, joint, longest, entry)

    def _begin_loop(self) -> Loop:
        """A bridge made from the recent timeline and what is left of the tail, which it fades out of."""
        state = self._state
        left = state.tail.heard(state.mixed_end, state.tail_end) if state.tail else _nothing()
        heard = self._recent.before(state.final_end, MOST_SAMPLES)
        material = np.concatenate((heard, state.limiter.pending, left))
        first = state.mixed_end + len(left) - len(material)
        worn = [(start - first, end - first) for start, end in state.bridged]
        return begin(material, self._settings.bridge_seed + state.mixed_end, len(left), worn)

    def _taken_back(self, sample: int) -> MixerState:
        """The state in which everything from `sample` on is a tail: as it was given out, then as it would have been."""
        state = self._state
        sound, done = np.empty((state.tail_end - sample, CHANNELS), np.float32), 0
        for block in self._given_from(sample):
            sound[done : done + len(block)] = block
            done += len(block)
        bars = tuple(bar for span in state.spans for bar in span.bars if bar >= sample)
        limiter = LimiterState.fresh(self._settings.ceiling_dbtp)
        return replace(state, mixed_end=sample, limiter=limiter, tail=Tail(sample, sound, bars=bars), loop=None)

    def _given_from(self, sample: int) -> Iterator[Samples]:
        """What was given out from `sample` on, and all that is withheld."""
        end = self._state.final_end
        for first in range(sample, end, SAMPLE_RATE):
            yield self._recent.read(first, min(SAMPLE_RATE, end - first))
        yield from self._play_tail(self._state.tail_end)
        yield flush(self._state.limiter)

    def _play_tail(self, end: int) -> Iterator[Samples]:
        """Mix the tail alone up to timeline sample `end`."""
        while self._state.mixed_end < end and self._state.tail is not None:
            at = self._state.mixed_end
            yield self._give(self._state.tail.heard(at, min(at + SAMPLE_RATE, end)))

    def _give(self, block: Samples) -> Samples:
        """Mixed sound through the limiter; what comes out is final."""
        limiter, out = limit(self._state.limiter, block)
        self._state = replace(self._state, limiter=limiter, mixed_end=self._state.mixed_end + len(block))
        return out

    def _lufs_before(self) -> float:
        """Loudness of the last 3 s given out."""
        return short_term_lufs(hops_of(self._recent.before(self._state.final_end, 3 * SAMPLE_RATE)))


def _nothing() -> Samples:
    return np.zeros((0, CHANNELS), np.float32)
