"""The scout looks for rungs, goes on looking, and tells the models' servers when nobody needs them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from radio.contracts import Rung
from radio.events import Fact, RungsSeen
from radio.station.generation import scout as module
from radio.station.generation.scout import Scout


class Outside:
    """What the scout sees and switches."""

    def __init__(self) -> None:
        self.looks = 0
        self.switched: list[bool] = []
        self.facts: list[Fact] = []
        self.slow = False
        self.closed = 0
        self.broken = False
        self.troubles: tuple[str, ...] = ()

    def unseen(self) -> tuple[Rung, ...]:
        return (Rung("unseen", 1),)

    async def rungs(self) -> tuple[Rung, ...]:
        self.looks += 1
        if self.slow:
            await asyncio.sleep(60)
        if self.broken:
            raise FileNotFoundError("it was there a moment ago")
        return (Rung(f"rung {self.looks}", 1),)

    async def power(self, needed: bool) -> tuple[str, ...]:
        self.switched.append(needed)
        return self.troubles

    def close(self) -> None:
        self.closed += 1


async def scouting(outside: Outside, during: Callable[[Scout], Awaitable[None]], every_s: float = 0.01) -> None:
    scout = Scout(outside, outside.facts.append, every_s)
    scout.start()
    try:
        await during(scout)
    finally:
        await scout.close()
        await scout.close()
    assert outside.closed == 1


async def test_it_reports_what_it_sees_again_and_again() -> None:
    outside = Outside()

    async def during(_: Scout) -> None:
        async with asyncio.timeout(5):
            while len(outside.facts) < 3:  # noqa: ASYNC110 - facts are a plain list
                await asyncio.sleep(0.005)

    await scouting(outside, during)
    names = [fact.rungs[0].name for fact in outside.facts if isinstance(fact, RungsSeen)]
    assert names[:3] == ["rung 1", "rung 2", "rung 3"]


async def test_servers_rest_while_nobody_needs_them_and_nobody_looks_then() -> None:
    outside = Outside()

    async def during(scout: Scout) -> None:
        await asyncio.sleep(0.02)
        scout.need(False)
        await asyncio.sleep(0.02)
        looks = outside.looks
        await asyncio.sleep(0.05)
        assert (outside.switched, outside.looks) == ([True, False], looks)
        scout.need(True)
        scout.need(True)
        await asyncio.sleep(0.05)
        assert outside.switched == [True, False, True]
        assert outside.looks > looks

    await scouting(outside, during)


async def test_the_first_look_is_short_and_then_somebody_who_saw_nothing_reports(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    outside = Outside()
    outside.slow = True
    monkeypatch.setattr(module, "FIRST_LIMIT_S", 0.02)
    monkeypatch.setattr(module, "SOON_S", 0.01)

    async def during(_: Scout) -> None:
        await asyncio.sleep(0.2)
        assert outside.looks > 1

    await scouting(outside, during, 60.0)
    assert {fact.rungs[0].name for fact in outside.facts if isinstance(fact, RungsSeen)} == {"unseen"}


async def test_a_look_that_fails_is_not_the_last_one() -> None:
    outside = Outside()

    async def during(_: Scout) -> None:
        await asyncio.sleep(0.03)
        outside.broken = True
        await asyncio.sleep(0.05)
        seen, looks = len(outside.facts), outside.looks
        outside.broken = False
        await asyncio.sleep(0.05)
        assert outside.looks > looks
        assert len(outside.facts) > seen

    await scouting(outside, during)


async def test_a_server_that_did_not_follow_is_told_again() -> None:
    outside = Outside()
    outside.troubles = ("it is busy",)

    async def during(_: Scout) -> None:
        await asyncio.sleep(0.1)
        assert len(outside.switched) > 1
        outside.troubles = ()
        await asyncio.sleep(0.05)
        told = len(outside.switched)
        await asyncio.sleep(0.05)
        assert len(outside.switched) == told

    await scouting(outside, during)
