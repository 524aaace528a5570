"""What the composer must know of instruments: home register, and whether a held note goes on. Data only."""

from __future__ import annotations

from radio.engines.synth.style import Instrument

HOME: dict[Instrument, int] = {
    "piano": 73, "electric_piano": 73, "acoustic_guitar": 69, "electric_guitar": 70, "harp": 72, "strings": 70,
    "violin": 76, "cello": 60, "flute": 77, "clarinet": 71, "saxophone": 68, "trumpet": 71, "brass": 67, "choir": 69,
    "organ": 69, "bells": 79, "vibraphone": 75, "marimba": 70, "kalimba": 74, "music_box": 81, "koto": 70,
    "shamisen": 67, "sitar": 65, "accordion": 70, "synth_pad": 69, "warm_pad": 67, "glass_pad": 74, "synth_lead": 73,
    "saw_lead": 72, "square_lead": 75, "pluck": 73,
}  # fmt: skip
"""Where a melody lies best, MIDI pitch. Basses are not here: they play the bass."""
SUSTAINED: frozenset[Instrument] = frozenset(
    ("strings", "violin", "cello", "flute", "clarinet", "saxophone", "trumpet", "brass", "choir", "organ", "accordion",
     "synth_pad", "warm_pad", "glass_pad", "synth_lead", "saw_lead", "square_lead")
)  # fmt: skip


def home(instrument: Instrument) -> int:
    return HOME.get(instrument, 70)
