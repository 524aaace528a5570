"""A change meant at once: what was heard before it stays, the new music is there, the old is gone."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from radio.contracts import Chain, PromptChange
from radio.engines.synth.composer import compose_passages
from radio.engines.synth.passages import passages
from radio.engines.synth.renderer import PRE_ROLL_SAMPLES, Renderer
from radio.engines.synth.score import Passage
from radio.engines.synth.understanding import understand

SECOND = 48_000
SAME = 1e-6
"""−120 dB: a filter by Fourier transform rounds a block differently where its end differs."""
F32 = NDArray[np.float32]
PAIRS = [
    ("lofi hip hop with rain", "dark techno"),
    ("dark techno", "solo piano"),
    ("solo piano", "liquid drum and bass"),
    ("classical strings", "dreamy ambient pads"),
    ("dreamy ambient pads", "late night jazz trio"),
    ("late night jazz trio", "just rain"),
    ("just rain", "synthwave 80s"),
    ("synthwave 80s", "acoustic folk guitar"),
    ("dark drone", "chiptune"),
    ("rain and fire", "rain and fire, house"),
]


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer()


def chain(prompt: str, *changes: PromptChange) -> Chain:
    return Chain(0, 3, (PromptChange(0, prompt), *changes))


def at_once(position: int, prompt: str) -> PromptChange:
    return PromptChange(position, prompt, at_once=True)


def heard(renderer: Renderer, every: tuple[Passage, ...], start: int, end: int) -> F32:
    return renderer.render(compose_passages(every, start - PRE_ROLL_SAMPLES, end), start, end, lambda _: None)


def level_db(sound: F32) -> float:
    return float(10 * np.log10((sound**2).mean() + 1e-12))


@pytest.mark.parametrize(("number", "pair"), list(enumerate(PAIRS)))
def test_before_it_nothing_changes_and_after_it_there_is_only_the_new_music(
    renderer: Renderer, number: int, pair: tuple[str, str]
) -> None:
    at = 41 * SECOND + 7919 * number + 1
    old, new = passages(chain(pair[0])), passages(chain(pair[0], at_once(at, pair[1])))
    assert new[-1].start == at
    played = heard(renderer, new, at - 2 * SECOND, at + 9 * SECOND)
    before, after = played[: 2 * SECOND], played[2 * SECOND :]
    assert np.abs(before - heard(renderer, old, at - 2 * SECOND, at)).max() < SAME
    alone = heard(renderer, new[-1:], at, at + 4 * SECOND)
    assert np.abs(after[round(1.7 * SECOND) : 4 * SECOND] - alone[round(1.7 * SECOND) :]).max() < SAME
    assert level_db(alone[:SECOND]) > level_db(after[2 * SECOND :]) - 7
    assert level_db(after[: SECOND // 2]) > level_db(after[2 * SECOND :]) - 6
    assert abs(level_db(after[: 3 * SECOND]) - level_db(after[3 * SECOND :])) < 5


def test_what_sounded_rings_out_and_is_not_chopped(renderer: Renderer) -> None:
    at = 45 * SECOND + 333
    old, new = passages(chain("dreamy ambient pads")), passages(chain("dreamy ambient pads", at_once(at, "house")))
    left = heard(renderer, new, at, at + 2 * SECOND) - heard(renderer, new[-1:], at, at + 2 * SECOND)
    whole = heard(renderer, old, at, at + SECOND // 20)
    assert level_db(left[: SECOND // 20]) > level_db(whole) - 4
    assert -40 < level_db(left[SECOND // 2 : SECOND]) - level_db(whole) < -8
    assert np.abs(left[round(1.7 * SECOND) :]).max() < SAME


def test_two_of_them_a_second_apart(renderer: Renderer) -> None:
    first, second = at_once(40 * SECOND + 5, "techno"), at_once(41 * SECOND + 9, "classical strings")
    one, both = passages(chain("jazz", first)), passages(chain("jazz", first, second))
    assert [passage.start for passage in both] == [0, 40 * SECOND + 5, 41 * SECOND + 9]
    early, late = heard(renderer, one, 38 * SECOND, 41 * SECOND), heard(renderer, both, 38 * SECOND, 44 * SECOND)
    assert np.abs(early - late[: 3 * SECOND]).max() < SAME
    alone = heard(renderer, both[-1:], 43 * SECOND, 44 * SECOND)
    assert np.abs(alone - late[5 * SECOND :]).max() < SAME


def test_of_two_at_one_place_the_last_is_played() -> None:
    at = 40 * SECOND + 5
    for last in (at_once(at, "techno"), PromptChange(at, "techno")):
        old, new = passages(chain("jazz", at_once(at, "house"), last))
        assert (old.end, old.parting) == (at, "cut")
        assert (new.start, new.style, new.sudden) == (at, understand("techno"), True)


def test_it_overtakes_a_change_that_waited_for_its_bar_line() -> None:
    waiting = PromptChange(40 * SECOND + 5, "house")
    line = passages(chain("jazz", waiting))[1].start
    old, new = passages(chain("jazz", waiting, at_once(line - 100, "techno")))
    assert (old.end, old.parting) == (line - 100, "cut")
    assert new.style == understand("techno")


def test_the_bars_count_from_it() -> None:
    at = 40 * SECOND + 5
    score = compose_passages(passages(chain("jazz", at_once(at, "techno 120 bpm"))), at - SECOND, at + 5 * SECOND)
    assert [bar for bar in score.bars if bar >= at] == [at, at + 2 * SECOND, at + 4 * SECOND]
    assert any(at <= hit.start < at + 100 and hit.drum == "kick" for hit in score.hits)


def test_one_that_is_thrown_away_leaves_no_trace(renderer: Renderer) -> None:
    kept = chain("lofi", PromptChange(50 * SECOND, "house"))
    before = heard(renderer, passages(kept), 49 * SECOND, 52 * SECOND)
    heard(renderer, passages(chain("lofi", at_once(46 * SECOND, "techno"))), 45 * SECOND, 47 * SECOND)
    assert np.array_equal(heard(renderer, passages(kept), 49 * SECOND, 52 * SECOND), before)
