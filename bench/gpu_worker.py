"""The process that measures: takes jobs as JSON on its command line, and writes a line of JSON for each that is done.

A process of its own, so that a case that hangs, crashes or spoils the device loses nothing but itself. Whatever
libraries print goes to standard error. `python -m bench.gpu_worker '[{"scale": "tiny"}]'`.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import sys
from collections.abc import Callable, Iterable

import torch

from bench import gpu_device
from bench.gpu_cases import Job, Outcome
from bench.gpu_measure import measure

Measure = Callable[[Job, torch.device], Outcome]
PACKAGES = ("torch", "diffusers", "transformers")


def main() -> None:
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    device = gpu_device.choose()
    if device.type == "cpu":
        torch.set_num_threads(1)  # a CPU run is only a rehearsal; it leaves the machine to others
    for outcome in work((Job(**fields) for fields in json.loads(sys.argv[1])), device):
        print(outcome.to_json(), file=out, flush=True)


def work(jobs: Iterable[Job], device: torch.device, measure: Measure = measure) -> Iterable[Outcome]:
    """The outcome of each job, as soon as it is there."""
    for job in jobs:
        try:
            outcome = measure(job, device) if job.case else ceilings(job, device)
        except Exception as error:  # noqa: BLE001 - the supervisor of its cases: one that fails must not lose the others
            outcome = Outcome(job, trouble=_sentence(error))
        yield outcome


def ceilings(job: Job, device: torch.device) -> Outcome:
    """What the device can do, and with which software."""
    versions = [f"{package} {importlib.metadata.version(package)}" for package in PACKAGES]
    if device.type == "cuda":
        versions += [f"CUDA {torch.version.cuda}", f"cuDNN {torch.backends.cudnn.version()}"]  # type: ignore[no-untyped-call]
    if gpu_device.convolves_in_tf32(device):
        versions.append("convolutions in TF32")
    ceiling = gpu_device.measured(device, small=job.scale != "real")
    return Outcome(job, ceiling=ceiling, software=", ".join(versions))


def _sentence(error: Exception) -> str:
    """The error's first line that says something, with its kind."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__


if __name__ == "__main__":
    main()
