"""The six 0…1 fields of a style: a place within the genre's bounds, shifted by the moods. Pure, any thread."""

from __future__ import annotations

from radio.engines.synth.dice import Dice
from radio.engines.synth.moods import MOODS
from radio.engines.synth.profile import FEELS, Profile
from radio.engines.synth.prompt_reading import Reading

REACH = 0.85
"""The largest part of the way to an end of 0…1 that moods can move a value."""


def choose_feel(reading: Reading, profile: Profile, seed: int) -> dict[str, float]:
    """The six fields by name."""
    feel: dict[str, float] = {}
    for name in FEELS:
        low, high = getattr(profile.feel, name)
        shift = sum(weight * getattr(MOODS[mood], name) for mood, weight in mood_weights(reading).items())
        feel[name] = round(moved(low + Dice(seed, name).unit() * (high - low), shift), 3)
    return feel


def moved(value: float, shift: float) -> float:
    """A value in 0…1 moved towards an end without reaching it: the nearer it is, the less it moves."""
    pull = REACH * min(1.0, max(-1.0, shift / 0.5))
    return value + pull * (1 - value if pull > 0 else value)


def mood_weights(reading: Reading) -> dict[str, float]:
    """How strongly each mood is wanted: 1, more for "very", half and negative for "not". Repeating adds nothing."""
    weights: dict[str, float] = {}
    for sign, negated in ((1.0, False), (-0.5, True)):
        for finding, sense in reading.senses("mood", negated=negated):
            weights[sense.value] = max(weights.get(sense.value, 0.0), sign * finding.degree, key=abs)
    return weights
