"""Faults one after another, at random moments, while listeners listen: kill -9, SIGSTOP, hang, garbage, wrong sound, …

`python -m bench.chaos --faults 200 [--real-time] [--seed 1] [--only WORDS]` runs a whole station (real generator
process, mixer, ffmpeg, publisher) on a fast clock, or in real time. Every chunk of every rendition is decoded and
compared with the timeline; every reload is judged by the checker; after each fault a segment and a chunk must come.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path

from bench.chaos_faults import FAULTS, Fault, together
from bench.chaos_report import Chaos, Outcome, conclude_chaos
from bench.chaos_station import LOOK_S, Subject, running, subject
from radio.station.promises import When

SETTLE_S = 30.0
"""Music before the first fault, by the station's clock."""
MOST_PAUSE_S = 20.0
STUCK_S = 180.0
"""Without a new segment and a new chunk for so long after a fault, by the station's clock, the station is stuck."""
STUCK_REAL_S = 120.0
"""The same in real seconds, for a fast clock that does not move at all."""
WORDS: tuple[When | None, ...] = (None, "next", "now")
WEIGHTS = (6, 1, 3)
TWO = 0.15
"""How often two faults come at once."""


async def chaos(
    folder: Path,
    faults: int,
    *,
    seed: int = 1,
    real_time: bool = False,
    renditions: str = "64k,128k,256k",
    voice: str = "noise",
    only: str = "",
    settle_s: float = SETTLE_S,
    pause_s: float = MOST_PAUSE_S,
    two: float = TWO,
) -> Chaos:
    """Do `faults` faults to a new station and say what became of it."""
    dice = random.Random(seed)
    under_test = subject(folder, real_time=real_time, renditions=renditions, voice=voice, seed=seed)
    result, began = Chaos(), time.monotonic()
    async with running(under_test):
        await listen(under_test, settle_s)
        for fault in deck(faults, only, two, dice):
            words = dice.choices(WORDS, WEIGHTS)[0]
            result.outcomes.append(await suffer(under_test, fault, dice.uniform(0, pause_s), words))
            print(result.outcomes[-1].line, flush=True)
            if not result.outcomes[-1].recovered:
                break
        else:
            await listen(under_test, settle_s)
        result.end = under_test.end
    result.corrected = under_test.station.conductor.steering.promises.corrected
    result.take(under_test, time.monotonic() - began)
    return result


def deck(faults: int, only: str, two: float, dice: random.Random) -> list[Fault]:
    """Every kind as often as every other, shuffled; with probability `two` another comes with it."""
    kinds = [
        fault for fault in FAULTS if not only or any(word in f"{fault.stage} {fault.kind}" for word in only.split(","))
    ]
    cards: list[Fault] = []
    while len(cards) < faults:
        cards += dice.sample(kinds, len(kinds))
    return [together(card, dice.choice(kinds)) if dice.random() < two else card for card in cards[:faults]]


async def suffer(under_test: Subject, fault: Fault, pause_s: float, words: When | None = None) -> Outcome:
    """One fault at a random moment, just after somebody has steered or not. The station is itself again when a segment
    was mixed and a chunk came after it, and whoever steered has heard it."""
    await listen(under_test, pause_s)
    outcome = Outcome.begin(under_test, fault)
    if words is not None:
        outcome.promise = under_test.station.conductor.steer(f"music of {outcome.at_s:.0f}", words).promise.number
    fault.do(under_test)
    undone, order = not fault.lasts_s, under_test.folder / "order"
    until_s, undo_s = under_test.now_s + STUCK_S, under_test.now_s + fault.lasts_s
    while under_test.now_s < until_s and not outcome.stuck:
        if not undone and under_test.now_s >= undo_s:
            fault.undo(under_test)
            undone = True
        outcome.look(under_test, order.exists())
        if outcome.recovered and undone:
            break
        outcome.stuck = not await listen(under_test, LOOK_S)
    return outcome.finish(under_test)


async def listen(under_test: Subject, seconds: float) -> bool:
    """Look at everything for so long by the station's clock. False when that stands still, or the station has ended."""
    waiter = under_test.clock.async_waiter()
    until_s = under_test.now_s + seconds
    try:
        while under_test.now_s < until_s and not under_test.end:
            await asyncio.wait_for(waiter.wait(min(until_s, under_test.now_s + LOOK_S)), STUCK_REAL_S)
            under_test.station.conductor.listened("chaos", "64k")
            await asyncio.to_thread(under_test.look)  # a fast clock stands still meanwhile: our waiter is busy
    except TimeoutError:
        return False
    finally:
        waiter.close()
    return not under_test.end


def main() -> bool:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faults", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--real-time", action="store_true")
    parser.add_argument("--renditions", default="64k,128k,256k")
    parser.add_argument("--voice", choices=("noise", "synth"), default="noise")
    parser.add_argument(
        "--only", default="", help="words, separated by commas: faults whose stage and kind has one of them"
    )
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = asyncio.run(
            chaos(
                Path(folder),
                chosen.faults,
                seed=chosen.seed,
                real_time=chosen.real_time,
                renditions=chosen.renditions,
                voice=chosen.voice,
                only=chosen.only,
            )
        )
    return conclude_chaos(f"chaos, {'real time' if chosen.real_time else 'fast clock'} ({chosen.renditions})", result)


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
