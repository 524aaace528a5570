"""The model that stands in for ACE-Step inside the real API server: same methods, sound made of noise and chords.

Runs in the server's process (`official_server.py`) and in its environment, so it imports nothing of Longwave. Like the
real one it normalises its output to −1 dBFS over the whole clip, re-states the kept part of a repaint's source only
nearly, and makes something new where it was given no source. What it should do wrong comes from environment variables
that begin with `FAKE_`.
"""

from __future__ import annotations

import os
import random
import time
from typing import Any

import numpy as np
import soundfile

RATE = 48_000
PEAK = 10 ** (-1 / 20)
REENCODED = 0.03
"""How far, relative to the sound, a re-stated overlap is off: what an autoencoder leaves of it. In the music's own
colour, so that a chain does not grow brighter from hop to hop."""
FADE = RATE // 20
CHORD = 4 * RATE
RAMP = RATE // 10
NOTE = RATE // 2
PLUCK = 0.8 * np.minimum(1, np.arange(RATE) / 240) * np.exp(-np.arange(RATE) / (0.2 * RATE)) * np.linspace(1, 0, RATE)
CHORDS = ((220.0, 277.2, 329.6), (196.0, 246.9, 293.7), (174.6, 220.0, 261.6), (164.8, 207.7, 246.9))


