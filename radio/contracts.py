"""The vocabulary: what travels between stages, and the protocols that the stages satisfy.

Everything here is a frozen value or a Protocol. It knows no thread, process, file or network.
Positions and lengths are sample indexes at 48 kHz unless a name says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from radio.errors import AudioError

SAMPLE_RATE = 48_000
"""The timeline's rate in Hz. ACE-Step's output rate, and the highest that every AAC player takes."""
CHANNELS = 2
FRAME_SAMPLES = 1920
"""One latent frame of ACE-Step 1.5 (25 Hz): usable ends are multiples of it."""

DEFAULT_PROMPT = "instrumental ambient focus music, smooth continuous texture, no vocals, stable rhythm"

INSTRUMENTAL = "[Instrumental]"
"""Lyrics that ACE-Step reads as 'nobody sings'."""

Samples = NDArray[np.float32]
"""float32 `[samples, channels]`, full scale ±1."""
Task = Literal["text2music", "repaint"]
Progress = Callable[[float], None]
"""Called by an engine with the fraction done, 0…1. Raises `Cancelled` when the job was cancelled."""


@dataclass(frozen=True, slots=True, eq=False)
class Audio:
    """Sound that knows its rate. `samples` is float32 `[samples, channels]`.

    Raises:
        AudioError: another dtype or shape, or a rate that is not positive.
    """

    samples: Samples
    sample_rate: int = SAMPLE_RATE

    def __post_init__(self) -> None:
        shape, dtype = self.samples.shape, self.samples.dtype
        if dtype != np.float32 or len(shape) != 2 or not 1 <= shape[1] <= 8 or self.sample_rate <= 0:
            raise AudioError(f"audio must be float32 [samples, channels], not {dtype} {shape} at {self.sample_rate} Hz")

    def __len__(self) -> int:
        return int(self.samples.shape[0])

    @property
    def duration_s(self) -> float:
        return len(self) / self.sample_rate


@dataclass(frozen=True, slots=True)
class PromptChange:
    """From `position_samples` of its chain on, the music should follow `prompt`.

    `at_once`: exactly there, not at the next bar line. A change of a drift lies `share` (0…1) of the way from `prompt`
    to `toward`.
    """

    position_samples: int
    prompt: str
    at_once: bool = False
    toward: str = ""
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class Chain:
    """A run of segments each conditioned on the one before.

    `changes` are ordered by position; the first stands at 0. An engine that composes (synth) reads the whole
    list, so that what it plays is a pure function of (seed, changes, position); a model reads the plan's prompt.
    """

    number: int
    seed: int
    changes: tuple[PromptChange, ...]


@dataclass(frozen=True, slots=True)
class LoraUse:
    """A LoRA adapter by its name in the models folder, and how strongly it colours the music (1 is as trained)."""

    name: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class SegmentPlan:
    """What to make next.

    `position_samples` is where in the chain's music the segment's first sample lies; its first `overlap_samples`
    re-state what the chain has already played there (0 for a chain start). `seed` is this segment's own: a re-roll
    changes it and counts `attempt`, and keeps `index`. `lm` names the language model that should think the segment
    through (none if empty); `bpm`, `key` and `loras` are for engines that understand them.
    """

    index: int
    task: Task
    prompt: str
    seed: int
    duration_samples: int
    overlap_samples: int
    position_samples: int
    chain: Chain
    lyrics: str = ""
    bpm: float | None = None
    key: str | None = None
    attempt: int = 1
    lm: str = ""
    loras: tuple[LoraUse, ...] = ()


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a segment's sound came from, for the log and the status.

    `model` and `lm` are the names of the models that really made it; `seed` the one that was really used; `task_id` a
    remote server's own number for the job. `notes` are sentences about what did not go as asked: they do not spoil
    the segment, but the ladder listens to `lm_failed`.
    """

    model: str = ""
    lm: str = ""
    seed: int | None = None
    task_id: str = ""
    lm_failed: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rendered:
    """What an engine returns: the sound, and what it knows about it.

    `bars` are bar lines, in samples from the segment's start, ascending; empty where the engine does not know.
    """

    audio: Audio
    title: str
    bars: tuple[int, ...] = ()
    bpm: float | None = None
    key: str | None = None
    provenance: Provenance = Provenance()


@dataclass(frozen=True, slots=True)
class Segment:
    """A finished segment as the station handles it."""

    plan: SegmentPlan
    rendered: Rendered
    engine: str
    generation_s: float

    @property
    def audio(self) -> Audio:
        return self.rendered.audio


@dataclass(frozen=True, slots=True)
class Seam:
    """The numbers of one seam, as measured while mixing it.

    `correlation` is that of the two sides over the overlap after alignment and gain matching (−1…1); `lag_samples` by
    how much the incoming side was moved; `match_gain_db` the gain with which it entered; `level_dip_db` the deepest
    short-term level under the line between both sides (0 is none, positive is a dip); `loudness_step_lu` the
    loudness after the seam less that before it; `click` the largest sample step in the fade
    relative to its surroundings.
    """

    index: int
    start_sample: int
    fade_start_sample: int
    fade_end_sample: int
    correlation: float
    lag_samples: int
    match_gain_db: float
    level_dip_db: float
    loudness_step_lu: float
    click: float
    shortened: bool = False


