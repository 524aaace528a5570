"""The mixing thread: segments in, timeline out, and a bridge whenever the timeline runs low.

It works on a copy of the pure `Mixer` and puts what came of it into force block by block under one lock. So whoever
calls the methods here (the event loop) waits for no sound to be made, and can take sound back while more is being made:
that work is then thrown away. Knows no engine, no encoder and no clock but the one it waits on.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from radio.contracts import SAMPLE_RATE, Audio, Chain, Clock, Samples, Segment
from radio.errors import AudioError
from radio.events import Bridged, Fact, SegmentMixed, SegmentRefused
from radio.mixer.mixer import Mixer
from radio.mixer.playout import LOW_SAMPLES
from radio.mixer.stage import StageThread
from radio.mixer.state import MixerState
from radio.mixer.timeline import Timeline
from radio.mixer.verdict import Verdict

MOST_WAITING = 4
"""Segments in the inbox. The conductor asks for one at a time, so this is never reached."""
MARGIN_SAMPLES = SAMPLE_RATE // 4
"""A cut leaves this much after the air position alone: playout's next blocks."""
LATE_SAMPLES = SAMPLE_RATE * 6 // 10
"""While a cut waits for its segment, known sound is given out with only so much ahead of the air: what is final
too early may be just what the segment wanted to fade into."""
LATE_BLOCK_SAMPLES = SAMPLE_RATE // 10


@dataclass(frozen=True, slots=True)
class Continuation:
    """What the next segment must re-state: `context` lies at `position_samples` of `chain`'s music. `chain` is the one
    that plays at the joint: after a cut back before a chain start, the old one. `of_segment` is the one whose own sound
    the context is; None: it was taken from the timeline. `overlap_samples` is less than usual after a cut soon after
    the chain's start."""

    context: Audio
    position_samples: int
    chain: Chain | None = None
    of_segment: int | None = None
    overlap_samples: int | None = None


@dataclass(frozen=True, slots=True)
class Cut:
    """The timeline was taken back from `sample` on, and what a continuation pushed in time brings is heard from
    `entry_sample` on. What was taken back is still played if none comes: entries in it are void only once a segment is
    mixed over them. Segments that were pushed and not yet mixed are thrown away and reported no more."""

    sample: int
    entry_sample: int


