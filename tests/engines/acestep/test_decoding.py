"""Decoding in windows is decoding at once, and a frame's sound depends on no frame beyond the reach."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

pytest.importorskip("diffusers", reason="needs the extra 'acestep'")

import torch
from diffusers import AutoencoderOobleck

from radio.contracts import FRAME_SAMPLES
from radio.engines.acestep.decoding import decode, reach_frames, windows
from radio.engines.acestep.encoding import encode, encode_within, stereo_of_length
from tests.engines.acestep import tiny
from tests.engines.acestep.plans import ignore

PUBLISHED = (2, 4, 4, 6, 10)


@pytest.fixture(scope="module", params=[PUBLISHED, (1920,)], ids=["published ratios", "tiny"])
def vae(request: pytest.FixtureRequest) -> Any:
    """An autoencoder with the published strides, or the tests' one, and very few channels."""
    torch.manual_seed(3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        made = AutoencoderOobleck(
            encoder_hidden_size=4,
            downsampling_ratios=list(request.param),
            channel_multiples=[1] * len(request.param),
            decoder_channels=2,
            decoder_input_channels=2,
            audio_channels=2,
            sampling_rate=48_000,
        )
    return made.eval().requires_grad_(False)


def test_the_published_decoder_reaches_nine_frames() -> None:
    assert reach_frames(PUBLISHED) == 9


def test_a_changed_frame_is_heard_within_the_reach_and_nowhere_else(vae: Any) -> None:
    reach, at = reach_frames(tuple(vae.config.downsampling_ratios)), 20
    plain = torch.randn((1, 40, 2), generator=torch.Generator().manual_seed(1))
    changed = plain.clone()
    changed[:, at] += 1.0
    difference = np.abs(decode(vae, plain, 0, 100, ignore) - decode(vae, changed, 0, 100, ignore)).max(axis=1)
    heard = np.flatnonzero(difference > 1e-7)
    assert heard[0] >= (at - reach) * FRAME_SAMPLES
    assert heard[-1] < (at + 1 + reach) * FRAME_SAMPLES
    assert heard[-1] - heard[0] > FRAME_SAMPLES, "the change is heard at all"


def test_windows_sound_as_the_whole(vae: Any) -> None:
    latents = torch.randn((1, 131, 2), generator=torch.Generator().manual_seed(1))
    whole = decode(vae, latents, 0, 1000, ignore)
    for most in (131, 64, 40, 23):
        assert np.allclose(decode(vae, latents, 0, most, ignore), whole, atol=1e-6)
    assert np.allclose(decode(vae, latents, 17, 40, ignore), whole[17 * FRAME_SAMPLES :], atol=1e-6)


@pytest.mark.parametrize("frames", [1, 19, 100, 500, 520, 521, 1500, 1509, 6000])
@pytest.mark.parametrize("most", [20, 520])
def test_windows_are_of_one_size_and_cover_everything_once(frames: int, most: int) -> None:
    edge, cut = 9, list(windows(frames, 9, most))
    assert [window.keep_start for window in cut] == [0, *(window.keep_stop for window in cut[:-1])]
    assert cut[-1].keep_stop == cut[-1].stop == frames
    assert len({window.stop - window.start for window in cut}) == 1
    assert all(window.stop - window.start <= most for window in cut)
    assert all(window.keep_start - window.start >= edge for window in cut[1:])
    assert all(window.stop - window.keep_stop >= edge for window in cut[:-1])


def test_a_window_without_room_between_its_edges_is_refused() -> None:
    with pytest.raises(ValueError, match="no room"):
        list(windows(100, 9, 18))


def test_decoding_says_how_far_it_is_and_can_be_stopped(vae: Any) -> None:
    seen: list[float] = []
    decode(vae, torch.zeros((1, 100, 2)), 0, 40, seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    assert len(seen) > 2


def test_encoding_is_the_mean_and_the_same_again(vae: Any) -> None:
    sound = np.random.default_rng(1).normal(0, 0.1, (50 * FRAME_SAMPLES + 7, 2)).astype(np.float32)
    first = encode(vae, sound)
    torch.manual_seed(99)
    assert first.shape == (1, 50, 2)
    assert torch.equal(first, encode(vae, sound))


def test_long_sound_is_encoded_in_tiles_as_many_frames_and_alike() -> None:
    vae = tiny.build().vae.requires_grad_(False)
    sound = np.random.default_rng(1).normal(0, 0.1, (760 * FRAME_SAMPLES, 2)).astype(np.float32)
    whole = encode(vae, sound)
    vae.enable_tiling()
    tiled = encode(vae, sound)
    assert tiled.shape == whole.shape == (1, 760, 2)
    assert torch.allclose(tiled, whole, atol=1e-5)


def test_the_end_of_a_context_is_encoded_as_music_that_goes_on(vae: Any) -> None:
    """A steady sound: with silence behind it its last latents would differ from those in the middle, mirrored not."""
    period = np.sin(2 * np.pi * np.arange(FRAME_SAMPLES) / FRAME_SAMPLES + 0.5).astype(np.float32)
    palindrome = np.concatenate((period, period[::-1]))
    sound = np.repeat(np.tile(palindrome, 20)[:, None], 2, axis=1)
    lead, own = encode_within(vae, sound, 10)
    assert lead.shape == (1, 10, 2)
    assert own.shape == (1, 40, 2)
    assert torch.allclose(own[:, 38:], own[:, 18:20], atol=1e-4)
    assert not torch.allclose(encode(vae, sound)[:, 38:], own[:, 18:20], atol=1e-4)


def test_a_context_is_brought_to_length_at_its_beginning() -> None:
    ramp = np.arange(1, 11, dtype=np.float32)[:, None]
    assert stereo_of_length(ramp, 4)[:, 1].tolist() == [7, 8, 9, 10]
    assert stereo_of_length(ramp, 12)[:, 0].tolist() == [2, 1, *range(1, 11)]
    assert stereo_of_length(np.ones((5, 6), np.float32), 5).shape == (5, 2)
