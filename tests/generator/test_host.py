"""The generator process: what it promises to the station."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from radio.clock import WallClock
from radio.contracts import Audio, Chain, EngineSpec, PromptChange, SegmentPlan
from radio.errors import WrongState
from radio.events import Fact, GenerationProgress, GeneratorExited, GeneratorReady, SegmentFailed, SegmentMade
from radio.generator.host import GeneratorHost
from tests.fakes.signals import noise

PATIENCE_S = 60.0


class Bench:
    """A generator and what it reported."""

    def __init__(self) -> None:
        self.facts: queue.Queue[Fact] = queue.Queue()
        self.hosts: list[GeneratorHost] = []

    def host(self, factory: str, **options: object) -> GeneratorHost:
        host = GeneratorHost(EngineSpec(factory, options, load_s=PATIENCE_S), self.facts.put, WallClock())
        self.hosts.append(host)
        host.start()
        return host

    def next(self) -> Fact:
        while isinstance(fact := self.facts.get(timeout=PATIENCE_S), GenerationProgress):
            pass
        return fact


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    for host in bench.hosts:
        host.close()


def plan(index: int = 0, seconds: float = 2.0) -> SegmentPlan:
    chain = Chain(0, 1, (PromptChange(0, "x"),))
    return SegmentPlan(index, "text2music", "x", 1, round(seconds * 48_000), 0, 48_000 * index, chain)


SIGNAL = "tests.fakes.signals:SignalEngine"
TROUBLE = "tests.fakes.trouble:TroubleEngine"


def test_a_segment_comes_back_exactly_as_the_engine_made_it(bench: Bench) -> None:
    host = bench.host(SIGNAL)
    assert isinstance(bench.next(), GeneratorReady)
    host.submit(plan(3), None, PATIENCE_S)
    made = bench.next()
    assert isinstance(made, SegmentMade)
    assert made.segment.plan.index == 3
    assert np.array_equal(made.segment.audio.samples, noise(144_000, 96_000, 7))


def test_one_job_at_a_time(bench: Bench) -> None:
    host = bench.host(TROUBLE, how="slow")
    bench.next()
    host.submit(plan(), None, PATIENCE_S)
    with pytest.raises(WrongState):
        host.submit(plan(1), None, PATIENCE_S)


def test_a_cancelled_job_says_so_and_the_next_one_works(bench: Bench) -> None:
    host = bench.host(TROUBLE, how="slow", when=(0,))
    bench.next()
    host.submit(plan(), Audio(np.zeros((4800, 2), np.float32)), PATIENCE_S)
    host.cancel()
    failed = bench.next()
    assert isinstance(failed, SegmentFailed)
    assert failed.why == "cancelled"
    host.submit(plan(1), None, PATIENCE_S)
    assert isinstance(bench.next(), SegmentMade)


@pytest.mark.parametrize(("how", "why"), [("raise", "failed"), ("memory", "out_of_memory")])
def test_an_exception_in_the_engine_is_a_sentence_and_the_process_lives(bench: Bench, how: str, why: str) -> None:
    host = bench.host(TROUBLE, how=how, when=(0,))
    bench.next()
    host.submit(plan(), None, PATIENCE_S)
    failed = bench.next()
    assert isinstance(failed, SegmentFailed)
    assert failed.why == why
    assert failed.message
    host.submit(plan(1), None, PATIENCE_S)
    assert isinstance(bench.next(), SegmentMade)


def test_a_crash_takes_its_job_with_it_and_is_reported(bench: Bench) -> None:
    host = bench.host(TROUBLE, how="exit")
    bench.next()
    host.submit(plan(5), None, PATIENCE_S)
    gone = bench.next()
    assert isinstance(gone, GeneratorExited)
    assert gone.code == 3
    assert gone.plan is not None
    assert gone.plan.index == 5
    assert not gone.expected


def test_a_hang_is_killed_at_its_deadline(bench: Bench) -> None:
    host = bench.host(TROUBLE, how="hang")
    bench.next()
    host.submit(plan(), None, 0.3)
    gone = bench.next()
    assert isinstance(gone, GeneratorExited)
    assert "deadline" in gone.reason


def test_an_engine_that_cannot_load_says_why(bench: Bench) -> None:
    bench.host(TROUBLE, how="load")
    failed = bench.next()
    assert isinstance(failed, SegmentFailed)
    assert failed.message == "the model file is missing"
    assert isinstance(bench.next(), GeneratorExited)


def test_closing_leaves_no_process_and_no_memory(bench: Bench) -> None:
    before = set(Path("/dev/shm").glob("psm_*")) if Path("/dev/shm").is_dir() else set()
    host = bench.host(SIGNAL)
    bench.next()
    pid = host.pid
    host.close()
    host.close()
    assert pid is not None
    assert not psutil.pid_exists(pid)
    if Path("/dev/shm").is_dir():
        assert set(Path("/dev/shm").glob("psm_*")) <= before


def test_closing_before_the_engine_is_ready_is_fine(bench: Bench) -> None:
    host = bench.host(SIGNAL)
    host.close()
    gone = bench.next()
    assert isinstance(gone, GeneratorExited | GeneratorReady)


def test_a_process_that_has_just_died_takes_no_job_and_loses_none(bench: Bench) -> None:
    host = bench.host(SIGNAL)
    bench.next()
    assert host.pid is not None
    psutil.Process(host.pid).kill()
    assert isinstance(bench.next(), GeneratorExited)
    with pytest.raises(WrongState):
        host.submit(plan(), Audio(np.zeros((4800, 2), np.float32)), PATIENCE_S)
    assert not host.busy
