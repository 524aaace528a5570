"""One life of the HLS encoder. Signatures first; the bodies follow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from radio.contracts import EncodedChunk, EncoderRun, Rendition
from radio.events import EncoderExited

DEFAULT_CHUNK_SAMPLES = 196_608


class HlsEncoder:
    """`on_chunk` and `on_exit` are called from this encoder's own pipe-reader thread, chunks in order, exit last and once."""

    def __init__(
        self,
        ffmpeg: str,
        renditions: Sequence[Rendition],
        run: EncoderRun,
        on_chunk: Callable[[EncodedChunk], None],
        on_exit: Callable[[EncoderExited], None],
        *,
        chunk_samples: int = DEFAULT_CHUNK_SAMPLES,
        work_parent: Path | None = None,
    ) -> None: ...

    def start(self) -> None:
        """Start ffmpeg (milliseconds). The calling thread must outlive it.

        Raises:
            EncoderError: it could not be started.
        """

    def feed(self, block: NDArray[np.float32] | memoryview, deadline_s: float) -> int:
        """Hand over as many frames of `block` (float32 `[frames, 2]`) as ffmpeg takes within `deadline_s` real seconds from now.

        Returns frames accepted, 0 … len(block); the caller offers the rest again. Raises EncoderError when ffmpeg is gone.
        """
        raise NotImplementedError

    @property
    def fed_samples(self) -> int:
        """Frames accepted in this run."""
        raise NotImplementedError

    @property
    def lag_samples(self) -> int:
        """Frames accepted that are in no delivered chunk yet. Under one chunk plus about 4096 when it keeps up."""
        raise NotImplementedError

    @property
    def stuck_s(self) -> float:
        """Real seconds since ffmpeg last took anything, counted from the first refused `feed`; 0 while it takes."""
        raise NotImplementedError

    def finish(self, deadline_s: float) -> bool:
        """Pad with silence to a whole chunk, close the input, and wait until the last chunk is delivered. False: not in time."""
        raise NotImplementedError

    def close(self) -> None:
        """Kill if need be, join the reader, remove the work folder. Idempotent; from any thread but the reader's."""
