"""Who plays and what sounds around them: what a prompt says of instruments, drums and textures, beside the genre's own.

Pure, any thread.
"""

from __future__ import annotations

from typing import cast, get_args

from radio.engines.synth.casting import PARTS, Orders, Part
from radio.engines.synth.dice import Dice
from radio.engines.synth.moods import MOODS
from radio.engines.synth.profile import Profile
from radio.engines.synth.prompt_reading import Reading
from radio.engines.synth.style import TEXTURES, Kit, Texture

KITS: tuple[Kit, ...] = get_args(Kit)
QUIET_GENRES = ("ambient", "drone", "piano", "folk", "classical")
"""Where the sound of a time of day, such as crickets at night, does not disturb."""
WASHES = ("vinyl", "tape")
"""A genre's own textures that stay beside those a prompt names."""


def orders(reading: Reading) -> Orders:
    silent: set[Part] = set()
    unwanted = [*reading.values("instrument", negated=True), *reading.values("leave")]
    for name, part in (("bass", "bass"), ("pad", "pad"), ("melody", "lead"), ("chords", "chords")):
        if name in unwanted:
            silent.add(cast("Part", part))
    if "dnb" in reading.values("genre", negated=True):
        silent.add("bass")
    if "kit" in reading.only:
        silent.update(PARTS)
    return Orders(
        wanted=tuple(name for name in reading.values("instrument") if name not in ("melody", "chords")),
        unwanted=tuple(unwanted),
        silent=frozenset(silent),
        only="instrument" in reading.only,
    )


def choose_kit(reading: Reading, profile: Profile, seed: int) -> Kit | None:
    """A named kit; the genre's own; for those who ask for drums or a steady pulse where it has none, a quiet one."""
    wanted = reading.values("kit")
    named = [kit for kit in KITS if kit in wanted]
    usual = [kit for kit in profile.kit if kit is not None]
    if reading.refuses_drums and not wanted:
        return None
    if named:
        return named[0]
    if "instrument" in reading.only and not wanted:
        return None
    dice = Dice(seed, "kit")
    if wanted or "steady" in reading.values("mood"):
        return dice.pick(usual or profile.drums)
    return dice.pick(profile.kit)


def choose_textures(reading: Reading, profile: Profile, seed: int) -> tuple[Texture, ...]:
    """Sounds that were named; else what the genre likes, and in a quiet one what the moods bring."""
    refused = {
        *reading.values("texture", negated=True),
        *reading.values("scene", negated=True),
        *reading.values("leave"),
    }
    asked = [*reading.values("texture"), *reading.values("scene")]
    named = sorted((each for each in TEXTURES if each in asked and each not in refused), key=asked.index)
    usual = Dice(seed, "texture").pick(profile.textures)
    if profile.genre in QUIET_GENRES and not asked:
        scenes = (MOODS[mood].scene for mood in reading.values("mood"))
        usual = next((scene for scene in scenes if scene), None if "focus" in reading.values("mood") else usual)
    if refused & {"any", "textures"}:
        usual = None
    fits = not named or (usual in WASHES and not set(WASHES) & set(named))
    return (*named, usual) if usual and usual not in refused and fits else tuple(named)
