"""What an engine promises, as checks that anybody can run on theirs (see docs/engines.md).

`PROMISES` maps a sentence to a check; a check makes a few short segments with the engine and raises `Broken` with what
is wrong. Runs in the caller's thread, with the engine in this process; knows no test framework.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from radio.audio.align import align
from radio.contracts import (
    CHANNELS,
    FRAME_SAMPLES,
    INSTRUMENTAL,
    SAMPLE_RATE,
    Audio,
    Chain,
    Engine,
    PromptChange,
    Rendered,
    Samples,
    SegmentPlan,
)
from radio.errors import Cancelled, GenerationError

RESTATES = 0.9
"""Least correlation of a continuation's overlap with its context, after gain and a lag of up to 20 ms."""
SILENT_RMS = 1e-4
LOUDEST = 4.0
"""The mixer levels and limits, so floats may go over full scale; 12 dB over is a mistake."""
PROMPTS = (
    "落ち着いたピアノ、歌なし",
    "тихий эмбиент без вокала 🎧",
    '<b>& "quotes"\nand a line break',
    "ambient " * 249 + "end",
)


class Broken(AssertionError):
    """An engine broke a promise."""


@dataclass(slots=True)
class Subject:
    """An engine under examination, warmed up. `seconds` and `overlap_s` are the lengths to try; an engine behind a
    service that makes something else each time is not `reproducible`."""

    engine: Engine
    seconds: float = 12.0
    overlap_s: float = 4.0
    reproducible: bool = True
    lyrics: str = INSTRUMENTAL
    first: Rendered | None = field(default=None, init=False)

    @property
    def samples(self) -> int:
        return round(self.seconds * SAMPLE_RATE) // FRAME_SAMPLES * FRAME_SAMPLES

    @property
    def overlap(self) -> int:
        return round(self.overlap_s * SAMPLE_RATE) // FRAME_SAMPLES * FRAME_SAMPLES

    def start(self, seed: int = 1, prompt: str = "calm piano, no vocals", chain: int = 1) -> SegmentPlan:
        """The plan of a chain's first segment."""
        music = Chain(chain, seed, (PromptChange(0, prompt),))
        return SegmentPlan(0, "text2music", prompt, seed, self.samples, 0, 0, music, lyrics=self.lyrics)

    def onward(self, plan: SegmentPlan, seed: int = 2) -> SegmentPlan:
        """The plan of the segment after `plan`."""
        return replace(
            plan, index=plan.index + 1, task="repaint", seed=seed, overlap_samples=self.overlap,
            position_samples=plan.position_samples + plan.duration_samples - self.overlap,
        )  # fmt: skip

    def make(self, plan: SegmentPlan, context: Audio | None = None) -> Rendered:
        return self.engine.generate(plan, context, _ignore)

    def opening(self) -> Rendered:
        """The first segment of the usual chain. Made once: engines remember what they made last."""
        if self.first is None:
            self.first = self.make(self.start())
        return self.first

    def tail(self, rendered: Rendered) -> Audio:
        """What a continuation of `rendered` must re-state."""
        return Audio(rendered.audio.samples[-self.overlap :].copy())


def _ignore(_: float) -> None:
    pass


def _check(true: bool, sentence: str) -> None:
    if not true:
        raise Broken(sentence)


def sound(subject: Subject) -> None:
    """A chain start is music of exactly the length that was asked for."""
    _check_sound(subject.opening(), subject.samples)


def _check_sound(rendered: Rendered, samples: int) -> None:
    audio = rendered.audio
    _check(audio.sample_rate == SAMPLE_RATE, f"it has {audio.sample_rate} Hz instead of {SAMPLE_RATE}")
    _check(audio.samples.shape == (samples, CHANNELS), f"it is {audio.samples.shape} instead of {(samples, CHANNELS)}")
    _check(bool(np.isfinite(audio.samples).all()), "it has samples that are not numbers")
    _check(float(np.sqrt(np.mean(audio.samples**2))) > SILENT_RMS, "it is silent")
    _check(float(np.abs(audio.samples).max()) <= LOUDEST, "it goes far over full scale")


def continues(subject: Subject) -> None:
    """A continuation's overlap re-states its context, hop after hop."""
    plan = subject.start(seed=11)
    before = subject.make(plan)
    for hop in range(3):
        plan = subject.onward(plan, seed=20 + hop)
        context = subject.tail(before)
        after = subject.make(plan, context)
        _check_sound(after, subject.samples)
        likeness = likeness_of(context.samples, after.audio.samples[: subject.overlap])
        _check(likeness > RESTATES, f"hop {hop + 1} re-states its context with a correlation of only {likeness:.2f}")
        before = after


def likeness_of(one: Samples, other: Samples) -> float:
    """Correlation of two stretches `[n, 2]` of equal length, at their best lag of up to 20 ms."""
    return align(np.ascontiguousarray(one), np.ascontiguousarray(other)).correlation


