"""How often the quality guard is wrong: `python -m bench.guard [FOLDER OF RECORDINGS]`, else the synthesiser alone.

Real music must pass: every minute of each recording is judged as if a model had made it. Then each fault is planted in
it, and has to be found; and the chain watch hears each recording as a chain. Recordings are anything that libsndfile
reads; `docs/quality.md` says which were used. Needs soundfile.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import soundfile
from scipy import signal

from bench.report import Measure, conclude
from radio.audio.restatement import restates
from radio.contracts import (
    SAMPLE_RATE,
    Audio,
    Chain,
    PromptChange,
    Provenance,
    Quality,
    Rendered,
    Samples,
    Segment,
    SegmentPlan,
)
from radio.engines.synth.engine import SynthEngine
from radio.mixer.verdict import Verdict, judge
from radio.station.generation.anchor import ChainWatch
from tests.audio.band import comb, looped, whistling, without_phase
from tests.fakes.signals import noise

MINUTE = 60 * SAMPLE_RATE
OVERLAP = 15 * SAMPLE_RATE
MOST_PIECES = 3
"""Minutes of each recording."""
MOST_KEPT = 40
"""Pieces that faults are planted in."""
PROMPTS = (
    "instrumental ambient focus music, smooth continuous texture, no vocals, stable rhythm", "lofi hip hop with rain",
    "solo piano, melancholic", "classical string quartet", "late night jazz trio", "deep house 122 bpm",
    "dark techno 130 bpm", "synthwave night drive", "liquid drum and bass", "folk guitar and flute",
    "chiptune adventure", "dark drone", "tibetan singing bowls", "industrial noise", "erhu melody", "choir, sacred",
)  # fmt: skip
FAULTS: dict[str, Callable[[Samples], Samples]] = {
    "noise for the last 20 s": lambda x: np.concatenate((x[: -OVERLAP - 240_000], noise(0, OVERLAP + 240_000, 1))),
    "a stuck 0.35 s for the last 30 s": lambda x: looped(x, MINUTE // 2, 17_003),
    "a comb of 2 ms": lambda x: comb(x, 0.9, 0.002),
    "14 whistles at -30 dB": lambda x: whistling(x, 14, float(x.std()) * 0.03),
    "pressed flat": lambda x: (np.tanh(x / max(float(x.std()), 1e-6) * 6) * np.float32(0.5)).astype(np.float32),
    "gone after 20 s": lambda x: np.concatenate((x[: MINUTE // 3], np.zeros((MINUTE - MINUTE // 3, 2), np.float32))),
}


def main() -> bool:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    measures = synthesised()
    if folder is not None:
        measures += recorded(folder)
    return conclude("the quality guard", measures)


def judged(samples: Samples, prompt: str = "instrumental music") -> Verdict:
    """What the guard says of a model's first segment for an instrumental station."""
    chain = Chain(0, 1, (PromptChange(0, prompt),))
    plan = SegmentPlan(0, "text2music", prompt, 1, len(samples), 0, 0, chain, lyrics="[Instrumental]")
    rendered = Rendered(Audio(samples), "", provenance=Provenance("some model"))
    return judge(Segment(plan, rendered, "acestep", 1.0), OVERLAP)


def synthesised() -> list[Measure]:
    """The synthesiser's music is never refused."""
    engine, refused, voices = SynthEngine(), 0, []
    for prompt in PROMPTS:
        chain = Chain(0, 3, (PromptChange(0, prompt),))
        plan = SegmentPlan(0, "text2music", prompt, 1, MINUTE, 0, MINUTE, chain)
        found = judged(engine.generate(plan, None, lambda _: None).audio.samples, prompt)
        refused += not found.good
        voices.append(found.quality.voice_share)
        for reason in found.reasons:
            print(f"{prompt}: {reason}")
    name = f"refused of {len(PROMPTS)} synthesised minutes"
    return [Measure(name, refused, "", 0), Measure("highest voice share of a synthesised minute", max(voices), "")]


def recorded(folder: Path) -> list[Measure]:
    verdicts: list[list[Verdict]] = []
    kept: list[Samples] = []
    for path in sorted(folder.rglob("*")):
        if recording := pieces(path):
            verdicts.append([judged(piece) for piece in recording])
            kept += recording[:1] if len(kept) < MOST_KEPT else []
    flat = [found for recording in verdicts for found in recording]
    why = Counter(reason for found in flat for reason in found.reasons)
    for reason, count in why.most_common():
        print(f"real music: {count} × {reason}")
    cut = float(np.mean([found.usable_samples < MINUTE for found in flat]))
    refused = float(np.mean([not found.good for found in flat]))
    voice = np.array([found.quality.voice_share for found in flat])
    return [
        Measure(f"refused of {len(flat)} real minutes", 100 * refused, "%", 2),
        Measure("real minutes cut before their end", 100 * cut, "%"),
        Measure("real minutes with a voice share over a half", 100 * float((voice > 0.5).mean()), "%"),
        *planted(kept),
        *continued(kept),
        *watched([[found.quality for found in recording] for recording in verdicts]),
    ]


def planted(kept: list[Samples]) -> Iterator[Measure]:
    for name, spoil in FAULTS.items():
        found = np.mean([not judged(np.ascontiguousarray(spoil(piece))).good for piece in kept])
        yield Measure(f"found: {name}", 100 * float(found), "%", 80, at_least=True)


def continued(kept: list[Samples]) -> Iterator[Measure]:
    """Overlaps that re-state without any phase, and overlaps from the next recording."""
    contexts = [piece[MINUTE // 3 :][:OVERLAP] for piece in kept]
    same = [restates(context, without_phase(context, 1)) for context in contexts]
    other = [restates(one, two) for one, two in pairwise(contexts)]
    lost, found = ([not one.related for one in group if one] for group in (same, other))
    yield Measure("re-stated contexts refused", 100 * float(np.mean(lost)), "%", 1)
    yield Measure("other pieces found unrelated", 100 * float(np.mean(found)), "%", 95, at_least=True)


def watched(chains: list[list[Quality]]) -> Iterator[Measure]:
    """How often a recording is taken for a worn chain, per hop."""
    hops = drifts = ends = 0
    for first, *later in chains:
        watch = ChainWatch.begin(first)
        for quality in later:
            watch = watch.hear(quality)
            hops, drifts, ends = hops + 1, drifts + bool(watch.drift), ends + bool(watch.reason)
    yield Measure(f"of {hops} hops in a recording: far from its first minute", 100 * drifts / max(1, hops), "%")
    yield Measure("of the same: taken for a worn chain", 100 * ends / max(1, hops), "%", 5)


def pieces(path: Path) -> list[Samples]:
    """The first minutes of a recording, 48 kHz stereo; none for other files and silence."""
    try:
        samples, rate = soundfile.read(path, frames=50_000 * 61 * MOST_PIECES, dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, RuntimeError, OSError):
        return []
    stereo = samples[:, [0, -1]]
    if rate != SAMPLE_RATE:
        stereo = signal.resample_poly(stereo, SAMPLE_RATE // 300, rate // 300, axis=0).astype(np.float32)
    whole = min(MOST_PIECES, len(stereo) // MINUTE)
    cut = [np.ascontiguousarray(stereo[k * MINUTE : (k + 1) * MINUTE]) for k in range(whole)]
    return [piece for piece in cut if float(piece.std()) > 1e-3]


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
