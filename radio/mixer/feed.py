"""One consumer of the timeline: an encoder and how far it has been fed.

Runs in the playout thread, except `settle`, which the encoder's watcher calls. Does not know what the encoder makes.
"""

from __future__ import annotations

import threading
import time
from typing import Protocol

from radio.contracts import SAMPLE_RATE, Clock, Hold, Samples
from radio.mixer.meter import Meter
from radio.mixer.timeline import Timeline

GULP_SAMPLES = SAMPLE_RATE
"""At most this much is taken from the timeline at a time."""


class PcmSink(Protocol):
    """Something that takes PCM."""

    def feed(self, block: Samples, deadline_s: float) -> int:
        """Take frames of `block`, waiting at most `deadline_s` real seconds. Returns how many.

        Raises:
            EncoderError: it is gone.
        """
        ...

    @property
    def lag_samples(self) -> int:
        """How much of what was fed has not come out yet."""
        ...


class Feed:
    """`cursor` is the next timeline sample to send; `meter` hears what the sink took."""

    def __init__(
        self, sink: PcmSink, first_sample: int, clock: Clock, most_lag_samples: int, meter: Meter | None = None
    ) -> None:
        self._sink = sink
        self._clock = clock
        self._most_lag_samples = most_lag_samples
        self._meter = meter

        self.cursor = first_sample
        self._hold: Hold | None = None
        self._lock = threading.Lock()

    def pump(self, timeline: Timeline, until: int, patience_s: float) -> None:
        """Send what lies before `until`, for at most `patience_s` real seconds.

        Raises:
            EncoderError: the sink is gone.
        """
        deadline = time.monotonic() + patience_s
        while self.cursor < until:
            block = timeline.read(self.cursor, min(GULP_SAMPLES, until - self.cursor))
            taken = self._sink.feed(block, max(0.0, deadline - time.monotonic()))
            if self._meter is not None:
                self._meter.fed(self.cursor, block[:taken])
            self.cursor += taken
            if time.monotonic() >= deadline:
                break
        self.settle()

    def settle(self) -> None:
        """Keep a fast clock from running away from a sink that is behind."""
        behind = self._sink.lag_samples > self._most_lag_samples
        with self._lock:
            if behind and self._hold is None:
                self._hold = self._clock.hold()
            elif not behind:
                self._release()

    def close(self) -> None:
        with self._lock:
            self._release()
            self._most_lag_samples = 1 << 62

    def _release(self) -> None:
        hold, self._hold = self._hold, None
        if hold is not None:
            hold.release()
