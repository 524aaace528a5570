"""The planner: asks the 5 Hz language model to think a segment through before it is made.

Blocking, in the generator process, in the thread that calls the engine; inside it runs an event loop of its own, so
that a server that hangs can be given up at once. Knows plans and servers; not what an engine does with a thought.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

import openai

from radio.contracts import Progress, SegmentPlan
from radio.engines.planner import answer, prompt
from radio.engines.planner import codes as audio_codes
from radio.engines.planner.completion import Completion, Question, Refused, Unreachable, complete, connect
from radio.engines.planner.grammar import thought_pattern
from radio.engines.planner.metadata import Metadata, key_of
from radio.engines.planner.served import Place, catalogue
from radio.engines.planner.thought import Thought
from radio.engines.planner.watch import watched
from radio.errors import PlannerError

T = TypeVar("T")
DEADLINE_S = 20.0
LOOK_LIMIT_S = 3.0
"""How long a server may take to say which models it has."""
THOUGHT_TOKENS = 640
"""The most that a thought may take: a caption of 512 tokens, as the official code allows, and the other fields."""
THOUGHT_SHARE = 0.3
"""Part of the work that is thinking, where codes follow."""
PAUSES_S = (0.2, 0.6)
"""After a broken connection. There is one try more than pauses."""
CLOSE_LIMIT_S = 2.0
TOO_STRICT = frozenset({400, 422, 500, 501})
"""How servers refuse a restriction that they cannot keep; vLLM answers 500 where a grammar does not compile."""
SEEDS = 2**31
"""Servers differ in what they take: llama.cpp has 32 bits."""


class Planner:
    """Thinks with whichever of `urls` serves the model that a plan names. One call at a time."""

    def __init__(self, urls: tuple[str, ...], deadline_s: float = DEADLINE_S) -> None:
        self._urls = urls
        self._deadline_s = deadline_s

        self._runner = asyncio.Runner()
        self._places: dict[str, Place] = {}
        self._clients: dict[str, openai.AsyncOpenAI] = {}
        self._loose: set[tuple[str, bool]] = set()
        self._done = 0.0

    def think(
        self, plan: SegmentPlan, *, codes: bool, progress: Progress, time_signature: str | None = None
    ) -> Thought:
        """Metadata for `plan` and, with `codes`, the audio codes of its whole length.

        What the plan knows (tempo, key; `time_signature` of the chain) is kept, not asked for.

        Raises:
            PlannerError: no server has the model, none answered in time, or nothing usable.
            Cancelled: `progress` raised it.
        """
        self._done = 0.0
        work = self._think(plan, codes, time_signature)
        return self._runner.run(watched(work, self._deadline_s, progress, lambda: self._done))

    def close(self) -> None:
        """Close the connections. Fine to call twice."""
        clients, self._clients = self._clients, {}
        if clients:
            with contextlib.suppress(TimeoutError):
                self._runner.run(_close(list(clients.values())))
        self._runner.close()

    async def _think(self, plan: SegmentPlan, codes: bool, time_signature: str | None) -> Thought:
        began = time.monotonic()
        known = Metadata(
            bpm=round(plan.bpm) if plan.bpm else None,
            key=key_of(plan.key) if plan.key else None,
            time_signature=time_signature,
        )
        found = answer.Answer(known, ())
        if not known.is_complete:
            found = await self._retried(plan.lm, lambda place: self._wonder(place, plan, known, codes))
        sketch = audio_codes.Codes(())
        if codes:
            sketch = await self._retried(plan.lm, lambda place: self._sketch(place, plan, found.metadata))
        self._done = 1.0
        facts = found.metadata
        return Thought(
            lm=plan.lm,
            caption=facts.caption or plan.prompt,
            bpm=facts.bpm,
            key=facts.key,
            time_signature=facts.time_signature,
            language=facts.language,
            codes=sketch.values,
            seconds=time.monotonic() - began,
            notes=(*found.notes, *sketch.notes),
        )

    async def _wonder(self, place: Place, plan: SegmentPlan, known: Metadata, codes: bool) -> answer.Answer:
        """Phase 1: the model's own metadata, under what is known."""
        question = Question(
            place.model,
            prompt.for_thought(plan, known.bpm),
            plan.seed % SEEDS,
            THOUGHT_TOKENS,
            stop=prompt.THINK_END,
        )
        strict = replace(question, pattern=thought_pattern(known, prompt.seconds_of(plan.duration_samples)))
        written = await self._ask_strictly(place, strict, question, 0.0, THOUGHT_SHARE if codes else 1.0)
        if written.finished == "length" and prompt.THINK_END not in written.text:
            raise PlannerError(f"the planner did not finish its thought within {THOUGHT_TOKENS} tokens")
        found = answer.read(prompt.opening(known.bpm) + written.text)
        facts = replace(
            found.metadata,
            bpm=known.bpm or found.metadata.bpm,
            key=known.key or found.metadata.key,
            time_signature=known.time_signature or found.metadata.time_signature,
        )
        return answer.Answer(facts, found.notes)

    async def _sketch(self, place: Place, plan: SegmentPlan, facts: Metadata) -> audio_codes.Codes:
        """Phase 2: audio codes for the plan's whole length."""
        count = audio_codes.needed(plan.duration_samples)
        question = Question(place.model, prompt.for_codes(plan, facts), plan.seed % SEEDS, count, only_codes=True)
        written = await self._ask_strictly(place, replace(question, restrict=True), question, THOUGHT_SHARE, 1.0)
        return audio_codes.read(written.text, written.token_ids, count)

    async def _ask_strictly(
        self, place: Place, strict: Question, loose: Question, low: float, high: float
    ) -> Completion:
        """`strict`, or `loose` where the server does not take it, which is remembered."""
        kind = place.url, strict.only_codes
        if kind not in self._loose:
            try:
                return await self._ask(place, strict, low, high)
            except Refused as error:
                if error.status_code not in TOO_STRICT:
                    raise
        written = await self._ask(place, loose, low, high)
        self._loose.add(kind)
        return written

    async def _ask(self, place: Place, question: Question, low: float, high: float) -> Completion:
        """One question; the fraction done goes from `low` to `high` with the tokens that come."""

        def heard(tokens: int) -> None:
            self._done = max(self._done, low + (high - low) * min(1.0, tokens / question.max_tokens))

        if place.url not in self._clients:
            self._clients[place.url] = connect(place.url, self._deadline_s)
        written = await complete(self._clients[place.url], question, heard)
        self._done = high
        return written

    async def _retried(self, lm: str, ask: Callable[[Place], Awaitable[T]]) -> T:
        """Ask where `lm` is served, and again after a broken connection; the deadline is `watched`'s."""
        for pause_s in (*PAUSES_S, None):
            try:
                return await ask(await self._place(lm))
            except Unreachable:
                self._places.pop(lm, None)
                if pause_s is None:
                    raise
                await asyncio.sleep(pause_s)
            except Refused as error:
                if error.status_code == 404:
                    self._places.pop(lm, None)
                raise
        raise AssertionError("unreachable: the last try returns or raises")

    async def _place(self, lm: str) -> Place:
        """Where `lm` is served, remembered until it fails."""
        if lm not in self._places:
            self._places = await catalogue(self._urls, min(LOOK_LIMIT_S, self._deadline_s))
        if self._urls and not self._places:
            raise Unreachable(f"no planner answers at {', '.join(self._urls)}")
        if lm not in self._places:
            there = (
                f"{', '.join(self._urls)} has {', '.join(sorted(self._places))}" if self._urls else "no server is set"
            )
            raise PlannerError(f"{lm or 'a plan without a language model'} cannot be thought with: {there}")
        return self._places[lm]


async def _close(clients: list[openai.AsyncOpenAI]) -> None:
    """Never longer than it is worth: the process is about to end."""
    async with asyncio.timeout(CLOSE_LIMIT_S):
        await asyncio.gather(*(client.close() for client in clients), return_exceptions=True)
