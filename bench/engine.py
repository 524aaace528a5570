"""How fast the synthesiser is on one core, and how much memory it takes. `python -m bench.engine`."""

from __future__ import annotations

import resource
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


def main() -> bool:
    engine = SynthEngine()
    engine.warm_up()
    measures = [Measure(prompt[:40], speed(engine, prompt), "x real time", 40, at_least=True) for prompt in PROMPTS]
    resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
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


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
