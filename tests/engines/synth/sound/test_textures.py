"""Weather: a function of the position alone, never the same twice, each its own."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from radio.engines.synth.sound.convolver import BLOCK
from radio.engines.synth.sound.textures import level, sound_of
from radio.engines.synth.style import TEXTURES, Texture
from tests.engines.synth.sound.hand import SECOND, rendered, score, third_octaves, wash


@pytest.mark.parametrize("texture", TEXTURES)
def test_a_texture_depends_on_the_position_alone(texture: Texture) -> None:
    first = sound_of(texture, 7 * BLOCK)
    sound_of(texture, 90 * BLOCK)
    assert np.array_equal(first, sound_of(texture, 7 * BLOCK))


@pytest.mark.parametrize("texture", TEXTURES)
def test_a_texture_goes_on_without_a_break_and_does_not_repeat(texture: Texture) -> None:
    blocks = [sound_of(texture, number * BLOCK) for number in range(20, 32)]
    steps = np.abs(np.diff(np.concatenate(blocks, axis=1))).max(0)
    joins = [steps[k * BLOCK - 1] for k in range(1, 12)]
    assert max(joins) <= np.percentile(steps, 99.99) * 1.5
    for one, other in combinations(blocks[:5], 2):
        assert abs(np.corrcoef(one[0], other[0])[0, 1]) < 0.2


@pytest.mark.parametrize("texture", TEXTURES)
def test_a_texture_is_wide_finite_and_keeps_clear_of_the_ceiling(texture: Texture) -> None:
    sound = np.concatenate([sound_of(texture, number * BLOCK) for number in range(12)], axis=1)
    middle, side = sound.sum(0) / 2, (sound[0] - sound[1]) / 2
    assert np.isfinite(sound).all()
    assert np.abs(sound).max() < 0.75
    assert -12 < 10 * np.log10((side**2).mean() / (middle**2).mean()) < 0
    assert abs(float(sound.mean())) < 1e-3


def test_no_two_textures_are_alike() -> None:
    portraits = {texture: portrait(texture) for texture in TEXTURES}
    for one, other in combinations(TEXTURES, 2):
        assert np.sqrt(((portraits[one] - portraits[other]) ** 2).mean()) > 2, (one, other)


def portrait(texture: Texture) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """The spectrum, how much single grains stand out, and how much it swells."""
    sound = np.concatenate([sound_of(texture, number * BLOCK) for number in range(30, 44)], axis=1)
    crest = 20 * np.log10(np.abs(sound).max() / np.sqrt((sound**2).mean()))
    seconds = 10 * np.log10((sound[:, : 19 * SECOND] ** 2).reshape(2, 19, -1).mean((0, 2)))
    return np.concatenate([third_octaves(sound), np.full(6, 2 * crest), np.full(6, seconds.max() - seconds.min())])


def test_waves_come_and_go_and_rain_stays() -> None:
    def swing(texture: Texture) -> float:
        loud = [np.sqrt((sound_of(texture, n * BLOCK) ** 2).mean()) for n in range(40)]
        return float(20 * np.log10(max(loud) / min(loud)))

    assert swing("waves") > 8
    assert swing("rain") < 3


def test_two_washes_of_one_texture_fade_into_each_other_evenly() -> None:
    one, other = wash("rain", 20, 0.5, 4), wash("rain", 40, 0.5, 4)
    late = type(other)(16 * SECOND, 40 * SECOND, "rain", 0.5, 4 * SECOND)
    total = sum(level(part, block)[::64].sum() for part in (one, late) for block in (13 * BLOCK,))
    assert total == pytest.approx(0.5 * BLOCK / 64, rel=1e-3)


def test_weather_alone_is_loud_enough_to_be_a_programme() -> None:
    for texture in TEXTURES:
        sound = rendered(
            score(washes=(wash(texture, 12, 0.85),), end=10 * SECOND, texture_only=True, textures=(texture,))
        )
        assert 0.015 < float(np.sqrt((sound[SECOND:] ** 2).mean())) < 0.3
        assert np.abs(sound).max() <= 0.931
