"""Playout: the air position follows the clock, and encoders get every sample once."""

from __future__ import annotations

import queue
import threading

import numpy as np
import pytest

from radio.clock import FastClock
from radio.contracts import SAMPLE_RATE, Samples
from radio.errors import EncoderError
from radio.events import Fact
from radio.mixer.feed import Feed
from radio.mixer.playout import BLOCK_SAMPLES, LOW_SAMPLES, Epoch, Playout, begin_epoch
from radio.mixer.timeline import Timeline
from tests.fakes.signals import noise

PREROLL = 3 * 196_608


class Sink:
    """Takes what it is given, at most `gulp` frames at a time."""

    def __init__(self, gulp: int = 1 << 30) -> None:
        self._gulp = gulp

        self.taken: list[Samples] = []
        self.lag_samples = 0
        self.broken = False

    def feed(self, block: Samples, deadline_s: float) -> int:
        if self.broken:
            raise EncoderError("gone")
        self.taken.append(block[: self._gulp].copy())
        return len(self.taken[-1])

    @property
    def sound(self) -> Samples:
        return np.concatenate(self.taken)


class Rig:
    """Playout on a fast clock; `advance` lets it run for a while."""

    def __init__(self, ready_s: float, start: int = 1000) -> None:
        self.clock = FastClock()
        self.timeline = Timeline(start)
        self.facts: queue.Queue[Fact] = queue.Queue()
        self.append(ready_s)
        self.waiter = self.clock.waiter()
        self.playout = Playout(self.clock, self.timeline, self.facts.put, 10 * SAMPLE_RATE)
        self.playout.start()

    def append(self, seconds: float) -> None:
        for _ in range(round(seconds)):
            self.timeline.append(noise(self.timeline.end, SAMPLE_RATE, 1))

    def open(self, sink: Sink) -> Epoch:
        epoch = begin_epoch(self.clock, self.timeline.start, PREROLL)
        self.playout.open(epoch, Feed(sink, epoch.first_sample, self.clock, 1 << 30))
        return epoch

    def advance(self, seconds: float) -> None:
        self.waiter.wait(self.clock.monotonic() + seconds + 1e-4)

    def close(self) -> None:
        self.playout.close()
        self.waiter.close()


@pytest.fixture
def rig() -> Rig:
    return Rig(60)


def test_the_pre_roll_goes_out_at_once_and_then_time_sets_the_pace(rig: Rig) -> None:
    sink = Sink()
    epoch = rig.open(sink)
    rig.advance(0.0)
    assert len(sink.sound) == PREROLL
    rig.advance(10.0)
    assert rig.playout.air == epoch.first_sample + PREROLL + 10 * SAMPLE_RATE
    assert np.array_equal(sink.sound, noise(1000, PREROLL + 10 * SAMPLE_RATE, 1))
    rig.close()


def test_dates_are_arithmetic_and_never_in_the_future(rig: Rig) -> None:
    epoch = rig.open(Sink())
    rig.advance(7.3)
    assert epoch.date(rig.playout.air) == pytest.approx(rig.clock.utc(), abs=BLOCK_SAMPLES / SAMPLE_RATE)
    assert epoch.date(rig.playout.air) <= rig.clock.utc() + 1e-6
    assert epoch.date(epoch.first_sample + SAMPLE_RATE) - epoch.t0_utc == 1.0
    rig.close()


def test_a_slow_encoder_gets_every_sample_once_and_in_order(rig: Rig) -> None:
    sink = Sink(gulp=1777)
    rig.open(sink)
    rig.advance(5.0)
    assert np.array_equal(sink.sound, noise(1000, len(sink.sound), 1))
    rig.close()


def test_an_encoder_that_takes_over_is_fed_from_its_own_first_sample(rig: Rig) -> None:
    first, second = Sink(), Sink()
    epoch = rig.open(first)
    rig.advance(5.0)
    start = rig.playout.air - 196_608
    rig.playout.replace(epoch, Feed(second, start, rig.clock, 1 << 30))
    rig.advance(1.0)
    assert np.array_equal(second.sound, noise(start, len(second.sound), 1))
    assert start + len(second.sound) == rig.playout.air
    rig.close()


def test_an_encoder_that_breaks_does_not_stop_the_clock(rig: Rig) -> None:
    sink = Sink()
    epoch = rig.open(sink)
    sink.broken = True
    rig.advance(3.0)
    assert rig.playout.air == epoch.first_sample + PREROLL + 3 * SAMPLE_RATE
    rig.close()


def test_when_the_timeline_runs_low_somebody_is_told_and_nothing_is_skipped() -> None:
    rig = Rig(15)
    told = threading.Event()

    def more() -> None:
        told.set()
        rig.append(5)

    rig.playout.on_low = more
    sink = Sink()
    rig.open(sink)
    rig.advance(30.0)
    assert told.is_set()
    assert rig.timeline.end - rig.playout.air >= LOW_SAMPLES - BLOCK_SAMPLES
    assert np.array_equal(sink.sound, noise(1000, len(sink.sound), 1))
    assert rig.playout.late_blocks == 0
    rig.close()


def test_sound_that_comes_too_late_is_played_as_soon_as_it_is_there() -> None:
    rig = Rig(13)
    sink = Sink()
    epoch = rig.open(sink)
    rig.advance(4.0)
    assert rig.playout.late_blocks == 33
    assert rig.playout.air == rig.timeline.end
    rig.append(20)
    rig.advance(1.0)
    assert rig.playout.air == epoch.first_sample + PREROLL + 5 * SAMPLE_RATE
    assert np.array_equal(sink.sound, noise(1000, len(sink.sound), 1))
    rig.close()


def test_what_has_been_played_is_kept_for_a_while_and_then_forgotten(rig: Rig) -> None:
    rig.open(Sink())
    rig.advance(40.0)
    assert rig.playout.air - rig.timeline.start == 10 * SAMPLE_RATE
    rig.close()


def test_pausing_keeps_the_air_position(rig: Rig) -> None:
    rig.open(Sink())
    rig.advance(2.0)
    air = rig.playout.air
    rig.playout.pause()
    rig.advance(20.0)
    assert rig.playout.air == air
    rig.close()
