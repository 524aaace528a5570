"""The shape of a thought: what it lets through, and what not."""

from __future__ import annotations

import re

import pytest

pytest.importorskip("yaml", reason="PyYAML comes with the extra 'acestep'")

from hypothesis import given, settings
from hypothesis import strategies as st

from radio.engines.planner import answer, prompt
from radio.engines.planner.grammar import BPM, thought_pattern
from radio.engines.planner.metadata import Metadata

WORDS = st.lists(st.sampled_from(["rain", "it's", "slow:", "pads,", "#1", "雨", "- a", "é"]), min_size=3, max_size=60)


@given(WORDS, st.integers(30, 300), st.sampled_from(["C major", "F# minor", "Eb minor"]), st.sampled_from("2346"))
@settings(max_examples=100, deadline=None)
def test_a_thought_as_in_training_has_the_shape(words: list[str], bpm: int, key: str, time_signature: str) -> None:
    said = Metadata(bpm, " ".join(["music", *words]), key, "unknown", time_signature)
    written = f"<think>\n{prompt.thought_text(said, 60 * 48_000)}\n"
    for known in (Metadata(), Metadata(bpm=bpm), Metadata(key=key), said):
        rest = written.removeprefix(prompt.opening(known.bpm))
        assert re.fullmatch(thought_pattern(known, 60), rest)


def test_what_has_the_shape_can_be_read() -> None:
    rest = " 47\ncaption: Rain.\n  And wind.\nduration: 60\nkeyscale: B♭ minor\nlanguage: en\ntimesignature: 6\n"
    assert re.fullmatch(thought_pattern(Metadata(), 60), rest)
    read = answer.read(prompt.opening(None) + rest)
    assert read == answer.Answer(Metadata(47, "Rain. And wind.", "Bb minor", "en", "6"), ())


@pytest.mark.parametrize(("old", "new"), [("60", "61"), ("47", "29"), ("Rain.", "<|audio_code_1|>"), ("en", "xx"),
    ("minor", "lydian"), ("timesignature: 6", "timesignature: 5"), ("caption", "title")])  # fmt: skip
def test_nothing_else_has_the_shape(old: str, new: str) -> None:
    rest = " 47\ncaption: Rain.\nduration: 60\nkeyscale: B minor\nlanguage: en\ntimesignature: 6\n"
    assert re.fullmatch(thought_pattern(Metadata(), 60), rest)
    assert not re.fullmatch(thought_pattern(Metadata(), 60), rest.replace(old, new))


def test_tempos_are_those_that_are_believed() -> None:
    assert [number for number in range(1000) if re.fullmatch(BPM, str(number))] == list(range(30, 301))
