"""The bridge: music that goes on for ever out of half a minute, without a dip, a click or a stutter."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radio.audio.analysis import click, step_maxima
from radio.contracts import Samples
from radio.errors import AudioError
from radio.mixer.bridge import Loop, advance, begin
from tests.fakes.signals import noise
from tests.mixer.rig import SECOND, levels_db


def tune(seconds: float, beat_s: float = 0.5) -> Samples:
    """Four chords in turn, two seconds each, struck every beat."""
    time = np.arange(int(seconds * SECOND)) / SECOND
    roots = np.array([220.0, 174.61, 261.63, 196.0])[(time // 2).astype(int) % 4]
    phase = 2 * np.pi * np.cumsum(roots) / SECOND
    envelope = 0.2 + 0.8 * np.exp(-6 * (time % beat_s)) * np.minimum(1, (time % beat_s) * 200)
    left = 0.15 * envelope * (np.sin(phase) + 0.5 * np.sin(1.5 * phase))
    right = 0.15 * envelope * (np.sin(phase) + 0.5 * np.sin(2 * phase))
    return np.column_stack((left, right)).astype(np.float32)


def play(loop: Loop, seconds: float, block: int = SECOND) -> Samples:
    parts, done = [], 0
    while done < seconds * SECOND:
        loop, out = advance(loop, block)
        parts.append(out)
        done += len(out)
    return np.concatenate(parts)


def test_it_begins_with_what_was_reserved_and_goes_on_without_a_dip_or_a_click() -> None:
    material = tune(30)
    sound = play(begin(material, 1, SECOND), 120)
    np.testing.assert_allclose(sound[:1000], material[-SECOND : -SECOND + 1000], atol=0.01)
    assert levels_db(sound, 0.05).min() > levels_db(material, 0.05).min() - 3
    assert levels_db(sound, 1.0).min() > levels_db(material, 1.0).min() - 1
    assert levels_db(sound, 1.0).max() < levels_db(material, 1.0).max() + 1
    assert click(step_maxima(sound)) < 1.5 * click(step_maxima(material)) + 1


def test_noise_keeps_its_level_through_every_leap() -> None:
    levels = levels_db(play(begin(noise(0, 30 * SECOND, 1), 1, SECOND), 60), 1.0)
    assert np.ptp(levels) < 1


def test_leaps_keep_the_beat() -> None:
    """Half a second after half a second the strikes stay where they were, within a few milliseconds."""
    sound = play(begin(tune(30), 1, SECOND), 60)
    power = np.convolve((sound**2).sum(axis=1), np.ones(240), mode="same")
    onsets = np.flatnonzero(power[240:] > 4 * power[:-240] + 0.2)
    strikes = onsets[np.flatnonzero(np.diff(onsets, prepend=-SECOND) > SECOND // 10)]
    phases = np.exp(2j * np.pi * strikes / (SECOND / 2))
    assert len(strikes) > 100
    assert abs(phases.mean()) > 0.97


def test_it_wanders_instead_of_repeating() -> None:
    loop = begin(tune(30) + noise(0, 30 * SECOND, 1, 0.01), 1, SECOND)
    landings: list[int] = []
    for _ in range(600):
        loop, _ = advance(loop, SECOND // 2)
        if not landings or landings[-1] != loop.leap.lands:
            landings.append(loop.leap.lands)
    assert len(landings) > 12
    assert len(set(landings)) > 6
    assert all(abs(a - b) > SECOND for a, b in itertools.pairwise(landings))


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(1, 30_000), min_size=1, max_size=5))
def test_any_blocks_give_the_same_bridge(sizes: list[int]) -> None:
    material = noise(0, 3 * SECOND, 1)
    whole = advance(begin(material, 1, SECOND), 200_000)[1]
    loop, parts, done = begin(material, 1, SECOND), list[Samples](), 0
    while done < 150_000:
        loop, out = advance(loop, sizes[len(parts) % len(sizes)] + 200)
        parts.append(out)
        done += len(out)
    found = np.concatenate(parts)[:150_000]
    np.testing.assert_allclose(found, whole[:150_000], atol=1e-6)


def test_a_seed_makes_a_bridge_and_another_seed_another() -> None:
    material = tune(30)
    one, same, other = (play(begin(material, seed, SECOND), 40) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


@pytest.mark.parametrize("seconds", [0.5, 1.0, 2.5, 6.0])
@pytest.mark.parametrize("reserve", [0, 100, 24_000, 10**9])
def test_short_material_and_any_reserve_are_enough(seconds: float, reserve: int) -> None:
    material = noise(0, int(seconds * SECOND), 1)
    sound = play(begin(material, 1, min(reserve, len(material))), 20)
    assert levels_db(sound, 0.05).min() > levels_db(material, 0.05).min() - 3.5
    assert click(step_maxima(sound)) < 3


def test_without_material_there_is_no_bridge() -> None:
    with pytest.raises(AudioError):
        begin(noise(0, 1000, 1), 1, 0)


def test_out_of_a_fade_out_and_silence_it_goes_back_to_where_there_was_music() -> None:
    material = tune(30)
    material[20 * SECOND : 24 * SECOND] *= np.linspace(1, 0, 4 * SECOND, dtype=np.float32)[:, None]
    material[24 * SECOND :] = 0
    sound = play(begin(material, 1, SECOND), 120)
    assert levels_db(sound[SECOND:], 0.5).min() > levels_db(tune(20), 0.5).min() - 12


def test_a_gap_in_the_material_is_left_out() -> None:
    material = tune(40)
    material[18 * SECOND : 22 * SECOND] = 0
    sound = play(begin(material, 1, SECOND), 300)
    assert levels_db(sound, 0.5).min() > levels_db(tune(20), 0.5).min() - 12


def test_where_all_is_silent_it_stays_so_and_nothing_breaks() -> None:
    sound = play(begin(np.zeros((10 * SECOND, 2), np.float32), 1, SECOND), 60)
    assert len(sound) == 60 * SECOND
    assert not sound.any()


def test_what_was_a_bridge_itself_is_rather_left_out() -> None:
    worn, counts = (10 * SECOND, 30 * SECOND), [0, 0]
    loop = begin(noise(0, 60 * SECOND, 1), 1, SECOND, [worn])
    for _ in range(300):
        loop, _ = advance(loop, SECOND)
        counts[worn[0] <= loop.at < worn[1]] += 1
    assert counts[1] < counts[0] / 4


def test_it_comes_back_to_what_was_heard_only_after_a_while() -> None:
    """Of 75 s hardly any second is heard again within 20."""
    loop, when, soon = begin(noise(0, 75 * SECOND, 1), 1, SECOND), dict[int, int](), 0
    for now in range(600):
        second = loop.at // SECOND
        soon += now - when.get(second, -1000) < 20
        when[second] = now
        loop, _ = advance(loop, SECOND)
    assert len(when) > 60
    assert soon < 12
