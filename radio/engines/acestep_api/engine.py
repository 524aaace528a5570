"""The engine `acestep-api`: ACE-Step through the official API server, somewhere on the network or beside us.

Lives in the generator process; called from its one thread. The client is asynchronous and runs on an event loop of the
engine's own, so that a wait can be left within a tick when the job is cancelled. A server's job cannot be cancelled: it
is left alone, and as every job has a number of its own, its result is never taken for another's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from urllib.parse import urlsplit

from radio.contracts import SAMPLE_RATE, Audio, Progress, Rendered, Samples, SegmentPlan
from radio.engines.acestep_api import sound
from radio.engines.acestep_api.client import AceStepClient
from radio.engines.acestep_api.maker import MAX_RETRY, Maker, Piece, Server
from radio.engines.acestep_api.pace import Pace
from radio.errors import GenerationError, Unavailable

TICK_S = 0.1
"""How often `progress` is called, and with it how soon a cancel is noticed."""
INIT_S = 300.0
"""For a newer server to load a model that it has but has not loaded."""
REFERENCE_SAMPLES = 30 * SAMPLE_RATE
"""ACE-Step reads 30 s of a reference."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")
TITLE_CHARACTERS = 60


class AceStepApiEngine:
    """Options as the ladder passes them. `reference` is the path of a recording whose timbre to take; without one each
    chain's own beginning keeps its voice. `audio_format` is wav or flac; empty: wav on this machine, else flac.
    `max_retry`: how often a failed request is made again before a shorter one."""

    def __init__(
        self,
        model: str,
        url: str,
        key: str = "",
        lm_backend: str = "vllm",
        reference: str = "",
        audio_format: str = "",
        max_retry: int = MAX_RETRY,
    ) -> None:
        self._model = model
        self._reference_path = reference

        near = urlsplit(url).hostname in LOOPBACK
        self._runner = asyncio.Runner()
        self._client = AceStepClient(url, key)
        self._format = audio_format or ("wav" if near else "flac")
        server = Server(model, lm_backend, self._format)
        self._maker = Maker(self._client, server, Pace(), self._note_share, max_retry)
        self._reference = b""
        self._anchor: tuple[int, bytes] | None = None
        self._share = 0.0
        self._closed = False

    @property
    def name(self) -> str:
        return "acestep-api"

    def warm_up(self) -> None:
        """See that the server is there and has the model, loaded if it can be told to.

        Raises:
            Unavailable: it is not, has not, or the reference cannot be read.
        """
        if self._reference_path:
            self._reference = _reference(Path(self._reference_path), self._format)
        self._runner.run(self._meet())

    def generate(self, plan: SegmentPlan, context: Audio | None, progress: Progress) -> Rendered:
        """One segment: text2music without a context, else a repaint whose overlap is checked against it."""
        if not 0 <= plan.overlap_samples < plan.duration_samples:
            raise GenerationError("a segment's overlap must be shorter than the segment")
        samples = None if context is None else context.samples[: plan.overlap_samples or len(context)]
        piece = self._runner.run(self._told(self._maker.make(plan, samples, self._voice(plan)), progress))
        progress(1.0)
        if samples is None:
            self._anchor = (plan.chain.number, _excerpt(piece.samples, self._format))
        return Rendered(
            Audio(piece.samples), title(plan.prompt), (), piece.bpm, piece.key or plan.key, piece.provenance
        )

    def close(self) -> None:
        """Close the connections. Fine to call twice."""
        if not self._closed:
            self._closed = True
            self._runner.run(self._client.close())
            self._runner.close()

    async def _meet(self) -> None:
        health = await self._client.health()
        if health.initialised is False:
            raise Unavailable("the ACE-Step server has not loaded its model yet")
        models = await self._client.models()
        if models.names and self._model not in models.names:
            raise Unavailable(f"the ACE-Step server has {', '.join(sorted(models.names))} but not {self._model}")
        if models.names and self._model not in models.loaded and not await self._client.init(self._model, INIT_S):
            raise Unavailable(f"the ACE-Step server has not loaded {self._model} and cannot be told to")

    async def _told(self, work: Coroutine[object, object, Piece], progress: Progress) -> Piece:
        """Do `work`, and ask `progress` at every tick whether to go on."""
        self._share = 0.0
        task = asyncio.ensure_future(work)
        try:
            while not task.done():
                progress(self._share)
                await asyncio.wait({task}, timeout=TICK_S)
            return task.result()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def _note_share(self, share: float) -> None:
        """A second try begins anew; what was told does not go back."""
        self._share = max(self._share, share)

    def _voice(self, plan: SegmentPlan) -> bytes:
        """The reference for this plan: the listener's, or the beginning of the chain that it continues."""
        if self._reference or self._anchor is None:
            return self._reference
        chain, excerpt = self._anchor
        return excerpt if plan.overlap_samples and chain == plan.chain.number else b""


def title(prompt: str) -> str:
    """A prompt's first words, as a title."""
    first = prompt.replace("\n", ",").split(",")[0].strip()
    words = first if len(first) <= TITLE_CHARACTERS else first[:TITLE_CHARACTERS].rsplit(" ", 1)[0] + "…"
    return words[:1].upper() + words[1:] or "ACE-Step"


def _excerpt(samples: Samples, audio_format: str) -> bytes:
    """The middle 30 s as a file: no fade-in, no ending."""
    start = max(0, (len(samples) - REFERENCE_SAMPLES) // 2)
    return sound.encoded(samples[start : start + REFERENCE_SAMPLES], audio_format)


def _reference(path: Path, audio_format: str) -> bytes:
    try:
        return _excerpt(sound.decoded(path.read_bytes()), audio_format)
    except (OSError, GenerationError) as error:
        raise Unavailable(f"the reference recording {path} cannot be read: {error}") from None
