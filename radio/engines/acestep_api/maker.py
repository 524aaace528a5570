"""Makes one segment through an ACE-Step server: asks, checks what comes back, asks in another way, in shorter pieces.

Runs in the engine's event loop, one segment at a time. What it learns of the server (which way of asking works, how
long a job may be) it keeps for the segments after. It knows no generator process and does not decide about rungs.

A job that fails is asked for again (`MAX_RETRY` times) with another seed, at last in the other way of thinking, then at
half its length, down to 20 s. A shorter piece is not the answer: what is missing of the plan is made by further repaint
jobs, each from the end of the one before, so that an engine always returns what the plan says. After some segments the
full length is tried again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from radio.contracts import FRAME_SAMPLES, SAMPLE_RATE, Provenance, Samples, SegmentPlan
from radio.engines.acestep_api import sound
from radio.engines.acestep_api.asking import WITH_LM, WITHOUT_LM, Asking, Thinking
from radio.engines.acestep_api.client import AceStepClient
from radio.engines.acestep_api.errand import Errand, Made
from radio.engines.acestep_api.join import finished, joined
from radio.engines.acestep_api.pace import Pace
from radio.engines.acestep_api.trouble import JobFailed, SourceIgnored
from radio.engines.acestep_api.verify import Overlap, compare, levelled
from radio.errors import GenerationError, Unavailable

SHORTEST_SAMPLES = 20 * SAMPLE_RATE
JOIN_SAMPLES = 10 * SAMPLE_RATE
"""What a further piece re-states of the one before."""
LEAST_NEW_SAMPLES = 5 * SAMPLE_RATE
PADDABLE_SAMPLES = SAMPLE_RATE // 10
"""So little may be missing at the end: a codec's or a resampler's rounding. The mixer cuts ends anyway."""
MOST_PIECES = 8
MAX_RETRY = 2
SHORT_SEGMENTS = 6
"""So many segments are made of shorter pieces before the full length is tried again."""
SILENCE = 1e-4


@dataclass(frozen=True, slots=True)
class Server:
    """How the server is to be asked: the DiT by its full name, the language model's backend, and the file format."""

    model: str
    lm_backend: str
    audio_format: str


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Checked music, at the context's level, and where it came from."""

    samples: Samples
    provenance: Provenance
    bpm: float | None = None
    key: str = ""


