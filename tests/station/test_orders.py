"""What is asked for next: new plans, and those that failed, made to fit whoever makes them."""

from __future__ import annotations

import numpy as np

from radio.contracts import Audio, Rung
from radio.mixer.thread import Continuation
from radio.station.generation.orders import Orders
from radio.station.programme.plans import Programme

SECOND = 48_000
OVERLAP = 15 * SECOND
LONG, SHORT = Rung("turbo", 60 * SECOND, lm="4B"), Rung("shorter", 36 * SECOND)
ONWARD = Continuation(Audio(np.zeros((OVERLAP, 2), np.float32)), 45 * SECOND)


def orders() -> Orders:
    return Orders(Programme(1, "calm"), OVERLAP)


def test_the_opening_is_shorter_than_what_follows_and_the_plan_names_the_rungs_planner() -> None:
    made = orders()
    first, second = made.next(None, LONG), made.next(ONWARD, LONG)
    assert (first.duration_samples, second.duration_samples) == (36 * SECOND, 60 * SECOND)
    assert (first.lm, first.task, second.task) == ("4B", "text2music", "repaint")


def test_an_opening_that_failed_is_still_an_opening_for_another_engine() -> None:
    made = orders()
    made.roll_again(made.next(None, LONG))
    made.rechain()
    again = made.next(None, LONG)
    assert (again.index, again.attempt, again.duration_samples) == (0, 2, 36 * SECOND)


def test_a_continuation_that_failed_keeps_its_index_and_starts_a_chain_where_the_maker_changes() -> None:
    made = orders()
    made.next(None, LONG)
    failed = made.next(ONWARD, LONG)
    made.roll_again(failed)
    made.rechain()
    again = made.next(ONWARD, LONG)
    assert (again.index, again.task, again.overlap_samples) == (failed.index, "text2music", 0)
    assert again.chain.number != failed.chain.number
    assert made.next(ONWARD, LONG).index == failed.index + 1


def test_a_plan_that_waits_is_cut_to_the_rungs_length_and_keeps_its_attempt_when_nothing_was_wrong_with_it() -> None:
    made = orders()
    made.next(None, LONG)
    kept = made.next(ONWARD, LONG)
    made.keep(kept)
    again = made.next(ONWARD, SHORT)
    assert (again.index, again.attempt, again.duration_samples, again.lm) == (kept.index, 1, 36 * SECOND, "")


def test_what_is_dropped_is_not_made_and_its_index_is_burnt() -> None:
    made = orders()
    made.roll_again(made.next(None, LONG))
    made.drop()
    assert made.next(None, LONG).index == 1
