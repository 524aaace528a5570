"""Ten minutes in real time: `radio serve` as an operator runs it, `radio check` as its listener.

`python -m bench.real_time [SECONDS]`. Memory of the server (without the generator) is sampled meanwhile.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys

from bench.report import Measure, conclude
from bench.server import Server, serving
from radio.check.finding import Severity
from radio.check.run import check
from radio.packager.tools import find_tools

SAMPLE_S = 5.0
WARM_UP_S = 120.0


async def run(server: Server, seconds: float) -> tuple[list[Measure], list[float]]:
    """Listen, and watch the server's memory."""
    tools = find_tools(None)
    resident: list[float] = []
    watching = asyncio.create_task(watch(server, resident))
    report = await check(f"{server.url}/live.m3u8", seconds, ffmpeg=tools.ffmpeg, ffprobe=tools.ffprobe)
    watching.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await watching
    errors = [finding for finding in report.findings if finding.severity is Severity.ERROR]
    for finding in errors:
        print(f"{finding.code} ({finding.rendition}, {finding.count} times): {finding.examples[0]}")
    late = [item.late.max_s for item in report.renditions if item.late]
    return [
        Measure("listened", report.seconds, "s"),
        Measure("errors found by radio check", len(errors), "", 0),
        Measure("latest chunk, after it was due", max(late, default=0.0), "s"),
    ], resident


async def watch(server: Server, resident: list[float]) -> None:
    while True:
        resident.append(server.process.memory_info().rss / 1e6)
        await asyncio.sleep(SAMPLE_S)


def growth(resident: list[float]) -> float:
    """The least of the second half after the warm-up over that of the first, less one, in percent."""
    marks = resident[int(min(WARM_UP_S / SAMPLE_S, len(resident) / 3)) :]
    middle = len(marks) // 2
    return (min(marks[middle:]) / min(marks[:middle]) - 1) * 100


def main(seconds: float) -> bool:
    with serving("--always-on") as server:
        server.wait_until(state="playing")
        measures, resident = asyncio.run(run(server, seconds))
    memory = [
        Measure("server's memory, highest", max(resident), "MB", 220),
        Measure("server's memory growth", growth(resident), "%", 2),
    ]
    return conclude("real time", measures + memory)


if __name__ == "__main__":
    sys.exit(0 if main(float(sys.argv[1]) if len(sys.argv) > 1 else 600.0) else 1)
