"""The auto-DJ: wanders through the moods by small steps and comes back to none for a long while.

Pure and seeded: the same history, hour and seed lead to the same step. Its country is a graph: every mood's neighbours
are those nearest in energy, light, instruments, tempo and family. It knows nothing of queues and listeners but what was
played for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from functools import cache, lru_cache
from math import exp, log2
from random import Random

from radio.station.programme.moods import MOODS, Mood
from radio.station.programme.plans import derive
from radio.station.programme.schedule import local
from radio.station.programme.turns import Turn

NEIGHBOURS = 8
REST = 60
"""Moods that have passed before one may come again: most of them."""
OTHER_FAMILY, OTHER_TIME = 1.5, 0.25
"""What another family adds to a distance, and how much less likely a mood is at the wrong time of day."""
ALIKE_SPAN = 6
"""Turns whose words count against a mood that sounds like them."""
LEAST_ALIKE = 0.1
"""Under this likeness a text resembles no mood at all."""
STRANGE = 0.5
"""Weight of a word that no mood says; those that all say have 1, rare ones 6."""
EMPTY_WORDS = frozenset(re.findall(r"\w+", "a an and the of in on with no to for by at music instrumental very from"))


@dataclass(frozen=True, slots=True)
class AutoDj:
    """A mood plays for `mood_s`, of which the first `drift_s` lead into it."""

    seed: int
    mood_s: float = 1200.0

    @property
    def drift_s(self) -> float:
        """A quarter of the mood, at most six minutes."""
        return min(360.0, self.mood_s / 4)

    def next_turn(self, number: int, goals: Sequence[str], utc: float, zone: tzinfo | None) -> Turn:
        """Step `number`: from what was played, newest last, to a mood that is near it."""
        hour = local(utc, zone).hour
        mood = step(tuple(goals), hour, derive(self.seed, "mood", number))
        return self.turn(number, mood.prompt, utc, mood.name)

    def turn(self, number: int, prompt: str, utc: float, name: str) -> Turn:
        return Turn(number, prompt, utc, self.mood_s, self.drift_s, name=name)


def step(goals: tuple[str, ...], hour: int, seed: int) -> Mood:
    """The next mood after `goals`, newest last."""
    visited = [mood for mood in map(nearest, goals) if mood is not None]
    here = nearest(goals[-1]) if goals else None
    tired = set(list(dict.fromkeys(reversed(visited)))[:REST])
    dice = Random(seed)
    if here is None:
        near = [mood for mood in MOODS if mood not in tired and daypart(hour) in mood.times and mood.energy <= 5]
    else:
        near = [mood for mood in (here, *neighbours(here)) if mood not in tired and mood.prompt != goals[-1]]
    near = near or _nearest_rested(here, tired)
    weights = [_weight(mood, here, goals[-ALIKE_SPAN:], hour) for mood in near]
    return dice.choices(near, weights)[0]


def _nearest_rested(here: Mood | None, tired: Iterable[Mood]) -> list[Mood]:
    """Where all neighbours have played lately: the three nearest that have not."""
    rested = [mood for mood in MOODS if mood not in set(tired)]
    return sorted(rested, key=lambda mood: distance(here, mood) if here else 0.0)[:3]


def _weight(mood: Mood, here: Mood | None, lately: Sequence[str], hour: int) -> float:
    """How much the dice like it: near, right for the hour, and unlike what played lately."""
    near = exp(-distance(here, mood) / 2) if here else 1.0
    alike = max((likeness(words(goal), words(mood.prompt)) for goal in lately), default=0.0)
    return near * (1.0 if daypart(hour) in mood.times else OTHER_TIME) * (1.05 - alike)


def daypart(hour: int) -> str:
    """Morning, day, evening or night, as its letter."""
    return "m" if 5 <= hour < 11 else "d" if 11 <= hour < 17 else "e" if 17 <= hour < 22 else "n"


def distance(a: Mood, b: Mood) -> float:
    """How far two moods lie apart; one step of energy is 1."""
    tempo = abs(log2(a.bpm / b.bpm)) * 2
    family = 0.0 if a.family == b.family else OTHER_FAMILY
    return abs(a.energy - b.energy) + 0.6 * abs(a.light - b.light) + 0.4 * abs(a.acoustic - b.acoustic) + tempo + family


@cache
def neighbours(mood: Mood) -> tuple[Mood, ...]:
    """Those nearest to it, and those it is nearest to."""
    own = set(_nearest_to(mood))
    return tuple(other for other in MOODS if other in own or (other != mood and mood in _nearest_to(other)))


@cache
def _nearest_to(mood: Mood) -> tuple[Mood, ...]:
    return tuple(
        sorted((other for other in MOODS if other != mood), key=lambda other: distance(mood, other))[:NEIGHBOURS]
    )


@lru_cache(maxsize=512)
def nearest(prompt: str) -> Mood | None:
    """The mood that says most nearly the same; None when none resembles it."""
    asked = words(prompt)
    best = max(MOODS, key=lambda mood: likeness(asked, words(mood.text)))
    return best if likeness(asked, words(best.text)) >= LEAST_ALIKE else None


def likeness(a: frozenset[str], b: frozenset[str]) -> float:
    """0…1: words in common (Dice's coefficient), where a word counts more the fewer moods say it."""
    whole = sum(map(weight, a)) + sum(map(weight, b))
    return 2 * sum(map(weight, a & b)) / whole if whole else 0.0


@lru_cache(maxsize=4096)
def weight(word: str) -> float:
    """What a word tells about a mood: "slow" little, "flamenco" much; one that no mood says, next to nothing."""
    said = sum(word in words(mood.text) for mood in MOODS)
    return log2(1 + len(MOODS) / said) if said else STRANGE


@lru_cache(maxsize=1024)
def words(prompt: str) -> frozenset[str]:
    """What a prompt is about."""
    return frozenset(re.findall(r"\w+", prompt.lower())) - EMPTY_WORDS
