"""Understanding: from what was read in a prompt to one definite style.

An explicit word always wins; moods shift and vote; what is left open falls by the prompt's own hash, within the
bounds of the genre. So two prompts differ even where they say the same. Knows no words (`lexicon`) and no sound.
Pure, any thread.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from radio.contracts import DEFAULT_PROMPT
from radio.engines.synth.casting import cast_band
from radio.engines.synth.choose_feel import choose_feel
from radio.engines.synth.choose_genre import choose_profile
from radio.engines.synth.choose_players import choose_kit, choose_textures, orders
from radio.engines.synth.choose_time import choose_bpm, choose_meter, choose_mode, choose_tonic
from radio.engines.synth.dice import Dice
from radio.engines.synth.lexicon import Kind
from radio.engines.synth.profiles import PROFILES
from radio.engines.synth.prompt_reading import Reading, read
from radio.engines.synth.prompt_text import clean, seed_of
from radio.engines.synth.style import Style

MUSICAL: frozenset[Kind] = frozenset(("genre", "instrument", "kit", "key", "mode", "meter", "bpm", "tempo"))
"""What makes a prompt one for music."""
SOFT_MOODS = frozenset(("calm", "soft", "relaxing", "sleepy", "loud", "spacious", "steady", "smooth", "meditative"))
"""Moods that may describe a sound by itself: "gentle rain" asks for no music."""


@lru_cache(maxsize=256)
def understand(prompt: str) -> Style:
    """The style that a prompt means. Never raises, whatever the string; equal but for case, space and punctuation
    means equal seed. An empty prompt means `DEFAULT_PROMPT`."""
    text = clean(prompt)
    if not text.strip():
        return understand(DEFAULT_PROMPT)
    reading, seed = read(prompt), seed_of(prompt)
    profile = PROFILES["ambient"] if is_sound_only(reading) else choose_profile(reading, seed)
    feel, band = choose_feel(reading, profile, seed), cast_band(profile, orders(reading), Dice(seed, "band"))
    style = Style(
        prompt=text,
        seed=seed,
        genre=profile.genre,
        bpm=choose_bpm(reading, profile, seed),
        beats_per_bar=choose_meter(reading, profile, seed),
        tonic=choose_tonic(reading, profile, seed),
        mode=choose_mode(reading, profile, seed),
        energy=feel["energy"],
        brightness=feel["brightness"],
        density=feel["density"],
        space=feel["space"],
        warmth=feel["warmth"],
        swing=feel["swing"],
        lead=band["lead"],
        chords=band["chords"],
        pad=band["pad"],
        bass=band["bass"],
        kit=choose_kit(reading, profile, seed),
        textures=choose_textures(reading, profile, seed),
    )
    return silenced(style, reading) if is_sound_only(reading) else style


def silenced(style: Style, reading: Reading) -> Style:
    """ "just rain" is no music at all, only the sound."""
    asked = [*reading.values("texture"), *reading.values("scene")]
    textures = tuple(texture for texture in style.textures if texture in asked)
    return replace(style, lead=None, chords=None, pad=None, bass=None, kit=None, textures=textures, texture_only=True)


def is_sound_only(reading: Reading) -> bool:
    """Only sounds are named and nothing that makes music, or they stand beside "just", "only" or "no music"."""
    wanted = {sense.kind for finding in reading.findings if not finding.negated for sense in finding.senses}
    sounds = {*reading.values("texture"), *reading.values("scene")} - {"any"}
    unwanted = {*reading.values("texture", negated=True), *reading.values("scene", negated=True)}
    if wanted & MUSICAL or not sounds - unwanted:
        return False
    if reading.only & {"texture", "scene"} or "music" in reading.values("leave"):
        return True
    refused = {sense.kind for finding in reading.findings if finding.negated for sense in finding.senses}
    if reading.music or refused & MUSICAL or reading.values("leave"):
        return False
    return bool(reading.values("texture")) and SOFT_MOODS.issuperset(reading.values("mood"))
