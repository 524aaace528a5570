"""The `acestep` engine: ACE-Step 1.5 in this process, through diffusers.

Satisfies `radio.contracts.Engine`. Loads, warms up, and turns what can go wrong into the error tree; how a segment is
made is `making`'s business. Generator process, in its main thread; writes no file and asks no network but the planner.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self, TypeVar

import torch

from radio.contracts import SAMPLE_RATE, Audio, LoraUse, Progress, Rendered, SegmentPlan
from radio.engines.acestep import compiling, loading
from radio.engines.acestep.checks import check
from radio.engines.acestep.latent_pipeline import LatentPipeline
from radio.engines.acestep.loras import Loras
from radio.engines.acestep.making import Maker
from radio.engines.acestep.model import Model
from radio.engines.acestep.reasons import BROKEN, lacks_memory, reason
from radio.engines.acestep.rehearsal import rehearse
from radio.engines.acestep.sampling import Sampling, sampling_for
from radio.engines.acestep.thinking import Planner, Thinker
from radio.engines.acestep.timbre import read_recording
from radio.errors import GenerationError, OutOfMemory, Unavailable

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """What there is once the model is loaded."""

    model: Model
    maker: Maker
    loras: Loras
    thinker: Thinker


class AceStepEngine:
    """`model` is the DiT's full name, `folder` its pipeline; the other options are the settings of those names.

    `sampling` replaces what the model usually wants; `warm_up_samples` and `overlap_samples` are the lengths to expect.
    """

    def __init__(
        self,
        model: str,
        folder: str,
        device: str = "auto",
        compile: str = "auto",  # noqa: A002 - the setting's name
        lm_urls: tuple[str, ...] = (),
        loras_folder: str = "",
        loras: tuple[LoraUse, ...] = (),
        reference: str = "",
        warm_up_samples: int = 60 * SAMPLE_RATE,
        overlap_samples: int = 15 * SAMPLE_RATE,
        sampling: Sampling | None = None,
    ) -> None:
        self._model_name = model
        self._compile = compile
        self._loras_folder = Path(loras_folder) if loras_folder else None
        self._usual_loras = loras
        self._reference = reference
        self._lengths = warm_up_samples, overlap_samples
        self._sampling = sampling
        self._open: Callable[[], LatentPipeline] = lambda: loading.load(Path(folder), loading.choose_device(device))
        self._connect: Callable[[], Planner] = lambda: _planner(lm_urls)

        self._loaded: Loaded | None = None
        self._notes: tuple[str, ...] = ()
        self._closed = False

    @classmethod
    def from_pipeline(
        cls, pipeline: Any, *, model: str = "acestep", planner: Planner | None = None, **options: Any
    ) -> Self:
        """An engine around an `AceStepPipeline` that somebody built, on whichever device it is.

        `options` are the constructor's, but for `folder` and `device`. For benches and tests.
        """
        engine = cls(model, "", **options)
        engine._open = lambda: loading.adopt(pipeline)
        if planner is not None:
            engine._connect = lambda: planner
        return engine

    @property
    def name(self) -> str:
        return "acestep"

    def warm_up(self) -> None:
        """Load the model and run both tasks once.

        Raises:
            Unavailable: the model, the device or the reference recording is not there.
            OutOfMemory: the device has no room for the model, or for a segment.
        """
        loaded = self._guarded(self._ready)
        self._guarded(lambda: self._rehearse(loaded.model))

    def memory_bytes(self) -> dict[str, int]:
        """What the weights of each part of the model take, once it is loaded; nothing before."""
        return loading.memory_bytes(self._loaded.model.pipeline) if self._loaded is not None else {}

    def generate(self, plan: SegmentPlan, context: Audio | None, progress: Progress) -> Rendered:
        """See `Engine.generate`. The same plan, context and history of the chain give the same samples, bit by bit."""
        check(plan, context)
        progress(0.0)
        return self._guarded(lambda: self._generate(plan, context, progress))

    def close(self) -> None:
        """Let go of the model and of the planner's connections. Fine to call twice."""
        loaded, self._loaded, self._closed = self._loaded, None, True
        if loaded is None:
            return
        device = loaded.model.device
        loaded.thinker.close()
        del loaded
        gc.collect()
        loading.give_back(device)

    def _generate(self, plan: SegmentPlan, context: Audio | None, progress: Progress) -> Rendered:
        loaded = self._ready()
        self._colour(loaded, plan.loras)
        if plan.task == "repaint" and context is not None:
            rendered = loaded.maker.onward(plan, context, progress)
        else:
            rendered = loaded.maker.start(plan, progress)
        notes = (*self._notes, *rendered.provenance.notes)
        return replace(rendered, provenance=replace(rendered.provenance, notes=notes))

    def _colour(self, loaded: Loaded, wanted: tuple[LoraUse, ...]) -> None:
        """Use these adapters. The station's usual ones are no reason to fall silent: without them, and a note."""
        try:
            loaded.loras.use(wanted)
        except GenerationError as error:
            if wanted != self._usual_loras:
                raise
            loaded.loras.use(())
            if (note := f"without its adapters: {error}") not in self._notes:
                self._notes = (*self._notes, note)

    def _ready(self) -> Loaded:
        """The loaded model; loads it the first time."""
        if self._closed:
            raise Unavailable("the engine was closed")
        if self._loaded is None:
            recording = read_recording(Path(self._reference)) if self._reference else None
            pipeline = self._open()
            model = Model(pipeline, self._sampling or sampling_for(turbo=pipeline.is_turbo))
            thinker = Thinker(self._connect, takes_codes=model.takes_codes)
            anchor = None if recording is None else model.anchor(recording)
            maker = Maker(self._model_name, model, thinker, anchor)
            self._loaded = Loaded(model, maker, Loras(pipeline, self._loras_folder), thinker)
        return self._loaded

    def _rehearse(self, model: Model) -> None:
        """Run, compiled where that pays, coloured as usual; a note where something was wanted and failed."""
        loaded = self._ready()
        self._colour(loaded, self._usual_loras)
        if not compiling.pays(self._compile, model.device):
            rehearse(model, *self._lengths)
            return
        _, trouble = compiling.first_runs(model.pipeline, lambda: rehearse(model, *self._lengths))
        self._notes = (*self._notes, trouble) if trouble else self._notes

    def _guarded(self, work: Callable[[], T]) -> T:
        """`work`, with torch's errors as ours. Memory is given back only when the failed work is forgotten."""
        try:
            return work()
        except (torch.OutOfMemoryError, MemoryError) as error:
            trouble = reason(error)
        except RuntimeError as error:
            trouble = reason(error)
            if not lacks_memory(error):
                if BROKEN in str(error):
                    raise SystemExit(f"the GPU must be opened anew: {trouble}") from error
                raise GenerationError(f"the model failed: {trouble}") from error
        self._make_room()
        raise OutOfMemory(f"the device has no room for {self._model_name}: {trouble}")

    def _make_room(self) -> None:
        gc.collect()
        if self._loaded is not None:
            self._loaded.model.pipeline.forget_texts()
            loading.give_back(self._loaded.model.device)
        elif torch.cuda.is_available():
            loading.give_back(torch.device("cuda"))


def _planner(urls: tuple[str, ...]) -> Planner:
    """Imported only where a plan wants to be thought about: it needs packages that the rest does not."""
    from radio.engines.planner.planner import Planner as RealPlanner  # noqa: PLC0415

    return RealPlanner(urls)
