"""Libraries of chord successions that have worn well, by mode and by genre. Data only; tokens as in `harmony`.

Degrees whose own triad is diminished are left out of the diatonic ones; borrowed and secondary chords
are rare, so that the key stays plain.
"""

from __future__ import annotations

from radio.engines.synth.style import Genre, Mode

Progression = tuple[str, ...]


def read(text: str) -> tuple[Progression, ...]:
    return tuple(tuple(line.split()) for line in text.strip().splitlines())


BY_MODE: dict[Mode, tuple[Progression, ...]] = {
    "major": read("""
        1 5 6 4
        6 4 1 5
        4 1 5 6
        1 4 6 5
        1 3 6 4
        4 5 3 6
        1 6 2 5
        2 4 1 5
        1 3 4 1 6 2 4 5
        6 3 4 1 4 1 2 5
        1 2 4 1 6 5 4 4
    """),
    "minor": read("""
        1 6 3 7
        6 7 1 1
        1 4 6 5
        1 7 6 7
        1 3 7 4
        6 3 7 1
        4 6 1 7
        1 4 7 3
        1 5 6 4
        1 6 4 7 1 3 6 7
        1 3 4 6 1 7 6 5
        6 4 1 5 6 4 3 7
    """),
    "dorian": read("""
        1 4
        1 4 7 4
        1 2 3 4
        1 3 4 4
        1 5 4 1
        1 7 4 1
        1 4 1 4 3 2 7 4
        3 7 1 4
    """),
    "mixolydian": read("""
        1 7 4 1
        1 4 7 4
        1 5 4 4
        4 1 7 1
        1 2 4 1
        6 7 1 1
        1 7 4 1 6 2 4 7
    """),
    "lydian": read("""
        1 2
        1 5 2 6
        1 3 2 2
        6 2 1 1
        1 2 6 5
        3 2 1 2
        1 2 3 6 1 5 2 2
    """),
    "phrygian": read("""
        1 2
        1 2 3 2
        1 7 2 1
        6 7 1 1
        1 6 2 1
        1 4 2 1
        1 2 6 7 1 3 2 2
    """),
    "harmonic_minor": read("""
        1 4 5D 1
        1 6 4 5D
        6 4 5D 1
        1 4 1 5D
        4 1 5D 1
        1 6 4 5D 1 4 5D 1
    """),
    "pentatonic": read("""
        1 5 4 2
        5 4 1 1
        1 2 5 4
        4 1 5 2
        5 1 4 3
        1 4 2 5 1 3 5 4
    """),
}

BORROWED: dict[Mode, dict[str, str]] = {
    "major": {"1": "4m", "4": "4m", "3": "3D", "5": "b7M", "6": "6D", "2": "2D"},
    "minor": {"1": "4M", "4": "4M", "6": "b2M", "7": "5M", "5": "5M", "3": "b2M"},
    "dorian": {"1": "b6M", "7": "b6M", "4": "4m", "3": "b2M"},
    "mixolydian": {"1": "b3M", "4": "4m", "7": "b3M", "5": "5M"},
    "lydian": {"1": "b4M", "2": "b4M", "3": "b4M", "5": "5D", "6": "b4M"},
    "phrygian": {"1": "4M", "7": "1M", "2": "4M", "3": "5M"},
    "harmonic_minor": {"1": "4M", "4": "b2M", "6": "4M"},
    "pentatonic": {"1": "#3M", "2": "#3M", "3": "4M", "4": "#5M", "5": "#3M"},
}
"""What a chord in a weak place becomes when it is borrowed from a neighbouring mode: a short change of light.
`b` lowers the mode's own degree, `#` raises it: the five-note mode borrows from mixolydian."""

BY_GENRE: dict[tuple[Genre, Mode], tuple[Progression, ...]] = {
    ("jazz", "major"): read("""
        2 5D 1 6
        1 6D 2 5D
        3 6 2 5D
        1 4 3 6 2 5D 1 1
        4 4m 3 6 2 5D 1 5D
        1 3 4 2 3 6 2 5D
        2 5D 3 6 4 5D 1 1
    """),
    ("jazz", "minor"): read("""
        4 7 3 6 2h 5D 1 1
        1 4 2h 5D
        1 6 2h 5D
        1 7 6 5D
        4 1 2h 5D 1 6 2h 5D
        1 3 6 4 2h 5D 1 1
    """),
    ("jazz", "dorian"): read("""
        1 4
        1 2 3 2
        1 4 1 4 3 4 1 4
        1 1 4 4 7 3 4 4
    """),
    ("lofi", "major"): read("""
        4 3 2 1
        2 5 1 6
        4 3D 6 1
        1 6 2 5
        4 5 3 6
        2 3 4 3
        1 3 4 4m
        4 3 6 5 4 3 2 1
    """),
    ("lofi", "minor"): read("""
        6 5 1 3
        4 7 3 6
        1 4 6 5
        6 7 1 3
        4 5 1 1
        1 3 4 6
        4 7 3 6 4 5 1 1
    """),
    ("classical", "major"): read("""
        1 4 5 1
        1 6 4 5
        1 5 6 3 4 1 4 5
        1 4 2 5D
        1 2 5 1
        6 2 5 1
        1 5 1 4 2 6D 2 5
    """),
    ("classical", "minor"): read("""
        1 4 5M 1
        1 6 4 5M
        1 7 3 6 4 1 4 5M
        1 5 6 3 4 1 6 5M
        1 4 7 3
        6 3 4 1
    """),
    ("techno", "minor"): read("""
        1 1 6 1
        1 1 1 7
        1 4 1 6
        1 1 3 7
        1 6 1 4
    """),
    ("drone", "major"): read("""
        1 4
        1 5 4 1
        1 2 4 1
    """),
    ("drone", "minor"): read("""
        1 6
        1 4 6 1
        1 7 1 6
    """),
    ("synthwave", "minor"): read("""
        1 6 3 7
        6 7 1 1
        1 6 7 5
        4 6 1 7
        1 3 6 7
        6 4 7 1
    """),
    ("folk", "major"): read("""
        1 4 1 5
        1 5 6 4
        1 6 4 5
        4 1 5 1
        1 3 4 5
        6 4 1 1 2 4 5 5
    """),
    ("house", "minor"): read("""
        1 4
        6 7 1 1
        1 3 4 6
        4 5 1 1
        1 7 4 6
        6 5 4 1
    """),
}


def library(genre: Genre, mode: Mode) -> tuple[Progression, ...]:
    """What a genre plays in a mode: its own, and where it has none, the mode's."""
    return BY_GENRE.get((genre, mode), BY_MODE[mode])
