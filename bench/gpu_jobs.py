"""Has jobs done by worker processes, one after another, and gets through whatever a worker does.

A worker takes all jobs that are left. One that reports trouble, dies, or is late is ended, and a new one takes the
rest. The bench's own process, in its event loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from collections import deque
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import asdict, replace

from bench.gpu_cases import Job, Outcome, outcome_from_json

WORKER = (sys.executable, "-m", "bench.gpu_worker")
START_S = 60.0
"""A worker's first job may take so much longer: torch is imported, the device is opened."""
LEAST_S = 10.0
"""With less than this a job is not begun."""


async def conduct(
    jobs: Iterable[Job], seconds: float, command: Sequence[str] = WORKER, start_s: float = START_S
) -> AsyncIterator[Outcome]:
    """The outcome of every job, in order, as it comes; `seconds` is what all of them may take together."""
    left, until = deque(jobs), time.monotonic() + seconds
    while left and until - time.monotonic() > LEAST_S:
        worker = await _start(command, left)
        grace = start_s
        try:
            while left and (remaining := until - time.monotonic()) > LEAST_S:
                job = left.popleft()
                outcome = await _next(worker, job, min(job.seconds + grace, remaining))
                yield replace(outcome, job=job)
                if outcome.trouble:
                    break
                grace = 0.0
        finally:
            await _end(worker)
    for job in left:
        yield Outcome(job, f"no time was left for it within the {seconds:g} s of this run")


async def _start(command: Sequence[str], jobs: Iterable[Job]) -> asyncio.subprocess.Process:
    message = json.dumps([asdict(job) for job in jobs])
    return await asyncio.create_subprocess_exec(
        *command, message, stdout=asyncio.subprocess.PIPE, start_new_session=True
    )


async def _next(worker: asyncio.subprocess.Process, job: Job, seconds: float) -> Outcome:
    """What the worker says of `job` within `seconds`, or what became of the worker."""
    assert worker.stdout is not None
    try:
        line = await asyncio.wait_for(worker.stdout.readline(), seconds)
        if line:
            return outcome_from_json(line.decode())
        code = await asyncio.wait_for(worker.wait(), seconds)
    except TimeoutError:
        return Outcome(job, f"it was not done after {seconds:.0f} s")
    except (ValueError, TypeError, KeyError):
        return Outcome(job, "the measuring process wrote something that is no outcome")
    return Outcome(job, f"the measuring process ended with code {code}")


async def _end(worker: asyncio.subprocess.Process) -> None:
    """The worker and whatever compiles for it. Nothing of theirs is worth waiting for."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(worker.pid, signal.SIGKILL)
    await worker.wait()
