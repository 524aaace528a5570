"""The clocks: a fast one moves only when everybody waits, a wall clock is the wall's."""

from __future__ import annotations

import asyncio
import threading

from radio.clock import FastClock, WallClock


def test_time_moves_to_the_earliest_deadline_once_all_wait() -> None:
    clock = FastClock(start_utc=1000.0)
    seen: list[tuple[str, float]] = []
    waiters = {name: clock.waiter() for name in ("a", "b")}

    def run(name: str, step: float) -> None:
        for k in range(1, 4):
            waiters[name].wait(k * step)
            seen.append((name, clock.monotonic()))
        waiters[name].close()

    threads = [threading.Thread(target=run, args=item) for item in (("a", 1.0), ("b", 2.5))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert seen == [("a", 1.0), ("a", 2.0), ("b", 2.5), ("a", 3.0), ("b", 5.0), ("b", 7.5)]
    assert clock.utc() == 1007.5


def test_a_hold_keeps_time_still() -> None:
    clock = FastClock()
    hold = clock.hold()
    waiter = clock.waiter()
    moved = threading.Event()

    def run() -> None:
        waiter.wait(5.0)
        moved.set()

    thread = threading.Thread(target=run)
    thread.start()
    assert not moved.wait(0.05)
    assert clock.monotonic() == 0.0
    hold.release()
    hold.release()
    assert moved.wait(10)
    thread.join(10)
    assert clock.monotonic() == 5.0


def test_a_wake_ends_a_wait_early_and_is_kept_when_nobody_waits_yet() -> None:
    for clock in (FastClock(), WallClock()):
        waiter = clock.waiter()
        waiter.wake()
        assert waiter.wait(clock.monotonic() + 1000.0)
        assert not waiter.wait(clock.monotonic())
        waiter.close()


def test_a_wait_that_is_woken_does_not_move_time() -> None:
    clock = FastClock()
    waiter = clock.waiter()
    other = clock.waiter()
    woken: list[bool] = []
    thread = threading.Thread(target=lambda: woken.append(waiter.wait(100.0)))
    thread.start()
    while not waiter.asleep:
        pass
    waiter.wake()
    thread.join(10)
    assert woken == [True]
    assert clock.monotonic() == 0.0
    other.close()
    waiter.close()


def test_closing_a_waiter_lets_time_go_on_without_it() -> None:
    clock = FastClock()
    gone, stays = clock.waiter(), clock.waiter()
    gone.close()
    gone.close()
    assert not stays.wait(3.0)
    assert clock.monotonic() == 3.0


async def test_tasks_and_threads_share_one_fast_clock() -> None:
    clock = FastClock()
    task, thread_waiter = clock.async_waiter(), clock.waiter()
    order: list[str] = []

    def run() -> None:
        thread_waiter.wait(1.0)
        order.append("thread")
        thread_waiter.close()

    thread = threading.Thread(target=run)
    thread.start()
    assert not await task.wait(2.0)
    order.append("task")
    thread.join(10)
    assert order == ["thread", "task"]
    task.close()


async def test_an_async_wake_may_come_from_any_thread() -> None:
    for clock in (FastClock(), WallClock()):
        waiter = clock.async_waiter()
        thread = threading.Thread(target=waiter.wake)
        thread.start()
        assert await asyncio.wait_for(waiter.wait(None), 10)
        thread.join(10)
        waiter.close()
