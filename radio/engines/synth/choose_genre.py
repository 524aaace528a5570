"""Which profile a prompt gets: the genre it names, or the one its other words speak for.

Pure, any thread.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from radio.engines.synth.casting import members
from radio.engines.synth.choose_feel import mood_weights
from radio.engines.synth.dice import Dice
from radio.engines.synth.moods import DECISIVE, MOODS, TEMPO_WORD_SUITS
from radio.engines.synth.profile import FEELS, Feel, Profile, Range
from radio.engines.synth.profiles import INSTRUMENT_SUITS, KIT_SUITS, PROFILES, SAFE, TEMPO_SUITS, TEXTURE_SUITS
from radio.engines.synth.prompt_reading import Reading
from radio.engines.synth.style import GENRES


def choose_profile(reading: Reading, seed: int) -> Profile:
    """What the music is to be like before the details, two genres mixed where two are named."""
    return blended(reading, leading_profile(reading, seed))


def leading_profile(reading: Reading, seed: int) -> Profile:
    """The genre named first; without one, what the other words speak for; without any, something pleasant."""
    named = wanted_genres(reading)
    if named:
        return PROFILES[named[0]]
    votes = count_votes(reading)
    top = max(votes.values(), default=0.0)
    if top <= 0:
        refused = refused_genres(reading)
        safe = [name for name in SAFE if name not in refused]
        return PROFILES[Dice(seed, "genre").pick(safe or SAFE)]
    best = [name for name, count in votes.items() if count > top - 0.26]
    return PROFILES[Dice(seed, "genre").pick(sorted(best))]


def wanted_genres(reading: Reading) -> list[str]:
    """Genres asked for, the leading one first: in the first clause with any the last ("jazz house" is house),
    but a neighbour leads before the genre it is played as ("jazz bebop", "bebop jazz"), and beside another genre a
    waltz is only a meter."""
    found = list(reading.senses("genre"))
    first = [sense.value for finding, sense in found if finding.clause == found[0][0].clause]
    later = [sense.value for finding, sense in found if finding.clause != found[0][0].clause]
    names = list(dict.fromkeys([*reversed(first), *later]))
    names = [name for name in names if name != "waltz"] or names
    if not names:
        return []
    kin = [name for name in names if PROFILES[name].genre == PROFILES[names[0]].genre]
    lead = next((name for name in kin if name not in GENRES), names[0])
    return [lead, *(name for name in names if name != lead)]


def refused_genres(reading: Reading) -> set[str]:
    """The profiles that were refused by name, by the genre they are played as, or with everybody who leads them."""
    refused = set(reading.values("genre", negated=True))
    gone = {player for name in reading.values("instrument", negated=True) for player in members(name)}
    return {
        name
        for name, profile in PROFILES.items()
        if name in refused or profile.genre in refused or (gone and gone.issuperset(profile.lead))
    }


def count_votes(reading: Reading) -> dict[str, float]:
    """How much the moods, instruments, sounds and tempo of a prompt speak for each profile."""
    votes: dict[str, float] = defaultdict(float)
    for weight, suits in voices(reading):
        for rank, name in enumerate(suits):
            votes[name] += weight * (1.0 if rank == 0 else 0.75)
    refused = refused_genres(reading)
    for name in votes:
        if name in refused:
            votes[name] = -1.0
    return votes


def voices(reading: Reading) -> Iterator[tuple[float, tuple[str, ...]]]:
    """Each: a weight, and the profiles it speaks for, the best one first."""
    for mood, weight in mood_weights(reading).items():
        yield weight * (1.5 if mood in DECISIVE else 1.0), MOODS[mood].suits
    for _, sense in reading.senses("instrument"):
        yield 2.0, INSTRUMENT_SUITS.get(sense.value, ())
    for _, sense in reading.senses("kit"):
        yield 1.0, KIT_SUITS[sense.value]
    for _, sense in (*reading.senses("texture"), *reading.senses("scene")):
        yield 0.6, TEXTURE_SUITS.get(sense.value, ())
    for finding, sense in reading.senses("tempo"):
        yield finding.degree, TEMPO_WORD_SUITS.get(sense.value, ())
    for _, sense in reading.senses("bpm"):
        yield 1.0, next(suits for top, suits in TEMPO_SUITS if sense.number < top)
    if reading.refuses_drums:
        yield 0.5, ("ambient", "piano", "neoclassical")


def blended(reading: Reading, profile: Profile) -> Profile:
    """A second genre colours the first: feel 70 to 30, its lead and textures, its kit where the first has none."""
    other = next((PROFILES[name] for name in wanted_genres(reading)[1:] if PROFILES[name].genre != profile.genre), None)
    if other is None:
        return profile
    return replace(
        profile,
        name=f"{profile.name} with {other.name}",
        feel=Feel(*(mixed(getattr(profile.feel, name), getattr(other.feel, name)) for name in FEELS)),
        lead=other.lead,
        pad=other.pad if any(other.pad) else profile.pad,
        kit=profile.kit if profile.has_drums else other.kit,
        textures=(*profile.textures, *other.textures),
    )


def mixed(first: Range, second: Range) -> Range:
    return (0.7 * first[0] + 0.3 * second[0], 0.7 * first[1] + 0.3 * second[1])