@dataclass(frozen=True, slots=True)
class Quality:
    """What was measured on one segment, over its usable part (`docs/quality.md` says how, and what is refused).

    `clipped_share`: samples in flat tops at the highest peak. `crest_db`: peak over RMS; `punch_db`: the same within
    100 ms, the median. `tilt_db_per_octave`: slope of the spectrum from 63 Hz to 8 kHz; `highs_db`: density at 8–16 kHz
    less that at 0.5–2 kHz. `dc`: the greater channel's mean, full scale ±1. `noise_s`, `unchanged_s`, `repeated_s`: the
    longest stretch of nothing but noise, of a sound without any change, of under a second repeated exactly. `lines`:
    whistling tones over 4 kHz that never stop; `comb_db`: depth of an even ripple over the whole spectrum.
    `tonality_db`: how far tones stand out of the noise around them; `chroma_entropy_bits`: how evenly the twelve pitch
    classes are used (at most 3.58). `voice_share`: seconds in which something moves like a voice (a hint, no more).
    `restated`: how well the overlap re-states the context, −1…1; None where that is not known.
    """

    loudness_lufs: float
    peak_db: float
    crest_db: float
    clipped_share: float
    longest_silence_s: float
    tilt_db_per_octave: float
    dc: float
    punch_db: float = 0.0
    noise_s: float = 0.0
    unchanged_s: float = 0.0
    repeated_s: float = 0.0
    lines: int = 0
    comb_db: float = 0.0
    highs_db: float = 0.0
    tonality_db: float = 0.0
    chroma_entropy_bits: float = 0.0
    voice_share: float = 0.0
    restated: float | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """Where on the timeline a segment is said to begin: at its first new sample."""

    index: int
    sample: int
    title: str
    prompt: str
    engine: str
    position_samples: int = 0


class Engine(Protocol):
    """Makes segments. Lives in the generator process; called from one thread, one job at a time."""

    @property
    def name(self) -> str: ...

    def warm_up(self) -> None:
        """Load and run once, so that the first real segment is as fast as the later ones."""
        ...

    def generate(self, plan: SegmentPlan, context: Audio | None, progress: Progress) -> Rendered:
        """Make one segment of exactly `plan.duration_samples` samples, 48 kHz stereo.

        `context` is the sound that the first `plan.overlap_samples` must re-state; None for a chain start.

        Raises:
            Cancelled: `progress` raised it.
            OutOfMemory: the device has no room for it.
            Unavailable: the model or the server behind the engine is not there.
            GenerationError: it could not be made for another reason.
        """
        ...

    def close(self) -> None:
        """Give back what the engine holds. A process that is told to end may end without it."""
        ...


@dataclass(frozen=True, slots=True)
class EngineSpec:
    """How the generator process builds its engine: `factory` is `package.module:callable`, `options` its plain,
    picklable keyword arguments. `heavy` engines hold memory that a sleeping station should give back, and take long
    to load: within `load_s`. One that `composes` re-states an overlap from the chain alone, so it cannot continue
    another's sound. `environment` is set in the process before the engine's module is imported."""

    factory: str
    options: dict[str, object] = field(default_factory=dict, repr=False)
    heavy: bool = False
    composes: bool = False
    load_s: float = 120.0
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung of the quality ladder: an engine with its models, making `segment_samples` at a time.

    `model` and `lm` are full names, empty where there is none. Without a `spec` the rung cannot be climbed now, and
    `absent` says why. `memory` says how a GPU is split for it.
    """

    name: str
    segment_samples: int
    spec: EngineSpec | None = None
    model: str = ""
    lm: str = ""
    absent: str = ""
    memory: str = ""


class Hold(Protocol):
    """Keeps a `FastClock` from moving while somebody works; nothing on a wall clock. Releasing twice is fine."""

    def release(self) -> None: ...


class Waiter(Protocol):
    """One thread's way to wait for a time or a wake, whichever comes first."""

    def wait(self, deadline: float | None) -> bool:
        """Wait until `deadline` (monotonic seconds; None: for ever). True when woken, False at the deadline."""
        ...

    def wake(self) -> None:
        """From any thread. A wake between two waits is kept, once."""
        ...

    def close(self) -> None: ...


class AsyncWaiter(Protocol):
    """The same for one asyncio task; `wake` may be called from any thread."""

    async def wait(self, deadline: float | None) -> bool: ...

    def wake(self) -> None: ...

    def close(self) -> None: ...


class Clock(Protocol):
    """Time as a parameter. `monotonic` and `utc` are seconds; `utc` counts from the Unix epoch."""

    def monotonic(self) -> float: ...

    def utc(self) -> float: ...

    def hold(self) -> Hold: ...

    def waiter(self) -> Waiter:
        """For the calling thread. On a `FastClock` time stands still until this thread waits (or closes it)."""
        ...

    def async_waiter(self) -> AsyncWaiter: ...


@dataclass(frozen=True, slots=True)
class Rendition:
    """One encoding of the timeline. `name` is its place in the URL; `bit_rate` in bit/s."""

    name: str
    codec: Literal["aac"]
    bit_rate: int
    codecs_tag: str = "mp4a.40.2"
    """RFC 6381 value for the multivariant playlist's CODECS."""


@dataclass(frozen=True, slots=True)
class EncoderRun:
    """One life of the HLS encoder. Its chunk k holds timeline samples
    `first_sample + k·chunk_samples − delay` to `first_sample + (k+1)·chunk_samples − delay` (delay 1024 for AAC)."""

    number: int
    first_sample: int


@dataclass(frozen=True, slots=True)
class EncodedChunk:
    """One finished chunk in every rendition. `init` is the run's fMP4 header per rendition."""

    run: EncoderRun
    number: int
    media: dict[str, bytes]
    init: dict[str, bytes]
