"""What is told of a prompt."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radio.contracts import DEFAULT_PROMPT
from radio.engines.synth.explain import explain, render, width
from radio.engines.synth.understanding import understand
from tests.engines.synth.prompts_understood import PROMPTS


def told(prompt: str) -> dict[str, str]:
    return {heard.words: heard.effect for heard in explain(prompt).heard}


def test_each_word_is_told_with_what_it_did() -> None:
    assert told("calm jazz house in F# minor at 92 bpm, no drums, rain, piano, 3/4, no vocals") == {
        "calm": "calm: less energy, less density, slower",
        "jazz house": "genre: deep house, played as house",
        "F# minor": "key: F♯ minor",
        "92 bpm": "92 beats per minute",
        "no drums": "no drums",
        "rain": "sound of rain",
        "piano": "piano: lead",
        "3/4": "3 beats per bar",
        "no vocals": "nothing: it is always instrumental",
    }


def test_a_no_is_told_where_its_language_puts_it() -> None:
    assert "ドラムなし" in told("ピアノ、ドラムなし")
    assert "没有鼓" in told("没有鼓，钢琴")
    assert "без барабанов" in told("рояль без барабанов")


def test_what_came_too_late_is_told_too() -> None:
    effects = told("90 bpm, 100 bpm, C minor, D minor, jazz, techno")
    assert effects["100 bpm"] == "100 beats per minute, but another comes first"
    assert effects["D minor"] == "key: D minor, but another comes first"
    assert effects["techno"] == "coloured by techno"


def test_negated_words_are_told_turned_round() -> None:
    effects = told("not dark, not slow, not jazz, no piano, no rain, not in C major")
    assert effects["not dark"].startswith("not dark: more brightness")
    assert effects["not slow"] == "not slow"
    assert effects["not jazz"] == "not jazz"
    assert effects["no piano"] == "no piano"
    assert effects["no rain"] == "no rain"
    assert effects["not C major"] == "not C major"


def test_words_that_mean_nothing_are_listed() -> None:
    assert explain("qwertz piano blorp").unknown == ("qwertz", "blorp")
    assert "Not understood" in render(explain("qwertz piano"))
    assert "Nothing in it names a music" in render(explain("qwertz"))


def test_the_style_told_is_the_style_played() -> None:
    explanation = explain("slow piano in E minor")
    assert explanation.style == understand("slow piano in E minor")
    summary = dict(explanation.summary)
    assert summary["key"] == "E minor"
    assert summary["lead"] == "piano"
    assert summary["drums"] == "none"


def test_a_sound_alone_is_told_as_no_music() -> None:
    assert dict(explain("just rain").summary) == {"sound": "rain", "music": "none"}


def test_an_empty_prompt_is_told_as_the_default() -> None:
    assert explain("").prompt == DEFAULT_PROMPT


def test_the_columns_line_up_for_wide_characters_as_well() -> None:
    lines = render(explain("静かなピアノ、rain")).splitlines()
    rows = lines[lines.index("Understood") + 1 : lines.index("Understood") + 4]
    assert len({width(row[: row.rindex("  ") + 2]) for row in rows}) == 1


@pytest.mark.parametrize("prompt", [prompt for prompt, _ in PROMPTS])
def test_every_finding_has_an_effect_in_words(prompt: str) -> None:
    assert all(heard.effect and heard.words for heard in explain(prompt).heard)


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(), max_size=100))
def test_any_text_can_be_explained(prompt: str) -> None:
    render(explain(prompt)).encode()