class Maker:
    """`report` hears the share done of the job in hand, and may raise."""

    def __init__(
        self,
        client: AceStepClient,
        server: Server,
        pace: Pace,
        report: Callable[[float], None],
        max_retry: int = MAX_RETRY,
    ) -> None:
        self._client = client
        self._server = server
        self._pace = pace
        self._report = report
        self._max_retry = max_retry

        self._way: dict[str, int] = {}
        self._longest_samples: int | None = None
        self._short_segments = 0
        self._deadline_s = 0.0

    async def make(self, plan: SegmentPlan, context: Samples | None, reference: bytes) -> Piece:
        """The whole segment, exactly `plan.duration_samples` long.

        Raises:
            GenerationError: and the more telling ones below it.
        """
        self._deadline_s = time.monotonic() + self._pace.limit_s()
        kept = 0 if context is None else len(context)
        length = self._length(plan)
        while True:
            try:
                piece = await self._filled(plan, context, reference, length)
            except JobFailed:
                shorter = self._shorter(length, kept)
                if shorter is None:
                    raise
                length = self._longest_samples = shorter
                self._short_segments = SHORT_SEGMENTS
            else:
                self._short_segments = max(0, self._short_segments - 1)
                return piece

    def _length(self, plan: SegmentPlan) -> int:
        """How much to ask for at once: all, unless that has failed of late."""
        if not self._short_segments:
            self._longest_samples = None
        return min(plan.duration_samples, self._longest_samples or plan.duration_samples)

    def _shorter(self, length: int, kept: int) -> int | None:
        """Half, in whole frames; None where that would be too short to be worth it."""
        half = max(length // 2, SHORTEST_SAMPLES, kept + LEAST_NEW_SAMPLES) // FRAME_SAMPLES * FRAME_SAMPLES
        return half if half < length else None

    async def _filled(self, plan: SegmentPlan, context: Samples | None, reference: bytes, length: int) -> Piece:
        """A first piece of `length` samples, and as many repaint jobs from its end as the plan still needs."""
        whole = await self._piece(Asking(plan, length, plan.seed, context, reference))
        for number in range(1, MOST_PIECES):
            missing = plan.duration_samples - len(whole.samples)
            if missing <= PADDABLE_SAMPLES:
                break
            keep = min(JOIN_SAMPLES, len(whole.samples) // 2)
            onward = max(SHORTEST_SAMPLES, min(length, keep + missing))
            asking = Asking(plan, onward, plan.seed + 101 * number, whole.samples[-keep:], reference)
            whole = _added(whole, await self._piece(asking), keep)
        if plan.duration_samples - len(whole.samples) > PADDABLE_SAMPLES:
            raise GenerationError("the ACE-Step server makes so little at a time that a segment cannot be filled")
        return replace(whole, samples=finished(whole.samples, plan.duration_samples))

    async def _piece(self, asking: Asking) -> Piece:
        """One piece. A failed job, or one that ignored its source, is asked for again `max_retry` times: with another
        seed, at last in the other way of thinking."""
        lm = asking.plan.lm
        ways = WITH_LM if lm else WITHOUT_LM
        first = self._way.get(lm, 0)
        tries = [*[first] * max(1, self._max_retry), *[1 - first] * min(1, self._max_retry)]
        ignored: SourceIgnored | None = None
        for number, way in enumerate(tries):
            again = replace(asking, seed=asking.seed + number, thinking=ways[way])
            try:
                piece = await self._once(again)
            except JobFailed:
                if number == len(tries) - 1:
                    raise
            except SourceIgnored as error:
                if ignored is not None or number == len(tries) - 1:
                    raise
                ignored = error
            else:
                self._way[lm] = way
                return piece
        raise ignored or JobFailed("the ACE-Step server failed to make it")

    async def _once(self, asking: Asking) -> Piece:
        errand, server = Errand(self._client, self._pace, self._deadline_s, self._report), self._server
        fields = asking.fields(server.model, server.lm_backend, server.audio_format)
        made = await errand.run(fields, asking.uploads(server.audio_format))
        return self._checked(asking, made)

    def _checked(self, asking: Asking, made: Made) -> Piece:
        """What came back, if it is what was asked for."""
        model, used = self._server.model, made.job.dit
        if used and used != model:
            raise Unavailable(f"the ACE-Step server used {used} instead of {model}")
        samples = sound.decoded(made.data)[: asking.length_samples]
        if float(np.abs(samples).max(initial=0.0)) < SILENCE:
            raise JobFailed("the ACE-Step server made nothing but silence")
        overlap = None if asking.context is None else compare(asking.context, samples)
        if overlap is not None and overlap.trouble:
            raise SourceIgnored(overlap.trouble)
        if len(samples) < (0 if asking.context is None else len(asking.context)) + LEAST_NEW_SAMPLES:
            raise JobFailed(f"the ACE-Step server made only {len(samples) / SAMPLE_RATE:.1f} s")
        level = samples if overlap is None else levelled(samples, overlap)
        return Piece(level, _provenance(asking, made, overlap, model), made.job.bpm, made.job.key)


def _provenance(asking: Asking, made: Made, overlap: Overlap | None, model: str) -> Provenance:
    """The models and the seed that were really used, and in words what did not go as asked."""
    lm, thinking = asking.plan.lm, asking.thinking
    failed = bool(lm) and not thinking.plans
    notes = [*made.notes, *filter(None, [thinking.note, _other_lm(lm, made.job.lm, thinking)])]
    if overlap is not None and overlap.lag_samples:
        notes.append(f"the overlap came {abs(overlap.lag_samples)} samples {_side(overlap.lag_samples)}")
    used = (made.job.lm or lm) if lm and not failed else ""
    return Provenance(model, used, made.job.seed, made.task_id, failed, tuple(notes))


def _other_lm(asked: str, told: str, thinking: Thinking) -> str:
    """An official server keeps the language model it has loaded; its answer names the one it was configured with."""
    if not asked or not thinking.plans or not told or told == asked:
        return ""
    return f"the ACE-Step server thinks with {told}, not with {asked}"


def _side(lag_samples: int) -> str:
    return "early" if lag_samples > 0 else "late"


def _added(whole: Piece, piece: Piece, keep: int) -> Piece:
    """One piece more; it is the same segment's, so the first one's words stay."""
    one, other = whole.provenance, piece.provenance
    note = "made of shorter pieces, for the server failed at the full length"
    notes = tuple(dict.fromkeys([*one.notes, note, *other.notes]))
    provenance = replace(one, notes=notes, lm_failed=one.lm_failed or other.lm_failed)
    return replace(whole, samples=joined(whole.samples, piece.samples, keep), provenance=provenance)
