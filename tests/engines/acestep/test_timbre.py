"""The timbre anchor: a chain keeps its first segment's voice, and a recording can lend one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

pytest.importorskip("diffusers", reason="needs the extra 'acestep'")

import torch

from radio.contracts import SAMPLE_RATE, Rendered, Samples
from radio.engines.acestep import encoding, timbre
from radio.engines.acestep.engine import AceStepEngine
from radio.engines.acestep.timbre import anchor_of_latents, anchor_of_recording, read_recording
from radio.errors import Unavailable
from tests.engines.acestep import tiny
from tests.engines.acestep.plans import context_of, ignore, next_position, onward, start


def noise(seconds: float, rate: int = SAMPLE_RATE, channels: int = 2) -> Samples:
    return np.random.default_rng(1).normal(0, 0.1, (round(seconds * rate), channels)).astype(np.float32)


def hop(engine: AceStepEngine, first: Rendered) -> Samples:
    plan = onward(1, next_position(start()))
    return engine.generate(plan, context_of(first), ignore).audio.samples


def test_a_long_piece_lends_its_front_middle_and_back() -> None:
    latents = torch.arange(1500.0)[None, :, None]
    found = anchor_of_latents(latents)[0, :, 0]
    assert found.tolist() == [*range(250), *range(500, 750), *range(1250, 1500)]


def test_a_short_piece_is_repeated() -> None:
    found = anchor_of_latents(torch.arange(100.0)[None, :, None])[0, :, 0]
    assert found.tolist() == [n % 100 for n in range(750)]


@pytest.mark.parametrize("seconds", [4.0, 40.0])
def test_a_recording_is_cut_as_diffusers_cuts_it(seconds: float) -> None:
    """Against diffusers' own preparation, with the mean in place of a sample."""
    pipeline, sound = tiny.build(), noise(seconds)
    pipeline.vae.requires_grad_(False)
    with torch.no_grad():
        theirs, _ = pipeline.prepare_reference_audio_latents(
            torch.from_numpy(sound.T), 1, torch.device("cpu"), torch.float32
        )
    ours = anchor_of_recording(pipeline.vae, sound)
    assert ours.shape == theirs.shape == (1, 750, tiny.LATENT)
    assert torch.corrcoef(torch.stack((ours.flatten(), theirs.flatten())))[0, 1] > 0.3


def test_a_chain_goes_on_in_the_voice_of_its_first_segment(
    engine: AceStepEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = engine.generate(start(), None, ignore)
    voiced = hop(engine, first)
    voice = engine._ready().maker._memory.voice(1)
    assert voice is not None
    monkeypatch.setattr(engine._ready().maker._memory, "voice", lambda _: None)
    assert not np.array_equal(hop(engine, first), voiced)


def test_a_reference_recording_lends_its_voice_to_chain_starts_only(turbo_folder: Path, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "voice.wav", noise(5), SAMPLE_RATE)
    plain = AceStepEngine("m", str(turbo_folder), device="cpu")
    voiced = AceStepEngine("m", str(turbo_folder), device="cpu", reference=str(tmp_path / "voice.wav"))
    a, b = plain.generate(start(), None, ignore), voiced.generate(start(), None, ignore)
    assert not np.array_equal(a.audio.samples, b.audio.samples)
    assert len(hop(voiced, b)) == len(b.audio)


def test_a_reference_is_encoded_once(turbo_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    times: list[int] = []
    encode = encoding.encode

    def counted(vae: object, samples: Samples) -> torch.Tensor:
        times.append(1)
        return encode(vae, samples)

    monkeypatch.setattr(timbre, "encode", counted)
    soundfile.write(tmp_path / "voice.wav", noise(5), SAMPLE_RATE)
    engine = AceStepEngine("m", str(turbo_folder), device="cpu", reference=str(tmp_path / "voice.wav"))
    for seed in (1, 2):
        engine.generate(start(seed=seed), None, ignore)
    assert len(times) == 1


@pytest.mark.parametrize(("rate", "channels"), [(44_100, 1), (22_050, 2), (96_000, 2), (48_000, 6)])
def test_a_recording_of_any_rate_becomes_48_khz_stereo(tmp_path: Path, rate: int, channels: int) -> None:
    tone = np.sin(2 * np.pi * 440 * np.arange(2 * rate) / rate).astype(np.float32)
    soundfile.write(tmp_path / "tone.wav", np.repeat(tone[:, None], channels, axis=1), rate)
    found = read_recording(tmp_path / "tone.wav")
    assert found.dtype == np.float32
    assert found.shape == (2 * SAMPLE_RATE, 2)
    spectrum = np.abs(np.fft.rfft(found[:, 0]))
    assert np.argmax(spectrum) / 2 == pytest.approx(440, abs=1)


@pytest.mark.parametrize("content", [None, b"no sound at all"], ids=["missing", "not audio"])
def test_a_recording_that_cannot_be_read_is_unavailable(
    turbo_folder: Path, tmp_path: Path, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / "voice.wav").write_bytes(content)
    engine = AceStepEngine("m", str(turbo_folder), device="cpu", reference=str(tmp_path / "voice.wav"))
    with pytest.raises(Unavailable, match=r"voice\.wav"):
        engine.warm_up()


def test_an_empty_recording_is_unavailable(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "voice.wav", np.zeros((0, 2), np.float32), SAMPLE_RATE)
    with pytest.raises(Unavailable, match="holds no sound"):
        read_recording(tmp_path / "voice.wav")
