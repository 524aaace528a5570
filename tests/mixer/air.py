"""Both threads of the audio path on a fast clock, a listener that keeps what it is fed, and segments to push."""

from __future__ import annotations

import queue

import numpy as np

from radio.clock import FastClock
from radio.contracts import Chain, Samples
from radio.events import Fact, SegmentMixed
from radio.mixer.feed import Feed
from radio.mixer.mixer import Mixer
from radio.mixer.playout import Playout, begin_epoch
from radio.mixer.settings import MixSettings
from radio.mixer.thread import MixingThread
from radio.mixer.timeline import Timeline
from tests.mixer.rig import CHAIN, SECOND, SHORT, segment

KEPT = 30 * SECOND


class Listener:
    """Takes everything at once."""

    lag_samples = 0

    def __init__(self) -> None:
        self.taken: list[Samples] = []

    def feed(self, block: Samples, deadline_s: float) -> int:
        self.taken.append(block.copy())
        return len(block)


class Air:
    """`listen` lets the clock run; `sound` is what was really played."""

    def __init__(self, settings: MixSettings = SHORT) -> None:
        self.settings = settings
        self.clock = FastClock()
        self.timeline = Timeline(0, 400 * SECOND)
        self.facts: queue.Queue[Fact] = queue.Queue()
        self.listener = Listener()
        self.waiter = self.clock.waiter()
        self.playout = Playout(self.clock, self.timeline, self.facts.put, KEPT)
        self.mixing = MixingThread(
            self.clock,
            self.timeline,
            lambda start: Mixer(settings, self.timeline, start),
            lambda: self.playout.air,
            self.facts.put,
        )
        self.playout.on_low = self.mixing.nudge
        self.playout.start()
        self.mixing.start()

    def open(self) -> None:
        epoch = begin_epoch(self.clock, 0, SECOND)
        self.playout.open(epoch, Feed(self.listener, 0, self.clock, 1 << 60))

    def listen(self, seconds: float) -> None:
        self.waiter.wait(self.clock.monotonic() + seconds)

    def until(self, sample: int) -> None:
        """Let the clock run until `sample` is the next to be played, give or take a block."""
        self.listen(max(0.0, (sample - self.playout.air) / SECOND) + 0.001)

    def push(self, index: int, samples: Samples, position: int, overlap: int, chain: Chain = CHAIN) -> None:
        bars = tuple(range(0, len(samples), 2 * SECOND))
        self.mixing.push(
            segment(index, samples, position=position, overlap=overlap, bars=bars, chain=chain), anyway=False
        )
        self.listen(0.001)

    def mixed(self) -> SegmentMixed | None:
        """The newest segment that was reported mixed since the last time."""
        found = [fact for fact in self.drained() if isinstance(fact, SegmentMixed)]
        return found[-1] if found else None

    def drained(self) -> list[Fact]:
        facts = []
        while not self.facts.empty():
            facts.append(self.facts.get())
        return facts

    @property
    def sound(self) -> Samples:
        return np.concatenate(self.listener.taken)

    def close(self) -> None:
        self.mixing.close()
        self.playout.close()
        self.waiter.close()
