"""What prompts come to mean."""

from __future__ import annotations

import itertools
import json
from dataclasses import asdict
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radio.contracts import DEFAULT_PROMPT
from radio.engines.synth.profile import FEELS
from radio.engines.synth.style import GENRES, INSTRUMENTS, TEXTURES, Kit, Mode, Style
from radio.engines.synth.understanding import understand
from tests.engines.synth.prompts_understood import CHINESE, ENGLISH, JAPANESE, PROMPTS, RUSSIAN


def players(style: Style) -> set[str]:
    return {player for player in (style.lead, style.chords, style.pad, style.bass) if player}


def agrees(value: Any, wish: Any) -> bool:
    """A tuple of two numbers is a range, another tuple a choice; a tuple for a tuple is itself."""
    if not isinstance(wish, tuple) or isinstance(value, tuple):
        return bool(value == wish)
    if isinstance(value, float):
        return bool(wish[0] <= value <= wish[1])
    return value in wish


def complaints(style: Style, expected: dict[str, Any]) -> list[str]:
    found: list[str] = []
    for key, wish in expected.items():
        if key == "plays":
            fine = set(wish) <= players(style)
        elif key == "silent":
            fine = not set(wish) & players(style)
        elif key == "sounds":
            fine = set(wish) <= set(style.textures)
        elif key == "quiet":
            fine = not set(wish) & set(style.textures)
        else:
            fine = agrees(getattr(style, key), wish)
        if not fine:
            found.append(f"{key} should be {wish}")
    return found


@pytest.mark.parametrize(("prompt", "expected"), PROMPTS, ids=[prompt for prompt, _ in PROMPTS])
def test_a_prompt_is_understood(prompt: str, expected: dict[str, Any]) -> None:
    style = understand(prompt)
    assert not complaints(style, expected), style


