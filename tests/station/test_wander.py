"""The auto-DJ: small steps, no repetition, from where the music is, right for the hour."""

from __future__ import annotations

from collections import Counter
from datetime import UTC
from itertools import pairwise
from statistics import correlation, fmean

import pytest

from radio.contracts import DEFAULT_PROMPT
from radio.engines.synth.explain import explain
from radio.settings import MAX_PROMPT
from radio.station.programme.history import MOST_RECORDS
from radio.station.programme.moods import MOODS, Mood
from radio.station.programme.running_order import RunningOrder
from radio.station.programme.schedule import Schedule
from radio.station.programme.wander import REST, AutoDj, daypart, distance, nearest, neighbours, step, words

MORNING = 1_800_230_400.0 + 8 * 3600
"""A Monday, 08:00 UTC."""


def wandered(seed: int, steps: int, start: float = MORNING, dj_s: float = 1200.0) -> list[Mood]:
    """The moods of a station to which nobody says anything."""
    order, by_prompt, found = (
        RunningOrder("calm", Schedule((), UTC), AutoDj(seed, dj_s)),
        {m.prompt: m for m in MOODS},
        [],
    )
    for k in range(steps):
        for part in range(4):
            wish = order.wish(start + k * dj_s + part * dj_s / 4)
            order = order.played(wish, start + k * dj_s + part * dj_s / 4)
        found.append(by_prompt[wish.goal])
    return found


@pytest.mark.parametrize("seed", range(5))
def test_no_mood_comes_again_before_most_others_have_played(seed: int) -> None:
    names = [mood.name for mood in wandered(seed, 200)]
    last: dict[str, int] = {}
    for k, name in enumerate(names):
        assert k - last.get(name, -1000) > REST
        last[name] = k


def test_steps_are_small() -> None:
    moods = [mood for seed in range(5) for mood in wandered(seed, 100)]
    steps = [distance(a, b) for a, b in pairwise(moods) if a != b]
    everything = [distance(a, b) for a in MOODS for b in MOODS if a != b]
    assert fmean(steps) < 0.45 * fmean(everything)
    assert sum(length > fmean(everything) for length in steps) < 0.05 * len(steps)


def test_energy_does_not_leap() -> None:
    leaps = Counter(abs(a.energy - b.energy) for seed in range(5) for a, b in pairwise(wandered(seed, 100)))
    assert sum(count for leap, count in leaps.items() if leap >= 4) < 0.03 * leaps.total()


def test_a_day_goes_by_the_hours() -> None:
    fitting = [
        daypart(int(8 + k / 3) % 24) in mood.times for seed in range(5) for k, mood in enumerate(wandered(seed, 72))
    ]
    assert fmean(fitting) > 0.5
    assert fmean(mood.energy for mood in wandered(1, 200)) > 2


def test_the_same_seed_takes_the_same_way_and_another_another() -> None:
    assert wandered(3, 30) == wandered(3, 30)
    assert wandered(3, 30) != wandered(4, 30)


def test_every_mood_can_be_reached_from_every_other() -> None:
    reached = {MOODS[0]}
    edge = [MOODS[0]]
    while edge:
        edge = [other for mood in edge for other in neighbours(mood) if other not in reached]
        reached.update(edge)
    assert reached == set(MOODS)
    assert all(mood in neighbours(other) for mood in MOODS for other in neighbours(mood))


@pytest.mark.parametrize(
    ("prompt", "families"),
    [
        ("slow sad piano, intimate", {"piano", "classical"}),
        ("dark techno with a pounding kick", {"techno"}),
        ("lofi hip hop to study to, vinyl crackle", {"lofi"}),
        ("acoustic guitar by the campfire", {"folk"}),
        ("smoky jazz trio late at night", {"jazz"}),
        (DEFAULT_PROMPT, {"ambient"}),
    ],
)
def test_it_sets_out_from_what_the_listener_asked_for(prompt: str, families: set[str]) -> None:
    here = nearest(prompt)
    assert here is not None
    assert here.family in families
    order = RunningOrder("calm", Schedule((), UTC), AutoDj(5)).steer(prompt, MORNING, minutes=10)
    order = order.played(order.wish(MORNING), MORNING).played(order.wish(MORNING + 590), MORNING + 590)
    wish = order.wish(MORNING + 601)
    assert (wish.why, wish.origin) == ("auto_dj", prompt)
    after = next(mood for mood in MOODS if mood.prompt == wish.goal)
    assert distance(here, after) < 6


def test_a_station_that_has_played_nothing_sets_out_from_the_default_prompt() -> None:
    default = "dark techno with a pounding kick"
    here = nearest(default)
    assert here is not None
    for seed in range(10):
        wish = RunningOrder(default, Schedule((), UTC), AutoDj(seed)).wish(MORNING)
        assert distance(here, next(mood for mood in MOODS if mood.prompt == wish.goal)) < 6


def test_every_mood_is_found_by_its_own_prompt() -> None:
    assert all(nearest(mood.prompt) is mood for mood in MOODS)


def test_what_a_listener_just_heard_is_not_the_next_step() -> None:
    mood = MOODS[40]
    assert all(step((mood.prompt,), hour, seed) != mood for seed in range(20) for hour in (3, 15))


def test_a_prompt_in_words_it_does_not_know_sets_out_from_something_quiet_that_suits_the_hour() -> None:
    assert nearest("медленная музыка") is None
    assert all(step(("медленная музыка",), 2, seed).energy <= 5 for seed in range(10))


def test_each_step_is_a_drift_of_some_minutes() -> None:
    dj = AutoDj(1, 1200)
    order = RunningOrder("calm", Schedule((), UTC), dj)
    order = order.played(order.wish(MORNING), MORNING).played(order.wish(MORNING + 1199), MORNING + 1199)
    first = order.wish(MORNING + 1201)
    order = order.played(first, MORNING + 1201)
    assert 0 < first.share < 0.1
    assert order.wish(MORNING + 1201 + dj.drift_s + 1).toward == ""


def test_history_is_bounded_and_old_prompts_are_kept_short() -> None:
    order = RunningOrder("calm")
    for k in range(MOST_RECORDS + 50):
        order = order.steer(f"{k} " + "x" * 1500, MORNING + k * 60)
        order = order.played(order.wish(MORNING + k * 60), MORNING + k * 60)
    assert len(order.history) == MOST_RECORDS
    assert all(len(record.prompt) <= 200 for record in order.history[:-1])


def test_the_synthesiser_understands_the_moods_as_they_are_meant() -> None:
    heard = [explain(mood.prompt) for mood in MOODS]
    assert all(len(explanation.unknown) <= 2 for explanation in heard)
    energies = [explanation.style.energy for explanation in heard]
    assert correlation([mood.energy for mood in MOODS], energies) > 0.85
    assert correlation([mood.light for mood in MOODS], [explanation.style.brightness for explanation in heard]) > 0.5


def test_the_table_is_sound() -> None:
    assert len({mood.name for mood in MOODS}) == len(MOODS)
    assert len({mood.prompt for mood in MOODS}) == len(MOODS)
    assert len(MOODS) - REST > 10
    for mood in MOODS:
        assert all(1 <= value <= 9 for value in (mood.energy, mood.light, mood.acoustic)), mood
        assert set(mood.times) <= set("mden"), mood
        assert len(mood.prompt) < MAX_PROMPT / 10, mood
        assert len(words(mood.prompt)) >= 5, mood
