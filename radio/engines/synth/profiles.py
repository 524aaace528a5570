"""Every profile by name, and which suit a prompt that names no genre. Data only, any thread."""

from __future__ import annotations

from radio.engines.synth.profile import Profile
from radio.engines.synth.profiles_acoustic import ACOUSTIC
from radio.engines.synth.profiles_basic import BASIC
from radio.engines.synth.profiles_dance import DANCE
from radio.engines.synth.profiles_electronic import ELECTRONIC
from radio.engines.synth.profiles_songs import SONGS

PROFILES: dict[str, Profile] = BASIC | ACOUSTIC | SONGS | ELECTRONIC | DANCE
"""The twelve genres under their own names, then their neighbours."""

SAFE: tuple[str, ...] = (
    "ambient",
    "lofi",
    "piano",
    "folk",
    "classical",
    "neoclassical",
    "downtempo",
    "new_age",
    "bossa_nova",
    "fantasy",
)
"""What a prompt gets of which nothing was understood: always pleasant, mostly calm."""

INSTRUMENT_SUITS: dict[str, tuple[str, ...]] = {
    "piano": ("piano",),
    "electric_piano": ("lofi", "downtempo"),
    "acoustic_guitar": ("folk", "bossa_nova"),
    "electric_guitar": ("post_rock", "rock"),
    "harp": ("new_age", "fantasy", "classical"),
    "strings": ("classical", "cinematic"),
    "violin": ("classical", "folk", "neoclassical"),
    "cello": ("neoclassical", "classical"),
    "flute": ("folk", "new_age", "fantasy"),
    "clarinet": ("classical", "jazz"),
    "saxophone": ("jazz", "smooth_jazz"),
    "trumpet": ("jazz", "latin"),
    "brass": ("cinematic", "swing"),
    "choir": ("sacred", "ambient"),
    "organ": ("sacred", "baroque"),
    "bells": ("ambient", "new_age"),
    "vibraphone": ("jazz", "lofi"),
    "marimba": ("minimalism", "african"),
    "kalimba": ("african", "lofi"),
    "music_box": ("lullaby",),
    "koto": ("japanese",),
    "shamisen": ("japanese",),
    "sitar": ("indian",),
    "accordion": ("folk", "tango"),
    "synth_pad": ("ambient",),
    "warm_pad": ("ambient",),
    "glass_pad": ("ambient",),
    "synth_lead": ("synthwave", "synthpop"),
    "saw_lead": ("synthwave", "trance"),
    "square_lead": ("chiptune",),
    "pluck": ("downtempo", "house"),
    "acid_bass": ("acid",),
    "synth_bass": ("synthwave", "house"),
    "sine_bass": ("trap", "downtempo"),
    "upright_bass": ("jazz",),
    "electric_bass": ("funk", "soul"),
    "guitar": ("folk", "post_rock"),
    "synth": ("synthwave", "ambient", "downtempo"),
    "pad": ("ambient",),
    "woodwind": ("classical", "folk"),
    "bass": ("downtempo", "lofi"),
}
KIT_SUITS: dict[str, tuple[str, ...]] = {
    "any": ("lofi", "downtempo", "house"),
    "acoustic": ("rock", "funk", "jazz"),
    "brushes": ("jazz", "jazz_ballad"),
    "lofi": ("lofi", "hip_hop"),
    "house": ("house", "disco"),
    "techno": ("techno", "electro"),
    "synthwave": ("synthwave",),
    "breaks": ("breakbeat", "jungle"),
    "chip": ("chiptune",),
    "hand": ("african", "folk", "latin"),
}
TEXTURE_SUITS: dict[str, tuple[str, ...]] = {
    "rain": ("ambient", "piano", "lofi"),
    "vinyl": ("lofi",),
    "waves": ("ambient", "new_age"),
    "wind": ("ambient", "drone"),
    "fire": ("folk", "piano"),
    "birds": ("new_age", "folk", "ambient"),
    "night": ("ambient", "piano"),
    "stream": ("new_age", "ambient"),
    "thunder": ("dark_ambient", "ambient"),
    "cafe": ("jazz", "bossa_nova"),
    "tape": ("lofi", "chillwave", "ambient"),
}
TEMPO_SUITS: tuple[tuple[float, tuple[str, ...]], ...] = (
    (70, ("ambient", "piano", "lofi")),
    (98, ("lofi", "piano", "downtempo", "folk")),
    (116, ("synthwave", "bossa_nova", "pop", "folk")),
    (156, ("house", "techno", "synthwave", "chiptune")),
    (201, ("dnb", "jungle", "liquid")),
)
"""Up to which tempo in beats per minute what suits."""
