"""What mixing one 45 s stride costs: everything of DESIGN §3, on music of the synthesiser. `python -m bench.mixing`."""

from __future__ import annotations

import statistics
import sys
import time

from bench.report import Measure, conclude
from radio.contracts import SAMPLE_RATE, Chain, PromptChange, Segment, SegmentPlan
from radio.engines.synth.engine import SynthEngine
from radio.mixer.mixer import Mixer
from radio.mixer.settings import MixSettings
from radio.mixer.timeline import Timeline

STRIDES = 12


def main() -> bool:
    engine, timeline = SynthEngine(), Timeline()
    mixer = Mixer(MixSettings(), timeline)
    chain = Chain(0, 5, (PromptChange(0, "lofi hip hop with rain"),))
    spent: list[float] = []
    for k in range(STRIDES):
        position = mixer.next_position_samples if k else 0
        overlap = 15 * SAMPLE_RATE * bool(k)
        plan = SegmentPlan(k, "repaint" if k else "text2music", "", 1, 60 * SAMPLE_RATE, overlap, position, chain)
        segment = Segment(plan, engine.generate(plan, None, lambda _: None), engine.name, 1.0)
        began = time.process_time()
        for block in mixer.push(segment, mixer.judge(segment)):
            timeline.append(block)
        spent.append(time.process_time() - began)
        timeline.forget_before(timeline.end - 60 * SAMPLE_RATE)
    strides = spent[1:]
    return conclude(
        "mixing one stride of 45 s",
        [
            Measure("median", statistics.median(strides), "s CPU", 0.3),
            Measure("worst", max(strides), "s CPU", 0.3),
        ],
    )


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
