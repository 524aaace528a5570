"""Linear prediction: what of a sound its own recent past does not explain. Pure; arrays in, arrays out.

After Makhoul, "Linear prediction: a tutorial review" (1975): autocorrelation method. A click in music is small beside
the music but large beside the prediction's error (Godsill and Rayner, "Digital Audio Restoration", 1998, chapter 5).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

ORDER = 24
FRAME = 4096
"""Samples that share one predictor: long enough to be stable, short enough for music."""
_WINDOW = np.hanning(FRAME)

Floats = NDArray[np.float64]


def residual(signal: Floats, before: Floats) -> Floats:
    """Prediction error of `signal` `[k · FRAME]`; `before` `[ORDER]` are the samples that precede it. Same length."""
    frames = signal.reshape(-1, FRAME)
    predictors = _predictors(frames)
    past = np.lib.stride_tricks.sliding_window_view(np.concatenate((before, signal)), ORDER)[:-1, ::-1]
    predicted = np.einsum("kfo,ko->kf", past.reshape(len(frames), FRAME, ORDER), predictors)
    error: Floats = (frames - predicted).reshape(-1)
    return error


def _predictors(frames: Floats) -> Floats:
    """Coefficients `[k, ORDER]`, most recent sample first."""
    spectrum = np.abs(np.fft.rfft(frames * _WINDOW, 2 * FRAME, axis=1)) ** 2
    correlation = np.fft.irfft(spectrum, axis=1)[:, : ORDER + 1]
    correlation[:, 0] = correlation[:, 0] * (1 + 1e-9) + 1e-9  # solvable for silence and for pure tones too
    lags = np.abs(np.arange(ORDER)[:, None] - np.arange(ORDER)[None, :])
    solved = np.linalg.solve(correlation[:, lags], correlation[:, 1:, None])[:, :, 0]
    return solved.astype(np.float64, copy=False)
