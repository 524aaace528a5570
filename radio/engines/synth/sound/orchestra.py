"""Which voice plays which instrument. Data only, any thread."""

from __future__ import annotations

from radio.engines.synth.sound import analog, ensemble, mallets, plucked, solo
from radio.engines.synth.sound.electric_piano import ELECTRIC_PIANO
from radio.engines.synth.sound.piano import PIANO
from radio.engines.synth.sound.tone import Tremolo, Voice
from radio.engines.synth.style import Instrument

LESLIE = Tremolo(5.8, 0.16, 0.5)
MOTOR = Tremolo(4.2, 0.22, 0.25)

ORCHESTRA: dict[Instrument, Voice] = {
    "piano": PIANO,
    "electric_piano": ELECTRIC_PIANO,
    "acoustic_guitar": plucked.voice(plucked.ACOUSTIC_GUITAR, 0.16),
    "electric_guitar": plucked.voice(plucked.ELECTRIC_GUITAR, 0.14, tremolo=Tremolo(3.1, 0.1, 0.5)),
    "harp": plucked.voice(plucked.HARP, 0.6, ring=True),
    "strings": ensemble.voice(ensemble.STRINGS, 0.16, 0.55, 0.11),
    "violin": solo.voice(solo.VIOLIN, 0.22),
    "cello": solo.voice(solo.CELLO, 0.28),
    "flute": solo.voice(solo.FLUTE, 0.16),
    "clarinet": solo.voice(solo.CLARINET, 0.12),
    "saxophone": solo.voice(solo.SAXOPHONE, 0.13),
    "trumpet": solo.voice(solo.TRUMPET, 0.13),
    "brass": ensemble.voice(ensemble.BRASS, 0.06, 0.25, 0.2),
    "choir": ensemble.voice(ensemble.CHOIR, 0.35, 0.9, 0.07),
    "organ": ensemble.voice(ensemble.ORGAN, 0.012, 0.09, 0.05, LESLIE),
    "bells": mallets.voice(mallets.BELLS),
    "vibraphone": mallets.voice(mallets.VIBRAPHONE, damped_s=0.5, tremolo=MOTOR),
    "marimba": mallets.voice(mallets.MARIMBA),
    "kalimba": mallets.voice(mallets.KALIMBA),
    "music_box": mallets.voice(mallets.MUSIC_BOX),
    "koto": plucked.voice(plucked.KOTO, 0.5, ring=True),
    "shamisen": plucked.voice(plucked.SHAMISEN, 0.15),
    "sitar": plucked.voice(plucked.SITAR, 0.5, ring=True),
    "accordion": ensemble.voice(ensemble.ACCORDION, 0.05, 0.1, 0.25),
    "synth_pad": ensemble.voice(ensemble.SYNTH_PAD, 0.30, 0.8, 0.09),
    "warm_pad": ensemble.voice(ensemble.WARM_PAD, 0.55, 1.2, 0.06),
    "glass_pad": ensemble.voice(ensemble.GLASS_PAD, 0.45, 1.5, 0.13),
    "synth_lead": analog.voice(analog.SYNTH_LEAD, 0.18),
    "saw_lead": analog.voice(analog.SAW_LEAD, 0.2),
    "square_lead": analog.voice(analog.SQUARE_LEAD, 0.05),
    "pluck": analog.voice(analog.PLUCK, 0.25, 1.8),
    "sine_bass": analog.voice(analog.SINE_BASS, 0.12),
    "synth_bass": analog.voice(analog.SYNTH_BASS, 0.07),
    "acid_bass": analog.voice(analog.ACID_BASS, 0.05),
    "upright_bass": plucked.voice(plucked.UPRIGHT_BASS, 0.12),
    "electric_bass": plucked.voice(plucked.ELECTRIC_BASS, 0.1),
}
