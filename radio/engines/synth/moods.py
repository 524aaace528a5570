"""What moods do: shifts of a style's feel and tempo, modes they want, genres that suit them. Data only, any thread.

Tempo words are here too, as shifts and as the classical terms' own ranges.
"""

from __future__ import annotations

from dataclasses import dataclass

from radio.engines.synth.profile import Range
from radio.engines.synth.style import Mode, Texture

BRIGHT_MODES: tuple[Mode, ...] = ("major", "mixolydian", "lydian", "pentatonic")
DARK_MODES: tuple[Mode, ...] = ("minor", "harmonic_minor", "phrygian", "dorian")


@dataclass(frozen=True, slots=True)
class Mood:
    """`energy` … `swing` are added to a style's fields; `tempo` moves within the genre's range, −1…1 of its width.

    `suits` are profiles for a prompt without a genre. `scene` is a sound that fits where the genre is quiet.
    """

    energy: float = 0.0
    brightness: float = 0.0
    density: float = 0.0
    space: float = 0.0
    warmth: float = 0.0
    swing: float = 0.0
    tempo: float = 0.0
    modes: tuple[Mode, ...] = ()
    suits: tuple[str, ...] = ()
    scene: Texture | None = None


MOODS: dict[str, Mood] = {
    # quiet
    "calm": Mood(energy=-0.15, density=-0.12, tempo=-0.3, suits=("ambient", "piano", "new_age")),
    "relaxing": Mood(
        energy=-0.1, density=-0.05, warmth=0.05, tempo=-0.2, suits=("lofi", "ambient", "piano", "downtempo")
    ),
    "sleepy": Mood(
        energy=-0.25,
        brightness=-0.15,
        density=-0.2,
        tempo=-0.5,
        modes=("major", "lydian", "pentatonic"),
        suits=("ambient", "lullaby", "drone"),
    ),
    "focus": Mood(
        energy=-0.04, brightness=-0.06, density=-0.05, suits=("ambient", "lofi", "piano", "minimalism", "downtempo")
    ),
    "soft": Mood(energy=-0.14, brightness=-0.1, suits=("piano", "ambient", "folk")),
    "smooth": Mood(energy=-0.04, density=-0.06, space=0.06, warmth=0.04, suits=("ambient", "smooth_jazz", "downtempo")),
    "steady": Mood(suits=("downtempo", "minimalism", "ambient")),
    "meditative": Mood(energy=-0.18, density=-0.15, space=0.1, tempo=-0.4, suits=("ambient", "drone", "new_age")),
    # light
    "happy": Mood(
        energy=0.12,
        brightness=0.12,
        tempo=0.25,
        modes=("major", "mixolydian", "lydian"),
        suits=("folk", "pop", "bossa_nova", "lofi"),
    ),
    "hopeful": Mood(
        energy=0.1,
        brightness=0.12,
        tempo=0.1,
        modes=("major", "lydian"),
        suits=("neoclassical", "post_rock", "piano", "cinematic"),
    ),
    "playful": Mood(
        energy=0.1,
        brightness=0.1,
        density=0.06,
        tempo=0.2,
        modes=("major", "mixolydian"),
        suits=("chiptune", "folk", "ragtime"),
    ),
    "cute": Mood(brightness=0.14, energy=0.04, modes=("major", "pentatonic"), suits=("lullaby", "chiptune", "lofi")),
    "romantic": Mood(
        warmth=0.1,
        energy=-0.05,
        tempo=-0.2,
        modes=("major", "minor"),
        suits=("nocturne", "jazz_ballad", "neoclassical"),
    ),
    "elegant": Mood(energy=-0.03, suits=("classical", "nocturne", "jazz")),
    # wistful
    "sad": Mood(
        energy=-0.1,
        brightness=-0.12,
        tempo=-0.3,
        modes=("minor", "harmonic_minor", "dorian"),
        suits=("piano", "neoclassical", "ambient"),
    ),
    "nostalgic": Mood(
        warmth=0.12,
        brightness=-0.08,
        tempo=-0.1,
        modes=("major", "dorian", "minor"),
        suits=("lofi", "piano", "chillwave"),
    ),
    "lonely": Mood(
        density=-0.12, space=0.1, tempo=-0.2, modes=("minor", "dorian"), suits=("piano", "ambient", "neoclassical")
    ),
    "dreamy": Mood(
        space=0.14, brightness=0.02, energy=-0.06, modes=("lydian", "major"), suits=("ambient", "chillwave", "new_age")
    ),
    # shadow
    "dark": Mood(
        brightness=-0.2,
        modes=("minor", "phrygian", "harmonic_minor"),
        suits=("dark_ambient", "drone", "trip_hop", "ambient"),
    ),
    "mysterious": Mood(
        brightness=-0.08,
        space=0.1,
        modes=("dorian", "phrygian", "harmonic_minor", "lydian"),
        suits=("ambient", "trip_hop", "cinematic"),
    ),
    "tense": Mood(
        energy=0.1,
        density=0.1,
        modes=("phrygian", "harmonic_minor", "minor"),
        suits=("cinematic", "techno", "dark_ambient"),
    ),
    "spooky": Mood(
        brightness=-0.12, space=0.12, modes=("harmonic_minor", "phrygian"), suits=("dark_ambient", "cinematic")
    ),
    "aggressive": Mood(
        energy=0.25,
        density=0.1,
        warmth=0.15,
        tempo=0.3,
        modes=("minor", "phrygian"),
        suits=("metal", "techno", "industrial", "dnb"),
    ),
    # force
    "energetic": Mood(
        energy=0.2, density=0.1, brightness=0.08, tempo=0.4, suits=("house", "synthwave", "techno", "edm")
    ),
    "epic": Mood(
        energy=0.25, density=0.18, space=0.1, brightness=0.04, modes=("minor", "dorian", "major"), suits=("cinematic",)
    ),
    "party": Mood(energy=0.2, density=0.08, brightness=0.08, tempo=0.3, suits=("house", "disco", "edm")),
    "driving": Mood(energy=0.14, density=0.06, tempo=0.3, suits=("synthwave", "techno", "house")),
    "groovy": Mood(swing=0.12, energy=0.08, density=0.06, suits=("funk", "deep_house", "lofi")),
    "loud": Mood(energy=0.2, warmth=0.08, suits=("rock", "techno", "edm")),
    "hypnotic": Mood(density=-0.04, space=0.06, suits=("minimal_techno", "dub_techno", "minimalism")),
    # colour and room
    "warm": Mood(warmth=0.18, brightness=-0.06, suits=("lofi", "ambient", "downtempo")),
    "cold": Mood(warmth=-0.18, space=0.1, modes=("minor", "dorian"), suits=("ambient", "piano", "idm")),
    "bright": Mood(brightness=0.18, modes=("major", "lydian", "mixolydian"), suits=("folk", "new_age", "pop")),
    "spacious": Mood(space=0.18, suits=("ambient", "space_ambient")),
    "intimate": Mood(space=-0.25, energy=-0.05, suits=("piano", "folk", "jazz_ballad")),
    "lush": Mood(density=0.12, space=0.08, warmth=0.08, suits=("ambient", "cinematic", "downtempo")),
    "sparse": Mood(density=-0.22, energy=-0.05, suits=("piano", "ambient", "minimal_techno")),
    "busy": Mood(density=0.2, energy=0.06, suits=("minimalism", "idm", "bebop")),
    "vintage": Mood(warmth=0.2, brightness=-0.12, suits=("lofi", "swing", "chillwave")),
    "gritty": Mood(warmth=0.28, energy=0.05, suits=("industrial", "trip_hop", "rock")),
    "pure": Mood(warmth=-0.15, brightness=0.06),
    # times and places
    "night": Mood(
        brightness=-0.1,
        energy=-0.05,
        modes=("minor", "dorian"),
        suits=("ambient", "lofi", "jazz_ballad", "piano"),
        scene="night",
    ),
    "morning": Mood(
        brightness=0.1, energy=-0.02, modes=("major", "lydian"), suits=("folk", "piano", "new_age"), scene="birds"
    ),
    "evening": Mood(warmth=0.1, brightness=-0.05, suits=("lofi", "jazz_ballad", "chillwave")),
    "spring": Mood(brightness=0.1, modes=("major", "lydian"), suits=("folk", "piano", "classical"), scene="birds"),
    "summer": Mood(
        brightness=0.12,
        energy=0.06,
        modes=("major", "mixolydian"),
        suits=("tropical", "bossa_nova", "chillwave", "folk"),
    ),
    "autumn": Mood(warmth=0.1, brightness=-0.06, modes=("minor", "dorian"), suits=("piano", "folk", "jazz_ballad")),
    "winter": Mood(
        warmth=-0.1,
        brightness=0.04,
        space=0.08,
        modes=("minor", "dorian", "major"),
        suits=("piano", "ambient", "neoclassical"),
        scene="wind",
    ),
    "cosmic": Mood(space=0.18, modes=("lydian", "dorian"), suits=("space_ambient", "synthwave", "drone")),
    "underwater": Mood(brightness=-0.2, space=0.16, tempo=-0.2, suits=("ambient", "dub_techno"), scene="waves"),
    "urban": Mood(warmth=0.06, suits=("lofi", "trip_hop", "jazz")),
    "futuristic": Mood(brightness=0.06, warmth=-0.05, suits=("synthwave", "techno", "idm")),
    "pastoral": Mood(
        brightness=0.04,
        warmth=0.05,
        modes=("major", "mixolydian", "dorian"),
        suits=("folk", "new_age", "classical"),
        scene="birds",
    ),
    "acoustic": Mood(warmth=0.04, suits=("folk", "piano", "bossa_nova")),
    # decades
    "seventies": Mood(warmth=0.12, suits=("funk", "soul", "disco")),
    "eighties": Mood(warmth=0.05, suits=("synthwave", "synthpop", "city_pop")),
    "nineties": Mood(warmth=0.05, suits=("hip_hop", "trip_hop", "jungle")),
    "early_jazz": Mood(warmth=0.15, brightness=-0.1, suits=("swing", "ragtime")),
    "sixties": Mood(warmth=0.12, suits=("soul", "bossa_nova", "rock")),
}

