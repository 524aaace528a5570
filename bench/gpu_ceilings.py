"""What devices can do: on paper, looked up by name; and the least time that work takes on them.

Paper: dense rates without sparsity, from the vendors' data sheets. The honest ceiling is the one that `gpu_device`
measures in the same run: one large matrix product and one large copy; no kernel of the model can be faster. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass

from bench.gpu_work import Work

TERA = 1e12
H200_CLASS_FLOPS = 800 * TERA
"""On paper, in bf16. The budgets in seconds hold for such devices only."""
VAE_PARTS = ("decode", "encode")


@dataclass(frozen=True, slots=True)
class Ceiling:
    """Operations per second in bf16 and in float32 as convolutions have it (TF32 on CUDA), and bytes per second."""

    name: str
    bf16_flops: float
    float32_flops: float
    bytes: float
    memory_bytes: int = 0

    def seconds(self, work: Work, *, float32: bool) -> float:
        """The least time: the slower of arithmetic and memory, which overlap at best."""
        return max(work.flops / (self.float32_flops if float32 else self.bf16_flops), work.bytes / self.bytes)


PAPER = (
    ("B200", 2250, 1125, 8.0),
    ("GH200", 989, 494.5, 4.0),
    ("H200 NVL", 835, 417.5, 4.8),
    ("H200", 989, 494.5, 4.8),
    ("H100 NVL", 835, 417.5, 3.9),
    ("H100 PCIe", 756, 378, 2.0),
    ("H100", 989, 494.5, 3.35),
    ("A100-SXM4-40GB", 312, 156, 1.555),
    ("A100-PCIE-40GB", 312, 156, 1.555),
    ("A100", 312, 156, 2.039),
    ("L40S", 362, 183, 0.864),
    ("L40", 181, 90.5, 0.864),
    ("L4", 121, 60, 0.3),
    ("A10", 125, 62.5, 0.6),
    ("RTX 5090", 209.5, 104.8, 1.792),
    ("RTX 4090", 165.2, 82.6, 1.008),
    ("RTX 3090", 71, 35.5, 0.936),
)
"""Part of the name as the driver spells it (the first that fits counts), TFLOP/s in bf16 and in TF32, TB/s."""


def on_paper(name: str) -> Ceiling | None:
    """The data sheet of the device of that name; None where it is not in the table."""
    for part, bf16, tf32, bandwidth in PAPER:
        if part.lower() in name.lower():
            return Ceiling(f"{part}, data sheet", bf16 * TERA, tf32 * TERA, bandwidth * TERA)
    return None
