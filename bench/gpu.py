"""How fast ACE-Step's real sizes are on this machine's GPU, by part, and how far from what the GPU can do at best.

`python -m bench.gpu` on a machine with an NVIDIA GPU; `--size tiny` rehearses the whole of it on a CPU. Random weights:
nothing is fetched. Every outcome is printed, and appended to `--json FILE`, as it comes. docs/performance.md says what
the numbers mean.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from rich.console import Console

from bench import gpu_table
from bench.gpu_cases import CASES, MODES, SCALES, Job, Outcome, jobs_of, outcome_from_json
from bench.gpu_ceilings import on_paper
from bench.gpu_jobs import conduct
from bench.report import conclude

NEEDS_A_GPU = "the real sizes need a GPU: this machine has none that torch can use (--size tiny runs anywhere)"
NO_GPU, OVER_BUDGET = 2, 1


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    if options.floors_of:
        return _print_floors(options.floors_of)
    if options.report:
        lines = options.report.read_text(encoding="utf-8").splitlines()
        return 0 if _report([outcome_from_json(line) for line in lines]) else OVER_BUDGET
    if options.size == "real" and not options.force and not _has_a_gpu():
        print(NEEDS_A_GPU)
        return NO_GPU
    jobs = list(jobs_of(options.size, options.cases, options.modes, options.case_limit))
    outcomes = asyncio.run(_run(jobs, options.seconds_limit, options.json))
    return 0 if _report(outcomes) else OVER_BUDGET


async def _run(jobs: Iterable[Job], seconds: float, file: Path | None) -> list[Outcome]:
    done = []
    async for outcome in conduct(jobs, seconds):
        done.append(outcome)
        print(_line(outcome), flush=True)
        if file is not None:
            with file.open("a", encoding="utf-8") as kept:
                kept.write(outcome.to_json() + "\n")
    return done


def _line(outcome: Outcome) -> str:
    """One outcome in one line, for somebody who watches."""
    name = outcome.job.name
    if outcome.trouble:
        return f"{name}: FAILED: {outcome.trouble}"
    if (ceiling := outcome.ceiling) is not None:
        rates = f"{ceiling.bf16_flops / 1e12:.3g} TFLOP/s in bf16, {ceiling.float32_flops / 1e12:.3g} in float32"
        return f"{ceiling.name}: {rates}, {ceiling.bytes / 1e12:.3g} TB/s; {outcome.software}"
    notes = f" ({outcome.notes})" if outcome.notes else ""
    return f"{name}: " + ", ".join(f"{task} {lap.median_s:.3f} s" for task, lap in outcome.timings.items()) + notes


def _report(outcomes: list[Outcome]) -> bool:
    """Print everything, keep it in the log, and say whether all was measured and every budget kept."""
    ceiling = next((outcome.ceiling for outcome in outcomes if outcome.ceiling), None)
    cases = [outcome for outcome in outcomes if outcome.job.case]
    console = Console(width=max(190, Console().width))  # a log has no width of its own, and a row needs so much
    console.print(gpu_table.of_times(cases, ceiling))
    if ceiling is not None:
        console.print(gpu_table.of_distances(cases, ceiling))
    console.print(gpu_table.of_stations(cases, ceiling))
    kept = conclude(f"gpu, {ceiling.name if ceiling else 'unknown device'}", gpu_table.measures(cases, ceiling))
    return kept and not any(outcome.trouble for outcome in outcomes)


def _print_floors(name: str) -> int:
    ceiling = on_paper(name)
    if ceiling is None:
        print(f"nothing is known of a device called {name}")
        return NO_GPU
    Console(width=150).print(gpu_table.of_floors(ceiling))
    return 0


def _has_a_gpu() -> bool:
    try:
        import torch  # noqa: PLC0415 - the only thing here that needs it, and it takes seconds
    except ImportError:
        return False
    return torch.cuda.is_available()


def _some_of(known: Iterable[str]) -> Callable[[str], list[str]]:
    """Reads names that are known, separated by commas."""
    allowed = list(known)

    def read(text: str) -> list[str]:
        names = text.split(",")
        if unknown := [name for name in names if name not in allowed]:
            raise argparse.ArgumentTypeError(f"there is no {', '.join(unknown)}, only {', '.join(allowed)}")
        return names

    return read


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.gpu", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--size", choices=list(SCALES), default="real", help="tiny: short segments of a tiny model")
    parser.add_argument("--cases", type=_some_of(CASES), default=list(CASES), help=",".join(CASES))
    parser.add_argument(
        "--modes", type=_some_of(MODES), default=[], help=",".join(MODES) + " (default: what is worth it)"
    )
    parser.add_argument("--seconds-limit", type=float, default=570.0, help="the whole run takes no longer")
    parser.add_argument("--case-limit", type=float, default=240.0, help="one case in one mode takes no longer")
    parser.add_argument("--json", type=Path, default=None, help="append every outcome to this file as it comes")
    parser.add_argument("--report", type=Path, default=None, metavar="FILE", help="only print what such a file holds")
    parser.add_argument("--floors-of", default="", metavar="DEVICE", help="only print the computed floors of a device")
    parser.add_argument("--force", action="store_true", help="run the real sizes although there is no GPU")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