DECISIVE = frozenset(
    (
        "energetic",
        "epic",
        "party",
        "driving",
        "aggressive",
        "groovy",
        "cosmic",
        "seventies",
        "eighties",
        "nineties",
        "early_jazz",
    )
)
"""Moods that hardly go with other genres than those they suit: half as much again in the choice."""

TEMPO_SHIFTS: dict[str, float] = {"slow": -1.0, "fast": 1.0, "medium": 0.0, "faster": 0.5, "slower": -0.5}
"""How far beyond (±1) or towards the edge of (±0.5) the genre's range a tempo word goes."""
TEMPO_RANGES: dict[str, Range] = {
    "largo": (44, 58),
    "lento": (46, 60),
    "adagio": (60, 76),
    "andante": (76, 100),
    "moderato": (98, 112),
    "allegretto": (108, 122),
    "allegro": (120, 156),
    "vivace": (150, 172),
    "presto": (168, 196),
}
"""Beats per minute of the Italian terms, as metronomes print them."""
TEMPO_WORD_SUITS: dict[str, tuple[str, ...]] = {
    "slow": ("ambient", "piano", "drone"),
    "slower": ("ambient", "piano", "lofi"),
    "fast": ("house", "synthwave", "techno", "folk"),
    "faster": ("house", "synthwave", "folk"),
}