def test_the_table_covers_four_languages() -> None:
    assert len(ENGLISH) > 80
    assert min(len(JAPANESE) // 2, len(CHINESE), len(RUSSIAN)) > 15


# -- defaults


def test_the_default_prompt_is_calm_ambient_with_a_soft_pulse() -> None:
    style = understand(DEFAULT_PROMPT)
    assert style.genre == "ambient"
    assert not style.texture_only
    assert style.kit in ("lofi", "hand")
    assert style.energy < 0.25
    assert style.density < 0.4
    assert style.space > 0.6
    assert 50 <= style.bpm <= 80
    assert style.textures == ()


@pytest.mark.parametrize("blank", ["", " ", "\n\t ", "\x00\x00", "\u200b", "　"])
def test_an_empty_prompt_means_the_default(blank: str) -> None:
    assert understand(blank) == understand(DEFAULT_PROMPT)


@pytest.mark.parametrize("prompt", ["qwertz", "🦄", "zxcvb asdf", "한국어", "สวัสดี", "!!!", "???", "1234"])
def test_an_unknown_prompt_gets_a_pleasant_character(prompt: str) -> None:
    style = understand(prompt)
    assert style.genre in ("ambient", "lofi", "piano", "folk", "classical", "jazz")
    assert style.energy < 0.6
    assert not style.texture_only


def test_unknown_prompts_do_not_all_get_the_same_genre() -> None:
    assert len({understand(f"blorp{number}").genre for number in range(60)}) >= 5


# -- precedence


def test_an_explicit_tempo_wins_over_words_moods_and_genre() -> None:
    assert understand("very slow, sleepy drone, adagio, 150 bpm").bpm == 150


def test_an_italian_term_wins_over_slow_and_fast() -> None:
    assert 168 <= understand("slow presto piano").bpm <= 196


def test_fast_is_faster_than_plain_and_plain_faster_than_slow() -> None:
    for genre in ("ambient", "lofi", "jazz", "house", "techno", "synthwave", "dnb", "folk", "chiptune", "drone"):
        slow, plain, fast = (understand(f"{word} {genre}").bpm for word in ("slow", "", "fast"))
        assert slow < plain < fast, genre


def test_very_goes_further_and_a_bit_less_far() -> None:
    very, plain, bit = (understand(f"{word} fast house").bpm for word in ("very", "", "a bit"))
    assert very > plain > bit >= 122


def test_a_named_mode_wins_over_the_mood() -> None:
    assert understand("happy cheerful tune in C minor").mode == "minor"
    assert understand("sad dark mournful phrygian piano").mode == "phrygian"


def test_a_mood_chooses_the_mode_where_none_is_named() -> None:
    assert understand("happy piano").mode in ("major", "mixolydian", "lydian")
    assert understand("sad piano").mode in ("minor", "harmonic_minor", "dorian")


def test_the_first_of_two_tempos_and_of_two_keys_counts() -> None:
    style = understand("90 bpm in D minor, then 120 bpm in G major")
    assert (style.bpm, style.tonic, style.mode) == (90, 2, "minor")


def test_a_named_instrument_wins_over_the_genres_own() -> None:
    for instrument in ("koto", "sitar", "accordion", "music_box", "trumpet"):
        assert understand(f"techno with {instrument.replace('_', ' ')}").lead == instrument


def test_a_mood_shifts_the_feel_and_its_negation_the_other_way() -> None:
    def mean(prompt: str, field: str) -> float:
        values: list[float] = [getattr(understand(f"{prompt} {number}"), field) for number in range(40)]
        return sum(values) / len(values)

    assert mean("energetic jazz", "energy") > mean("jazz", "energy") + 0.1 > mean("calm jazz", "energy") + 0.2
    assert mean("very dark jazz", "brightness") < mean("dark jazz", "brightness") < mean("jazz", "brightness")
    assert mean("not dark jazz", "brightness") > mean("jazz", "brightness")
    assert mean("spacious lofi", "space") > mean("lofi", "space")
    assert mean("sparse folk", "density") < mean("folk", "density")
    assert mean("warm techno", "warmth") > mean("techno", "warmth")


def test_less_of_a_thing_does_not_send_it_away() -> None:
    assert understand("house with less drums").kit == "house"


def test_a_steady_rhythm_is_heard_even_in_drumless_genres_unless_refused() -> None:
    assert understand("ambient, steady rhythm").kit is not None
    assert understand("ambient, steady rhythm, no drums").kit is None


# -- seeds


def test_space_case_and_punctuation_do_not_change_the_seed() -> None:
    plain = understand("calm piano, no drums")
    for same in (
        "Calm Piano, NO drums!",
        "  calm   piano no  drums ",
        "calm-piano... no drums",
        "ｃａｌｍ piano, no drums",
    ):
        assert understand(same).seed == plain.seed, same


def test_sharps_are_not_punctuation() -> None:
    assert understand("C# minor").seed != understand("C minor").seed


def varied_prompts() -> list[str]:
    moods = ("calm", "dark", "happy", "dreamy", "energetic", "sad", "warm", "静かな", "спокойный")
    themes = (
        "piano",
        "lofi",
        "jazz",
        "techno with strings",
        "ambient in D minor",
        "雨",
        "夜のジャズ",
        "92 bpm",
        "qwertz",
        "folk, no drums",
    )
    tails = ("", " for work", " at night", " with flute", " 🦄", " 七", " A", " b")
    return [f"{mood} {theme}{tail}" for mood, theme, tail in itertools.product(moods, themes, tails)]


def test_different_prompts_get_different_seeds_and_mostly_different_outlines() -> None:
    styles = [understand(prompt) for prompt in varied_prompts()]
    assert len(styles) > 700
    assert len({style.seed for style in styles}) == len(styles)
    outlines = {
        (style.genre, style.bpm, style.tonic, style.mode, style.lead, style.chords, style.pad, style.bass, style.kit)
        for style in styles
    }
    assert len(outlines) > 0.97 * len(styles)


def test_prompts_that_say_the_same_still_differ_audibly() -> None:
    first, second = understand("slow and sad piano"), understand("a piano, slow and sad")
    assert first.seed != second.seed
    assert (first.tonic, first.bpm, first.mode, first.pad) != (second.tonic, second.bpm, second.mode, second.pad)


def test_understanding_is_a_pure_function() -> None:
    once = understand("dreamy chillwave 84 bpm")
    understand.cache_clear()
    assert understand("dreamy chillwave 84 bpm") == once


# -- whatever the string


def assert_sound(style: Style) -> None:
    """Every field within its documented bounds, and all of it can be shown and sent."""
    assert 0 <= style.seed < 1 << 63
    assert style.genre in GENRES
    assert 40 <= style.bpm <= 200
    assert style.beats_per_bar in (3, 4)
    assert 0 <= style.tonic <= 11
    assert style.mode in get_args(Mode)
    assert style.kit is None or style.kit in get_args(Kit)
    assert all(0 <= getattr(style, name) <= 1 for name in FEELS)
    assert players(style) <= set(INSTRUMENTS)
    assert set(style.textures) <= set(TEXTURES)
    assert len(set(style.textures)) == len(style.textures)
    assert not style.texture_only or (style.textures and not players(style) and style.kit is None)
    json.dumps(asdict(style), ensure_ascii=False).encode()


@settings(max_examples=250, deadline=None)
@given(st.text(st.characters(), max_size=200))
def test_any_text_gives_a_valid_style(prompt: str) -> None:
    assert_sound(understand(prompt))


WORDS = (
    "no", "without", "not", "too", "only", "just", "and", "or", "but", "with", "very", "less", "piano", "drums", "drum",
    "bass", "jazz", "house", "rain", "thunder", "92", "bpm", "key", "of", "A", "minor", "#", "b", "♭", ",", ".", "!",
    "-", "in", "a", "the", "slow", "なし", "だけ", "と", "ドラム", "雨", "静かな", "没有", "和", "鼓", "不", "без", "и",
    "не", "только", "дождь", "🎹", "🚫", "80s", "3/4", "melody", "music",
)  # fmt: skip


@settings(max_examples=250, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=60), st.sampled_from((" ", "", ", ")))
def test_any_heap_of_words_gives_a_valid_style(words: list[str], glue: str) -> None:
    assert_sound(understand(glue.join(words)))


@pytest.mark.parametrize(
    "hostile",
    [
        "a" * 2000, "1" * 2000, " " * 2000 + "x", "\x00" * 2000 + "x", "\ud800" * 2000, "雨" * 2000, "ﷺ" * 2000,
        "🦄" * 2000, "no drums, " * 200, "no " * 666, "bpm " * 500, "A minor " * 250, "1 to " * 400, "key of " * 280,
        "'" * 2000, "F" + " " * 1990 + "#", "99999 " * 300 + "bpm", "和鼓" * 1000, "very " * 400 + "dark",
        "\u202e\u2066" * 1000, "é́" * 600,
    ],
    ids=lambda text: ascii(text[:8]),
)  # fmt: skip
def test_hostile_strings_are_understood_too(hostile: str) -> None:
    assert_sound(understand(hostile))
