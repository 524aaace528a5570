"""Keys, tempos and meters in prompts, and what only looks like them."""

from __future__ import annotations

import pytest

from radio.engines.synth.prompt_keys import keys
from radio.engines.synth.prompt_numbers import meters, tempos

KEYS = [
    ("D minor", 2, "minor"),
    ("d minor", 2, "minor"),
    ("F# major", 6, "major"),
    ("F♯ major", 6, "major"),
    ("F sharp major", 6, "major"),
    ("F-sharp-major", 6, "major"),
    ("B-flat minor", 10, "minor"),
    ("Bb minor", 10, "minor"),
    ("bb minor", 10, "minor"),
    ("Bb", 10, None),
    ("B♭", 10, None),
    ("b-flat", 10, None),
    ("C#", 1, None),
    ("Cb major", 11, "major"),
    ("B# major", 0, "major"),
    ("in A", 9, None),
    ("a song in A, slow", 9, None),
    ("in d", 2, None),
    ("Am", 9, "minor"),
    ("F#m", 6, "minor"),
    ("Bbm7", 10, "minor"),
    ("Cmaj7", 0, "major"),
    ("Emin", 4, "minor"),
    ("a minor", 9, "minor"),
    ("D dorian", 2, "dorian"),
    ("E Phrygian", 4, "phrygian"),
    ("G mixolydian", 7, "mixolydian"),
    ("F lydian", 5, "lydian"),
    ("A harmonic minor", 9, "harmonic_minor"),
    ("C pentatonic", 0, "pentatonic"),
    ("B aeolian", 11, "minor"),
    ("key of e flat", 3, None),
    ("key: G", 7, None),
    ("a-moll", 9, "minor"),
    ("ニ短調", 2, "minor"),
    ("静かな嬰ハ短調の曲", 1, "minor"),
    ("変ホ長調", 3, "major"),
    ("Aマイナー", 9, "minor"),
    ("キーはF#", 6, None),
    ("C大调", 0, "major"),
    ("降E大调", 3, "major"),
    ("升c小调", 1, "minor"),
    ("ре минор", 2, "minor"),
    ("ре-минор", 2, "minor"),
    ("в си-бемоль мажоре", 10, "major"),
    ("соль мажор", 7, "major"),
]
NO_KEYS = [
    "I am happy", "3 am", "10AM", "Am I dreaming", "in a forest", "Walking In A Forest", "a minor key", "a major city",
    "web major", "a", "A", "be flat", "abba", "cab minor", "Big Band", "vitamin D minority", "a flat sound",
    "до свидания", "минор", "minor", "DJ", "C", "EDM", "Emma", "FM radio", "5 cm",
]  # fmt: skip
TEMPOS = [
    ("92 bpm", 92), ("92bpm", 92), ("92BPM", 92), ("BPM 92", 92), ("bpm: 92", 92), ("bpm=92", 92), ("92 b.p.m.", 92),
    ("92-bpm", 92), ("tempo 92", 92), ("tempo of 92", 92), ("♩=92", 92), ("92 beats per minute", 92),
    ("92.5 bpm", 92.5), ("92,5 bpm", 92.5), ("80-90 bpm", 85), ("between 80 and 90 bpm", 85), ("bpm 80-90", 85),
    ("テンポ92", 92), ("テンポは92", 92), ("BPM92の曲", 92), ("120拍", 120), ("темп 92", 92), ("92 уд/мин", 92),
    ("92 удара в минуту", 92), ("39 bpm", 40), ("0 bpm", 40), ("201 bpm", 200), ("99999 bpm", 200),
]  # fmt: skip
NO_TEMPOS = [
    "80s",
    "1980s",
    "24 hour",
    "8-bit",
    "92",
    "432 Hz",
    "808",
    "1999",
    "top 40",
    "2 am",
    "三拍子",
    "3/4",
    "bpm",
    "tempo 50%",
]


@pytest.mark.parametrize(("text", "tonic", "mode"), KEYS)
def test_a_key_is_found(text: str, tonic: int, mode: str | None) -> None:
    assert [(key.tonic, key.mode) for key in keys(text)] == [(tonic, mode)]


@pytest.mark.parametrize("text", NO_KEYS)
def test_what_only_looks_like_a_key_is_none(text: str) -> None:
    assert keys(text) == []


@pytest.mark.parametrize(("text", "bpm"), TEMPOS)
def test_a_tempo_is_found_and_kept_within_what_can_be_played(text: str, bpm: float) -> None:
    assert [number.value for number in tempos(text)] == [bpm]


@pytest.mark.parametrize("text", NO_TEMPOS)
def test_a_number_by_itself_is_no_tempo(text: str) -> None:
    assert tempos(text) == []


@pytest.mark.parametrize(
    ("text", "beats"),
    [("3/4", 3), ("4/4", 4), ("6/8", 3), ("12/8", 3), ("2/4", 4), ("三拍子", None), ("3拍子", 3), ("¾ time", None)],
)
def test_meters_in_digits_are_found(text: str, beats: float | None) -> None:
    assert [number.value for number in meters(text)] == ([] if beats is None else [beats])


@pytest.mark.parametrize("text", ["24/7", "1/2", "2024/12/24", "3/45", "50/50"])
def test_other_fractions_are_no_meters(text: str) -> None:
    assert meters(text) == []
