"""An engine slower than real time: music all the time, half of it bridged, and nothing that grows.

`python -m bench.slow_engine [--minutes 60] [--speed 0.7] [--ladder]`: the synthesiser, held back by the station's clock
to `speed` seconds of sound a second (`real_time_factor` in the status), alone or with itself at full speed on the rung
below. Of each 60 s made, 45 s are new, so 0.7 keeps up with 52 % of the time and the bridge has to fill the rest.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench.chaos import listen
from bench.chaos_report import Chaos, tell
from bench.chaos_station import of, running
from bench.report import Measure, conclude
from bench.slow_host import SlowHost
from bench.soak import family_mb
from radio.contracts import Clock, EngineSpec, Rung
from radio.events import Fact
from radio.generator.host import GeneratorHost
from radio.settings import load
from radio.station.status import status

SYNTH = "radio.engines.synth.engine:SynthEngine"
LOOK_S = 5.0
CHUNK_S = 4.096
SLOW = "slow"


@dataclass(slots=True)
class Slow:
    """What was seen, look by look. `behind_s` is how old the end of the newest chunk was."""

    heard: Chaos = field(default_factory=Chaos)
    states: Counter[str] = field(default_factory=Counter)
    rungs: Counter[str] = field(default_factory=Counter)
    resident_mb: list[float] = field(default_factory=list)
    behind_s: list[float] = field(default_factory=list)
    bridged_s: float = 0.0
    late_blocks: int = 0
    segments: int = 0

    def growth(self, values: list[float]) -> float:
        """The median of the last third over that of the third before, less one."""
        third = len(values) // 3
        return median(values[-third:]) / median(values[third : 2 * third]) - 1 if third else 0.0


def rungs(samples: int, *, ladder: bool) -> tuple[Rung, ...]:
    slow = Rung(SLOW, samples, EngineSpec(SYNTH, {"prompt": SLOW}, composes=True))
    return (slow, Rung("synth", samples, EngineSpec(SYNTH, composes=True))) if ladder else (slow,)


async def play(folder: Path, seconds: float, speed: float, *, ladder: bool, renditions: str, thorough: bool) -> Slow:
    """Listen to a station with a slow engine for so long."""

    def new_host(spec: EngineSpec, report: Callable[[Fact], None], clock: Clock, number: int) -> GeneratorHost:
        slow = spec.options.get("prompt") == SLOW
        return SlowHost(spec, report, clock, number, speed) if slow else GeneratorHost(spec, report, clock, number)

    settings = load(data_dir=folder / "data", renditions=renditions, always_on=True, seed=1)
    under_test = of(settings, folder, rungs(settings.segment_samples, ladder=ladder), new_host, thorough=thorough)
    result, began = Slow(), time.monotonic()
    async with running(under_test):
        while under_test.now_s < seconds and await listen(under_test, LOOK_S):
            seen = status(under_test.station.conductor)
            result.states[seen["state"]] += 1
            result.rungs[str(seen["engine"]["rung"])] += 1
            result.resident_mb.append(family_mb())
            newest = under_test.station.publisher.newest_date
            result.behind_s.append(under_test.clock.utc() - newest if newest else CHUNK_S)
        result.heard.end = under_test.end or ("" if under_test.now_s >= seconds else "the clock stood still")
    result.bridged_s = under_test.station.conductor.bridged_s
    result.late_blocks = under_test.station.playout.late_blocks
    result.segments = under_test.station.production.orders.programme.next_index
    result.heard.take(under_test, time.monotonic() - began)
    return result


def measures(result: Slow, speed: float, *, ladder: bool) -> list[Measure]:
    heard, looks = result.heard, max(1, result.states.total())
    return [
        *heard.measures_of_listening,
        Measure("segments", result.segments, ""),
        Measure("bridged", 100 * result.bridged_s / heard.simulated_s, "%", 15.0 if ladder else 100 * (1 - speed / 2)),
        Measure(
            "status says bridging", 100 * result.states["bridging"] / looks, "%", 0 if ladder else 20, at_least=True
        ),
        Measure("on the slow rung", 100 * result.rungs[SLOW] / looks, "%"),
        Measure("late blocks", result.late_blocks, "", 0),
        Measure("age of the newest chunk, growth", 100 * result.growth([10 + age for age in result.behind_s]), "%", 5),
        Measure("memory growth", 100 * result.growth(result.resident_mb), "%", 2),
        Measure("memory at the end", result.resident_mb[-1] if result.resident_mb else 0.0, "MB"),
    ]


def main() -> bool:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--speed", type=float, default=0.7)
    parser.add_argument("--ladder", action="store_true", help="with the same engine at full speed on the rung below")
    parser.add_argument("--renditions", default="64k")
    parser.add_argument("--quick", action="store_true", help="without clicks, repeats and loudness")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = asyncio.run(
            play(
                Path(folder),
                60 * chosen.minutes,
                chosen.speed,
                ladder=chosen.ladder,
                renditions=chosen.renditions,
                thorough=not chosen.quick,
            )
        )
    tell(result.heard)
    title = f"an engine at {chosen.speed:g} times real time{' over a ladder' if chosen.ladder else ''}"
    return conclude(title, measures(result, chosen.speed, ladder=chosen.ladder))


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
