"""The saver: nobody waits for a disk, what waits is bounded, and what went wrong is told until it is over."""

from __future__ import annotations

import threading

import pytest

from radio.station.resume import saver as module
from radio.station.resume.saver import Saver


def test_what_was_put_is_done_and_of_one_name_the_newest() -> None:
    done: list[int] = []
    first, go = threading.Event(), threading.Event()

    def slow() -> None:
        first.set()
        assert go.wait(10)

    saver = Saver("test")
    saver.put("slow", "it fails", slow)
    assert first.wait(10)
    for k in range(1000):
        saver.put("a", "it fails", lambda k=k: done.append(k))  # type: ignore[misc]
    go.set()
    assert saver.wait(10)
    assert done == [999]
    assert saver.close()


def test_what_failed_is_a_sentence_until_it_goes_well() -> None:
    def fail() -> None:
        raise OSError(28, "No space left on device")

    saver = Saver("test")
    saver.put("a", "the state cannot be saved", fail)
    saver.wait(10)
    assert saver.troubles == ["the state cannot be saved: No space left on device"]
    saver.put("a", "the state cannot be saved", lambda: None)
    saver.wait(10)
    assert saver.troubles == []
    saver.close()


def test_a_bug_in_what_is_saved_does_not_end_the_saving() -> None:
    done = threading.Event()
    saver = Saver("test")
    saver.put("a", "no", lambda: 1 / 0)  # type: ignore[arg-type]
    saver.put("b", "no", done.set)
    assert done.wait(10)
    saver.wait(10)
    assert "ZeroDivisionError" in saver.troubles[0]
    saver.close()


def test_a_disk_that_hangs_is_told_of_and_waited_for_only_briefly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SLOW_S", 0.05)
    begun, go = threading.Event(), threading.Event()

    def hang() -> None:
        begun.set()
        go.wait(30)

    saver = Saver("test")
    saver.put("state", "no", hang)
    assert begun.wait(10)
    assert not saver.wait(0.1)
    assert "has been waiting for the disk" in saver.troubles[0]
    assert not saver.close(0.1)
    saver.put("state", "no", hang)
    go.set()
