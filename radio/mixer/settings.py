"""How the mixer mixes: one frozen value. It knows no default of the station's settings; `app` fills it in."""

from __future__ import annotations

from dataclasses import dataclass

from radio.audio.crossfade import GainLaw
from radio.contracts import SAMPLE_RATE
from radio.errors import AudioError


@dataclass(frozen=True, slots=True)
class MixSettings:
    """The dials of DESIGN §3. Lengths are samples.

    Raises:
        AudioError: a crossfade longer than the overlap, or a length that is not positive.
    """

    overlap_samples: int = 15 * SAMPLE_RATE
    """How much of a segment is withheld until the next one is mixed onto it. Longer: smoother, and later to react."""
    crossfade_samples: int = 15 * SAMPLE_RATE
    """The last part of the overlap in which both sides sound."""
    gain_law: GainLaw = "matched"
    loudness_lufs: float = -16.0
    ceiling_dbtp: float = -1.0
    max_gain_db: float = 6.0
    """The loudness gain stays within ± this: more would lift noise or flatten what is meant to be quiet."""
    chain_fade_samples: int = 5 * SAMPLE_RATE
    """Fade into a chain start: 4–6 s, moved within that so that bar lines of both sides meet."""
    cut_fade_samples: int = SAMPLE_RATE
    """Fade after a cut. Shorter is sooner: the entry lies at its end."""
    anti_phase_fade_samples: int = 2 * SAMPLE_RATE
    """The longest fade of sides in anti-phase."""
    late_fade_samples: int = 3 * SAMPLE_RATE
    """Fade from the bridge into a segment that came late."""
    bridge_seed: int = 0

    def __post_init__(self) -> None:
        if not 0 < self.crossfade_samples <= self.overlap_samples:
            raise AudioError("the crossfade must be longer than nothing and at most as long as the overlap")
        others = self.chain_fade_samples, self.cut_fade_samples, self.anti_phase_fade_samples, self.late_fade_samples
        if min(others) <= 0:
            raise AudioError("fades must be longer than nothing")
