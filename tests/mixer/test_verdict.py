"""Verdicts: bad segments are told from good ones, and told why."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from radio.contracts import Audio, Chain, PromptChange, Provenance, Samples, Segment, SegmentPlan
from radio.engines.synth.engine import SynthEngine
from radio.mixer.verdict import judge
from tests.audio.band import comb, looped, piece, voice, whistling
from tests.fakes.signals import noise, tone
from tests.mixer.rig import SECOND, SHORT, Desk, segment

LENGTH = 40 * SECOND
OVERLAP = 10 * SECOND


def reasons(samples: Samples, duration: int = LENGTH) -> str:
    return "; ".join(judge(segment(0, samples, duration=duration), OVERLAP).reasons)


def test_good_segments_are_good() -> None:
    for sound in (noise(0, LENGTH, 1), tone(0, LENGTH), noise(0, LENGTH, 1, 0.003)):
        verdict = judge(segment(0, sound), OVERLAP)
        assert verdict.good
        assert verdict.playable
        assert verdict.usable_samples == LENGTH


def test_samples_that_are_no_numbers_are_refused() -> None:
    for bad in (np.nan, np.inf):
        x = noise(0, LENGTH, 1).copy()
        x[LENGTH // 2, 0] = bad
        assert "not numbers" in reasons(x)
        assert not judge(segment(0, x), OVERLAP).playable


def test_a_wrong_length_is_bad_and_still_playable_if_long_enough() -> None:
    assert "instead of" in reasons(noise(0, LENGTH - 1920, 1))
    assert judge(segment(0, noise(0, LENGTH - 1920, 1), duration=LENGTH), OVERLAP).playable
    assert not judge(segment(0, noise(0, 1000, 1), duration=LENGTH), OVERLAP).playable
    assert not judge(segment(0, np.zeros((0, 2), np.float32), duration=LENGTH), OVERLAP).playable


def test_an_early_end_is_bad() -> None:
    x = noise(0, LENGTH, 1).copy()
    x[15 * SECOND :] = 0
    assert "music ends after" in reasons(x)


def test_silence_is_bad() -> None:
    assert "silent" in reasons(np.zeros((LENGTH, 2), np.float32))
    x = noise(0, LENGTH, 1).copy()
    x[10 * SECOND : 15 * SECOND] = 0
    assert "silent for 5" in reasons(x)


def test_clipping_and_dc_are_bad() -> None:
    assert "clipped" in reasons(np.clip(tone(0, LENGTH, 200, 1.8), -1, 1))
    assert "mean" in reasons(noise(0, LENGTH, 1) + np.float32(0.1))


@pytest.mark.parametrize("rate", [44_100, 24_000])
def test_another_rate_is_refused(rate: int) -> None:
    one = segment(0, noise(0, LENGTH, 1))
    object.__setattr__(one.rendered, "audio", Audio(one.audio.samples, rate))
    assert not judge(one, OVERLAP).playable


def test_mono_is_refused() -> None:
    assert not judge(segment(0, np.ascontiguousarray(noise(0, LENGTH, 1)[:, :1])), OVERLAP).playable


MUSIC = piece(40)
RECORDINGS = "RADIO_TEST_RECORDINGS"


def modelled(samples: Samples, prompt: str = "calm piano") -> Segment:
    """A segment that a model made."""
    one = segment(0, samples)
    rendered = replace(one.rendered, provenance=Provenance("acestep-v15-turbo"))
    return replace(one, plan=replace(one.plan, prompt=prompt), rendered=rendered)


def faults(samples: Samples, prompt: str = "calm piano") -> str:
    return "; ".join(judge(modelled(samples, prompt), OVERLAP).reasons)


def test_music_from_a_model_is_good() -> None:
    for seed in (1, 2, 3):
        assert faults(piece(40, seed)) == ""


def test_what_goes_wrong_in_models_is_named() -> None:
    assert "nothing but noise for 40 s" in faults(noise(0, LENGTH, 1))
    assert "does not change at all for" in faults(tone(0, LENGTH) + tone(0, LENGTH, 660) + tone(0, LENGTH, 880))
    assert "repeats less than a second" in faults(looped(MUSIC, 20 * SECOND, 17_003))
    assert "14 tones whistle" in faults(whistling(MUSIC, 14, 0.004))
    assert "through a pipe" in faults(comb(MUSIC, 0.9, 0.0015))
    assert "squashed flat" in faults(np.tanh(MUSIC * 30) * np.float32(0.5) + noise(0, LENGTH, 1, 0.01))
    bright = np.diff(MUSIC, axis=0, prepend=0).astype(np.float32) * 5
    assert "harsh" in faults(bright)


def test_a_voice_where_none_was_asked_for_is_refused_and_a_wanted_one_is_not() -> None:
    singing = voice(40) + MUSIC * np.float32(0.1)
    one = modelled(singing)
    assert "no singing was asked for" in "; ".join(judge(instrumental(one), OVERLAP).reasons)
    assert judge(replace(one, plan=replace(one.plan, lyrics="la la la")), OVERLAP).good
    assert judge(instrumental(modelled(MUSIC)), OVERLAP).good


def instrumental(one: Segment) -> Segment:
    return replace(one, plan=replace(one.plan, lyrics="[Instrumental]"))


def test_a_fault_that_passes_is_let_pass() -> None:
    short = MUSIC.copy()
    short[: 6 * SECOND] = noise(0, 6 * SECOND, 1, 0.05)
    assert faults(short) == ""
    short = looped(MUSIC, 20 * SECOND, 17_003)
    short[26 * SECOND :] = MUSIC[26 * SECOND :]
    assert faults(short) == ""


def test_whoever_asks_for_rain_may_get_it() -> None:
    for prompt in ("heavy rain on a roof", "White noise", "ocean waves", "шум дождя", "雨の音"):
        assert faults(noise(0, LENGTH, 1), prompt) == ""
    assert "noise" in faults(noise(0, LENGTH, 1), "synthwave training")


def test_a_test_tone_that_no_model_made_is_meant_as_it_is() -> None:
    assert reasons(tone(0, LENGTH)) == ""
    assert reasons(noise(0, LENGTH, 1)) == ""


def follows(desk: Desk, samples: Samples) -> str:
    """What is said of `samples` as the model's continuation of what the desk plays."""
    position, overlap = desk.mixer.next_position_samples, desk.settings.overlap_samples
    one = segment(1, samples, position=position, overlap=overlap)
    one = replace(one, rendered=replace(one.rendered, provenance=Provenance("acestep-v15-turbo")))
    return "; ".join(desk.mixer.judge(one).reasons)


