from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from radio.generator.pulse import Pulse

BUSY = "import os\nos.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\nprint(flush=True)\nwhile True: pass"
pytestmark = pytest.mark.skipif(not os.path.exists("/proc/self/schedstat"), reason="this system does not say who waits")


@pytest.fixture
def rivals() -> Iterator[list[int]]:
    """Three processes that want the same processor all the time."""
    children = [subprocess.Popen([sys.executable, "-c", BUSY], stdout=subprocess.PIPE) for _ in range(3)]
    for child in children:
        assert child.stdout is not None
        child.stdout.readline()
    yield [child.pid for child in children]
    for child in children:
        child.kill()
        child.communicate()


def test_a_process_that_waits_for_a_processor_is_starved(rivals: list[int]) -> None:
    pulse, starved_s, until = Pulse(rivals[0]), 0.0, time.monotonic() + 30
    assert pulse.starved_s() == 0
    while starved_s < 0.5:
        starved_s += pulse.starved_s()
        time.sleep(0.05)
        assert time.monotonic() < until


def test_a_stopped_process_is_not_starved(rivals: list[int]) -> None:
    os.kill(rivals[0], signal.SIGSTOP)
    time.sleep(0.1)
    pulse = Pulse(rivals[0])
    pulse.starved_s()
    time.sleep(0.5)
    assert pulse.starved_s() == 0


def test_of_a_process_that_is_gone_nothing_is_known() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    assert Pulse(child.pid).starved_s() == 0
