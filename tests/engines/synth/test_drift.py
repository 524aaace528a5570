"""A drift goes from one prompt to another in small steps, and stays one piece."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from radio.contracts import Chain, PromptChange
from radio.engines.synth.composer import compose_passages, title_at
from radio.engines.synth.drift import arrival, between, played, tones
from radio.engines.synth.passages import passages
from radio.engines.synth.renderer import PRE_ROLL_SAMPLES, Renderer
from radio.engines.synth.score import Passage
from radio.engines.synth.style import Style
from radio.engines.synth.understanding import understand

SECOND = 48_000
STEPS = 13
PROMPTS = (
    "lofi hip hop with rain", "dark techno", "solo piano", "liquid drum and bass", "dreamy ambient pads",
    "late night jazz trio", "just rain", "a waltz for strings", "dark drone", "only drums", "ocean waves only",
    "chiptune in g minor", "solo cello",
)  # fmt: skip
PAIRS = list(itertools.permutations(PROMPTS, 2))
DISCRETE = ("genre", "lead", "chords", "pad", "bass", "kit", "beats_per_bar", "textures")
NUMBERS = ("energy", "brightness", "density", "space", "warmth", "swing", "bpm")


def way(one: str, other: str) -> list[Style]:
    home = understand(one)
    goal = arrival(home, understand(other))
    return [between(home, goal, number / STEPS) for number in range(STEPS + 1)]


def song(one: str, other: str, steps: int = STEPS) -> Chain:
    """A minute of one, then a step every 45 s, then the other."""
    on = tuple(
        PromptChange((60 + 45 * number) * SECOND, one, toward=other, share=(number + 1) / steps)
        for number in range(steps - 1)
    )
    return Chain(0, 5, (PromptChange(0, one), *on, PromptChange((60 + 45 * (steps - 1)) * SECOND, other)))


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_no_step_changes_everything_and_every_number_moves_evenly(one: str, other: str) -> None:
    styles = way(one, other)
    words = understand(one).texture_only or understand(other).texture_only
    for before, after in itertools.pairwise(styles):
        changed = [name for name in DISCRETE if getattr(before, name) != getattr(after, name)]
        changed += ["key"] * ((before.tonic, before.mode) != (after.tonic, after.mode))
        assert len(changed) <= 2 or words, changed
    for name in () if words else NUMBERS:
        values = [getattr(style, name) for style in styles]
        whole = abs(values[-1] - values[0])
        assert max(abs(a - b) for a, b in itertools.pairwise(values)) <= whole / STEPS * 1.7 + 0.002
    assert styles[0] == understand(one)
    assert replace(styles[-1], tonic=0) == replace(understand(other), tonic=0)


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_there_is_always_something_to_hear(one: str, other: str) -> None:
    silent_ends = not (played(understand(one)) and played(understand(other)))
    for style in way(one, other):
        assert played(style) or (silent_ends and (style.kit or (style.texture_only and style.textures)))


def test_the_key_stays_near_unless_the_prompt_names_one() -> None:
    home = replace(understand("calm piano in c major"), mode="major", tonic=0)
    goal = arrival(home, replace(understand("sad strings"), mode="minor", tonic=1))
    assert tones(goal.tonic, goal) == tones(0, home)
    assert arrival(home, understand("techno in f# minor")).tonic == 6


@pytest.mark.parametrize(("one", "other"), PAIRS[::5])
def test_the_piece_goes_on(one: str, other: str) -> None:
    every = passages(song(one, other))
    assert len({passage.seed for passage in every}) == 1
    assert all(a.first_bar < b.first_bar for a, b in itertools.pairwise(every))
    assert all(a.end == b.start for a, b in itertools.pairwise(every))
    assert every[-1].style.genre == understand(other).genre
    factors = [b.style.bpm / a.style.bpm for a, b in itertools.pairwise(every)]
    if not (understand(one).texture_only or understand(other).texture_only):
        assert all(0.9 < factor < 1.1 for factor in factors)


def test_the_title_stays_while_the_piece_does() -> None:
    every = passages(song("lofi hip hop", "dark techno"))
    titles = [title_at(every, passage.start) for passage in every]
    assert titles[0] == titles[1]
    assert 3 <= len(set(titles)) <= 9


def test_another_drift_goes_on_from_where_the_last_one_arrived() -> None:
    there = song("lofi hip hop", "house", 3)
    at = there.changes[-1].position_samples
    further = replace(there, changes=(*there.changes, PromptChange(at + 45 * SECOND, "house", False, "techno", 0.1)))
    before, after = passages(further)[-2:]
    assert after.seed == before.seed
    assert after.style.tonic == before.style.tonic
    assert after.style.lead == before.style.lead


def test_another_drift_halfway_begins_with_what_is_heard_then() -> None:
    half = song("lofi hip hop", "house").changes[:7]
    for origin in ("lofi hip hop", "house"):
        turned = PromptChange(half[-1].position_samples + 45 * SECOND, origin, toward="solo piano", share=0.05)
        before, after = passages(Chain(0, 5, (*half, turned)))[-2:]
        assert after.seed == before.seed
        assert 0.95 < after.style.bpm / before.style.bpm < 1.05
        assert (after.style.genre, after.style.kit) == (before.style.genre, before.style.kit)


def test_a_plain_prompt_in_the_middle_is_new_music() -> None:
    changes = (*song("lofi hip hop", "house").changes[:4], PromptChange(200 * SECOND, "jazz"))
    every = passages(Chain(0, 5, changes))
    assert every[-1].style == understand("jazz")
    assert every[-1].first_bar == 0
    assert every[-1].seed != every[-2].seed


def test_a_chain_may_have_any_number_of_changes() -> None:
    changes = tuple(PromptChange(45 * number * SECOND, ("lofi", "house")[number % 2]) for number in range(1100))
    every = passages(Chain(0, 5, changes))
    assert len(every) == 1100
    assert all(a.end == b.start for a, b in itertools.pairwise(every))


def test_a_step_that_changes_nothing_is_not_heard() -> None:
    home = PromptChange(0, "lofi")
    assert len(passages(Chain(0, 5, (home, PromptChange(60 * SECOND, "lofi", toward="house", share=0.0))))) == 1


def test_a_whole_drift_may_begin_a_chain() -> None:
    (only,) = passages(Chain(0, 5, (PromptChange(0, "lofi", toward="house", share=0.5),)))
    assert 78 < only.style.bpm < 125


def test_a_step_leaves_what_was_heard_before_it_and_cuts_no_note() -> None:
    renderer = Renderer()

    def heard(every: tuple[Passage, ...]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        start, end = at - 2 * SECOND, at + 2 * SECOND
        return renderer.render(compose_passages(every, start - PRE_ROLL_SAMPLES, end), start, end, lambda _: None)

    for one, other in (("dreamy ambient pads", "liquid drum and bass"), ("lofi hip hop with rain", "dark techno")):
        long = song(one, other)
        every = passages(Chain(0, 5, long.changes[:3]))
        before, at = passages(Chain(0, 5, long.changes[:2])), every[-1].start
        old, new = heard(before), heard(every)
        assert every[-2].parting == "ringing"
        assert np.abs(old[: 2 * SECOND] - new[: 2 * SECOND]).max() < 1e-6
        powers = [float((sound[2 * SECOND : 3 * SECOND] ** 2).mean()) for sound in (old, new)]
        assert 0.3 < powers[1] / powers[0] < 3


def test_every_seam_of_a_drift_keeps_its_level() -> None:
    renderer = Renderer()
    every = passages(song("solo piano", "house", 4))
    for passage in every[1:]:
        at = passage.start
        score = compose_passages(every, at - 2 * SECOND - PRE_ROLL_SAMPLES, at + 2 * SECOND)
        sound = renderer.render(score, at - 2 * SECOND, at + 2 * SECOND, lambda _: None)
        halves = [10 * np.log10(float((half**2).mean())) for half in np.split(sound, 2)]
        assert abs(halves[0] - halves[1]) < 8
