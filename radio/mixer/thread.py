"""The mixing thread: segments in, timeline out, and a bridge whenever the timeline runs low.

The only user of the pure `Mixer`, in one named thread; everybody else calls the methods here. Work is done block by
block under one lock, so nobody waits for longer than a block takes. Knows no engine, no encoder and no clock but the
one it waits on.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from radio.contracts import SAMPLE_RATE, Audio, Chain, Clock, Samples, Segment
from radio.events import Bridged, Fact, SegmentMixed, SegmentRefused
from radio.mixer.mixer import Mixer
from radio.mixer.playout import LOW_SAMPLES
from radio.mixer.stage import StageThread
from radio.mixer.timeline import Timeline

MOST_WAITING = 4
"""Segments in the inbox. The conductor asks for one at a time, so this is never reached."""


@dataclass(frozen=True, slots=True)
class Continuation:
    """What the next segment of the chain must re-state: `context` lies at `position_samples` of the chain's music."""

    context: Audio
    position_samples: int
    chain: Chain | None = None


@dataclass(frozen=True, slots=True)
class Cut:
    """The timeline was taken back from `sample` on; a continuation that is pushed in time enters at `entry_sample`."""

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
        self._pushing = False
        self.bridging = False

    def start(self) -> None:
        self._stage.start()

    def push(self, segment: Segment, *, anyway: bool) -> None:
        """Mix `segment`; `anyway`: even a bad one, if it can be mixed at all."""
        self._inbox.append((segment, anyway))
        self._stage.wake()

    def nudge(self) -> None:
        """The timeline runs low. Called by playout."""
        self._stage.wake()

    def continuation(self) -> Continuation | None:
        """What the next segment continues; None before the first one."""
        with self._lock:
            if self._mixer.last is None:
                return None
            return Continuation(self._mixer.context(), self._mixer.next_position_samples, self._mixer.next_chain)

    def expected_entry(self) -> int | None:
        """Where a continuation that is pushed now enters; None before the first segment."""
        mixer = self._mixer
        return None if mixer.last is None else mixer.next_entry_sample

    def cut(self, sample: int) -> Cut | None:
        """Take back what is final from `sample` on, and what waits to be mixed. None: not just now."""
        with self._lock:
            mixer = self._mixer
            if mixer.last is None or self._pushing:
                return None
            self._life += 1
            self._inbox.clear()
            cut = mixer.cut(max(sample, self._air()))
            self._timeline.truncate(min(self._timeline.end, mixer.final_end))
            return Cut(cut, mixer.next_entry_sample)

    def reset(self) -> None:
        """Forget the withheld tail and all that is not on the air yet; the next segment starts a new chain."""
        with self._lock:
            self._life += 1
            self._inbox.clear()
            self._timeline.truncate(max(self._air(), self._timeline.start))
            self._mixer = self._new_mixer(self._timeline.end)
            self.bridging = False

    def close(self) -> None:
        """End the thread. Fine to call twice."""
        self._stage.close()

    def _work(self) -> None:
        while self._inbox and not self._stage.closed:
            segment, anyway = self._inbox.popleft()
            self._mix(segment, anyway)
        if self._mixer.last is not None and self._short():
            self._extend()

    def _short(self) -> bool:
        return self._timeline.end - self._air() < LOW_SAMPLES and not self._stage.closed

    def _mix(self, segment: Segment, anyway: bool) -> None:
        began = time.thread_time()
        mixer, life = self._mixer, self._life
        verdict = mixer.judge(segment)
        if not (verdict.good or (anyway and verdict.playable)):
            self._report(SegmentRefused(segment, verdict.reasons))
            return
        self._pushing = True
        done = self._append(mixer.push(segment, verdict), life, while_short=False)
        self._pushing = False
        if not done:
            return
        self.bridging = False
        last = mixer.last
        if last is not None:
            cpu_s = time.thread_time() - began
            ends = self._timeline.end, mixer.tail_end
            found = verdict.quality, verdict.good
            self._report(SegmentMixed(segment.plan, last.entry, last.seam, *ends, cpu_s, *found))

    def _extend(self) -> None:
        """The withheld tail first, then a bridge, for as long as the timeline is short."""
        life = self._life
        if not self._append(self._mixer.release(), life, while_short=True):
            return
        start = self._timeline.end
        while self._short():
            with self._lock:
                if life != self._life:
                    return
                self._timeline.append(self._mixer.bridge(SAMPLE_RATE))
                self.bridging = self._mixer.bridging
        if self.bridging:
            self._report(Bridged(start, self._timeline.end - start))

    def _append(self, blocks: Iterator[Samples], life: int, *, while_short: bool) -> bool:
        """Put blocks on the timeline as they come. False when the station was reset meanwhile."""
        while not while_short or self._short():
            with self._lock:
                if life != self._life:
                    return False
                block = next(blocks, None)
                if block is None:
                    return True
                self._timeline.append(block)
        return True
