"""The running order: who is heard when, for how long, and who gives way."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radio.errors import Invalid, RequestError, Unknown, WrongState
from radio.settings import MAX_PROMPT
from radio.station.programme.running_order import RunningOrder
from radio.station.programme.schedule import Schedule, Show
from radio.station.programme.turns import MOST_QUEUED, Ask
from radio.station.programme.wander import AutoDj

MONDAY = 1_800_230_400.0
"""Monday, 2027-01-18, 00:00 UTC."""
NOON = MONDAY + 12 * 3600
STEP_S = 45.0
EVERY_DAY = tuple(range(7))
SHOWS = Schedule((Show("breakfast", EVERY_DAY, 6 * 60, 9 * 60), Show("lunch", EVERY_DAY, 12 * 60, 14 * 60)), UTC)


def play(order: RunningOrder, start: float, minutes: float) -> tuple[RunningOrder, list[tuple[float, str, str]]]:
    """Play for some minutes, a segment every 45 s; every change of turn as (minutes since the start, why, goal)."""
    heard: list[tuple[float, str, str]] = []
    utc = start
    while utc < start + minutes * 60:
        wish = order.wish(utc)
        order = order.played(wish, utc)
        if not heard or heard[-1][1:] != (wish.why, wish.goal):
            heard.append(((utc - start) / 60, wish.why, wish.goal))
        utc += STEP_S
    return order, heard


def goals(heard: list[tuple[float, str, str]]) -> list[str]:
    return [goal for _, _, goal in heard]


def test_with_nothing_else_the_default_prompt_plays_for_ever() -> None:
    wish = RunningOrder("calm").wish(NOON)
    assert (wish.prompt, wish.why, wish.until_utc) == ("calm", "default", None)


def test_the_order_of_precedence_is_words_queue_schedule_auto_dj_default() -> None:
    everything = RunningOrder("calm", SHOWS, AutoDj(1)).enqueue([Ask("queued")], NOON).steer("said", NOON)
    without_words = everything.release()
    without_queue = without_words.clear()
    without_shows = replace(without_queue, schedule=Schedule())
    orders = (everything, without_words, without_queue, without_shows, replace(without_shows, dj=None))
    assert [order.wish(NOON).why for order in orders] == ["listener", "queue", "schedule", "auto_dj", "default"]


def test_words_with_minutes_end_after_them_counted_from_when_they_are_heard() -> None:
    order = RunningOrder("calm").steer("jazz", NOON, minutes=30)
    _, heard = play(order, NOON + 300, 40)
    assert heard == [(0, "listener", "jazz"), (30, "default", "calm")]


def test_words_without_minutes_hold_for_ever_where_nothing_is_planned() -> None:
    _, heard = play(RunningOrder("calm").steer("jazz", NOON), NOON, 300)
    assert heard == [(0, "listener", "jazz")]


def test_words_without_minutes_give_way_at_the_next_boundary_of_the_schedule() -> None:
    _, heard = play(RunningOrder("calm", SHOWS).steer("jazz", NOON), NOON, 150)
    assert heard == [(0, "listener", "jazz"), (120, "default", "calm")]


def test_words_just_before_a_boundary_still_get_ten_minutes_and_yield_at_the_one_after() -> None:
    order = RunningOrder("calm", SHOWS).steer("jazz", NOON - 120)
    assert order.wish(NOON - 120).until_utc == NOON + 2 * 3600


def test_words_with_minutes_play_over_a_boundary() -> None:
    _, heard = play(RunningOrder("calm", SHOWS).steer("jazz", NOON, minutes=30), NOON - 600, 50)
    assert heard == [(0, "listener", "jazz"), (30, "schedule", "lunch")]


def test_then_this_begins_at_once_where_the_default_plays() -> None:
    order = RunningOrder("calm").enqueue([Ask("piano", 20), Ask("drone", 15)], NOON)
    _, heard = play(order, NOON, 50)
    assert heard == [(0, "queue", "piano"), (20.25, "queue", "drone"), (35.25, "default", "calm")]


def test_then_this_waits_until_words_with_minutes_are_over() -> None:
    order = RunningOrder("calm").steer("jazz", NOON, minutes=15).enqueue([Ask("piano", 20)], NOON)
    assert play(order, NOON, 30)[1] == [(0, "listener", "jazz"), (15, "queue", "piano")]


def test_words_without_minutes_get_ten_minutes_before_the_queue() -> None:
    order = RunningOrder("calm").steer("jazz", NOON).enqueue([Ask("piano", 20)], NOON)
    assert play(order, NOON, 15)[1] == [(0, "listener", "jazz"), (10.5, "queue", "piano")]


def test_then_this_follows_old_words_at_the_next_segment_and_the_words_do_not_come_back() -> None:
    order, _ = play(RunningOrder("calm").steer("jazz", NOON), NOON, 60)
    _, heard = play(order.enqueue([Ask("piano", 20)], NOON), NOON + 3600, 30)
    assert heard == [(0, "queue", "piano"), (20.25, "default", "calm")]


def test_words_interrupt_the_queue_and_the_rest_of_its_item_follows_them() -> None:
    order, _ = play(RunningOrder("calm").enqueue([Ask("piano", 20), Ask("drone", 15)], NOON), NOON, 6)
    _, heard = play(order.steer("jazz", NOON, minutes=9), NOON + 360, 60)
    assert heard == [
        (0, "listener", "jazz"),
        (9, "queue", "piano"),
        (23.25, "queue", "drone"),
        (38.25, "default", "calm"),
    ]


def test_an_interrupted_item_with_under_a_minute_left_is_not_taken_up_again() -> None:
    order, _ = play(RunningOrder("calm").enqueue([Ask("piano", 10), Ask("drone", 15)], NOON), NOON, 9.5)
    assert goals(play(order.steer("jazz", NOON, minutes=5), NOON + 585, 10)[1]) == ["jazz", "drone"]


def test_of_several_words_the_last_win() -> None:
    order = RunningOrder("calm").steer("jazz", NOON, minutes=5).steer("techno", NOON, minutes=5)
    assert goals(play(order, NOON, 10)[1]) == ["techno", "calm"]


def test_words_taken_back_lead_back_to_the_programme() -> None:
    order = RunningOrder("calm").steer("jazz", NOON)
    words = order.words
    assert words is not None
    assert order.remove(words.id).wish(NOON).prompt == "calm"


def test_an_item_is_removed_by_its_number_and_an_unknown_number_is_refused() -> None:
    order = RunningOrder("calm").enqueue([Ask("piano"), Ask("drone")], NOON)
    order = order.remove(order.queue[0].id)
    assert [item.prompt for item in order.queue] == ["drone"]
    with pytest.raises(Unknown, match="99"):
        order.remove(99)


def test_numbers_are_never_used_twice() -> None:
    order = RunningOrder("calm").enqueue([Ask("a"), Ask("b")], NOON).clear().steer("c", NOON).enqueue([Ask("d")], NOON)
    assert order.words is not None
    assert (order.words.id, order.queue[0].id) == (3, 4)


# ── drifts ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_drift_moves_by_date_from_this_to_that_and_ends_at_that() -> None:
    order = RunningOrder("calm").steer("jazz", NOON, drift_minutes=10, from_prompt="techno")
    shares, texts = [], []
    for k in range(16):
        wish = order.wish(NOON + k * 45)
        order = order.played(wish, NOON + k * 45)
        shares.append(wish.share if wish.toward else 1.0)
        texts.append(wish.prompt)
    assert shares == sorted(shares)
    assert 0 < shares[0] <= 0.05
    assert shares[-2:] == [1.0, 1.0]
    assert list(dict.fromkeys(texts)) == [
        "techno, with a touch of jazz", "techno and jazz in equal parts", "jazz, with a touch of techno", "jazz",
    ]  # fmt: skip


def test_a_drift_without_a_beginning_comes_from_what_plays() -> None:
    order, _ = play(RunningOrder("calm"), NOON, 5)
    wish = order.steer("jazz", NOON, drift_minutes=10).wish(NOON + 300)
    assert (wish.origin, wish.toward) == ("calm", "jazz")


def test_nothing_drifts_from_what_nobody_heard() -> None:
    wish = RunningOrder("calm").steer("jazz", NOON, drift_minutes=10).wish(NOON)
    assert (wish.prompt, wish.toward, wish.share) == ("jazz", "", 0.0)


def test_an_item_of_the_queue_drifts_from_what_played_before_it() -> None:
    order, _ = play(RunningOrder("calm").enqueue([Ask("piano", 5), Ask("drone", 20, 10)], NOON), NOON, 6)
    wish = order.wish(NOON + 360)
    assert (wish.origin, wish.toward, wish.why) == ("piano", "drone", "queue")


def test_a_drift_out_of_a_drift_starts_from_both_and_texts_do_not_grow() -> None:
    order, utc = RunningOrder("calm"), NOON
    for k in range(40):
        order = order.steer(f"music number {k}, " + "slow " * 10, utc, drift_minutes=10)
        order, _ = play(order, utc, 4)
        utc += 240
        assert len(order.wish(utc).prompt) < 600


def test_the_longest_prompts_make_a_text_of_allowed_length() -> None:
    order = RunningOrder("calm").steer("a" * MAX_PROMPT, NOON, drift_minutes=10, from_prompt="b " * (MAX_PROMPT // 2))
    order = order.played(order.wish(NOON), NOON)
    assert all(len(order.wish(NOON + k * 60).prompt) <= MAX_PROMPT for k in range(10))


def test_a_show_drifts_from_what_plays_when_it_begins() -> None:
    schedule = Schedule((Show("lunch", EVERY_DAY, 12 * 60, 14 * 60, over_minutes=30),), UTC)
    order, _ = play(RunningOrder("calm", schedule).steer("jazz", NOON, minutes=40), NOON - 600, 41)
    wish = order.wish(NOON + 32 * 60)
    assert (wish.origin, wish.toward, wish.share) == ("jazz", "lunch", 0.05)


def test_a_show_with_a_beginning_of_its_own_keeps_to_its_dates() -> None:
    schedule = Schedule((Show("day", EVERY_DAY, 12 * 60, 14 * 60, over_minutes=60, from_prompt="night"),), UTC)
    wish = RunningOrder("calm", schedule).wish(NOON + 1800)
    assert (wish.origin, wish.toward, wish.share) == ("night", "day", 0.5)


def test_the_prompts_of_a_show_take_turns_the_one_heard_longest_ago_first() -> None:
    show = Show("a", EVERY_DAY, 12 * 60, 14 * 60, 5, others=("b", "c"), each_minutes=20)
    order, first = play(RunningOrder("calm", Schedule((show,), UTC)), NOON, 121)
    assert [round(minutes / 20) for minutes, _, _ in first] == [0, 1, 2, 3, 4, 5, 6]
    heard = goals(first)[:6]
    assert set(heard[:3]) == {"a", "b", "c"}
    assert heard[3:] == heard[:3]
    _, second = play(order, NOON + 24 * 3600, 120)
    assert goals(second) == heard[:3] * 2


def test_an_interrupted_piece_of_a_show_goes_on_with_its_prompt_and_drifts_back_to_it() -> None:
    show = Show("a", EVERY_DAY, 12 * 60, 14 * 60, 5, others=("b", "c"), each_minutes=60)
    order, before = play(RunningOrder("calm", Schedule((show,), UTC)), NOON, 20)
    _, heard = play(order.steer("jazz", NOON + 1200, minutes=10), NOON + 1200, 20)
    assert goals(heard) == ["jazz", before[0][2]]
    assert RunningOrder("calm", Schedule((show,), UTC)).wish(NOON).until_utc == NOON + 3600


# ── what cannot be ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (Ask("  "), "nothing"), (Ask("a" * (MAX_PROMPT + 1)), "2001"), (Ask("a", 0.5), "0.5"),
        (Ask("a", float("nan")), "nan"), (Ask("a", 5, 10), "drift"),
    ],
)  # fmt: skip
def test_an_impossible_item_is_refused_in_a_sentence(ask: Ask, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        RunningOrder("calm").enqueue([ask], NOON)


def test_a_drift_from_something_needs_to_know_how_long_it_takes() -> None:
    with pytest.raises(Invalid, match="drift_minutes"):
        RunningOrder("calm").steer("jazz", NOON, from_prompt="techno")


def test_a_full_queue_is_refused_and_keeps_what_it_has() -> None:
    order = RunningOrder("calm").enqueue([Ask("a")] * MOST_QUEUED, NOON)
    with pytest.raises(WrongState, match="100"):
        order.enqueue([Ask("b")], NOON)
    assert len(order.queue) == MOST_QUEUED


# ── what is coming ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_coming_is_what_then_plays() -> None:
    order = RunningOrder("calm", SHOWS, AutoDj(3)).steer("jazz", NOON, minutes=30)
    order = order.enqueue([Ask("piano", 20), Ask("drone", 15, 5)], NOON)
    coming = order.coming(MONDAY, 15)
    _, heard = play(order, MONDAY, 15 * 60)
    assert [(line.wish.why, line.wish.goal) for line in coming] == [(why, goal) for _, why, goal in heard]
    assert all(a.ends_utc == b.begins_utc for a, b in pairwise(coming))


def test_what_is_coming_is_bounded() -> None:
    order = RunningOrder("calm").enqueue([Ask("a", 1)] * MOST_QUEUED, NOON)
    assert len(order.coming(NOON, 1e6)) <= 64


# ── across restarts ────────────────────────────────────────────────────────────────────────────────────────────────


def busy() -> RunningOrder:
    order, _ = play(RunningOrder("calm", SHOWS, AutoDj(3)), MONDAY + 5 * 3600, 90)
    order = order.enqueue([Ask("piano", 20, 5, 7), Ask("drone")], NOON).steer("jazz", NOON, minutes=9)
    return play(order, NOON, 3)[0]


def test_an_order_goes_on_after_a_restart_as_if_nothing_had_been() -> None:
    order = busy()
    again, trouble = RunningOrder("calm", SHOWS, AutoDj(3)).from_saved(json.loads(json.dumps(order.to_saved())))
    assert trouble is None
    assert again == order


@pytest.mark.parametrize(
    "damage",
    [
        {"queue": "x"}, {"next_id": -1}, {"history": [1]}, {"words": {"id": 1}}, {"mood": []}, {"queue": [{}] * 1000},
    ],
)  # fmt: skip
def test_a_damaged_order_is_a_fresh_one_and_says_so(damage: dict[str, Any]) -> None:
    fresh = RunningOrder("calm")
    order, trouble = fresh.from_saved({**busy().to_saved(), **damage})
    assert order == fresh
    assert trouble
    assert "damaged" in trouble


def test_a_turn_that_began_when_the_clock_was_wrong_is_over() -> None:
    order = RunningOrder("calm").steer("jazz", NOON, minutes=30)
    order = order.played(order.wish(NOON + 1e8), NOON + 1e8)
    assert order.wish(NOON).prompt == "calm"


# ── always ─────────────────────────────────────────────────────────────────────────────────────────────────────────

DOINGS = st.lists(
    st.one_of(
        st.tuples(st.just("steer"), st.none() | st.floats(1, 40), st.floats(0, 30)),
        st.tuples(st.just("enqueue"), st.floats(1, 40), st.floats(0, 30)),
        st.tuples(st.just("wait"), st.floats(0, 90), st.just(0.0)),
        st.tuples(st.just("clear"), st.just(0.0), st.just(0.0)),
        st.tuples(st.just("sleep"), st.floats(0, 2000), st.just(0.0)),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(doings=DOINGS, seed=st.integers(0, 99))
def test_whatever_is_done_there_is_always_a_wish_and_a_way_on(
    doings: list[tuple[str, float | None, float]], seed: int
) -> None:
    order, utc = RunningOrder("calm", SHOWS, AutoDj(seed, 600) if seed % 2 else None), NOON
    for number, (what, minutes, drift) in enumerate(doings):
        try:
            if what == "steer":
                order = order.steer(f"said {number}", utc, minutes=minutes, drift_minutes=drift)
            elif what == "enqueue":
                order = order.enqueue([Ask(f"queued {number}", minutes or 0, drift)], utc)
            elif what == "clear":
                order = order.clear().release()
        except RequestError:
            continue
        if what == "sleep":
            utc += (minutes or 0) * 60
        order, _ = play(order, utc, (minutes or 0) if what == "wait" else 1)
        utc += ((minutes or 0) if what == "wait" else 1) * 60
        wish = order.wish(utc)
        assert wish.prompt.strip()
        assert 0 <= wish.share < 1
        assert wish.until_utc is None or wish.until_utc > utc
        assert order.from_saved(json.loads(json.dumps(order.to_saved()))) == (order, None)
