"""A thread that does not come back is told of."""

from __future__ import annotations

import asyncio
import threading

import pytest

from radio.clock import WallClock
from radio.events import Fact, StageFailed
from radio.mixer.stage import StageThread
from radio.station import watchdog
from radio.station.watchdog import HUNG_S, Watchdog


def test_a_stage_is_told_of_only_when_it_was_seen_to_hang_for_the_whole_time() -> None:
    told: list[Fact] = []
    busy_s = {"mixing": 0.0, "playout": 0.0}
    dog = Watchdog({"mixing": lambda: busy_s["mixing"], "playout": lambda: busy_s["playout"]}, told.append)
    busy_s["mixing"] = 3600.0
    for _ in range(round(HUNG_S / 2)):
        dog.look()
    assert not told
    dog.look()
    assert [fact.stage for fact in told if isinstance(fact, StageFailed)] == ["mixing"]


def test_a_stage_that_comes_back_now_and_then_is_fine() -> None:
    told: list[Fact] = []
    busy = iter([1.0, 15.0, 0.1, 1.0, 15.0, 0.0] * 20)
    dog = Watchdog({"mixing": lambda: next(busy)}, told.append)
    for _ in range(100):
        dog.look()
    assert not told


async def test_a_thread_that_hangs_is_reported_in_real_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watchdog, "HUNG_S", 0.05)
    monkeypatch.setattr(watchdog, "LOOK_S", 0.05)
    told: asyncio.Queue[Fact] = asyncio.Queue()
    let_go = threading.Event()

    def hang() -> None:
        let_go.wait(30)

    stage = StageThread("mixing", WallClock(), lambda: None, hang, told.put_nowait)
    stage.start()
    assert stage.busy_s == 0
    dog = Watchdog({"mixing": lambda: stage.busy_s}, told.put_nowait)
    dog.start()
    stage.wake()
    fact = await asyncio.wait_for(told.get(), 20)
    assert isinstance(fact, StageFailed)
    assert "has not come back" in fact.message
    let_go.set()
    await dog.close()
    await dog.close()
    stage.close()
    assert stage.busy_s == 0
