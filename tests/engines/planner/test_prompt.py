"""The text that the language model continues, against the official code's own way of making it."""

from __future__ import annotations

import pytest

pytest.importorskip("yaml", reason="PyYAML comes with the extra 'acestep'")

from radio.engines.planner import prompt
from radio.engines.planner.metadata import Metadata
from tests.engines.planner.plans import plan

HEAD = (
    "<|im_start|>system\n# Instruction\nGenerate audio semantic tokens based on the given conditions:\n\n<|im_end|>\n"
    "<|im_start|>user\n# Caption\nquiet rain music\n\n# Lyric\n[Instrumental]\n<|im_end|>\n<|im_start|>assistant\n"
)


def test_the_question_is_a_chat_with_the_thought_begun() -> None:
    assert prompt.for_thought(plan(), None) == f"{HEAD}<think>\nbpm:"
    assert prompt.for_thought(plan(), 72) == f"{HEAD}<think>\nbpm: 72\ncaption:"


def test_codes_follow_a_finished_turn() -> None:
    facts = Metadata(bpm=72, key="A minor", language="unknown", time_signature="3")
    assert prompt.for_codes(plan(duration_samples=50 * 48_000), facts) == (
        f"{HEAD}<think>\nbpm: 72\nduration: 50\nkeyscale: A minor\nlanguage: unknown\ntimesignature: 3\n</think>\n\n"
        "<|im_end|>\n"
    )


def test_what_is_not_known_is_not_mentioned() -> None:
    assert prompt.thought_text(Metadata(), 48_000 * 30) == "duration: 30"


def test_no_lyrics_are_an_instrumental_piece() -> None:
    assert prompt.for_thought(plan(lyrics=" "), None) == prompt.for_thought(plan(), None)


def test_lyrics_are_sung_as_they_stand() -> None:
    asked = prompt.for_thought(plan(lyrics="[Verse]\none: two\nthree"), 90)
    assert "# Lyric\n[Verse]\none: two\nthree\n<|im_end|>" in asked
