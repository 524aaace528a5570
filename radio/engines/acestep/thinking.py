"""Asks the planner what a segment's music should be, and goes on without it when it does not answer.

The first segment of a chain is thought through whole, audio codes and all. A continuation is thought about only when
its words are new: its tempo, key and metre are the chain's by then. Generator process.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from radio.contracts import Progress, SegmentPlan
from radio.engines.acestep.music import UNKNOWN, Music, of_the_chain, unthought, words_of
from radio.errors import PlannerError


class Thought(Protocol):
    """What we read of `radio.engines.planner.thought.Thought`."""

    @property
    def lm(self) -> str: ...
    @property
    def caption(self) -> str: ...
    @property
    def bpm(self) -> int | None: ...
    @property
    def key(self) -> str | None: ...
    @property
    def time_signature(self) -> str | None: ...
    @property
    def language(self) -> str | None: ...
    @property
    def codes(self) -> tuple[int, ...]: ...
    @property
    def notes(self) -> tuple[str, ...]: ...


class Planner(Protocol):
    """What we call of `radio.engines.planner.planner.Planner`."""

    def think(self, plan: SegmentPlan, *, codes: bool, progress: Progress) -> Thought: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Conclusion:
    """`failed` where a language model was asked for and did not think; `notes` say why."""

    music: Music
    failed: bool = False
    notes: tuple[str, ...] = ()


class Thinker:
    """Plans in, music out. `connect` builds the planner when it is first needed; `takes_codes`: the DiT reads them."""

    def __init__(self, connect: Callable[[], Planner], *, takes_codes: bool) -> None:
        self._connect = connect
        self._takes_codes = takes_codes

        self._planner: Planner | None = None

    def start(self, plan: SegmentPlan, progress: Progress) -> Conclusion:
        """The music of a chain's first segment."""
        bare = unthought(plan)
        return self._think(plan, bare, self._takes_codes, progress) if plan.lm else Conclusion(bare)

    def onward(self, plan: SegmentPlan, chain: Music | None, progress: Progress) -> Conclusion:
        """The music of a continuation of `chain`, as far as that is known."""
        bare = unthought(plan)
        if chain is None:
            return self._think(plan, bare, False, progress) if plan.lm else Conclusion(bare)
        if plan.lm and chain.lm == plan.lm and chain.asked == words_of(plan):
            return Conclusion(of_the_chain(chain, chain, plan))
        known = of_the_chain(bare, chain, plan)
        if not plan.lm:
            return Conclusion(known)
        found = self._think(replace(plan, bpm=known.bpm, key=known.key), known, False, progress)
        return replace(found, music=of_the_chain(found.music, chain, plan))

    def close(self) -> None:
        """Close the planner's connections. Fine to call twice."""
        planner, self._planner = self._planner, None
        if planner is not None:
            planner.close()

    def _think(self, plan: SegmentPlan, bare: Music, codes: bool, progress: Progress) -> Conclusion:
        try:
            if self._planner is None:
                self._planner = self._connect()
            thought = self._planner.think(plan, codes=codes, progress=progress)
        except PlannerError as error:
            return Conclusion(bare, failed=True, notes=(str(error),))
        except ImportError as error:
            return Conclusion(bare, failed=True, notes=(f"the planner is not installed: {error}",))
        return Conclusion(_with(bare, thought), notes=thought.notes)


def _with(bare: Music, thought: Thought) -> Music:
    """The thought, under what the plan itself says."""
    heard = thought.language or UNKNOWN
    language = bare.language if UNKNOWN in (bare.language, heard) else heard
    return replace(
        bare,
        caption=thought.caption.strip() or bare.caption,
        bpm=bare.bpm or thought.bpm,
        key=bare.key or thought.key,
        time_signature=bare.time_signature or thought.time_signature,
        language=language,
        codes=thought.codes,
        lm=thought.lm,
    )
