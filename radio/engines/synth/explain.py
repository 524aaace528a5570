"""What was understood of a prompt, for people: each word and what it did, what meant nothing, the style in words.

For `radio doctor --explain`; decides nothing itself. Pure, any thread.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from unicodedata import east_asian_width

from radio.engines.synth.casting import members
from radio.engines.synth.choose_genre import wanted_genres
from radio.engines.synth.lexicon import Kind, Sense
from radio.engines.synth.moods import MOODS, TEMPO_RANGES
from radio.engines.synth.profile import FEELS
from radio.engines.synth.profiles import PROFILES
from radio.engines.synth.prompt_reading import Finding, Reading, read
from radio.engines.synth.prompt_text import is_hiragana
from radio.engines.synth.style import Style
from radio.engines.synth.understanding import understand

TONICS = ("C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
SCALES = {"harmonic_minor": "harmonic minor", "pentatonic": "major pentatonic"}
LEVELS = ("very low", "low", "medium", "high", "very high")
AUDIBLE = 0.04
"""Smaller shifts of a mood go without saying."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A word of the prompt, with the word that turned it round, and what it did."""

    words: str
    effect: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """`unknown` are the words that did nothing but change the hash; `summary` the style, one aspect each."""

    prompt: str
    heard: tuple[Heard, ...]
    unknown: tuple[str, ...]
    style: Style
    summary: tuple[tuple[str, str], ...]


def explain(prompt: str) -> Explanation:
    """Never raises, whatever the string. An empty prompt is explained as the default one."""
    style = understand(prompt)
    reading = read(style.prompt)
    return Explanation(
        prompt=style.prompt,
        heard=tuple(Heard(quoted(finding), effect(finding, reading, style)) for finding in reading.findings),
        unknown=reading.unknown,
        style=style,
        summary=summary(style),
    )


def render(explanation: Explanation) -> str:
    """Plain text for a terminal, lines of aligned pairs."""
    parts = [f"Prompt: {explanation.prompt}", ""]
    if explanation.heard:
        parts += ["Understood", *aligned([(each.words, each.effect) for each in explanation.heard]), ""]
    if explanation.unknown:
        parts += ["Not understood (it still makes the music differ)", "  " + ", ".join(explanation.unknown), ""]
    if not explanation.heard:
        parts += ["Nothing in it names a music, so its character was drawn from the text itself.", ""]
    return "\n".join([*parts, "What will play", *aligned(explanation.summary)])


def aligned(pairs: Sequence[tuple[str, str]]) -> list[str]:
    wide = min(30, max(width(left) for left, _ in pairs))
    return [f"  {left}{' ' * max(0, wide - width(left))}  {right}" for left, right in pairs]


