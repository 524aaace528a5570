"""The GPU bench's tables: seconds by part beside the least that is possible, and what one device could carry. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.markup import escape
from rich.table import Table

from bench.gpu_cases import CASES, DEFAULT_MODE, GIB, MODES, SCALES, TASKS, Outcome, Timing
from bench.gpu_ceilings import H200_CLASS_FLOPS, VAE_PARTS, Ceiling, on_paper
from bench.gpu_sizes import Size
from bench.gpu_work import PARTS, Shapes, Work, parts
from bench.report import Measure

DRIVER_BYTES = 600 * 2**20
"""What a CUDA process takes beside its tensors, about: the context and the libraries' kernels."""
ASSUMED_TEXT_TOKENS, ASSUMED_LYRIC_TOKENS = 256, 44
"""Of floors that nobody has run: the longest caption, and what the byte tokenizer makes of an instrumental piece."""


@dataclass(frozen=True, slots=True)
class Floors:
    """The least seconds of each part of one task."""

    parts_s: dict[str, float]

    @property
    def seconds(self) -> float:
        return sum(self.parts_s.values())


def floors(size: Size, shapes: Shapes, ceiling: Ceiling, *, float32: bool, bf16_vae: bool) -> Floors:
    """`float32` is the type of everything but the VAE, on a CPU; `bf16_vae` that of the VAE."""
    work: dict[str, Work] = parts(size, shapes, 4 if float32 else 2, 2 if bf16_vae else 4)
    slow = {name for name in PARTS if (float32 if name not in VAE_PARTS else not bf16_vae)}
    return Floors({name: ceiling.seconds(work[name], float32=name in slow) for name in PARTS})


def stations_by_time(outcome: Outcome) -> float:
    """How many stations one loaded model keeps on the air, each asking for a repaint every stride."""
    return SCALES[outcome.job.scale].stride_s / outcome.timings["repaint"].median_s


