"""Drums: every piece of every kit is clean, and itself."""

from __future__ import annotations

from itertools import combinations
from typing import get_args

import numpy as np
import pytest

from radio.engines.synth.score import Drum, Hit
from radio.engines.synth.sound.kits import KITS, VARIANTS, stroke
from radio.engines.synth.sound.stage import strokes
from radio.engines.synth.style import Kit
from tests.engines.synth.sound.hand import third_octaves

DRUMS: tuple[Drum, ...] = get_args(Drum)
EVERY: tuple[Kit, ...] = get_args(Kit)


@pytest.mark.parametrize("kit", EVERY)
def test_every_piece_is_finite_full_and_without_clicks_at_its_ends(kit: Kit) -> None:
    for drum in DRUMS:
        for layer in (0, 3):
            sound = stroke(kit, drum, layer, 1).dark
            assert np.isfinite(sound).all()
            assert np.abs(sound).max() == pytest.approx(1.0, abs=1e-3)
            assert np.abs(sound[:, -2:]).max() < 1e-3
            assert 0.01 < sound.shape[1] / 48_000 < 3.0


@pytest.mark.parametrize("kit", EVERY)
def test_two_strokes_of_one_hand_are_not_the_same(kit: Kit) -> None:
    for drum in DRUMS:
        one, other = (stroke(kit, drum, 2, variant).dark for variant in range(VARIANTS - 1))
        assert one.shape != other.shape or not np.allclose(one, other, atol=1e-3)


def test_no_two_pieces_of_all_kits_are_the_same() -> None:
    portraits = {(kit, drum): portrait(kit, drum) for kit in EVERY for drum in DRUMS}
    assert set(KITS) == set(EVERY)
    for one, other in combinations(portraits, 2):
        assert np.abs(portraits[one] - portraits[other]).max() > 0.5, (one, other)


def test_a_hat_closes_the_open_one_before_it() -> None:
    hits = [Hit(0, "open_hat", 0.8, "house"), Hit(6000, "hat", 0.8, "house"), Hit(9000, "open_hat", 0.8, "house")]
    first, _, last = strokes(hits)
    assert first.stop < 9000
    assert last.stop > 60_000


def portrait(kit: Kit, drum: Drum) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    sound = stroke(kit, drum, 2, 0).dark
    padded = np.pad(sound, ((0, 0), (0, 144_000 - sound.shape[1])))
    life = np.searchsorted(np.cumsum((sound**2).sum(0)), 0.9 * (sound**2).sum())
    return np.append(third_octaves(padded), 10 * np.log10(life))
