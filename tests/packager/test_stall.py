"""When ffmpeg is thought to hang."""

from __future__ import annotations

from radio.packager.stall import Stall

CHUNK = 196_608


def test_work_that_is_not_taken_is_told_after_two_seconds() -> None:
    stall = Stall(CHUNK, 0.0)
    assert not stall.look(4800, 0, 0.5, waiting=False)
    assert not stall.look(4800, 0, 2.0, waiting=True)
    assert "stood still" in stall.look(4800, 0, 2.6, waiting=True)


def test_a_program_that_has_not_begun_to_read_is_given_longer() -> None:
    stall = Stall(CHUNK, 0.0)
    assert not any(stall.look(0, 0, now / 2, waiting=True) for now in range(12))
    assert stall.look(0, 0, 6.5, waiting=True)


def test_an_idle_encoder_may_idle_for_ever() -> None:
    stall = Stall(CHUNK, 0.0)
    assert not any(stall.look(CHUNK, 0, now / 2, waiting=False) for now in range(1000))


def test_a_slow_machine_that_gets_on_is_not_blamed() -> None:
    """Half of real time, with more and more waiting."""
    stall = Stall(CHUNK, 0.0)
    for now in range(1, 200):
        taken = now * 12_000
        assert not stall.look(taken, taken // CHUNK, now / 2, waiting=True)


def test_one_that_swallows_sound_and_makes_nothing_is_told() -> None:
    stall, told = Stall(CHUNK, 0.0), 0.0
    for now in range(1, 60):
        if stall.look(now * 24_000, 0, now / 2, waiting=False):
            told = now / 2
            break
    assert 10 < told < 12


def test_whoever_slept_blames_nobody() -> None:
    stall = Stall(CHUNK, 0.0)
    stall.look(4800, 0, 0.5, waiting=True)
    assert not stall.look(4800, 0, 3600.0, waiting=True)