def width(text: str) -> int:
    """Columns on a terminal: Chinese and Japanese characters take two."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def quoted(finding: Finding) -> str:
    """The words in the order they stand: Japanese puts its "no" behind."""
    words = " ".join(finding.words.split())
    if any(is_hiragana(char) for char in finding.negation):
        return f"{words}{finding.negation}"
    gap = " " if width(finding.negation) == len(finding.negation) else ""
    return f"{finding.negation}{gap}{words}" if finding.negation else words


# -- what a word did


class Case(NamedTuple):
    """One sense of one finding, with all that tells what became of it."""

    sense: Sense
    finding: Finding
    reading: Reading
    style: Style


def effect(finding: Finding, reading: Reading, style: Style) -> str:
    """One line for one finding; several meanings are joined."""
    cases = [Case(sense, finding, reading, style) for sense in finding.senses if sense.kind in EFFECTS]
    return "; ".join(filter(None, dict.fromkeys(EFFECTS[case.sense.kind](case) for case in cases)))


def genre_effect(case: Case) -> str:
    profile = PROFILES[case.sense.value]
    if case.finding.negated:
        return f"not {profile.name}"
    names = wanted_genres(case.reading)
    if case.sense.value not in names:
        return ""
    leader = PROFILES[names[0]]
    if leader is profile:
        return f"genre: {profile.name}" + (f", played as {profile.genre}" if profile.name != profile.genre else "")
    return (
        f"{profile.name}: already in {leader.name}" if leader.genre == profile.genre else f"coloured by {profile.name}"
    )


def mood_effect(case: Case) -> str:
    name, negated = case.sense.value, case.finding.negated
    mood = MOODS[name]
    shifts = [(field, -getattr(mood, field) if negated else getattr(mood, field)) for field in (*FEELS, "tempo")]
    told = [f"{'more' if shift > 0 else 'less'} {field}" for field, shift in shifts if abs(shift) >= AUDIBLE]
    told = [{"more tempo": "faster", "less tempo": "slower"}.get(each, each) for each in told]
    if mood.modes:
        told.append(("not " if negated else "") + " or ".join(map(scale, mood.modes[:2])))
    if name == "steady" and not negated:
        told.append("a steady pulse")
    return f"{'not ' if negated else ''}{name}: " + ", ".join(told or ["what suits it"])


def instrument_effect(case: Case) -> str:
    name = case.sense.value
    if case.finding.negated:
        return f"no {spaced(name)}"
    parts = [part for part, player in players(case.style) if player == name]
    if parts:
        return f"{spaced(name)}: {', '.join(parts)}"
    taken = [part for part, player in players(case.style) if player in members(name)]
    return f"{spaced(name)}: {', '.join(taken) or 'no part left for it'}"


def kit_effect(case: Case) -> str:
    if case.finding.negated:
        return "no drums"
    return f"drums: {case.style.kit}" if case.style.kit else "drums, but another word refuses them"


def texture_effect(case: Case) -> str:
    name = case.sense.value
    if case.finding.negated:
        return "no background sounds" if name == "any" else f"no {name}"
    return f"sound of {name}" if name in case.style.textures else "background sounds"


def bpm_effect(case: Case) -> str:
    if case.finding.negated:
        return f"not {case.sense.number:g} beats per minute"
    first = case.sense.number == case.style.bpm
    return f"{case.sense.number:g} beats per minute" + ("" if first else ", but another comes first")


def tempo_effect(case: Case) -> str:
    bounds = TEMPO_RANGES.get(case.sense.value)
    numbers = f", {bounds[0]}–{bounds[1]} beats per minute" if bounds else ""
    return ("not " if case.finding.negated else "tempo: ") + case.sense.value + numbers


def key_effect(case: Case) -> str:
    named = f"{TONICS[int(case.sense.number)]} {scale(case.sense.value)}".strip()
    if case.finding.negated:
        return f"not {named}"
    return f"key: {named}" + ("" if int(case.sense.number) == case.style.tonic else ", but another comes first")


def mode_effect(case: Case) -> str:
    return ("not " if case.finding.negated else "mode: ") + scale(case.sense.value)


EFFECTS: dict[Kind, Callable[[Case], str]] = {
    "genre": genre_effect,
    "mood": mood_effect,
    "instrument": instrument_effect,
    "kit": kit_effect,
    "texture": texture_effect,
    "scene": texture_effect,
    "bpm": bpm_effect,
    "tempo": tempo_effect,
    "key": key_effect,
    "mode": mode_effect,
    "meter": lambda case: f"{int(case.sense.number)} beats per bar",
    "leave": lambda case: f"no {case.sense.value}",
    "vocals": lambda _: "nothing: it is always instrumental",
}


# -- the style in words


def summary(style: Style) -> tuple[tuple[str, str], ...]:
    if style.texture_only:
        return (("sound", ", ".join(style.textures)), ("music", "none"))
    return (
        ("genre", style.genre),
        ("tempo", f"{style.bpm:g} beats per minute, {style.beats_per_bar} to a bar"),
        ("key", f"{TONICS[style.tonic]} {scale(style.mode)}"),
        *((part, spaced(player or "nobody")) for part, player in players(style)),
        ("drums", style.kit or "none"),
        ("sounds", ", ".join(style.textures) or "none"),
        *((name, level(getattr(style, name))) for name in FEELS),
    )


def players(style: Style) -> tuple[tuple[str, str | None], ...]:
    return (("lead", style.lead), ("chords", style.chords), ("pad", style.pad), ("bass", style.bass))


def level(value: float) -> str:
    """0…1 in words with the number: "low (0.24)"."""
    return f"{LEVELS[min(4, int(value * 5))]} ({value:.2f})"


def scale(mode: str) -> str:
    return SCALES.get(mode, mode)


def spaced(name: str) -> str:
    return name.replace("_", " ")
