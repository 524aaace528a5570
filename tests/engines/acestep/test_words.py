"""What the model is told: titles, captions that fit, languages, lengths without rounding."""

from __future__ import annotations

import math

import pytest

from radio.engines.acestep.frames import boundary_s, duration_s, frames_over, frames_within
from radio.engines.acestep.music import language_of, words_of
from radio.engines.acestep.titles import MOST, UNTITLED, title_of
from tests.engines.acestep.plans import start


@pytest.mark.parametrize(
    ("prompt", "title"),
    [
        ("smooth jazz", "Smooth jazz"),
        ("smooth jazz, late night, piano", "Smooth jazz, late night"),
        ("  lo-fi\thip hop.\nRain  on a window ", "Lo-fi hip hop, Rain on a window"),
        ("静かなピアノ、雨の音。夜", "静かなピアノ, 雨の音"),
        (
            "instrumental ambient focus music, smooth continuous texture, no vocals",
            "Ambient focus, smooth continuous texture",
        ),
        ("no vocals, music without song", UNTITLED),
        ("a song", UNTITLED),
        ("", UNTITLED),
        ("…!? ,, ", UNTITLED),
        ("a" * 200, "A" + "a" * 46 + "…"),
        ("slow " * 40, None),
    ],
)
def test_a_title_is_the_beginning_of_the_prompt(prompt: str, title: str | None) -> None:
    found = title_of(prompt)
    assert 0 < len(found) <= MOST
    if title is not None:
        assert found == title


@pytest.mark.parametrize(
    ("lyrics", "language"),
    [
        ("[Instrumental]", "unknown"),
        ("[instrumental]", "unknown"),
        ("[verse]\nhello world", "en"),
        ("静かな夜に", "ja"),
        ("安静的夜晚", "zh"),
        ("тихая ночь", "ru"),
        ("조용한 밤", "ko"),
    ],
)
def test_the_script_of_the_lyrics_gives_their_language_away(lyrics: str, language: str) -> None:
    assert language_of(lyrics) == language


def test_no_lyrics_are_an_instrumental_piece() -> None:
    assert words_of(start(lyrics=" "))[1] == "[Instrumental]"
    assert words_of(start(lyrics="[verse]\nla la"))[1] == "[verse]\nla la"


def test_no_frame_is_lost_to_rounding() -> None:
    """diffusers takes `ceil(seconds · 25)` for the length and `int(seconds · 25)` for the boundary."""
    for frames in range(1, 6001):
        assert math.ceil(duration_s(frames) * 25.0) == frames
        assert int(boundary_s(frames) * 25.0) == frames
        assert int(duration_s(25 * frames)) == frames, "the seconds that the model reads in its prompt"


def test_frames_cover_or_lie_within() -> None:
    assert (frames_over(1), frames_over(1920), frames_over(1921)) == (1, 1, 2)
    assert (frames_within(1919), frames_within(1920), frames_within(3839)) == (0, 1, 1)
