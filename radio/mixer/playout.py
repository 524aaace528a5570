"""Playout: moves the air position with the clock and hands the timeline to the encoders.

One thread for the life of the station. It never waits for the generator: when the timeline runs low it says so, and the
mixer makes more. Inside an epoch the air position is pure arithmetic on the monotonic clock, so nothing drifts.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from radio.contracts import SAMPLE_RATE, Clock
from radio.errors import EncoderError
from radio.events import Fact
from radio.mixer.feed import Feed
from radio.mixer.stage import StageThread
from radio.mixer.timeline import Timeline

BLOCK_SAMPLES = SAMPLE_RATE // 10
LOW_SAMPLES = 3 * SAMPLE_RATE // 2
"""With less final timeline than this ahead, the mixer must play the withheld tail or a bridge."""
RETRY_S = 0.02
"""How soon playout looks again when the timeline had nothing ready."""


@dataclass(frozen=True, slots=True)
class Epoch:
    """A run of the timeline without a break in dates (DESIGN §4).

    `first_sample` has the date `t0_utc`; `began_s` is the monotonic time of the first write, at which `preroll_samples`
    were already due, so that no date lies in the future.
    """

    first_sample: int
    t0_utc: float
    began_s: float
    preroll_samples: int

    def due(self, now_s: float) -> int:
        """The air position at monotonic `now_s`, in whole blocks."""
        blocks = int((now_s - self.began_s) * SAMPLE_RATE + 1e-6) // BLOCK_SAMPLES
        return self.first_sample + self.preroll_samples + max(0, blocks) * BLOCK_SAMPLES

    def due_s(self, sample: int) -> float:
        """When `sample` is on the air, in monotonic seconds."""
        return self.began_s + (sample - self.first_sample - self.preroll_samples) / SAMPLE_RATE

    def date(self, sample: int) -> float:
        """The date of a sample, Unix seconds."""
        return self.t0_utc + (sample - self.first_sample) / SAMPLE_RATE


def begin_epoch(clock: Clock, first_sample: int, preroll_samples: int) -> Epoch:
    """An epoch whose first write is now."""
    return Epoch(first_sample, clock.utc() - preroll_samples / SAMPLE_RATE, clock.monotonic(), preroll_samples)


class Playout:
    """`on_low` is set by whoever wires the stages, and called when less than `LOW_SAMPLES` are ready.

    `keep_samples` stay behind the air position for encoder restarts, contexts and bridges; `patience_s` is how long one
    tick may spend on encoders that are behind.
    """

    def __init__(
        self,
        clock: Clock,
        timeline: Timeline,
        report: Callable[[Fact], None],
        keep_samples: int,
        patience_s: float = 0.08,
    ) -> None:
        self._clock = clock
        self._timeline = timeline
        self._keep_samples = keep_samples
        self._patience_s = patience_s

        self.on_low: Callable[[], None] = lambda: None
        self._lock = threading.Lock()
        self._stage = StageThread("playout", clock, self._next_tick_s, self._tick, report)
        self._epoch: Epoch | None = None
        self._feeds: list[Feed] = []
        self._starved = False
        self._due = timeline.end
        self.air = timeline.end
        self.late_blocks = 0
        self.lateness_s = 0.0

    @property
    def playing(self) -> bool:
        """An epoch is on: the air position moves, also while there is no encoder."""
        return self._epoch is not None

    @property
    def late_s(self) -> float:
        """How late the next block is at this moment; 0 while it is not due, or nothing is played."""
        epoch = self._epoch
        return 0.0 if epoch is None else max(0.0, self._clock.monotonic() - epoch.due_s(self.air + BLOCK_SAMPLES))

    @property
    def oldest(self) -> int:
        """The first timeline sample that is still there to be fed, now and a moment from now."""
        return max(self._timeline.start, self.air - self._keep_samples)

    @property
    def busy_s(self) -> float:
        """For how many real seconds the thread has been at one tick."""
        return self._stage.busy_s

    def start(self) -> None:
        self._stage.start()

    def open(self, epoch: Epoch, feed: Feed) -> None:
        """Begin to play `epoch` into `feed`."""
        with self._lock:
            self._epoch = epoch
            self._feeds = [feed]
            self.air = epoch.first_sample
            self._due = epoch.first_sample + epoch.preroll_samples
        self._stage.wake()

    def replace(self, epoch: Epoch, feed: Feed) -> None:
        """A new encoder takes over, fed from its own first sample at full speed; the air position stays."""
        with self._lock:
            self._epoch = epoch
            self._feeds = [feed]
        self._stage.wake()

    def pause(self) -> None:
        """Stop feeding; the air position stays where it is."""
        with self._lock:
            self._epoch = None
            self._feeds = []
        self._stage.wake()

    def close(self) -> None:
        """End the thread. Fine to call twice."""
        self._stage.close()

    def _next_tick_s(self) -> float | None:
        """When the next block is due; when it is overdue because nothing is ready, a moment from now."""
        epoch = self._epoch
        if epoch is None:
            return None
        return max(epoch.due_s(self.air + BLOCK_SAMPLES), self._clock.monotonic() + RETRY_S * self._starved)

    def _tick(self) -> None:
        with self._lock:
            epoch, feeds = self._epoch, list(self._feeds)
            if epoch is None:
                return
            self._advance(epoch)
        for feed in feeds:
            self._pump(feed)
        if self._timeline.end - self.air < LOW_SAMPLES:
            self.on_low()
        with self._lock:  # an encoder that was put in meanwhile counts
            kept = min([self.air, *(feed.cursor for feed in self._feeds)])
            self._timeline.forget_before(kept - self._keep_samples)

    def _advance(self, epoch: Epoch) -> None:
        """Move the air position; what is due and not there is played as soon as it is. Each block that has become due
        without being there counts as late, once, however often it is looked for."""
        now = self._clock.monotonic()
        due = epoch.due(now)
        ready = self._timeline.claim(due)
        self.lateness_s = max(0.0, now - epoch.due_s(min(due, self.air + BLOCK_SAMPLES)))
        self._starved = due > ready
        self.late_blocks += max(0, -(-(due - max(ready, self._due)) // BLOCK_SAMPLES))
        self._due = max(self._due, due)
        self.air = max(self.air, ready)

    def _pump(self, feed: Feed) -> None:
        try:
            feed.pump(self._timeline, self.air, self._patience_s)
        except (EncoderError, IndexError):  # its exit is reported by itself; what was forgotten cannot be fed, and an
            with self._lock:  # encoder that starves is noticed
                self._feeds = [other for other in self._feeds if other is not feed]
