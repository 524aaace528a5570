"""How long a generator may be silent."""

from __future__ import annotations

from radio.generator.vigil import Patience, Vigil

ALLOWED = Patience(loading_beat_s=20, beat_s=5, stall_s=10, cancel_s=5)


def warm(now_s: float = 0.0) -> Vigil:
    vigil = Vigil(ALLOWED, 120, now_s)
    vigil.ready()
    return vigil


def test_loading_may_be_silent_for_longer_but_not_for_ever() -> None:
    vigil = Vigil(ALLOWED, 120, 0.0)
    assert not vigil.overdue(19)
    assert "sign of life" in vigil.overdue(21)
    for now_s in range(121):
        vigil.heard(now_s)
    assert "deadline" in vigil.overdue(121)


def test_a_first_job_has_only_its_deadline_since_nobody_knows_how_its_engine_reports() -> None:
    vigil = warm()
    vigil.began(60, 0.0)
    vigil.heard(59)
    assert not vigil.overdue(59)
    vigil.heard(61)
    assert "deadline" in vigil.overdue(61)


def test_a_slow_engine_is_given_the_time_that_it_is_known_to_need() -> None:
    vigil = warm()
    vigil.began(600, 0.0)
    vigil.moved(4.0)
    vigil.ended(5.0, whole=True)
    vigil.began(600, 10.0)
    vigil.heard(41)
    assert not vigil.overdue(41)
    vigil.heard(43)
    assert "progress" in vigil.overdue(43)


def test_what_a_failed_job_did_says_nothing_about_the_engine() -> None:
    vigil = warm()
    vigil.began(600, 0.0)
    vigil.ended(5.0, whole=False)
    vigil.began(600, 10.0)
    vigil.heard(500)
    assert not vigil.overdue(500)


def test_whoever_slept_blames_nobody() -> None:
    vigil = warm()
    vigil.began(60, 0.0)
    vigil.slept(3600, 3600)
    assert not vigil.overdue(3601)
    assert vigil.overdue(3606)
