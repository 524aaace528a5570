"""The saved sound: a mixer that goes on from it makes what the killed one would have made."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from radio.station.resume.saved_sound import BEHIND_SAMPLES, SavedSound, packed, unpacked
from tests.fakes.signals import noise
from tests.mixer.rig import LENGTH, SECOND, SHORT, Desk, segment

STRIDE = 9 * SECOND
CHUNK = 2 * SECOND
TOLERANCE = 1e-4
"""Some steps of 16 bits at the loudest."""


def playing(segments: int, level: float = 0.1) -> Desk:
    desk = Desk()
    desk.push(segment(0, noise(0, LENGTH, 7, level)))
    for k in range(1, segments):
        desk.follow(k, noise(k * STRIDE, LENGTH, 7, level))
    return desk


def revived(saved: SavedSound) -> Desk:
    """A new server's mixer and timeline."""
    again = Desk(start=saved.first_sample)
    again.timeline.append(saved.timeline.copy())
    again.mixer.restore(saved.state)
    return again


def saved(desk: Desk, published_to: int) -> SavedSound:
    data = packed(desk.mixer.snapshot(), desk.timeline, published_to, CHUNK)
    assert data is not None
    return unpacked(data, SHORT.ceiling_dbtp)


def assert_same(again: Desk, desk: Desk) -> None:
    assert again.timeline.end == desk.timeline.end
    expected = desk.timeline.read(again.timeline.start, desk.timeline.end - again.timeline.start)
    np.testing.assert_allclose(again.sound, expected, atol=TOLERANCE)


@pytest.mark.parametrize("level", [0.1, 0.4])
def test_the_next_segment_is_mixed_as_if_nothing_had_happened(level: float) -> None:
    desk = playing(3, level)
    again = revived(saved(desk, desk.timeline.end - 5 * SECOND))
    for each in (desk, again):
        each.follow(3, noise(3 * STRIDE, LENGTH, 7, level))
        each.take(each.mixer.release())
    assert_same(again, desk)


def test_only_what_nobody_has_heard_and_a_little_behind_it_is_saved() -> None:
    desk = playing(6)
    heard = desk.timeline.end - 5 * SECOND
    found = saved(desk, heard)
    assert found.first_sample == heard - CHUNK - BEHIND_SAMPLES
    assert found.covers(heard, CHUNK)
    assert not found.covers(found.state.tail_end + 1, CHUNK)
    assert not found.covers(found.first_sample + 1, CHUNK)


def test_a_tail_that_was_partly_played_goes_on_where_it_was() -> None:
    desk = playing(2)
    desk.take(desk.mixer.release(SECOND))
    again = revived(saved(desk, desk.timeline.end - SECOND))
    assert again.mixer.context().samples == pytest.approx(desk.mixer.context().samples, abs=TOLERANCE)
    for each in (desk, again):
        each.take(each.mixer.release())
    assert_same(again, desk)


def test_a_cut_keeps_its_promise() -> None:
    desk = playing(3)
    desk.cut(desk.timeline.end - 4 * SECOND)
    again = revived(saved(desk, desk.timeline.end - SECOND))
    assert again.mixer.next_entry_sample == desk.mixer.next_entry_sample


def test_a_bridge_goes_on_and_the_late_segment_is_mixed_over_it() -> None:
    desk = playing(2)
    desk.take(desk.mixer.release())
    desk.bridge(6)
    again = revived(saved(desk, desk.timeline.end - SECOND))
    assert again.bridging()
    before = again.timeline.end
    again.bridge(4)
    steps = np.abs(np.diff(again.sound[:, 0]))
    joint = before - again.timeline.start
    assert steps[joint - 50 : joint + 50].max() <= steps.max()
    assert np.sqrt((again.sound[joint:] ** 2).mean()) == pytest.approx(0.1, rel=0.5)
    again.follow(2, noise(2 * STRIDE, LENGTH, 7))
    assert not again.bridging()


def test_nothing_is_saved_before_the_first_segment() -> None:
    desk = Desk()
    assert packed(desk.mixer.snapshot(), desk.timeline, 0, CHUNK) is None


def test_silence_can_be_saved() -> None:
    desk = playing(2, 0.1)
    quiet = Desk()
    quiet.timeline.append(np.zeros((desk.timeline.end, 2), np.float32))
    data = packed(desk.mixer.snapshot(), quiet.timeline, 3 * SECOND, CHUNK)
    assert data is not None
    assert np.abs(unpacked(data, -1.0).timeline).max() == 0


@pytest.mark.parametrize(
    "harm",
    [
        lambda data: b"",
        lambda data: data[:100],
        lambda data: data[:-50_000],
        lambda data: data.replace(b'"final_end": ', b'"final_end": 1', 1),
        lambda data: data.replace(b'"mixed_end": ', b'"mixed_end": -', 1),
        lambda data: data.replace(b'"scale": ', b'"scale": 9999', 1),
        lambda data: data.replace(b'"last": {', b'"last": {"index": "x"}, "y": {', 1),
        lambda data: data.partition(b"\n")[0] + b"\n" + bytes(10_000),
    ],
)
def test_damage_is_an_error_and_nothing_worse(harm: Callable[[bytes], bytes]) -> None:
    desk = playing(2)
    data = packed(desk.mixer.snapshot(), desk.timeline, 3 * SECOND, CHUNK)
    assert data is not None
    with pytest.raises(ValueError):  # noqa: PT011 - any sentence will do
        unpacked(harm(data), -1.0)
