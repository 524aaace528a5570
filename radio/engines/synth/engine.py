"""The `synth` engine: composes and renders segments on any CPU, without a model.

Everything is a pure function of (chain seed, prompts over time, position), so it re-states an overlap exactly
from the score and needs no context. Lives in the generator process; one job at a time, no threads.
"""

from __future__ import annotations

from radio.contracts import (
    CHANNELS,
    DEFAULT_PROMPT,
    SAMPLE_RATE,
    Audio,
    Chain,
    Progress,
    PromptChange,
    Provenance,
    Rendered,
    SegmentPlan,
)
from radio.engines.synth.composer import compose_passages, passage_at, title_at
from radio.engines.synth.passages import passages
from radio.engines.synth.renderer import PRE_ROLL_SAMPLES, Renderer
from radio.engines.synth.scales import key_of_style
from radio.errors import GenerationError

WARM_UP_SAMPLES = 96_000
WARM_UP_PROMPTS = ("lo-fi hip hop with piano and rain", "house", "ambient strings")
OPENING_SAMPLES = 20 * SAMPLE_RATE
"""So much is rendered in advance of the prompt that will be asked for first."""


class SynthEngine:
    """Satisfies `radio.contracts.Engine`. `prompt` is the one that will most likely be asked for first."""

    def __init__(self, prompt: str = DEFAULT_PROMPT) -> None:
        self._prompt = prompt

        self._renderer = Renderer()

    @property
    def name(self) -> str:
        return "synth"

    def warm_up(self) -> None:
        """Render a little of several genres, and more of the first prompt: tables, filters and notes are ready then."""
        for prompt in WARM_UP_PROMPTS:
            self._try(prompt, WARM_UP_SAMPLES)
        self._try(self._prompt, OPENING_SAMPLES)

    def _try(self, prompt: str, samples: int) -> None:
        score = compose_passages(passages(Chain(0, 0, (PromptChange(0, prompt),))), 0, samples)
        self._renderer.render(score, 0, samples, ignore)

    def generate(self, plan: SegmentPlan, context: Audio | None, progress: Progress) -> Rendered:  # noqa: ARG002 - the score re-states it
        """See `Engine.generate`. A re-roll of a plan is the same music: it depends on the chain alone."""
        start, end = plan.position_samples, plan.position_samples + plan.duration_samples
        check(plan)
        progress(0.0)
        every = passages(plan.chain)
        score = compose_passages(every, start - PRE_ROLL_SAMPLES, end)
        samples = self._renderer.render(score, start, end, progress)
        if samples.shape != (plan.duration_samples, CHANNELS):
            raise GenerationError(
                f"The renderer made {samples.shape} samples where {plan.duration_samples} were asked for."
            )
        progress(1.0)
        entry = start + plan.overlap_samples
        style = passage_at(every, entry).style
        return Rendered(
            audio=Audio(samples),
            title=title_at(every, entry),
            bars=tuple(bar - start for bar in score.bars if bar >= start),
            bpm=style.bpm,
            key=key_of_style(style).name,
            provenance=Provenance("synth", seed=plan.chain.seed),
        )

    def close(self) -> None:
        """Nothing is held outside the process."""


def check(plan: SegmentPlan) -> None:
    """Raises `GenerationError` for a plan whose numbers make no sense."""
    if plan.duration_samples <= 0 or plan.position_samples < 0:
        raise GenerationError("A segment must have a length, and lie at or after its chain's start.")
    if not 0 <= plan.overlap_samples < plan.duration_samples:
        raise GenerationError("A segment's overlap must be shorter than the segment.")


def ignore(_: float) -> None:
    """Nobody waits for the progress of a warm-up."""
