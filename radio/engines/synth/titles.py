"""Short evocative titles, one for each piece of a passage, made of what the style sounds like. Pure; English."""

from __future__ import annotations

from radio.engines.synth.dice import Dice
from radio.engines.synth.style import Genre, Style, Texture

TEXTURE_WORDS: dict[Texture, tuple[str, ...]] = {
    "rain": (
        "Rain on the Skylight",
        "After the Rain",
        "Gutters Singing",
        "Umbrella Weather",
        "Wet Pavement",
        "Rain Until Noon",
    ),
    "vinyl": ("Side B", "Dust in the Groove", "The Old Turntable", "Run-Out Groove", "Second-Hand Record"),
    "waves": ("Low Tide", "Slow Breakers", "The Long Shore", "Salt on the Window", "Harbour Mouth"),
    "wind": ("Wind in the Wires", "Open Moor", "The North Window", "Grass Bending", "Weathervane"),
    "fire": ("Embers", "Hearthlight", "The Last Log", "Slow Ashes", "Winter Kitchen"),
    "birds": ("First Birds", "Hedgerow", "Four in the Morning", "The Orchard Wakes", "Wren"),
    "night": ("Crickets", "The Garden at Night", "Porch Light", "Moths", "Warm Dark"),
    "stream": ("Upstream", "Stepping Stones", "Cold Spring", "The Mill Race", "Green Water"),
    "thunder": ("Far Thunder", "Before the Storm", "Heat Lightning", "The Sky Turns Over"),
    "cafe": ("Corner Table", "Second Cup", "The Regulars", "Cups and Saucers", "Closing Time"),
    "tape": ("Found Cassette", "Magnetic", "Rewind Slowly", "Tape Hiss", "Home Recording"),
}
GENRE_NOUNS: dict[Genre, tuple[str, ...]] = {
    "ambient": (
        "Horizon",
        "Lanterns",
        "Glass",
        "Mist",
        "Meridian",
        "Clearing",
        "Halo",
        "Drift",
        "Plateau",
        "Stillness",
    ),
    "lofi": (
        "Notebook",
        "Balcony",
        "Laundromat",
        "Streetlight",
        "Sunday",
        "Bus Window",
        "Slippers",
        "Desk Lamp",
        "Rooftop",
    ),
    "piano": ("Letter", "Staircase", "Snow", "Window Seat", "Waltz", "Photograph", "Handwriting", "Linen", "Doorway"),
    "classical": ("Minuet", "Arbour", "Pavilion", "Sonatina", "Terrace", "Fountain", "Gavotte", "Promenade", "Almanac"),
    "jazz": (
        "Side Street",
        "Last Train",
        "Blue Hour",
        "Corner Booth",
        "Overcoat",
        "Second Set",
        "Matchbook",
        "Boulevard",
    ),
    "house": ("Balearic", "Rooftop", "Mirrorball", "Daybreak", "Warehouse", "Terrace", "Undertow", "Groove", "Skyline"),
    "techno": ("Grid", "Relay", "Concrete", "Turbine", "Voltage", "Signal", "Corridor", "Engine Room", "Monolith"),
    "synthwave": (
        "Coastline",
        "Overpass",
        "Neon",
        "Arcade",
        "Headlights",
        "Chrome",
        "Sunset Strip",
        "Videotape",
        "Skyline",
    ),
    "dnb": ("Slipstream", "Orbit", "Tunnel", "Current", "Velocity", "Night Bus", "Transit", "Afterimage", "Gradient"),
    "folk": ("Orchard", "River Road", "Barn", "Lantern", "Meadow", "Kettle", "Fence Line", "Harvest", "Old Coat"),
    "chiptune": (
        "Level",
        "Cartridge",
        "Pixel",
        "Castle",
        "Save Point",
        "High Score",
        "Overworld",
        "Bonus Stage",
        "Joystick",
    ),
    "drone": ("Monolith", "Deep Field", "Slow Bell", "Granite", "Undertone", "Aurora", "Abbey", "Longitude", "Cavern"),
}
BRIGHT = ("Golden", "First", "Open", "Clear", "Early", "Paper", "Summer", "Bright", "Silver", "Easy", "Morning", "Wide")
DARK = (
    "Slow",
    "Blue",
    "Late",
    "Quiet",
    "Distant",
    "Hollow",
    "Winter",
    "Velvet",
    "Northern",
    "Faded",
    "Evening",
    "Long",
)
DRIVING = (
    "Electric",
    "Restless",
    "Rising",
    "Infinite",
    "Fast",
    "Parallel",
    "Crimson",
    "Burning",
    "Midnight",
    "Outbound",
)
PLACES = ("at Dusk", "by the Water", "in Colour", "after Midnight", "at the Edge", "in the Distance", "for Nobody",
          "in Two Parts", "from Above", "without Hurry", "in Late Light", "Revisited")  # fmt: skip


def title_of(seed: int, style: Style, piece: int) -> str:
    """The title of a passage's piece. Neighbours never share one."""
    turn = Dice(seed, "title").below(1 << 20)
    dice = Dice(seed, "title", piece)
    if style.textures and (style.texture_only or dice.chance(0.2)):
        words = [word for texture in style.textures for word in TEXTURE_WORDS[texture]]
        return words[(turn + piece) % len(words)]
    nouns = GENRE_NOUNS[style.genre]
    noun = nouns[(turn + piece) % len(nouns)]
    adjective = dice.pick(adjectives(style))
    return dice.weigh(
        ((f"{adjective} {noun}", 5), (f"{noun} {dice.pick(PLACES)}", 3), (f"The {adjective} {noun}", 1), (noun, 0.5))
    )


def adjectives(style: Style) -> tuple[str, ...]:
    if style.energy > 0.62:
        return DRIVING
    return BRIGHT if style.brightness > 0.52 and style.mode in ("major", "lydian", "mixolydian", "pentatonic") else DARK
