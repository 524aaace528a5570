"""The arithmetic that the GPU bench says is needed is what torch counts when the real modules run."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="the extra acestep is not installed")
pytest.importorskip("diffusers", reason="the extra acestep is not installed")

from torch.nn.attention import SDPBackend, sdpa_kernel  # noqa: E402
from torch.utils.flop_counter import FlopCounterMode  # noqa: E402

from bench import gpu_build, gpu_work  # noqa: E402
from bench.gpu_sizes import TINY, TWO_B, XL, Size  # noqa: E402

SIZES = [TINY, TWO_B, XL]
TIGHT = 0.002


def counted(run: Any) -> int:
    """What torch counts, all of it in plain matrix products and convolutions; nothing is computed on meta."""
    counter = FlopCounterMode(display=False)
    with torch.no_grad(), torch.device("meta"), sdpa_kernel(SDPBackend.MATH), counter:
        run()
    return int(counter.get_total_flops())


@pytest.mark.parametrize("size", SIZES, ids=lambda size: size.name)
@pytest.mark.parametrize(("batch", "frames", "seen"), [(1, 1500, 300), (2, 1501, 77)])
def test_a_step_of_the_dit_costs_what_torch_counts(size: Size, batch: int, frames: int, seen: int) -> None:
    with torch.device("meta"):
        model = gpu_build.dit(size, turbo=True)

    def run() -> None:
        time = torch.ones(batch)
        latents = torch.zeros(batch, frames, size.vae.latent)
        context = torch.zeros(batch, frames, 2 * size.vae.latent)
        model(latents, time, time, torch.zeros(batch, seen, size.condition.width), context)

    expected = gpu_work.dit_step(size, batch, frames, seen, 2, windowed=False).flops
    assert counted(run) == pytest.approx(expected, rel=TIGHT)


@pytest.mark.parametrize("size", SIZES[:2], ids=lambda size: size.name)
def test_the_vae_costs_what_torch_counts_both_ways(size: Size) -> None:
    with torch.device("meta"):
        model = gpu_build.vae(size)
    decoding = counted(lambda: model.decode(torch.zeros(1, size.vae.latent, 25)))
    encoding = counted(lambda: model.encode(torch.zeros(1, 2, 25 * 1920)))
    assert decoding == pytest.approx(gpu_work.decode(size.vae, 25, 4).flops, rel=TIGHT)
    assert encoding == pytest.approx(gpu_work.encode(size.vae, 25, 4).flops, rel=TIGHT)


@pytest.mark.parametrize("size", SIZES[:2], ids=lambda size: size.name)
def test_the_encoders_cost_what_torch_counts(size: Size) -> None:
    with torch.device("meta"):
        text = gpu_build.text_encoder(size, 300)
        lyric = gpu_build.condition_encoder(size).lyric_encoder
    tokens = 120
    reading = counted(lambda: text(input_ids=torch.zeros(1, tokens, dtype=torch.long)))
    stack = size.text
    dense = stack.layers * gpu_work.layer_flops(stack, 1, tokens, tokens)
    assert reading == pytest.approx(dense, rel=TIGHT)

    singing = counted(lambda: lyric(torch.zeros(1, tokens, size.text.width), torch.ones(1, tokens, dtype=torch.bool)))
    dense = gpu_work.stack_flops(size.condition, size.lyric_layers, 1, tokens, windowed=False)
    dense += 2 * tokens * size.text.width * size.condition.width
    assert singing == pytest.approx(dense, rel=TIGHT)


@pytest.mark.parametrize(("tokens", "window"), [(750, 128), (10, 16), (17, 16), (1, 3)])
def test_a_window_counts_the_pairs_that_the_model_s_mask_lets_through(tokens: int, window: int) -> None:
    from diffusers.models.transformers.ace_step_transformer import _create_4d_mask

    mask = _create_4d_mask(tokens, torch.float32, torch.device("cpu"), None, window, True, False)
    assert gpu_work.window_keys(tokens, window) * tokens == pytest.approx(int((mask == 0).sum()))


@pytest.mark.parametrize(
    ("make", "millions"),
    [
        (lambda: gpu_build.dit(TWO_B, turbo=True), 1575),
        (lambda: gpu_build.dit(XL, turbo=True), 4169),
        (lambda: gpu_build.condition_encoder(TWO_B), 608),
        (lambda: gpu_build.vae(TWO_B), 169),
        (lambda: gpu_build.text_encoder(TWO_B, 0), 596),
    ],
    ids=["2B", "XL", "condition encoder", "VAE", "text encoder"],
)
def test_the_sizes_are_the_published_ones(make: Any, millions: int) -> None:
    with torch.device("meta"):
        assert round(sum(weight.numel() for weight in make().parameters()) / 1e6) == millions


@pytest.mark.parametrize("size", [TWO_B, XL], ids=lambda size: size.name)
def test_a_step_reads_every_matrix_of_the_dit(size: Size) -> None:
    with torch.device("meta"):
        matrices = sum(weight.numel() for weight in gpu_build.dit(size, turbo=True).parameters() if weight.ndim > 1)
    assert gpu_work.dit_step(size, 1, 1500, 300, 1).bytes == pytest.approx(matrices, rel=0.001)
