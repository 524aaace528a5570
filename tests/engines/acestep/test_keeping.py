"""The kept latents lie on flow matching's straight line at every step, and are the source, bit by bit, at the end."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

pytest.importorskip("diffusers", reason="needs the extra 'acestep'")

import torch
from torch import Tensor

from radio.engines.acestep.continuation import keeping, on_the_way, seeded_noise, source_with_room
from radio.engines.acestep.loading import adopt
from radio.engines.acestep.model import Model, Painting
from radio.engines.acestep.music import Music
from radio.engines.acestep.sampling import TURBO, Sampling
from radio.errors import Cancelled
from tests.engines.acestep import tiny
from tests.engines.acestep.plans import ignore

FRAMES, KEPT = 500, 101


def normal(seed: int, frames: int) -> Tensor:
    return torch.randn((1, frames, tiny.LATENT), generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_the_line_runs_from_noise_to_source(dtype: torch.dtype) -> None:
    source, noise = normal(1, 10).to(dtype), normal(2, 10).to(dtype)
    assert torch.equal(on_the_way(source, noise, 0.0), source)
    assert torch.equal(on_the_way(source, noise, 1.0), noise)
    assert torch.allclose(on_the_way(source, noise, 0.25), 0.75 * source + 0.25 * noise, atol=1e-2)
    assert on_the_way(source, noise, 0.3).dtype == dtype


def test_every_step_puts_the_kept_frames_back_and_leaves_the_rest() -> None:
    pipeline = SimpleNamespace(scheduler=SimpleNamespace(sigmas=torch.tensor([1.0, 0.5, 0.0])))
    kept, noise, painted = normal(1, 4), normal(2, 10), normal(3, 10)
    said: list[float] = []
    step_end = keeping(kept, noise, 2, said.append)
    middle = step_end(pipeline, 0, 1.0, {"latents": painted})["latents"]
    assert torch.allclose(middle[:, :4], (kept + noise[:, :4]) / 2)
    assert torch.equal(middle[:, 4:], painted[:, 4:])
    assert torch.equal(step_end(pipeline, 1, 0.5, {"latents": painted})["latents"][:, :4], kept)
    assert said == [0.5, 1.0]


def test_what_hears_of_a_step_can_stop_the_painting() -> None:
    def stop(fraction: float) -> None:
        raise Cancelled("the job was cancelled")

    with pytest.raises(Cancelled):
        keeping(None, normal(2, 10), 2, stop)(None, 0, 1.0, {"latents": normal(3, 10)})


@pytest.mark.parametrize("turbo", [True, False], ids=["turbo", "guided"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_painted_latents_begin_with_the_source(turbo: bool, dtype: torch.dtype) -> None:
    pipeline = tiny.build(turbo).to(dtype)
    model = Model(adopt(pipeline), TURBO if turbo else Sampling(4, 7.0))
    kept = normal(1, KEPT).to(dtype)
    latents = model.paint(Painting(Music("piano"), "[Instrumental]", 5, FRAMES, kept), ignore)
    assert latents.shape == (1, FRAMES, tiny.LATENT)
    assert torch.equal(latents[:, :KEPT], kept)
    assert not torch.equal(latents[:, KEPT : 2 * KEPT], kept)


def test_left_alone_the_pipeline_would_repaint_what_it_should_keep() -> None:
    """Why the callback is there; if diffusers blends one day, this says so."""
    pipeline = adopt(tiny.build())
    kept = normal(1, KEPT)
    latents = pipeline(
        prompt="piano", task_type="repaint", src_audio=source_with_room(kept, FRAMES), guidance_scale=1.0,
        audio_duration=FRAMES / 25, repainting_start=(KEPT + 0.5) / 25, repainting_end=-1.0,
        generator=torch.Generator().manual_seed(1), output_type="latent",
    ).audios  # fmt: skip
    assert (latents[:, :KEPT] - kept).abs().mean() > 0.1


def test_the_context_is_what_the_model_continues() -> None:
    model = Model(adopt(tiny.build()), TURBO)
    a, b = (
        model.paint(Painting(Music("piano"), "[Instrumental]", 5, FRAMES, normal(seed, KEPT)), ignore)
        for seed in (1, 2)
    )
    assert not torch.equal(a[:, KEPT:], b[:, KEPT:])


def test_noise_is_the_seeds_alone() -> None:
    first = seeded_noise(7, 20, 2)
    torch.manual_seed(99)
    assert torch.equal(first, seeded_noise(7, 20, 2))
    assert not torch.equal(first, seeded_noise(8, 20, 2))