def moves_on(subject: Subject) -> None:
    """What comes after the overlap is new: the same music is not played again and again."""
    plan = subject.start(seed=12)
    first = subject.make(plan)
    second = subject.make(subject.onward(plan), subject.tail(first))
    new = second.audio.samples[subject.overlap :]
    old = first.audio.samples[: len(new)]
    likeness = likeness_of(old, new)
    _check(likeness < RESTATES, f"the new part repeats the segment before it ({likeness:.2f})")


def starts_anew(subject: Subject) -> None:
    """Another chain can begin at any time, and another seed is other music."""
    other = subject.make(subject.start(seed=99, chain=2))
    _check_sound(other, subject.samples)
    likeness = abs(likeness_of(subject.opening().audio.samples, other.audio.samples))
    _check(likeness < RESTATES, f"another seed gave the same music ({likeness:.2f})")


def takes_any_context(subject: Subject) -> None:
    """A continuation of sound that the engine did not make itself works; whoever composes may ignore it."""
    noise = np.random.default_rng(3).standard_normal((subject.overlap, CHANNELS)).astype(np.float32) * np.float32(0.1)
    plan = subject.onward(subject.start(seed=13, chain=7))
    _check_sound(subject.make(plan, Audio(noise)), subject.samples)


def tells_progress(subject: Subject) -> None:
    """Progress is told from 0 to 1 and never goes back."""
    told: list[float] = []
    subject.engine.generate(subject.start(seed=14), None, told.append)
    _check(len(told) >= 2, f"progress was told {len(told)} times")
    _check(all(0 <= value <= 1 for value in told), "progress left the range from 0 to 1")
    _check(all(a <= b for a, b in pairwise(told)), "progress went back")


def can_be_cancelled(subject: Subject) -> None:
    """When `progress` raises `Cancelled` the job ends with it, and the next one works."""
    calls = 0

    def cancel(_: float) -> None:
        nonlocal calls
        calls += 1
        if calls >= 2:
            raise Cancelled("the job was cancelled")

    try:
        subject.engine.generate(subject.start(seed=15), None, cancel)
    except Cancelled:
        _check_sound(subject.make(subject.start(seed=15)), subject.samples)
        return
    raise Broken("a cancelled job came out all the same")


def repeats_itself(subject: Subject) -> None:
    """The same plan from the same state gives the same sound, bit for bit."""
    if not subject.reproducible:
        return
    plan = subject.start(seed=16)
    once, twice = subject.make(plan), subject.make(plan)
    _check(np.array_equal(once.audio.samples, twice.audio.samples), "the same plan gave another sound")


def reads_any_prompt(subject: Subject) -> None:
    """Prompts come in every script and up to 2,000 characters."""
    for number, prompt in enumerate(PROMPTS):
        rendered = subject.make(subject.start(seed=30 + number, prompt=prompt))
        _check_sound(rendered, subject.samples)
        _check(0 < len(rendered.title) <= 200, f"the title {rendered.title!r} is empty or too long")
        _check("\n" not in rendered.title, "the title has a line break")


def describes_itself(subject: Subject) -> None:
    """What is told about a segment is plausible: bar lines inside it and in order, a tempo one can play."""
    rendered = subject.opening()
    bars = rendered.bars
    _check(list(bars) == sorted(set(bars)), "bar lines are not in order")
    _check(all(0 <= bar <= subject.samples for bar in bars), "a bar line lies outside the segment")
    _check(rendered.bpm is None or 20 <= rendered.bpm <= 400, f"a tempo of {rendered.bpm} cannot be")
    _check(bool(subject.engine.name.strip()), "the engine has no name")


def refuses_nonsense(subject: Subject) -> None:
    """A plan that makes no sense is refused with a sentence."""
    plan = subject.start()
    for wrong in (replace(plan, duration_samples=0), replace(plan, overlap_samples=plan.duration_samples)):
        try:
            subject.make(wrong)
        except GenerationError as error:
            _check(bool(str(error).strip()), "it refused without a word")
        except Exception as error:
            raise Broken(f"it stumbled over a plan that makes no sense: {type(error).__name__}: {error}") from error
        else:
            raise Broken("it made a segment of a plan that makes no sense")


PROMISES: dict[str, Callable[[Subject], None]] = {
    (check.__doc__ or "").strip().rstrip("."): check
    for check in (
        sound, continues, moves_on, starts_anew, takes_any_context, tells_progress, can_be_cancelled, repeats_itself,
        reads_any_prompt, describes_itself, refuses_nonsense,
    )
}  # fmt: skip
"""Every promise in words, with its check."""


def examine(subject: Subject) -> dict[str, str]:
    """All promises; for each nothing, or how it was broken."""
    found: dict[str, str] = {}
    for promise, check in PROMISES.items():
        try:
            check(subject)
        except Exception as error:  # noqa: BLE001 - an engine may fail in any way; the others are still looked at
            found[promise] = str(error) or type(error).__name__
        else:
            found[promise] = ""
    return found
