"""What this device really does: one large matrix product and one large copy, timed. Worker process."""

from __future__ import annotations

import time
from collections.abc import Callable

import torch

from bench.gpu_ceilings import Ceiling

REPEATS = 10


def choose() -> torch.device:
    """CUDA where there is one, opened: nothing can be asked of its memory before that."""
    if not torch.cuda.is_available():
        return torch.device("cpu")
    torch.cuda.init()  # type: ignore[no-untyped-call]
    return torch.device("cuda")


def name_of(device: torch.device) -> str:
    return torch.cuda.get_device_name(device) if device.type == "cuda" else "CPU"


def measured(device: torch.device, *, small: bool) -> Ceiling:
    """Of a device that does nothing else. `small` is for a CPU, which would take minutes over it."""
    side, copied = (512, 2**25) if small else (8192, 2**32)
    memory = torch.cuda.get_device_properties(device).total_memory if device.type == "cuda" else 0
    return Ceiling(
        name_of(device),
        _matmul_rate(device, torch.bfloat16, side),
        _float32_rate(device, side),
        _copy_rate(device, copied),
        memory,
    )


def convolves_in_tf32(device: torch.device) -> bool:
    """Whether float32 convolutions run on the tensor cores, with 10 bits of mantissa: torch's default on CUDA."""
    return device.type == "cuda" and bool(torch.backends.cudnn.allow_tf32)


def wait(device: torch.device) -> None:
    """Until everything that was given to the device is done."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def _float32_rate(device: torch.device, side: int) -> float:
    """In the precision that convolutions have, which products have not by default."""
    before = torch.get_float32_matmul_precision()
    if convolves_in_tf32(device):
        torch.set_float32_matmul_precision("high")
    try:
        return _matmul_rate(device, torch.float32, side)
    finally:
        torch.set_float32_matmul_precision(before)


def _matmul_rate(device: torch.device, dtype: torch.dtype, side: int) -> float:
    a, b = (torch.randn((side, side), device=device, dtype=dtype) for _ in range(2))
    out = torch.empty_like(a)
    return 2.0 * side**3 / _best_s(device, lambda: torch.mm(a, b, out=out))


def _copy_rate(device: torch.device, size: int) -> float:
    """Bytes read and written per second."""
    source = torch.ones(size, device=device, dtype=torch.uint8)
    target = torch.empty_like(source)
    return 2.0 * size / _best_s(device, lambda: target.copy_(source))


def _best_s(device: torch.device, work: Callable[[], object]) -> float:
    """The fastest of some runs: a ceiling is what is possible. The first two warm up."""
    times = []
    for _ in range(REPEATS + 2):
        wait(device)
        began = time.perf_counter()
        work()
        wait(device)
        times.append(time.perf_counter() - began)
    return min(times[2:])
