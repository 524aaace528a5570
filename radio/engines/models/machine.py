"""What memory this machine has for models: asks nvidia-smi and the operating system, never torch.

Loading torch to ask takes seconds and claims half a gigabyte of the very memory. `CUDA_VISIBLE_DEVICES` is heeded, as
torch does. Runs in whoever calls it.
"""

from __future__ import annotations

import os
import platform
import sys
from dataclasses import dataclass

from radio.errors import StartError
from radio.processes import run

QUERY = ("nvidia-smi", "--query-gpu=name,memory.total,memory.free", "--format=csv,noheader,nounits")
DEADLINE_S = 10.0
"""nvidia-smi may hang on a driver in trouble; a machine whose GPU does not answer has none for us."""
MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Gpu:
    """One graphics processor as its driver describes it."""

    name: str
    total_bytes: int
    free_bytes: int


@dataclass(frozen=True, slots=True)
class Machine:
    """`unified`: the GPU works in main memory (Apple silicon). `ram_bytes` is 0 where the system does not say."""

    gpus: tuple[Gpu, ...]
    ram_bytes: int
    unified: bool = False

    @property
    def gpu(self) -> Gpu | None:
        """The one a model would run on: the first that is visible."""
        return self.gpus[0] if self.gpus else None

    def sentence(self) -> str:
        ram = f"{self.ram_bytes / 2**30:.0f} GiB of memory" if self.ram_bytes else "an unknown amount of memory"
        if self.gpu is None:
            return f"no NVIDIA GPU; {ram}{', which the Apple GPU shares' if self.unified else ''}"
        found = ", ".join(f"{gpu.name} with {gpu.total_bytes / 2**30:.0f} GiB" for gpu in self.gpus)
        return f"{found}; {ram}"


def machine_memory() -> Machine:
    """What is here. Takes a tenth of a second, at most `DEADLINE_S`."""
    unified = sys.platform == "darwin" and platform.machine() == "arm64"
    return Machine(_gpus(), _ram_bytes(), unified)


def _gpus() -> tuple[Gpu, ...]:
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible in ("", "-1"):
        return ()
    try:
        answer = run((*QUERY, *(("-i", visible) if visible else ())), DEADLINE_S)
    except (StartError, TimeoutError):
        return ()
    return read_gpus(answer.stdout.decode("utf-8", "replace")) if answer.return_code == 0 else ()


def read_gpus(text: str) -> tuple[Gpu, ...]:
    """nvidia-smi's lines `name, total MiB, free MiB`; lines without numbers (a GPU cut up by MIG) are left out."""
    found = []
    for line in text.splitlines():
        name, _, numbers = line.strip().partition(", ")
        total, _, free = numbers.partition(", ")
        if total.isdigit() and free.isdigit():
            found.append(Gpu(name, int(total) * MIB, int(free) * MIB))
    return tuple(found)


def _ram_bytes() -> int:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return 0
