"""Which tempo, meter, tonic and mode a prompt gets: the named ones; else what lies within the genre's bounds.

There the moods lean and the hash decides. Pure, any thread.
"""

from __future__ import annotations

from collections import defaultdict
from typing import cast, get_args

from radio.engines.synth.choose_feel import mood_weights
from radio.engines.synth.dice import Dice
from radio.engines.synth.moods import MOODS, TEMPO_RANGES, TEMPO_SHIFTS
from radio.engines.synth.profile import Profile, Range
from radio.engines.synth.prompt_numbers import FASTEST_BPM, SLOWEST_BPM
from radio.engines.synth.prompt_reading import Reading
from radio.engines.synth.style import Mode

BARE_KEY = 0.7
"""How much a tonic without a mode ("in G") speaks for major, as musicians mean it; a mood speaks with 1."""
MODES: tuple[Mode, ...] = get_args(Mode)


def choose_bpm(reading: Reading, profile: Profile, seed: int) -> float:
    """A number wins over an Italian term, that over "slow" and "fast", those over moods."""
    number = next((sense.number for _, sense in reading.senses("bpm")), None)
    if number is not None:
        return number
    unit = Dice(seed, "bpm").unit()
    term = next((TEMPO_RANGES[name] for name in reading.values("tempo") if name in TEMPO_RANGES), None)
    if term:
        return float(round(term[0] + unit * (term[1] - term[0])))
    low, high = tempo_range(reading, profile.bpm)
    lean = sum(weight * MOODS[mood].tempo for mood, weight in mood_weights(reading).items())
    place = min(1.0, max(0.0, unit + lean)) if (low, high) == profile.bpm else unit
    return float(round(min(FASTEST_BPM, max(SLOWEST_BPM, low + place * (high - low)))))


def tempo_range(reading: Reading, usual: Range) -> Range:
    """The genre's range, moved by "slow" and "fast": a little within it, plainly beyond it."""
    low, high = usual
    middle = (low + high) / 2
    refused = [TEMPO_SHIFTS.get(name, 0.0) for name in reading.values("tempo", negated=True)]
    words = [(sense.value, finding.degree) for finding, sense in reading.senses("tempo")]
    shift = sum(TEMPO_SHIFTS.get(name, 0.0) * degree for name, degree in words)
    if not shift and any(refused):
        low, high = (low if max(refused) > 0 else middle), (high if min(refused) < 0 else middle)
    elif "medium" in dict(words):
        low, high = (low + middle) / 2, (high + middle) / 2
    elif 0 < abs(shift) < 0.75:
        low, high = ((2 * high + low) / 3, high * 1.06) if shift > 0 else (low * 0.94, (2 * low + high) / 3)
    elif shift:
        low, high = stretched(usual, shift)
    return low, high


def stretched(usual: Range, shift: float) -> Range:
    """Tempos beyond the range: for 1 between 8 and 22 percent over its end, for −1 as far under its beginning."""
    near, far = 1 + 0.08 * abs(shift), 1 + 0.22 * abs(shift)
    return (usual[1] * near, usual[1] * far) if shift > 0 else (usual[0] / far, usual[0] / near)


def choose_meter(reading: Reading, profile: Profile, seed: int) -> int:
    named = next((int(sense.number) for _, sense in reading.senses("meter")), None)
    refused = {int(sense.number) for _, sense in reading.senses("meter", negated=True)}
    return named or Dice(seed, "meter").pick([meter for meter in profile.meters if meter not in refused] or [4])


def choose_tonic(reading: Reading, profile: Profile, seed: int) -> int:
    named = next((int(sense.number) for _, sense in reading.senses("key")), None)
    return Dice(seed, "tonic").pick(profile.tonics) if named is None else named


def choose_mode(reading: Reading, profile: Profile, seed: int) -> Mode:
    """A named mode wins; moods choose among the genre's modes, or bring their own."""
    named = [sense.value for _, sense in (*reading.senses("key"), *reading.senses("mode")) if sense.value]
    if named:
        return cast("Mode", named[0])
    refused = {*reading.values("mode", negated=True), *reading.values("key", negated=True)}
    votes: dict[Mode, float] = defaultdict(float)
    for mood, weight in mood_weights(reading).items():
        for rank, mode in enumerate(MOODS[mood].modes):
            votes[mode] += weight * (1.0 - 0.1 * rank)
    usual = [mode for mode in profile.modes if mode not in refused] or [mode for mode in MODES if mode not in refused]
    if reading.values("key") and "major" in profile.modes:
        votes["major"] += BARE_KEY
    top = max(votes.values(), default=0.0)
    if top <= 0:
        return Dice(seed, "mode").pick([mode for mode in usual if votes[mode] >= 0] or usual)
    liked = [mode for mode, count in votes.items() if count > 0.65 * top and mode not in refused]
    return Dice(seed, "mode").pick([mode for mode in usual if mode in liked] or sorted(liked) or usual)