def stations_by_memory(outcome: Outcome, memory_bytes: int) -> int:
    """How many stations fit, each with a process and a model of its own, as a server with several has them."""
    return int(memory_bytes // (outcome.peak_bytes + DRIVER_BYTES))


def of_times(outcomes: Sequence[Outcome], ceiling: Ceiling | None) -> Table:
    """A row for each case, mode and task: seconds, parts, and how often the floor fits into them."""
    table = Table(title="seconds per segment (median run)", title_justify="left")
    for name in ("case", "mode", "task"):
        table.add_column(name, no_wrap=name != "task")
    for name in ("median", "worst", *PARTS, "rest", "floor", "× floor", "× paper"):
        table.add_column(name, justify="right", no_wrap=True)
    for outcome in outcomes:
        if outcome.trouble:
            table.add_row(outcome.job.case, outcome.job.mode, f"[red]{escape(outcome.trouble)}")
        for task, timing in outcome.timings.items():
            table.add_row(outcome.job.case, outcome.job.mode, task, *_cells(outcome, timing, ceiling))
    return table


def _cells(outcome: Outcome, timing: Timing, ceiling: Ceiling | None) -> list[str]:
    seconds = [timing.median_s, timing.worst_s, *(timing.parts_s[part] for part in PARTS), timing.rest_s]
    cells = [f"{value:.4f}" for value in seconds]
    if ceiling is None:
        return cells
    floor = _floors(outcome, timing, ceiling).seconds
    cells += [f"{floor:.4f}", f"{timing.median_s / floor:.1f}"]
    paper = on_paper(ceiling.name)
    return cells if paper is None else [*cells, f"{timing.median_s / _floors(outcome, timing, paper).seconds:.1f}"]


def of_distances(outcomes: Sequence[Outcome], ceiling: Ceiling) -> Table:
    """How many times its measured floor each part of a repaint takes: where there is something to gain."""
    table = Table(title="times the measured floor, repaint", title_justify="left")
    for name in ("case", "mode", *(part for part in PARTS if part != "encode"), "seconds over the floor"):
        table.add_column(name, justify="left" if name in ("case", "mode") else "right")
    for outcome in outcomes:
        if (timing := outcome.timings.get("repaint")) is None:
            continue
        floor = _floors(outcome, timing, ceiling)
        ratios = [f"{timing.parts_s[part] / least:.1f}" for part, least in floor.parts_s.items() if least]
        over = timing.median_s - floor.seconds
        table.add_row(outcome.job.case, outcome.job.mode, *ratios, f"{over:.4f}")
    return table


def of_stations(outcomes: Sequence[Outcome], ceiling: Ceiling | None) -> Table:
    """What one device could carry, and what getting ready cost."""
    table = Table(title="one device", title_justify="left")
    for name in ("case", "mode", "stations by time", "by memory", "peak GiB", "weights GiB", "build s", "warm-up s"):
        table.add_column(name, justify="left" if name in ("case", "mode") else "right")
    for outcome in outcomes:
        if not outcome.timings:
            continue
        room = ceiling.memory_bytes if ceiling else 0
        table.add_row(
            outcome.job.case,
            outcome.job.mode,
            f"{stations_by_time(outcome):.1f}",
            str(stations_by_memory(outcome, room)) if room else "?",
            f"{outcome.peak_bytes / GIB:.2f}",
            f"{outcome.weight_bytes / GIB:.2f}",
            f"{outcome.build_s:.1f}",
            f"{outcome.warm_up_s:.1f}",
        )
    return table


def of_floors(ceiling: Ceiling) -> Table:
    """The least seconds of every case on a device that nobody has, as the engine runs it: VAE in float32."""
    table = Table(title=f"computed floors in ms, repaint of 60 s: {ceiling.name}", title_justify="left")
    for name in ("case", *(part for part in PARTS if part != "encode"), "whole", "DiT TFLOP", "VAE TFLOP", "VAE GB"):
        table.add_column(name, justify="left" if name == "case" else "right")
    for case in CASES.values():
        shapes = Shapes(
            frames=1500,
            steps=case.steps,
            batch=1 if case.turbo else 2,
            text_tokens=ASSUMED_TEXT_TOKENS,
            condition_tokens=ASSUMED_TEXT_TOKENS + 1 + ASSUMED_LYRIC_TOKENS,
        )
        floor, work = floors(case.size, shapes, ceiling, float32=False, bf16_vae=False), parts(case.size, shapes, 2, 4)
        least = [f"{1000 * seconds:.2f}" for part, seconds in floor.parts_s.items() if part != "encode"]
        sums = [work["dit"].flops / 1e12, work["decode"].flops / 1e12, work["decode"].bytes / 1e9]
        table.add_row(case.name, *least, f"{1000 * floor.seconds:.1f}", *(f"{value:.1f}" for value in sums))
    return table


def measures(outcomes: Sequence[Outcome], ceiling: Ceiling | None) -> list[Measure]:
    """What goes into the log; with budgets where the device is of the class that they are for."""
    paper = on_paper(ceiling.name) if ceiling else None
    strict = paper is not None and paper.bf16_flops >= H200_CLASS_FLOPS
    found = []
    for outcome in outcomes:
        job = outcome.job
        if not job.case:
            continue
        budget = CASES[job.case].budget_s if strict and job.scale == "real" and job.mode == DEFAULT_MODE else None
        for task in TASKS:
            if (timing := outcome.timings.get(task)) is not None:
                limit = budget if task == "repaint" else None
                found.append(Measure(f"{job.name}, {task}", timing.median_s, "s", limit))
        if outcome.timings:
            found.append(Measure(f"{job.name}, peak memory", outcome.peak_bytes / GIB, "GiB"))
    return found


def _floors(outcome: Outcome, timing: Timing, ceiling: Ceiling) -> Floors:
    return floors(
        outcome.job.size,
        timing.shapes,
        ceiling,
        float32=ceiling.memory_bytes == 0 and on_paper(ceiling.name) is None,
        bf16_vae=MODES[outcome.job.mode].bf16_vae,
    )
