"""Hand-made styles for tests of the composer: one per genre, and passages and scores made of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from radio.contracts import SAMPLE_RATE
from radio.engines.synth.composer import compose_passages
from radio.engines.synth.score import Passage, Score
from radio.engines.synth.style import Genre, Instrument, Kit, Mode, Style

SECOND = SAMPLE_RATE
MINUTE = 60 * SAMPLE_RATE
HOUR = 60 * MINUTE

Row = tuple[float, Mode, float, Instrument | None, Instrument | None, Instrument | None, Instrument | None, Kit | None]
ROWS: dict[Genre, Row] = {
    "ambient": (72, "major", 0.0, "bells", "electric_piano", "warm_pad", "sine_bass", None),
    "lofi": (78, "minor", 0.5, "electric_guitar", "electric_piano", "warm_pad", "electric_bass", "lofi"),
    "piano": (70, "major", 0.0, "piano", "piano", None, None, None),
    "classical": (100, "major", 0.0, "violin", "piano", "strings", "cello", None),
    "jazz": (130, "minor", 0.7, "saxophone", "piano", None, "upright_bass", "brushes"),
    "house": (122, "minor", 0.1, "synth_lead", "electric_piano", "synth_pad", "synth_bass", "house"),
    "techno": (132, "minor", 0.0, "pluck", "saw_lead", "synth_pad", "acid_bass", "techno"),
    "synthwave": (104, "minor", 0.0, "saw_lead", "synth_lead", "synth_pad", "synth_bass", "synthwave"),
    "dnb": (174, "minor", 0.0, "synth_lead", "electric_piano", "glass_pad", "synth_bass", "breaks"),
    "folk": (98, "major", 0.0, "flute", "acoustic_guitar", None, "upright_bass", "hand"),
    "chiptune": (140, "major", 0.0, "square_lead", "square_lead", None, "synth_bass", "chip"),
    "drone": (60, "minor", 0.0, None, None, "choir", "sine_bass", None),
}


def style(genre: Genre = "lofi", **changes: Any) -> Style:
    bpm, mode, swing, lead, chords, pad, bass, kit = ROWS[genre]
    plain = Style(
        prompt=genre, seed=7, genre=genre, bpm=bpm, beats_per_bar=4, tonic=2, mode=mode, energy=0.5, brightness=0.5,
        density=0.5, space=0.5, warmth=0.5, swing=swing, lead=lead, chords=chords, pad=pad, bass=bass, kit=kit,
    )  # fmt: skip
    return replace(plain, **changes)


def alone(what: Style, seed: int = 11) -> tuple[Passage, ...]:
    return (Passage(0, None, what, seed),)


def score(what: Style, start: int = 0, end: int = MINUTE, seed: int = 11) -> Score:
    return compose_passages(alone(what, seed), start, end)