def music(samples: int, seed: int) -> Any:
    """`[samples, 2]`: chords of four seconds that flow into each other, a tune over them, and coloured noise."""
    dice = np.random.default_rng(seed)
    sound = coloured_noise(samples, dice)
    order = dice.permutation(len(CHORDS))
    ramp = np.sin(np.linspace(0, np.pi / 2, RAMP))
    level = np.concatenate([ramp, np.ones(CHORD - RAMP), ramp[::-1]])
    for number, start in enumerate(range(0, samples, CHORD)):
        chord = CHORDS[order[number % len(order)]]
        for hertz in chord:
            add(sound, start, hertz, 0.2 * level, dice)
        for step in dice.permutation(CHORD // NOTE)[:5]:
            octave = float(dice.choice([2, 3, 4, 6]))
            add(sound, start + int(step) * NOTE, float(dice.choice(chord)) * octave, PLUCK, dice)
    return sound


def add(sound: Any, start: int, hertz: float, envelope: Any, dice: Any) -> None:
    """Put a sine with this envelope into `sound`, somewhat to one side."""
    count = max(0, min(len(envelope), len(sound) - start))
    wave = envelope[:count] * np.sin(2 * np.pi * hertz * np.arange(count) / RATE + dice.uniform(0, 6))
    sound[start : start + count] += wave[:, None] * [1.0, dice.uniform(0.6, 1)]


def coloured_noise(samples: int, dice: Any) -> Any:
    """`[samples, 2]`: ten seconds of smoothed noise, again and again."""
    white = dice.standard_normal((10 * RATE, 2))
    window = np.hanning(34)[1:-1]
    once = np.stack([np.convolve(white[:, side], window, "same") for side in (0, 1)], 1) * 0.05
    return np.resize(once, (samples, 2))


def restated(source: Any, keep: int, seed: int) -> Any:
    """The first `keep` samples of `source`, nearly, and then something new that fades in over them."""
    new = music(len(source), seed)
    level = np.sqrt(np.mean(source[:keep] ** 2)) / max(1e-9, np.sqrt(np.mean(new**2)))
    new *= level
    fade = np.clip((np.arange(len(source)) - keep + FADE) / FADE, 0, 1)[:, None]
    blur = coloured_noise(len(source), np.random.default_rng(seed + 1))
    blur *= REENCODED * np.sqrt(np.mean(new**2) / np.mean(blur**2))
    return (source + blur) * np.cos(fade * np.pi / 2) + new * np.sin(fade * np.pi / 2)


class Tensor:
    """As much of a tensor as the server's own file writer asks for."""

    def __init__(self, values: Any) -> None:
        self.values = values

    def cpu(self) -> Tensor:
        return self

    def float(self) -> Tensor:
        return Tensor(self.values.astype(np.float32))

    def contiguous(self) -> Tensor:
        return Tensor(np.ascontiguousarray(self.values))

    def transpose(self, one: int, other: int) -> Tensor:
        return Tensor(np.swapaxes(self.values, one, other))

    def dim(self) -> int:
        return int(self.values.ndim)

    def numpy(self) -> Any:
        return self.values


class AceStepHandler:
    """The DiT's place."""

    jobs = 0
    dtype = "float32"
    device = "cpu"

    def initialize_service(self, **_: Any) -> tuple[str, bool]:
        return "loaded", True

    def prepare_seeds(self, count: int, seed: Any, use_random_seed: bool) -> tuple[list[int], str]:
        text = str(seed).strip()
        fixed = not use_random_seed and text.lstrip("-").isdigit() and int(text) >= 0
        seeds = [int(text) if fixed else random.randrange(2**32) for _ in range(count)]
        return seeds, ", ".join(map(str, seeds))

    def generate_music(self, **asked: Any) -> dict[str, Any]:
        """One job. Every `FAKE_FAIL_EVERY`-th fails."""
        AceStepHandler.jobs += 1
        time.sleep(float(os.environ.get("FAKE_JOB_S", "0.05")))
        every = int(os.environ.get("FAKE_FAIL_EVERY", "0"))
        longest = float(os.environ.get("FAKE_LONGEST_S", "600"))
        source = self._source(asked)
        length_s = len(source) / RATE if source is not None else float(asked["audio_duration"])
        if (every and AceStepHandler.jobs % every == 0) or length_s > longest:
            return {"success": False, "error": "the fake model was told to fail", "audios": []}
        audios = [self._audio(asked, source, length_s) for _ in range(int(asked.get("batch_size") or 1))]
        return {"success": True, "audios": audios, "status_message": "", "extra_outputs": {}}

    def _source(self, asked: dict[str, Any]) -> Any:
        path = asked.get("src_audio")
        if not path or asked.get("task_type") != "repaint" or os.environ.get("FAKE_IGNORE_SOURCE"):
            return None
        samples, rate = soundfile.read(path, always_2d=True)
        if rate != RATE or samples.shape[1] != 2:
            raise ValueError(f"source of {samples.shape[1]} channels at {rate} Hz")
        return samples

    def _audio(self, asked: dict[str, Any], source: Any, length_s: float) -> dict[str, Any]:
        dice = random.randrange(2**32)
        keep = round(float(asked.get("repainting_start") or 0) * RATE)
        sound = music(round(length_s * RATE), dice) if source is None else restated(source, keep, dice)
        sound = sound * (PEAK / max(1e-9, float(np.abs(sound).max())))
        return {"tensor": Tensor(sound.T.astype(np.float32)), "sample_rate": RATE}


class LLMHandler:
    """The language model's place. `FAKE_LM` names the one that is on disk; another cannot be loaded."""

    def __init__(self) -> None:
        self.llm_initialized = False

    def initialize(self, **asked: Any) -> tuple[str, bool]:
        self.llm_initialized = bool(os.environ.get("FAKE_LM")) and asked["lm_model_path"] == os.environ["FAKE_LM"]
        return ("loaded" if self.llm_initialized else "no such language model"), self.llm_initialized

    def generate_with_stop_condition(self, batch_size: int = 1, **_: Any) -> dict[str, Any]:
        metadata = {"bpm": 84, "keyscale": "A minor", "timesignature": "4", "caption": "thought through"}
        answer: dict[str, Any] = {"success": True, "metadata": metadata, "audio_codes": "", "extra_outputs": {}}
        if batch_size > 1:
            answer |= {"metadata": [metadata] * batch_size, "audio_codes": [""] * batch_size}
        return answer