def opened() -> Desk:
    desk = Desk()
    desk.push(segment(0, MUSIC[: 12 * SECOND]))
    return desk


def test_a_continuation_that_re_states_its_context_is_good_and_another_piece_is_not() -> None:
    desk = opened()
    assert follows(desk, MUSIC[9 * SECOND : 21 * SECOND] * np.float32(0.3)) == ""
    assert "does not go on with what came before" in follows(desk, piece(12, seed=9))


def test_a_context_that_has_moved_on_is_not_held_against_a_segment() -> None:
    desk = opened()
    desk.take(desk.mixer.release())
    assert "does not go on" in follows(desk, piece(12, seed=9))
    desk.bridge(2)
    assert follows(desk, piece(12, seed=9)) == ""
    cut = opened()
    cut.cut(6 * SECOND)
    assert follows(cut, piece(12, seed=9)) == ""


def test_the_likeness_is_kept_with_the_numbers() -> None:
    desk = opened()
    one = segment(
        1, MUSIC[9 * SECOND : 21 * SECOND], position=desk.mixer.next_position_samples, overlap=SHORT.overlap_samples
    )
    found = desk.mixer.judge(one)
    assert found.restatement is not None
    assert found.quality.restated == pytest.approx(1, abs=0.01)
    assert desk.mixer.judge(segment(1, MUSIC[: 12 * SECOND])).quality.restated is None


@pytest.mark.parametrize("prompt", ["dark drone", "ambient focus music", "deep house 122 bpm", "solo piano"])
def test_the_synthesiser_is_always_good(prompt: str) -> None:
    chain = Chain(0, 3, (PromptChange(0, prompt),))
    plan = SegmentPlan(0, "text2music", prompt, 1, 30 * SECOND, 0, 60 * SECOND, chain)
    rendered = SynthEngine().generate(plan, None, lambda _: None)
    assert rendered.provenance.model
    assert judge(Segment(plan, rendered, "synth", 1.0), 10 * SECOND).reasons == ()


@pytest.mark.skipif(RECORDINGS not in os.environ, reason=f"{RECORDINGS} names no folder of recordings")
def test_real_recordings_are_good() -> None:
    soundfile = pytest.importorskip("soundfile", reason="recordings are read with soundfile")
    paths = [
        path for path in sorted(Path(os.environ[RECORDINGS]).rglob("*")) if path.suffix in {".ogg", ".wav", ".flac"}
    ]
    heard = 0
    for path in paths[:20]:
        samples, rate = soundfile.read(path, frames=40 * SECOND, dtype="float32", always_2d=True)
        if rate == SECOND and samples.shape == (LENGTH, 2):
            assert faults(samples) == "", path.name
            heard += 1
    assert heard
