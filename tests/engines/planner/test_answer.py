"""Reading what the language model wrote."""

from __future__ import annotations

import pytest

pytest.importorskip("yaml", reason="PyYAML comes with the extra 'acestep'")

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from radio.engines.planner import answer, metadata
from radio.engines.planner.metadata import Metadata
from radio.engines.planner.prompt import thought_text
from radio.errors import PlannerError

MINUTE = 60 * 48_000
CAPTIONS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zl", "Zp", "Cf", "Co", "Cn"]), max_size=300
)


@given(CAPTIONS, st.integers(30, 300), st.sampled_from(["2", "3", "4", "6"]))
@settings(max_examples=200, deadline=None)
def test_what_is_written_for_the_model_reads_back_as_it_was(caption: str, bpm: int, time_signature: str) -> None:
    line = metadata.caption_of(caption)
    known = Metadata(bpm, line, "Eb minor", "en", time_signature)
    written = thought_text(known, MINUTE)
    assert answer.read(written) == answer.Answer(known, ())
    assert yaml.safe_load(written)["duration"] == 60


@given(st.text(max_size=400))
@settings(max_examples=300, deadline=None)
def test_any_text_is_either_read_or_a_planner_error(text: str) -> None:
    try:
        read = answer.read(f"bpm: {text}")
    except PlannerError:
        return
    assert not read.metadata.is_empty
    assert all(note.isprintable() for note in read.notes)


@pytest.mark.parametrize(
    "text",
    [
        "caption: One line.",
        "caption: 'One\n  line.'",
        'caption: "One line."',
        "caption: >-\n  One\n  line.",
        "caption: |\n  One\n  line.\n",
        "Caption : One line.",
        "caption:\n  One\n  line.",
        "<think>\ncaption: One line.\n</think>\ncaption: Another.",
    ],
)
def test_a_caption_may_be_written_in_any_style_of_yaml(text: str) -> None:
    assert answer.read(text).metadata.caption == "One line."


@pytest.mark.parametrize(
    "caption",
    ["x" * 2001, "<|audio_code_1|> in a caption", "!!! 12 ?", "\x00 a control in it", "<think> a thought in it"],
)
def test_a_caption_that_would_do_harm_is_dropped(caption: str) -> None:
    read = answer.read(f"bpm: 100\ncaption: {caption}")
    assert read.metadata == Metadata(bpm=100)
    assert "caption" in read.notes[0]


@pytest.mark.parametrize(("text", "bpm"), [("30", 30), ("300", 300), ("92.4 BPM", 92), ("29", None), ("301", None),
    ("fast", None), ("nan", None), ("1e999", None), ("", None)])  # fmt: skip
def test_a_tempo_is_one_that_music_has(text: str, bpm: int | None) -> None:
    assert metadata.bpm_of(text) == bpm


@pytest.mark.parametrize(("text", "key"), [("C major", "C major"), ("f♯ minor", "F# minor"), ("Db Maj", "Db major"),
    ("Am", "A minor"), ("AM", "A major"), ("Bb", "Bb major"), ("b minor", "B minor"), ("E-flat minor", "Eb minor"),
    ("c sharp min", "C# minor"), ("H major", None), ("C lydian", None), ("", None)])  # fmt: skip
def test_a_key_is_brought_into_the_models_own_form(text: str, key: str | None) -> None:
    assert metadata.key_of(text) == key


@pytest.mark.parametrize(("text", "meter"), [("4", "4"), ("4/4", "4"), ("3 / 4", "3"), ("6/8", "6"), ("2", "2"),
    ("5", None), ("7/8", None), ("4/8", None), ("x", None)])  # fmt: skip
def test_a_time_signature_is_one_of_four(text: str, meter: str | None) -> None:
    assert metadata.time_signature_of(text) == meter


@pytest.mark.parametrize(("text", "language"), [("EN", "en"), ("zh-CN", "zh"), ("unknown", "unknown"), ("xx", None)])
def test_a_language_is_one_that_the_model_knows(text: str, language: str | None) -> None:
    assert metadata.language_of(text) == language


@pytest.mark.parametrize(("text", "notes"), [("60", 0), ("200", 0), ("9999999", 1), ("minus one", 1), ("N/A", 0)])
def test_a_duration_is_only_remarked_on_when_it_is_absurd(text: str, notes: int) -> None:
    assert len(answer.read(f"bpm: 90\nduration: {text}").notes) == notes