class MixingThread:
    """`new_mixer(start)` makes a mixer whose first sample is timeline sample `start`."""

    def __init__(
        self,
        clock: Clock,
        timeline: Timeline,
        new_mixer: Callable[[int], Mixer],
        air: Callable[[], int],
        report: Callable[[Fact], None],
    ) -> None:
        self._timeline = timeline
        self._new_mixer = new_mixer
        self._air = air
        self._report = report

        self._lock = threading.Lock()
        self._mixer = new_mixer(timeline.end)
        self._stage = StageThread("mixing", clock, lambda: None, self._work, report)
        self._inbox: deque[tuple[Segment, bool]] = deque(maxlen=MOST_WAITING)
        self._life = 0
        self.bridging = False

    def start(self) -> None:
        self._stage.start()

    @property
    def busy_s(self) -> float:
        """For how many real seconds the thread has been at one piece of work."""
        return self._stage.busy_s

    def push(self, segment: Segment, *, anyway: bool) -> None:
        """Mix `segment`; `anyway`: even a bad one, if it can be mixed at all."""
        with self._lock:
            self._inbox.append((segment, anyway))
        self._stage.wake()

    def nudge(self) -> None:
        """The timeline runs low. Called by playout."""
        self._stage.wake()

    def continuation(self) -> Continuation | None:
        """What the next segment continues, for a plan that is made now; None before the first one."""
        with self._lock:
            mixer = self._mixer
            if mixer.last is None:
                return None
            mixer.catch_up()
            return Continuation(
                mixer.context(),
                mixer.next_position_samples,
                mixer.next_chain,
                mixer.context_of,
                mixer.next_overlap_samples,
            )

    def expected_entry(self) -> int | None:
        """Where a continuation pushed now would enter (before its alignment, at most ±20 ms); None before the first."""
        with self._lock:
            return None if self._mixer.last is None else self._mixer.next_entry_sample

    def known_end(self) -> int:
        """How far the music goes without another segment: the timeline, and what is withheld."""
        with self._lock:
            return self._mixer.tail_end

    def cut(self, sample: int) -> Cut | None:
        """Take the timeline back from `sample` on, or from as soon after it as the air allows, and promise an entry.

        None: not now. Either nothing was mixed yet, or a segment is being mixed whose beginning is already on the air;
        try again a moment later.
        """
        with self._lock:
            air = self._air()
            mixer = self._mixer.fork()
            if mixer.last is None or (mixer.final_end < self._timeline.end and mixer.final_end < air + MARGIN_SAMPLES):
                return None
            done = mixer.cut(max(sample, air + MARGIN_SAMPLES))
            try:
                self._timeline.truncate(mixer.final_end)
            except IndexError:
                return None
            self._begin_life(mixer)
            return Cut(done, mixer.next_entry_sample)

    def snapshot(self) -> MixerState:
        """The mixer's state; the timeline up to its `final_end` belongs to it (more lies there while a segment is being
        mixed). From any thread."""
        with self._lock:
            return self._mixer.snapshot()

    def restore(self, state: MixerState) -> None:
        """Go on from `state`, whose timeline is in place. Before `start`."""
        with self._lock:
            self._mixer.restore(state)

    def reset(self) -> None:
        """Forget the withheld tail and all that is not on the air yet; the next segment starts a new chain."""
        with self._lock:
            self._timeline.truncate(max(self._air(), self._timeline.start, self._timeline.claimed))
            self._begin_life(self._new_mixer(self._timeline.end))
            self.bridging = False

    def close(self) -> None:
        """End the thread. Fine to call twice."""
        self._stage.close()

    def _begin_life(self, mixer: Mixer) -> None:
        """All that is being made, or waits, belongs to what was taken back."""
        self._life += 1
        self._inbox.clear()
        self._mixer = mixer
        self._stage.wake()

    def _work(self) -> None:
        while (taken := self._take()) is not None:
            self._mix(*taken)
        self._extend()

    def _take(self) -> tuple[Segment, bool, Mixer, int] | None:
        with self._lock:
            if not self._inbox or self._stage.closed:
                return None
            return *self._inbox.popleft(), self._mixer.fork(), self._life

    def _mix(self, segment: Segment, anyway: bool, mixer: Mixer, life: int) -> None:
        began = time.thread_time()
        try:
            verdict = mixer.judge(segment)
            if not (verdict.good or (anyway and verdict.playable)):
                self._refuse(segment, verdict.reasons, life)
            elif all(self._append(block, life) for block in mixer.push(segment, verdict)):
                self._mixed(segment, verdict, mixer, life, began)
        except Exception as error:  # noqa: BLE001 - whatever a segment is made of, the music goes on without it
            self._refuse(segment, (f"it could not be mixed ({type(error).__name__}: {error})",), life)

    def _mixed(self, segment: Segment, verdict: Verdict, mixer: Mixer, life: int, began: float) -> None:
        """Put the mixer after a push into force and report, in one step: after a cut, no news of what it took back."""
        last = mixer.last
        with self._lock:
            if life != self._life or last is None:
                return
            self._mixer, self.bridging = mixer, False
            cpu_s = time.thread_time() - began
            ends = self._timeline.end, mixer.tail_end
            found = verdict.quality, verdict.good
            self._report(SegmentMixed(segment.plan, last.entry, last.seam, *ends, cpu_s, *found))

    def _refuse(self, segment: Segment, reasons: tuple[str, ...], life: int) -> None:
        """Say so, and take back what had already been mixed of it; where that is on the air, the music breaks off."""
        with self._lock:
            if life != self._life:
                return
            try:
                self._timeline.truncate(self._mixer.final_end)
            except IndexError:
                self._mixer.break_off(self._timeline.end)
            self._report(SegmentRefused(segment, reasons))

    def _extend(self) -> None:
        """The withheld tail first, then a bridge, for as long as the timeline is short."""
        with self._lock:
            mixer, life = self._mixer.fork(), self._life
        start = bridged = 0
        while mixer.last is not None and (frames := self._missing(mixer)):
            try:
                block = mixer.bridge(frames)
            except AudioError:
                break  # nothing was ever heard that could go on: only a segment helps
            if not self._append(block, life, mixer):
                break
            if mixer.bridging:
                start, bridged = start or self._timeline.end - len(block), bridged + len(block)
        if bridged:
            self._report(Bridged(start, bridged))

    def _missing(self, mixer: Mixer) -> int:
        """How much to add to the timeline now. Known sound may come late, a bridge takes its time to be made."""
        if self._stage.closed:
            return 0
        ahead = self._timeline.end - self._air()
        if mixer.cut_waits and ahead + mixer.room_samples >= LOW_SAMPLES:
            return LATE_BLOCK_SAMPLES if ahead < LATE_SAMPLES else 0
        return SAMPLE_RATE if ahead < LOW_SAMPLES else 0

    def _append(self, block: Samples, life: int, mixer: Mixer | None = None) -> bool:
        """Put a block on the timeline, and in force the mixer that made it. False when the sound before it was taken
        back meanwhile."""
        self._stage.beat()
        with self._lock:
            if life != self._life:
                return False
            self._timeline.append(block)
            if mixer is not None:
                self._mixer, self.bridging = mixer.fork(), mixer.bridging
            return True
