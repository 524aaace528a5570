"""The twelve genres the synthesiser plays: tempo, modes, players and feel that are at home in each. Data only."""

from __future__ import annotations

from radio.engines.synth.profile import Feel, Profile

AMBIENT = Profile(
    "ambient",
    "ambient",
    (58, 78),
    ("lydian", "major", "major", "dorian", "pentatonic", "mixolydian", "minor"),
    Feel((0.10, 0.24), (0.36, 0.54), (0.20, 0.38), (0.70, 0.88), (0.40, 0.58)),
    lead=("piano", "electric_piano", "harp", "kalimba", "bells", "flute", "vibraphone", "cello"),
    chords=("electric_piano", "harp", "synth_pad", "pluck", "vibraphone", "piano"),
    pad=("warm_pad", "glass_pad", "synth_pad", "strings", "choir"),
    bass=("sine_bass",),
    textures=(None, None, None, None, None, "tape", "waves", "wind"),
)
LOFI = Profile(
    "lo-fi",
    "lofi",
    (70, 88),
    ("minor", "dorian", "major", "minor", "major"),
    Feel((0.30, 0.44), (0.26, 0.42), (0.42, 0.58), (0.34, 0.52), (0.66, 0.86), (0.35, 0.65)),
    lead=(
        "electric_piano",
        "vibraphone",
        "acoustic_guitar",
        "piano",
        "kalimba",
        "music_box",
        "flute",
        "electric_guitar",
    ),
    chords=("electric_piano", "electric_piano", "piano", "acoustic_guitar"),
    pad=("warm_pad", None, "strings"),
    bass=("sine_bass", "electric_bass", "upright_bass"),
    kit=("lofi",),
    textures=("vinyl", "vinyl", "tape", None),
)
PIANO = Profile(
    "piano",
    "piano",
    (62, 92),
    ("major", "minor", "minor", "dorian", "lydian"),
    Feel((0.20, 0.38), (0.40, 0.54), (0.36, 0.54), (0.50, 0.68), (0.30, 0.48)),
    lead=("piano",),
    chords=("piano",),
    pad=(None, None, "strings", "warm_pad"),
    bass=("piano",),
    drums=("brushes",),
    meters=(4, 4, 3),
)
CLASSICAL = Profile(
    "classical",
    "classical",
    (66, 112),
    ("major", "minor", "major", "harmonic_minor"),
    Feel((0.30, 0.52), (0.44, 0.58), (0.45, 0.62), (0.58, 0.74), (0.20, 0.34)),
    lead=("violin", "flute", "clarinet", "cello", "piano"),
    chords=("strings", "harp", "piano"),
    pad=("strings", None),
    bass=("cello", "upright_bass"),
    drums=("acoustic", "hand"),
    meters=(4, 4, 3),
)
JAZZ = Profile(
    "jazz",
    "jazz",
    (88, 138),
    ("dorian", "major", "mixolydian", "minor"),
    Feel((0.35, 0.52), (0.40, 0.54), (0.48, 0.64), (0.34, 0.48), (0.44, 0.60), (0.60, 0.80)),
    lead=("saxophone", "piano", "trumpet", "vibraphone", "electric_guitar", "clarinet"),
    chords=("piano", "piano", "electric_piano", "electric_guitar"),
    pad=(None,),
    bass=("upright_bass",),
    kit=("brushes", "brushes", "acoustic"),
    textures=(None, None, "cafe", "vinyl"),
)
HOUSE = Profile(
    "house",
    "house",
    (118, 126),
    ("minor", "dorian", "minor", "mixolydian"),
    Feel((0.60, 0.74), (0.48, 0.64), (0.54, 0.70), (0.40, 0.54), (0.40, 0.56), (0.08, 0.28)),
    lead=("pluck", "synth_lead", "electric_piano", "vibraphone", "marimba"),
    chords=("electric_piano", "organ", "piano", "pluck"),
    pad=("warm_pad", "synth_pad", "strings"),
    bass=("synth_bass", "sine_bass"),
    kit=("house",),
)
TECHNO = Profile(
    "techno",
    "techno",
    (126, 136),
    ("minor", "phrygian", "minor", "dorian"),
    Feel((0.70, 0.84), (0.42, 0.58), (0.55, 0.72), (0.44, 0.60), (0.42, 0.60)),
    lead=("synth_lead", "pluck", "bells", "saw_lead"),
    chords=("pluck", "synth_pad", "organ"),
    pad=("synth_pad", "glass_pad", "warm_pad"),
    bass=("synth_bass", "acid_bass", "sine_bass"),
    kit=("techno",),
)
SYNTHWAVE = Profile(
    "synthwave",
    "synthwave",
    (84, 112),
    ("minor", "minor", "dorian", "major"),
    Feel((0.50, 0.68), (0.50, 0.64), (0.50, 0.66), (0.50, 0.64), (0.55, 0.74)),
    lead=("saw_lead", "synth_lead", "electric_guitar", "bells"),
    chords=("pluck", "synth_pad", "electric_piano"),
    pad=("warm_pad", "synth_pad"),
    bass=("synth_bass",),
    kit=("synthwave",),
)
DNB = Profile(
    "drum and bass",
    "dnb",
    (168, 176),
    ("minor", "dorian", "minor"),
    Feel((0.70, 0.84), (0.46, 0.62), (0.58, 0.74), (0.46, 0.62), (0.40, 0.56)),
    lead=("synth_lead", "pluck", "electric_piano", "bells", "flute"),
    chords=("electric_piano", "pluck", "synth_pad"),
    pad=("synth_pad", "glass_pad", "strings", "warm_pad"),
    bass=("synth_bass", "sine_bass"),
    kit=("breaks",),
)
FOLK = Profile(
    "folk",
    "folk",
    (84, 116),
    ("major", "mixolydian", "dorian", "major", "pentatonic"),
    Feel((0.34, 0.50), (0.42, 0.56), (0.42, 0.58), (0.30, 0.46), (0.36, 0.54), (0.0, 0.2)),
    lead=("flute", "violin", "acoustic_guitar", "accordion", "clarinet"),
    chords=("acoustic_guitar", "acoustic_guitar", "harp"),
    pad=(None, None, "strings"),
    bass=("upright_bass", "cello"),
    kit=("hand", None, "brushes"),
    drums=("hand", "brushes"),
    textures=(None, None, None, "birds", "fire"),
    meters=(4, 4, 3),
)
CHIPTUNE = Profile(
    "chiptune",
    "chiptune",
    (112, 150),
    ("major", "major", "minor", "mixolydian"),
    Feel((0.54, 0.72), (0.58, 0.72), (0.56, 0.72), (0.14, 0.30), (0.24, 0.40)),
    lead=("square_lead",),
    chords=("pluck", "square_lead"),
    pad=(None,),
    bass=("synth_bass",),
    kit=("chip",),
    drums=("chip",),
)
DRONE = Profile(
    "drone",
    "drone",
    (44, 60),
    ("minor", "dorian", "lydian", "mixolydian"),
    Feel((0.05, 0.14), (0.22, 0.38), (0.10, 0.24), (0.80, 0.94), (0.50, 0.68)),
    lead=("bells", "cello", None, "flute"),
    chords=("strings", "synth_pad", "organ"),
    pad=("warm_pad", "glass_pad", "choir", "strings"),
    bass=("sine_bass", "cello"),
    drums=("hand",),
    textures=(None, None, "wind", "tape", "waves"),
)

BASIC: dict[str, Profile] = {
    profile.genre: profile
    for profile in (AMBIENT, LOFI, PIANO, CLASSICAL, JAZZ, HOUSE, TECHNO, SYNTHWAVE, DNB, FOLK, CHIPTUNE, DRONE)
}
