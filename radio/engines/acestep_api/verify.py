"""Does a repaint's result really continue the context that was sent? And how loud must it be to do so?

Pure. An API server can succeed without having used the source (a version that ignores it, a file it could not read),
and then returns unrelated music of the same style. Two measures tell:

- `correlation`: of the waveforms, at the best lag within ±20 ms. What went through a codec or an autoencoder keeps
  0.8 and more; unrelated music reaches 0.1, and 0.36 where two drum kits happen to beat together.
- `likeness`: of what happens when. Log power in 24 bands, less each band's own mean, so that style (which bands are
  loud) does not count and only events do. It does not depend on phase, which a model may re-draw: with every phase
  drawn anew the first measure is 0 and this one 0.65 to 0.83. Unrelated music stays under 0.45, but for beats on the
  same grid (0.6).

Either of them being high proves a continuation; a result is refused only when both are low: wrongly refused, a good
segment is made again and again, while an unrelated one that slips through is merely crossfaded. The numbers are of
eight genres of the synthesiser; tests/engines/acestep_api/test_verify.py measures some of them again.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from radio.audio.align import align
from radio.contracts import SAMPLE_RATE, Samples

LEAST_CORRELATION = 0.45
LEAST_LIKENESS = 0.55
SILENCE = 10 ** (-60 / 20)
"""RMS under which a context proves nothing."""
FULL_SCALE = 0.999
MOST_GAIN = 10 ** (18 / 20)
WINDOW = 4096
HOP = 2048
"""43 ms: coarse against the lag of up to 20 ms that is allowed."""
BANDS = 24
LOWEST_HZ, HIGHEST_HZ = 60.0, 8000.0
"""Above it codecs and autoencoders re-draw noise."""
FLOOR = 1e-6
"""−60 dB under the loudest band: what lies deeper is not an event."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """What the overlap of a result shows. `gain` brings the result to the context's level; `lag_samples` is only told,
    for the mixer aligns. `comparable` is False where the context is silent."""

    correlation: float
    likeness: float
    lag_samples: int
    gain: float
    comparable: bool = True

    @property
    def trouble(self) -> str:
        """Why this is not a continuation, in words; nothing if it is one."""
        if not self.comparable or self.correlation >= LEAST_CORRELATION or self.likeness >= LEAST_LIKENESS:
            return ""
        return (
            "the result does not continue the context that was sent, as if the ACE-Step server had ignored its source"
            f" (correlation {self.correlation:.2f}, likeness {self.likeness:.2f})"
        )


def compare(context: Samples, result: Samples) -> Overlap:
    """Look at a result's first samples beside the context they should re-state; both `[n, 2]`, float32."""
    count = min(len(context), len(result))
    sent, back = np.ascontiguousarray(context[:count]), np.ascontiguousarray(result[:count])
    loud_sent, loud_back = _rms(sent), _rms(back)
    if loud_sent < SILENCE or count < WINDOW:
        return Overlap(0.0, 0.0, 0, 1.0, comparable=False)
    if loud_back < SILENCE * loud_sent:
        return Overlap(0.0, 0.0, 0, 1.0)
    found = align(sent, back)
    gain = float(np.clip(loud_sent / loud_back, 1 / MOST_GAIN, MOST_GAIN))
    return Overlap(found.correlation, likeness(sent, back), found.moved_samples, gain)


def levelled(samples: Samples, overlap: Overlap) -> Samples:
    """A whole result at its context's level, or as near to it as full scale allows: the mixer matches the rest."""
    peak = float(np.abs(samples).max(initial=0.0))
    gain = min(overlap.gain, FULL_SCALE / peak) if peak > 0 else overlap.gain
    return (samples * np.float32(gain)).astype(np.float32)


def likeness(one: Samples, other: Samples) -> float:
    """Correlation of what happens when in both, −1…1, whatever their phases and levels. Both `[n, 2]`, equally long."""
    a, b = _events(one), _events(other)
    scale = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / scale if scale > 0 else 0.0


def _events(samples: Samples) -> NDArray[np.float32]:
    """Log band power less each band's mean over time, `[frames, BANDS]`."""
    mono = samples.mean(axis=1)
    frames = np.lib.stride_tricks.sliding_window_view(mono, WINDOW)[::HOP]
    power = np.abs(np.fft.rfft(frames * np.hanning(WINDOW).astype(np.float32), axis=1)) ** 2
    edges = np.geomspace(LOWEST_HZ, HIGHEST_HZ, BANDS + 1) * WINDOW / SAMPLE_RATE
    starts = np.maximum.accumulate(np.round(edges).astype(int))
    bands = np.stack([power[:, a : max(a + 1, b)].sum(axis=1) for a, b in pairwise(starts)], 1)
    levels = np.log(bands + FLOOR * max(float(bands.max()), 1e-12))
    centred: NDArray[np.float32] = (levels - levels.mean(axis=0)).astype(np.float32)
    return centred


def _rms(samples: Samples) -> float:
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))
