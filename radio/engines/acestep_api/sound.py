"""Sound on its way to an ACE-Step server and back: files in memory, a repaint's source, 48 kHz stereo out of any file.

Pure, but for soundfile's decoding of bytes in memory; runs in the generator process. It knows no server and no plan.
"""

from __future__ import annotations

import io

import numpy as np
import soundfile
from scipy import signal

from radio.contracts import CHANNELS, SAMPLE_RATE, Samples
from radio.errors import GenerationError

HEADROOM = 0.98
"""A context may exceed full scale (the timeline limits later); a file may not."""
LEAST_RATE, MOST_RATE = 8_000, 384_000


def encoded(samples: Samples, audio_format: str) -> bytes:
    """`[n, 2]` at 48 kHz as a 24-bit wav or flac file, turned down as a whole where it exceeds full scale."""
    peak = float(np.abs(samples).max(initial=0.0))
    scaled = samples if peak <= HEADROOM else samples * np.float32(HEADROOM / peak)
    file = io.BytesIO()
    soundfile.write(file, scaled, SAMPLE_RATE, format=audio_format.upper(), subtype="PCM_24")
    return file.getvalue()


def source(context: Samples, length_samples: int) -> Samples:
    """A repaint's source: the context first, silence after it. `[length_samples, 2]`."""
    whole = np.zeros((length_samples, CHANNELS), np.float32)
    whole[: len(context)] = context[:length_samples]
    return whole


def decoded(data: bytes) -> Samples:
    """A wav or flac file's sound as float32 `[n, 2]` at 48 kHz.

    Raises:
        GenerationError: it is empty or not a sound file, or holds samples that are not numbers.
    """
    if not data:
        raise GenerationError("the ACE-Step server's result is an empty file")
    try:
        samples, rate = soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)
    except soundfile.SoundFileError as error:
        raise GenerationError(f"the ACE-Step server's result is not a sound file: {error}") from None
    if not len(samples) or not np.isfinite(samples).all() or not LEAST_RATE <= rate <= MOST_RATE:
        raise GenerationError("the ACE-Step server's result holds no sound")
    return _at_timeline_rate(_stereo(samples), rate)


def _stereo(samples: Samples) -> Samples:
    """Mono on both sides; of more channels the first two."""
    return np.repeat(samples, 2, axis=1) if samples.shape[1] == 1 else samples[:, :CHANNELS]


def _at_timeline_rate(samples: Samples, rate: int) -> Samples:
    if rate == SAMPLE_RATE:
        return np.ascontiguousarray(samples)
    common = int(np.gcd(rate, SAMPLE_RATE))
    resampled = signal.resample_poly(samples, SAMPLE_RATE // common, rate // common, axis=0)
    return np.ascontiguousarray(resampled, dtype=np.float32)
