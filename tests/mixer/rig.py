"""A mixer with its timeline, and segments to push into it. Short segments unless a test asks for real ones."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from radio.contracts import SAMPLE_RATE, Audio, Chain, PromptChange, Rendered, Samples, Segment, SegmentPlan, Task
from radio.mixer.mixer import Mixer
from radio.mixer.settings import MixSettings
from radio.mixer.state import Mixed
from radio.mixer.timeline import Timeline

SECOND = SAMPLE_RATE
CHAIN = Chain(0, 1, (PromptChange(0, "test"),))
SHORT = MixSettings(overlap_samples=3 * SECOND, crossfade_samples=3 * SECOND)
"""12 s segments: 9 s stride."""
LENGTH = 12 * SECOND


def segment(
    index: int,
    samples: Samples,
    *,
    position: int = 0,
    overlap: int = 0,
    bars: tuple[int, ...] = (),
    duration: int | None = None,
    chain: Chain = CHAIN,
) -> Segment:
    """`samples` as an engine would return them for a plan that asked for just that."""
    task: Task = "repaint" if overlap else "text2music"
    wanted = len(samples) if duration is None else duration
    plan = SegmentPlan(index, task, f"prompt {index}", index, wanted, overlap, position, chain)
    return Segment(plan, Rendered(Audio(samples), f"title {index}", bars), "test", 1.0)


class Desk:
    """A mixer whose blocks go onto its timeline, as the mixing thread would put them."""

    def __init__(self, settings: MixSettings = SHORT, start: int = 0) -> None:
        self.settings = settings
        self.timeline = Timeline(start, limit_samples=10**9)
        self.mixer = Mixer(settings, self.timeline, start)
        self.longest_block = 0

    def take(self, blocks: Iterable[Samples]) -> None:
        for block in blocks:
            self.longest_block = max(self.longest_block, len(block))
            self.timeline.append(block)

    def push(self, one: Segment) -> Mixed:
        self.take(self.mixer.push(one))
        assert self.mixer.last is not None
        assert self.mixer.final_end == self.timeline.end
        return self.mixer.last

    def follow(self, index: int, samples: Samples, bars: tuple[int, ...] = ()) -> Mixed:
        """Push a continuation where the mixer says that it continues."""
        position, overlap = self.mixer.next_position_samples, self.settings.overlap_samples
        return self.push(segment(index, samples, position=position, overlap=overlap, bars=bars))

    def bridge(self, seconds: float) -> None:
        until = self.timeline.end + int(seconds * SECOND)
        while self.timeline.end < until:
            self.take([self.mixer.bridge(SECOND)])

    def bridging(self) -> bool:
        return self.mixer.bridging

    def cut(self, sample: int) -> int:
        cut = self.mixer.cut(sample)
        self.timeline.truncate(self.mixer.final_end)
        return cut

    @property
    def sound(self) -> Samples:
        return self.timeline.read(self.timeline.start, self.timeline.end - self.timeline.start)


def levels_db(samples: Samples, window_s: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """RMS in dBFS of every whole window."""
    window = int(window_s * SECOND)
    whole = len(samples) // window
    power = (samples[: whole * window].astype(np.float64) ** 2).reshape(whole, -1).mean(axis=1)
    levels: np.ndarray[tuple[int], np.dtype[np.float64]] = 10 * np.log10(power + 1e-12)
    return levels
