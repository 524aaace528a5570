"""What is heard: streaming equals offline, faults are found where they are, and music is not mistaken for one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from radio.check.decode import Meter, Packet
from radio.check.frames import Frames, RepeatedFrames
from radio.check.meter import Loudness, Spread
from radio.check.sound import Event, Sound
from radio.check.verdict import Begun, Verdict
from radio.contracts import Samples
from tests.check.streams import CHUNK, RATE, music, noise, tone, waves

AT = 5 * RATE + 9_100


def heard(samples: Samples, block: int = 4 * RATE) -> list[Event]:
    sound = Sound(RATE)
    found = [event for k in range(0, len(samples), block) for event in sound.push(samples[k : k + block])]
    return sorted(found + sound.finish(), key=lambda event: (event.at_sample, event.kind))


def faults(samples: Samples) -> list[Event]:
    """Without the transients that drums make."""
    return [event for event in heard(samples) if event.kind != "transient"]


def damaged() -> Samples:
    """Surf with a click, a hole, a repeat and a silence."""
    sound = waves(3, 0.1).copy()
    sound[2 * RATE] += 0.9
    sound[4 * RATE : 4 * RATE + 2400] = 0
    sound = np.concatenate((sound[: 6 * RATE], sound[6 * RATE - 14_400 :]))
    sound[9 * RATE : 10 * RATE] = 0
    return sound


def test_blocks_of_any_size_find_the_same() -> None:
    whole = heard(damaged())
    assert {event.kind for event in whole} >= {"click", "dropout", "repeat", "silence"}
    assert heard(damaged(), 7919) == whole


@pytest.mark.parametrize("sound", [tone(2), tone(2, 1000), tone(2, 55), noise(2), waves(2), music(3), music(2, 0.03)])
def test_undamaged_sound_has_no_events(sound: Samples) -> None:
    assert faults(sound) == []


@pytest.mark.parametrize("level", [1.0, 0.1])
def test_a_click_is_found_to_the_millisecond(level: float) -> None:
    sound = music(3, level).copy()
    sound[AT] += 0.5
    (click,) = faults(sound)
    assert click.kind == "click"
    assert abs(click.at_sample - AT) <= RATE // 500
    assert click.strength > 20


def test_twenty_missing_milliseconds_of_a_tone_are_heard_as_a_click() -> None:
    sound = tone(3)
    (click,) = heard(np.concatenate((sound[:AT], sound[AT + 960 :])))
    assert (click.kind, click.strength > 20) == ("click", True)


def test_one_dropped_sample_is_found_in_a_pure_high_tone_and_not_in_noise() -> None:
    high, hiss = tone(3, 4000.0), noise(3)  # AT + 8: where the tone is steepest
    assert [event.kind for event in heard(np.delete(high, AT + 8, axis=0))] == ["click"]
    assert heard(np.delete(hiss, AT, axis=0)) == []


@pytest.mark.parametrize("milliseconds", [20, 100, 1000])
@pytest.mark.parametrize("make", [tone, noise, music])
def test_a_hole_is_found_with_its_length(milliseconds: int, make: Callable[[float], Samples]) -> None:
    sound = make(3).copy()
    count = milliseconds * RATE // 1000
    sound[AT : AT + count] = 0
    (hole,) = [event for event in heard(sound) if event.kind == "dropout"]
    assert abs(hole.at_sample - AT) <= RATE // 200
    assert abs(hole.samples - count) <= RATE // 100


def test_a_note_that_dies_away_is_silence_and_no_dropout() -> None:
    fading = tone(3) * np.exp(-np.arange(3 * 196_608) / RATE * 6)[:, None].astype(np.float32)
    assert {event.kind for event in heard(fading)} == {"silence"}


@pytest.mark.parametrize("milliseconds", [110, 250, 700])
def test_a_piece_heard_twice_is_found_with_its_length(milliseconds: int) -> None:
    sound, count = waves(3), milliseconds * RATE // 1000
    again = [event for event in heard(np.concatenate((sound[:AT], sound[AT - count :]))) if event.kind == "repeat"]
    assert [abs(event.samples - count) <= 12 for event in again] == [True]


def test_what_is_no_number_is_counted_and_does_no_harm() -> None:
    sound = music(1).copy()
    sound[1000] = np.nan
    listening = Sound(RATE)
    listening.push(sound)
    assert listening.not_a_number == 2


def verdict_on(transients: list[int]) -> set[str]:
    """What is said of transients at these samples of a minute of chunks."""
    verdict = Verdict()
    for k in range(15):
        verdict.begin(Begun(k, k * CHUNK, discontinuity=False))
    for at in transients:
        assert not list(verdict.judge(Event("transient", at, 0, 15.0), RATE))
    return {finding.code for finding in verdict.finish(15 * CHUNK / RATE)}


def test_transients_at_chunk_borders_are_told_from_drums() -> None:
    drums = [9_000 + k * 24_000 for k in range(120)]
    assert verdict_on(drums) == set()
    assert verdict_on([k * CHUNK + 700 for k in range(1, 15)]) == {"border-clicks"}
    assert verdict_on([*drums, *(k * CHUNK + 700 for k in range(1, 15))]) == {"border-clicks"}


def frames(names: list[str]) -> list[RepeatedFrames]:
    found = Frames()
    return [hit for name in names for hit in found.push(Packet(0.0, 0.02, 0, 200, name))] + list(found.finish())


def test_coded_frames_sent_twice_are_found_and_a_tones_periodic_frames_are_not() -> None:
    fresh = [f"f{k}" for k in range(400)]
    assert frames(fresh) == []
    assert frames([*fresh[:200], *fresh[197:]]) == [RepeatedFrames(200, 3, 3)]
    assert frames([*fresh[:300], *fresh[100:200], *fresh[300:]]) == [RepeatedFrames(300, 100, 200)]
    assert frames([f"t{k % 3}" for k in range(400)]) == []
    assert frames(["silence"] * 400) == []


def test_loudness_is_gated_as_the_standard_says() -> None:
    assert Loudness().integrated_lufs is None
    loudness = Loudness()
    for k in range(300):
        loudness.add(Meter(k / 10, -20.0 if k % 3 else -60.0, -3.0))
    assert loudness.integrated_lufs == pytest.approx(-20.0, abs=0.06)
    assert loudness.true_peak_dbtp == -3.0


def test_times_spread_in_fixed_memory() -> None:
    assert Spread().quantiles is None
    spread = Spread()
    for k in range(100_000):
        spread.add((k % 100) / 100)
    found = spread.quantiles
    assert found is not None
    assert found.median_s == pytest.approx(0.5, abs=0.02)
    assert found.p95_s == pytest.approx(0.95, abs=0.02)
    assert found.max_s == 0.99
