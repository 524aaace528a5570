"""Brings a pipeline into a mode: eager, compiled as the engine does it, or the whole DiT as CUDA graphs.

Worker process.
"""

from __future__ import annotations

from typing import Any

import torch

COMPILE_SETTING = {"eager": "off", "layers": "on", "graphs": "off"}
"""The engine's own setting in each mode. In `graphs` the pipeline comes to it compiled already."""


def fresh() -> None:
    """Forget what other jobs of this process compiled and set, so that a failure shows itself."""
    torch._dynamo.reset()
    torch._dynamo.utils.counters.clear()
    torch._dynamo.config.suppress_errors = False


def prepare(pipeline: Any, compiled: str) -> None:
    """Compile what the engine does not compile by itself."""
    if compiled != "graphs":
        return
    pipeline.transformer.compile(mode="reduce-overhead")
    replay = pipeline.transformer._compiled_call_impl

    def call(*args: Any, **named: Any) -> Any:
        # A graph writes its result to the same place at every replay: say that the last one is done with, and copy.
        torch.compiler.cudagraph_mark_step_begin()  # type: ignore[no-untyped-call]
        return tuple(tensor.clone() for tensor in replay(*args, **named))

    pipeline.transformer._compiled_call_impl = call
    pipeline.vae.decoder.compile()


def free_convolutions() -> None:
    """Let cuDNN choose. The engine's loading takes the freedom away again."""
    torch.backends.cudnn.deterministic = False
    torch.backends.cudnn.benchmark = True


def notes() -> str:
    """What compiling did since `fresh`; empty where nothing was compiled."""
    counters = torch._dynamo.utils.counters
    counts = {
        "graphs compiled": counters["stats"]["unique_graphs"],
        "breaks between them": sum(counters["graph_break"].values()),
        "of them not replayed as CUDA graphs": counters["inductor"]["cudagraph_skips"],
    }
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count)


def runs_as_wanted(pipeline: Any, compiled: str) -> bool:
    """Whether it still is in that mode: the engine goes back to eager by itself where compiling fails."""
    return compiled != "layers" or pipeline.transformer.layers[0]._compiled_call_impl is not None
