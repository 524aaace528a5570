"""The server's heart: heard while its loop runs, silent while it hangs, and it knows when nobody listens."""

from __future__ import annotations

import asyncio
import os
import select
import threading
import time
from collections.abc import Iterator

import pytest

from radio import heartbeat
from radio.heartbeat import beating

LIMIT_S = 20.0


@pytest.fixture
def pipe(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, int]]:
    """Both ends, and a quick heart."""
    monkeypatch.setattr(heartbeat, "BEAT_S", 0.02)
    ear, mouth = os.pipe()
    yield ear, mouth
    os.close(mouth)


def heard(ear: int, limit_s: float) -> bool:
    return bool(select.select([ear], [], [], limit_s)[0]) and bool(os.read(ear, 4096))


async def test_a_running_loop_is_heard_and_a_hanging_one_is_not(pipe: tuple[int, int]) -> None:
    ear, mouth = pipe
    silent: list[bool] = []
    began = threading.Event()

    def listen() -> None:
        began.wait(LIMIT_S)
        heard(ear, 0.0)
        silent.append(not heard(ear, 0.3))

    async with beating(mouth, asyncio.Event()):
        assert await asyncio.to_thread(heard, ear, LIMIT_S)
        listener = threading.Thread(target=listen)
        listener.start()
        began.set()
        time.sleep(0.6)  # noqa: ASYNC251 - this is the hang
        listener.join()
        assert silent == [True]
        assert await asyncio.to_thread(heard, ear, LIMIT_S)
    os.close(ear)


async def test_a_parent_that_is_gone_is_noticed(pipe: tuple[int, int]) -> None:
    ear, mouth = pipe
    gone = asyncio.Event()
    async with beating(mouth, gone):
        os.close(ear)
        await asyncio.wait_for(gone.wait(), LIMIT_S)


async def test_a_parent_that_does_not_read_is_no_reason_to_wait(pipe: tuple[int, int]) -> None:
    ear, mouth = pipe
    os.set_blocking(mouth, False)
    while True:
        try:
            os.write(mouth, bytes(4096))
        except BlockingIOError:
            break
    gone = asyncio.Event()
    async with beating(mouth, gone):
        await asyncio.sleep(0.1)
        assert not gone.is_set()
    os.close(ear)


async def test_without_a_parent_there_is_nobody_to_tell() -> None:
    async with beating(None, asyncio.Event()):
        pass
