"""The words: each means something that exists, and all that exists can be said."""

from __future__ import annotations

from typing import get_args

import pytest

from radio.engines.synth import lexicon_en_genres, lexicon_en_sounds, lexicon_ja_music, lexicon_ru, lexicon_zh
from radio.engines.synth.casting import GROUPS
from radio.engines.synth.lexicon import Kind, Sense, index
from radio.engines.synth.moods import MOODS, TEMPO_RANGES, TEMPO_SHIFTS
from radio.engines.synth.profiles import INSTRUMENT_SUITS, KIT_SUITS, PROFILES, TEXTURE_SUITS
from radio.engines.synth.prompt_reading import FAMILIES
from radio.engines.synth.style import GENRES, INSTRUMENTS, TEXTURES, Kit, Mode

SENSES = {sense for senses in index().phrases.values() for sense in senses}
LEAVES = {"drums", "bass", "melody", "vocals", "textures", "music"}
MEANT: dict[str, set[str]] = {
    "genre": set(PROFILES),
    "mood": set(MOODS),
    "tempo": {*TEMPO_SHIFTS, *TEMPO_RANGES},
    "instrument": {*INSTRUMENTS, *GROUPS, "melody", "chords"},
    "kit": {*get_args(Kit), "any"},
    "texture": {*TEXTURES, "any"},
    "scene": set(TEXTURES),
    "mode": set(get_args(Mode)),
    "leave": LEAVES,
}


@pytest.mark.parametrize("kind", MEANT)
def test_every_word_means_something_that_exists(kind: str) -> None:
    assert {sense.value for sense in SENSES if sense.kind == kind} <= MEANT[kind]


def test_every_genre_mood_instrument_kit_texture_and_mode_can_be_said() -> None:
    said = {(sense.kind, sense.value) for sense in SENSES}
    wanted: dict[Kind, tuple[str, ...]] = {
        "genre": tuple(PROFILES), "mood": tuple(MOODS), "instrument": INSTRUMENTS, "kit": get_args(Kit),
        "texture": TEXTURES, "mode": get_args(Mode), "tempo": (*TEMPO_RANGES, *TEMPO_SHIFTS),
    }  # fmt: skip
    missing = [(kind, name) for kind, names in wanted.items() for name in names if (kind, name) not in said]
    assert missing == []


@pytest.mark.parametrize("words", [lexicon_ja_music.WORDS, lexicon_zh.WORDS, lexicon_ru.WORDS])
def test_every_texture_can_be_said_in_every_language(words: dict[str, str]) -> None:
    assert {f"texture {texture}" for texture in TEXTURES} <= set(words)


def test_every_genre_can_be_said_in_english_and_japanese() -> None:
    for words in (lexicon_en_genres.WORDS, lexicon_ja_music.WORDS):
        assert {f"genre {genre}" for genre in GENRES} <= set(words)
    assert "instrument piano" in lexicon_en_sounds.WORDS


def test_no_word_is_both_a_thing_and_grammar() -> None:
    grammar = {"degree", "only", "without", "not", "except", "and", "or", "but"}
    doubtful = [
        phrase
        for phrase, senses in index().phrases.items()
        if {sense.kind for sense in senses} & grammar and {sense.kind for sense in senses} & set(FAMILIES)
    ]
    assert doubtful == []


def test_the_votes_name_profiles_that_exist() -> None:
    voted = {name for mood in MOODS.values() for name in mood.suits}
    for table in (INSTRUMENT_SUITS, KIT_SUITS, TEXTURE_SUITS):
        voted.update(name for suits in table.values() for name in suits)
    assert voted <= set(PROFILES)
    assert {*INSTRUMENTS} <= set(INSTRUMENT_SUITS)
    assert set(TEXTURES) <= set(TEXTURE_SUITS)
    assert {"any", *get_args(Kit)} <= set(KIT_SUITS)


def test_plurals_need_no_entry() -> None:
    assert index().phrases[("guitar",)] == (Sense("instrument", "guitar"),)
