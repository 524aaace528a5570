"""Every instrument: in tune, clean, itself, and safe for any note."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from radio.engines.synth.sound.bank import layer_of
from radio.engines.synth.style import INSTRUMENTS, Instrument
from tests.engines.synth.sound.hand import SECOND, alone, cents_off, note, third_octaves

CROWDS = frozenset(("strings", "choir", "synth_pad", "warm_pad", "glass_pad", "brass", "saw_lead", "synth_lead"))
"""Many players a little apart: their middle moves."""


def pitches(instrument: Instrument) -> tuple[int, ...]:
    return (31, 40) if instrument.endswith("bass") else (48, 64, 79)


@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_an_instrument_is_in_tune(instrument: Instrument) -> None:
    for pitch in pitches(instrument):
        sound = alone(note(instrument, pitch, length_s=2), 2.2)[:, 2400:]
        assert abs(cents_off(sound, 440 * 2 ** ((pitch - 69) / 12))) < (14 if instrument in CROWDS else 7)


@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_a_note_is_heard_and_begins_and_ends_without_a_click(instrument: Instrument) -> None:
    for pitch in pitches(instrument):
        sound = alone(note(instrument, pitch, length_s=0.7), 9)
        level = np.sqrt((sound[:, : SECOND // 2] ** 2).mean())
        assert 0.01 < level < 0.5
        assert np.abs(sound[:, 0]).max() < 0.02
        assert np.abs(sound[:, -SECOND:]).max() == 0
        ending = np.nonzero(sound.any(0))[0][-1]
        assert np.abs(sound[:, ending - 2 : ending + 1]).max() < 1e-3


@pytest.mark.parametrize("instrument", INSTRUMENTS)
@pytest.mark.parametrize("pitch", [0, 12, 115, 127])
def test_no_note_is_too_strange(instrument: Instrument, pitch: int) -> None:
    for samples, velocity in ((1, 0.0), (60 * SECOND, 1.0)):
        sound = alone(note(instrument, pitch, length_s=samples / SECOND, velocity=velocity), 12.5)
        assert np.isfinite(sound).all()
        assert np.abs(sound).max() < 2
        assert not sound[:, -SECOND // 4 :].any()


@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_an_instrument_brings_no_dc(instrument: Instrument) -> None:
    sound = alone(note(instrument, 45, length_s=1.5), 3)
    assert abs(float(sound.mean())) < 1e-3


@pytest.mark.parametrize(
    "instrument",
    [
        "piano",
        "acoustic_guitar",
        "electric_piano",
        "violin",
        "trumpet",
        "saxophone",
        "marimba",
        "synth_bass",
        "koto",
        "strings",
    ],
)
def test_harder_is_louder_and_brighter(instrument: Instrument) -> None:
    soft, hard = (alone(note(instrument, 57, velocity=velocity), 1) for velocity in (0.3, 0.85))
    assert (hard**2).mean() > 2 * (soft**2).mean()
    assert centroid(hard) > 1.02 * centroid(soft)


def test_velocities_fall_into_all_layers() -> None:
    assert [layer_of(velocity) for velocity in (0, 0.24, 0.3, 0.6, 0.8, 1.0)] == [0, 0, 1, 2, 3, 3]


def test_no_two_instruments_sound_alike() -> None:
    portraits = {instrument: portrait(instrument) for instrument in INSTRUMENTS}
    for one, other in combinations(INSTRUMENTS, 2):
        assert np.sqrt(((portraits[one] - portraits[other]) ** 2).mean()) > 2.0, (one, other)


@pytest.mark.parametrize("instrument", ["saw_lead", "square_lead", "synth_lead", "pluck", "trumpet", "acid_bass"])
def test_a_high_tone_has_nothing_between_its_harmonics(instrument: Instrument) -> None:
    """Aliases would lie there."""
    for pitch in (84, 91, 97, 103):
        sound = alone(note(instrument, pitch, length_s=2), 2)[:, SECOND // 2 : 3 * SECOND // 2]
        hz = 440 * 2 ** ((pitch - 69) / 12)
        power = (np.abs(np.fft.rfft(sound * np.hanning(sound.shape[1]), axis=1)) ** 2).sum(0)
        place = np.fft.rfftfreq(sound.shape[1], 1 / SECOND) / hz
        between = power[(np.abs(place % 1 - 0.5) < 0.25) & (place > 0.3)]
        assert 10 * np.log10(between.max() / power.max()) < (-50 if instrument == "trumpet" else -60)


@pytest.mark.parametrize("instrument", ["sine_bass", "synth_bass", "acid_bass", "upright_bass", "electric_bass"])
def test_the_low_end_is_mono(instrument: Instrument) -> None:
    left, right = alone(note(instrument, 33), 1)
    assert np.array_equal(left, right)


def centroid(sound: NDArray[np.float32]) -> float:
    power = (np.abs(np.fft.rfft(sound, axis=1)) ** 2).sum(0)
    return float((power * np.fft.rfftfreq(sound.shape[1], 1 / SECOND)).sum() / power.sum())


def portrait(instrument: Instrument) -> NDArray[np.float64]:
    """Spectra of the blow and of the tone later, and how the level moves."""
    sound = alone(note(instrument, 50, length_s=1.2), 2.4)
    early, late = third_octaves(sound[:, :7200]), third_octaves(sound[:, 28_800:50_000] + 1e-9)
    level = np.sqrt((sound[:, : 2 * SECOND] ** 2).reshape(2, 20, -1).mean((0, 2)) + 1e-9)
    return np.concatenate([early, late, 20 * np.log10(level / level.max())])
