"""Whatever comes as a segment: the mixing thread lives, says what is wrong in a sentence, and the music goes on."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from radio.contracts import Audio, Samples, Segment
from radio.events import SegmentMixed, SegmentRefused, StageFailed
from radio.mixer.mixer import Mixer
from tests.fakes.signals import noise
from tests.mixer.air import Air
from tests.mixer.rig import LENGTH, SECOND, levels_db, segment

OVERLAP = 3 * SECOND


@pytest.fixture
def air() -> Iterator[Air]:
    made = Air()
    made.push(0, noise(0, 20 * SECOND, 7), 0, 0)
    made.open()
    made.listen(0.1)
    yield made
    made.close()


def filled(value: float) -> Callable[[Samples], Samples]:
    return lambda good: np.full_like(good, value)


def with_one(value: float) -> Callable[[Samples], Samples]:
    def spoil(good: Samples) -> Samples:
        bad = good.copy()
        bad[len(bad) // 2, 0] = value
        return bad

    return spoil


def times(factor: float) -> Callable[[Samples], Samples]:
    return lambda good: (good.astype(np.float64) * factor).astype(np.float32)


REFUSED: dict[str, Callable[[Samples], Samples]] = {
    "not a number": with_one(np.nan),
    "all not numbers": filled(np.nan),
    "infinite": with_one(np.inf),
    "minus infinite": with_one(-np.inf),
    "huge": times(1e30),
    "the hugest": filled(3.4e38),
    "one huge sample": with_one(1e12),
    "thirty times too loud": times(300.0),
    "all zeros": filled(0.0),
    "denormal": filled(1e-42),
    "too quiet to hear": times(1e-5),
    "one sample": lambda good: good[:1],
    "nothing": lambda good: good[:0],
    "half a second": lambda good: good[: SECOND // 2],
    "only its overlap": lambda good: good[:OVERLAP],
    "one channel": lambda good: good[:, :1].copy(),
    "eight channels": lambda good: np.repeat(good, 4, axis=1),
}
ODD: dict[str, Callable[[Samples], Samples]] = {
    "a bit too loud": times(8.0),
    "too long": lambda good: np.concatenate((good, good)),
    "an odd length": lambda good: good[:-777],
    "silent from the middle on": lambda good: np.concatenate(
        (good[: len(good) * 2 // 3], 0 * good[len(good) * 2 // 3 :])
    ),
    "a constant": filled(0.5),
    "a square": np.sign,
    "one side only": lambda good: good * np.array([1, 0], np.float32),
    "backwards in memory": lambda good: good[::-1],
}


def made_of(air: Air, index: int, spoil: Callable[[Samples], Samples]) -> Segment:
    onward = air.mixing.continuation()
    position = onward.position_samples if onward else 0
    good = segment(index, noise(position, LENGTH, 7), position=position, overlap=OVERLAP)
    return replace(good, rendered=replace(good.rendered, audio=Audio(spoil(good.audio.samples))))


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_music_is_refused_with_a_sentence_even_as_a_last_resort(air: Air, name: str) -> None:
    air.drained()
    end = air.timeline.end
    air.mixing.push(made_of(air, 1, REFUSED[name]), anyway=True)
    air.listen(0.2)
    (fact,) = air.drained()
    assert isinstance(fact, SegmentRefused)
    assert all(reason.startswith("it") for reason in fact.reasons)
    assert air.timeline.end == end


def test_a_segment_that_the_mixing_breaks_on_is_refused_and_taken_back(
    air: Air, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(mixer: Mixer, one: Segment, found: object) -> Iterator[Samples]:
        yield noise(0, SECOND, 3)
        raise ZeroDivisionError("of all things")

    end = air.timeline.end
    monkeypatch.setattr(Mixer, "push", broken)
    air.mixing.push(made_of(air, 1, lambda good: good), anyway=False)
    air.listen(0.2)
    fact = air.drained()[-1]
    assert isinstance(fact, SegmentRefused)
    assert "of all things" in fact.reasons[0]
    assert air.timeline.end == end


def test_any_rubbish_at_any_moment_leaves_music_on_the_air(air: Air) -> None:
    chance = random.Random(11)
    kinds = [*REFUSED.values(), *ODD.values()]
    for index in range(1, 40):
        air.mixing.push(made_of(air, index, chance.choice(kinds)), anyway=chance.random() < 0.5)
        if chance.random() < 0.3:
            air.mixing.cut(air.playout.air + int(chance.uniform(-5, 9) * SECOND))
        air.listen(chance.choice([0.0, 0.3, 1.7, 4.0]))
    air.push(99, noise(0, LENGTH, 5), 0, 0)
    air.listen(2)
    facts = air.drained()
    assert not [fact for fact in facts if isinstance(fact, StageFailed)]
    assert isinstance(facts[-1], SegmentMixed)
    assert np.isfinite(air.sound).all()
    assert np.abs(air.sound).max() <= 1
    assert levels_db(air.sound[SECOND:], 0.5).min() > -50
    assert air.playout.late_blocks == 0
