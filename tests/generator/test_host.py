"""The generator process: what it promises to the station."""

from __future__ import annotations

import os
import queue
import signal
import socket
import sys
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
from radio.generator.vigil import Patience
from radio.generator.worker import MOST_CHARACTERS, sentence
from tests.fakes.signals import noise

PATIENCE_S = 60.0
LINUX = sys.platform == "linux"


class Bench:
    """A generator and what it reported."""

    def __init__(self) -> None:
        self.facts: queue.Queue[Fact] = queue.Queue()
        self.hosts: list[GeneratorHost] = []

    def host(self, factory: str, *, allowed: Patience | None = None, **options: object) -> GeneratorHost:
        spec = EngineSpec(factory, options, load_s=PATIENCE_S)
        host = GeneratorHost(spec, self.facts.put, WallClock(), allowed=allowed)
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
SABOTEUR = "tests.fakes.saboteur:Saboteur"
SHORT = Patience(beat_s=3.0, stall_s=2.0, cancel_s=1.0)


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


def sound_memories() -> int:
    """How many blocks of sound this process holds."""
    folder = Path("/proc/self/fd")
    return sum("longwave sound" in os.readlink(each) for each in folder.iterdir() if each.is_symlink())


def test_closing_leaves_no_process_and_no_memory(bench: Bench) -> None:
    before = sound_memories() if LINUX else 0
    host = bench.host(SIGNAL)
    bench.next()
    pid = host.pid
    assert not LINUX or sound_memories() > before
    host.close()
    host.close()
    assert pid is not None
    assert not psutil.pid_exists(pid)
    assert not LINUX or sound_memories() == before


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


def gone_for(bench: Bench) -> str:
    """Why the process is gone, which must be the next news."""
    gone = bench.next()
    assert isinstance(gone, GeneratorExited)
    assert not gone.expected
    return gone.reason


def test_a_stopped_process_is_found_out_while_it_has_nothing_to_do(bench: Bench) -> None:
    host = bench.host(SIGNAL, allowed=SHORT)
    bench.next()
    assert host.pid is not None
    os.kill(host.pid, signal.SIGSTOP)
    assert "no sign of life for 3 s" in gone_for(bench)
    assert not psutil.pid_exists(host.pid)


def test_an_engine_that_holds_the_interpreter_for_ever_is_found_out(bench: Bench) -> None:
    host = bench.host(SABOTEUR, how="hold", allowed=SHORT)
    bench.next()
    host.submit(plan(), None, PATIENCE_S)
    assert "no sign of life" in gone_for(bench)


def test_an_engine_that_used_to_report_progress_and_stops_doing_so_is_found_out(bench: Bench) -> None:
    host = bench.host(SABOTEUR, how="hang", when=(1,), allowed=SHORT)
    bench.next()
    host.submit(plan(0), None, PATIENCE_S)
    assert isinstance(bench.next(), SegmentMade)
    host.submit(plan(1), None, PATIENCE_S)
    assert "no progress for" in gone_for(bench)


def test_a_cancelled_job_that_does_not_stop_costs_the_process(bench: Bench) -> None:
    host = bench.host(TROUBLE, how="hang", allowed=SHORT)
    bench.next()
    host.submit(plan(), None, PATIENCE_S)
    host.cancel()
    assert "did not stop when its job was cancelled" in gone_for(bench)


def test_progress_without_end_does_not_keep_a_job_from_its_deadline(bench: Bench) -> None:
    host = bench.host(TROUBLE, how="slow")
    bench.next()
    host.submit(plan(), None, 1.0)
    assert "missed its deadline" in gone_for(bench)


@pytest.mark.parametrize("how", ["no pickle", "endless", "stranger", "no message", "negative", "too many", "no number"])
def test_nonsense_on_the_line_is_a_fact_like_any_other(bench: Bench, how: str) -> None:
    host = bench.host(SABOTEUR, how=how)
    bench.next()
    host.submit(plan(), None, PATIENCE_S)
    assert "nonsense" in gone_for(bench)
    assert host.pid is not None
    assert not psutil.pid_exists(host.pid)


def test_half_a_message_does_not_keep_the_reader_from_its_watch(bench: Bench) -> None:
    host = bench.host(SABOTEUR, how="half")
    bench.next()
    host.submit(plan(), None, PATIENCE_S)
    assert gone_for(bench)


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("mono", "not 48 kHz stereo"), ("rate", "44100 Hz"), ("integers", "must be float32"), ("empty", "0 s of sound"),
        ("nothing", "returned a NoneType"),
    ],
)  # fmt: skip
def test_what_is_no_segment_is_refused_in_a_sentence(bench: Bench, how: str, words: str) -> None:
    host = bench.host(SABOTEUR, how=how, when=(0,))
    bench.next()
    host.submit(plan(0), None, PATIENCE_S)
    failed = bench.next()
    assert isinstance(failed, SegmentFailed)
    assert words in failed.message
    host.submit(plan(1), None, PATIENCE_S)
    assert isinstance(bench.next(), SegmentMade)


def test_a_worker_whose_station_is_gone_ends_in_the_middle_of_its_job(bench: Bench) -> None:
    host = bench.host(TROUBLE, how="hang")
    bench.next()
    host.submit(plan(), None, PATIENCE_S)
    assert host.pid is not None
    watched = psutil.Process(host.pid)
    host._line._end.shutdown(socket.SHUT_RDWR)
    watched.wait(10)


def test_a_process_that_cannot_be_made_is_said_at_once_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room() -> None:
        raise BlockingIOError("Resource temporarily unavailable")

    before = psutil.Process().num_fds()
    host = GeneratorHost(EngineSpec("tests.fakes:none"), lambda _: None, WallClock())
    monkeypatch.setattr(host._process, "start", no_room)
    with pytest.raises(BlockingIOError):
        host.start()
    assert host.gone
    assert psutil.Process().num_fds() == before
    host.close()


def test_an_error_as_long_as_a_book_is_a_sentence() -> None:
    assert len(sentence(ValueError("x" * (1 << 22)))) < MOST_CHARACTERS + 50
