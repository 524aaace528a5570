"""How fast the synthesiser is on one core, how soon a prompt never heard before is there, and how much memory it takes.

`python -m bench.engine`.
"""

from __future__ import annotations

import itertools
import resource
import statistics
import sys
import time

from bench.report import Measure, conclude
from radio.contracts import DEFAULT_PROMPT, SAMPLE_RATE, Chain, PromptChange, SegmentPlan
from radio.engines.synth.engine import SynthEngine

PROMPTS = [
    DEFAULT_PROMPT, "lofi hip hop with rain", "solo piano, melancholic", "string quartet, classical",
    "late night jazz trio", "deep house 122 bpm", "dark techno", "synthwave 80s", "liquid drum and bass",
    "acoustic folk guitar", "chiptune adventure", "dark drone", "just rain",
]  # fmt: skip
SEGMENTS = 3
CUT_S = 80
CUT_SEGMENT_S, CUT_OVERLAP_S = 32, 15


def main() -> bool:
    engine = SynthEngine()
    engine.warm_up()
    measures = [Measure(prompt[:40], speed(engine, prompt), "x real time", 40, at_least=True) for prompt in PROMPTS]
    resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    times, pauses = zip(*(cut(prompt) for prompt in PROMPTS[1:]), strict=True)
    measures += [
        Measure("a new prompt at once, 32 s, median", statistics.median(times), "s", 1.0),
        Measure("a new prompt at once, 32 s, slowest", max(times), "s", 1.0),
        Measure("longest pause between two looks for a cancel", max(pauses), "s", 0.15),
    ]
    return conclude("synth engine, CPU time of one core", [*measures, Measure("peak resident", resident, "MB", 400)])


def speed(engine: SynthEngine, prompt: str) -> float:
    """Seconds of music per CPU second over some segments of one chain, the first one (cold caches) included."""
    chain = Chain(0, 5, (PromptChange(0, prompt),))
    began, made = time.process_time(), 0.0
    for k in range(SEGMENTS):
        position = k * 45 * SAMPLE_RATE
        plan = SegmentPlan(
            k,
            "repaint" if k else "text2music",
            prompt,
            1,
            60 * SAMPLE_RATE,
            15 * SAMPLE_RATE * bool(k),
            position,
            chain,
        )
        made += engine.generate(plan, None, lambda _: None).audio.duration_s
    return made / (time.process_time() - began)


def cut(prompt: str) -> tuple[float, float]:
    """CPU seconds of the segment after a cut, by an engine that has no tone of it, and its longest pause."""
    engine = SynthEngine()
    engine.warm_up()
    start = (CUT_S - CUT_OVERLAP_S) * SAMPLE_RATE
    engine.generate(plan_of(DEFAULT_PROMPT, start, Chain(0, 5, (PromptChange(0, DEFAULT_PROMPT),))), None, ignore)
    changes = (PromptChange(0, DEFAULT_PROMPT), PromptChange(CUT_S * SAMPLE_RATE, prompt, at_once=True))
    marks = [time.process_time()]
    engine.generate(plan_of(prompt, start, Chain(0, 5, changes)), None, lambda _: marks.append(time.process_time()))
    return marks[-1] - marks[0], max(after - before for before, after in itertools.pairwise(marks))


def plan_of(prompt: str, start: int, chain: Chain) -> SegmentPlan:
    return SegmentPlan(1, "repaint", prompt, 1, CUT_SEGMENT_S * SAMPLE_RATE, CUT_OVERLAP_S * SAMPLE_RATE, start, chain)


def ignore(_: float) -> None:
    """Nobody waits for the progress of the music before."""


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
