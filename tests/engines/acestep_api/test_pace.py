"""When to look for a job, and how long to wait for it at all."""

from __future__ import annotations

from itertools import pairwise

from radio.engines.acestep_api.pace import DENSE_S, FIRST_LIMIT_S, LEAST_LIMIT_S, Pace


def looks(pace: Pace, job_s: float) -> tuple[int, float]:
    """How often a job of `job_s` is looked for, and how long it lies done before it is seen."""
    now_s, count = 0.0, 0
    while now_s < job_s:
        now_s += pace.look_in_s(now_s)
        count += 1
    return count, now_s - job_s


def known(seconds: float) -> Pace:
    pace = Pace()
    for _ in range(3):
        pace.learn(seconds)
    return pace


def test_a_job_of_known_length_is_looked_for_seldom_and_seen_soon() -> None:
    for seconds in (0.5, 2.0, 8.0, 30.0):
        count, late_s = looks(known(seconds), seconds * 1.02)
        assert count < 12 + seconds / 2
        assert late_s <= max(DENSE_S, seconds / 20) + 1e-9


def test_a_job_of_unknown_length_is_seen_within_a_fraction_of_it() -> None:
    for seconds in (0.5, 2.0, 8.0, 30.0):
        count, late_s = looks(Pace(), seconds)
        assert count < 60
        assert late_s <= max(DENSE_S, min(1.0, seconds / 7)) + 1e-9


def test_a_late_job_is_looked_for_more_and_more_rarely() -> None:
    pace = known(2.0)
    assert pace.look_in_s(2.0) <= 0.1
    assert pace.look_in_s(4.0) == 0.5
    assert pace.look_in_s(60.0) == 2.0


def test_jobs_before_ours_are_waited_for() -> None:
    assert known(2.0).expected_s(3) == 8.0
    assert Pace(reckoned_s=5.0).expected_s(1) == 10.0
    assert Pace().expected_s() is None


def test_the_limit_follows_the_slowest_job_but_leaves_a_first_one_time() -> None:
    assert Pace().limit_s() == FIRST_LIMIT_S
    assert known(1.0).limit_s() == LEAST_LIMIT_S
    pace = known(1.0)
    pace.learn(20.0)
    assert pace.limit_s() == 160.0


def test_the_share_done_grows_and_is_never_whole() -> None:
    pace = known(4.0)
    shares = [pace.done(tenth / 10) for tenth in range(600)]
    assert all(a < b for a, b in pairwise(shares))
    assert shares[-1] < 1
