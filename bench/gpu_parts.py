"""Which part of the model the time goes to, without disturbing it.

On CUDA events are put into the stream before and after a part and read when all is done, so nothing waits in between.
All parts run in one stream, one after another: their times cannot overlap, and what they leave of the whole is the
rest (noise, the scheduler's arithmetic, copies to the host). Elsewhere torch has done a part when its call returns, and
the clock will do. Runs in the bench's worker process.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch

from bench.gpu_device import wait
from bench.gpu_work import PARTS

Mark = Any
"""A moment: a CUDA event, or seconds."""


@dataclass(frozen=True, slots=True)
class Lap:
    """One run: its seconds from call to result, and those of each part. They and `rest_s` are disjoint.

    `seen` is the shape that each part was last called with; a part that was not called is not in it.
    """

    seconds: float
    parts_s: dict[str, float]
    seen: dict[str, tuple[int, ...]]

    @property
    def rest_s(self) -> float:
        return self.seconds - sum(self.parts_s.values())


class Stopwatch:
    """Times the parts of `pipeline`, whose modules it wraps as they are: nothing may be compiled after that."""

    def __init__(self, device: torch.device, pipeline: Any) -> None:
        self._device = device
        self._marks: dict[str, list[tuple[Mark, Mark]]] = defaultdict(list)
        self._seen: dict[str, tuple[int, ...]] = {}
        self._wrap(pipeline)

    def lap(self, work: Callable[[], object]) -> Lap:
        """Run `work`, which calls every part but perhaps the encoder, and say how long it took.

        Raises:
            RuntimeError: a part was never called, so its time would be taken for the rest.
        """
        self._marks.clear()
        self._seen.clear()
        wait(self._device)
        began = time.perf_counter()
        work()
        wait(self._device)
        seconds = time.perf_counter() - began
        if missing := [part for part in PARTS if part != "encode" and part not in self._seen]:
            raise RuntimeError(f"no call was seen of {', '.join(missing)}: the times by part would be wrong")
        parts = {part: sum(_between(*marks) for marks in self._marks[part]) for part in PARTS}
        return Lap(seconds, parts, dict(self._seen))

    def _wrap(self, pipeline: Any) -> None:
        parts = {
            "text": pipeline.text_encoder,
            "condition": pipeline.condition_encoder,
            "dit": pipeline.transformer,
            "decode": pipeline.vae.decoder,
            "encode": pipeline.vae.encoder,
        }
        for name, module in parts.items():
            inner = module._compiled_call_impl or module._call_impl
            module._compiled_call_impl = self._timed(name, inner)  # what nn.Module calls first; hooks would be compiled

    def _timed(self, name: str, inner: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **named: Any) -> Any:
            self._seen[name] = _shape(*args, *named.values())
            if name == "dit":
                self._seen["condition"] = tuple(named["encoder_hidden_states"].shape)
            with self._span(name):
                return inner(*args, **named)

        return call

    @contextmanager
    def _span(self, name: str) -> Iterator[None]:
        start = self._mark()
        yield
        self._marks[name].append((start, self._mark()))

    def _mark(self) -> Mark:
        if self._device.type != "cuda":
            return time.perf_counter()
        event = torch.cuda.Event(enable_timing=True)  # type: ignore[no-untyped-call]
        event.record()
        return event


def _between(start: Mark, end: Mark) -> float:
    """Seconds."""
    return float(end - start) if isinstance(start, float) else float(start.elapsed_time(end)) / 1000


def _shape(*values: object) -> tuple[int, ...]:
    """Of the first tensor among them."""
    return next(tuple(value.shape) for value in values if isinstance(value, torch.Tensor))
