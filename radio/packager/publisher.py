"""The publisher. Signatures first; the bodies follow."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from radio.contracts import Clock, EncodedChunk, EncoderRun, Entry, Rendition
from radio.events import ChunkPublished
from radio.packager.store import ChunkStore
from radio.packager.window import SequenceState


class Publisher:
    """Thread-safe; every method takes one short lock. Readers use `store` and take none."""

    store: ChunkStore

    def __init__(
        self,
        clock: Clock,
        renditions: Sequence[Rendition],
        *,
        chunk_samples: int,
        window_chunks: int,
        state: SequenceState | None,
        save: Callable[[SequenceState], None],
        on_published: Callable[[ChunkPublished], None],
    ) -> None: ...

    def open_epoch(self, run: EncoderRun, t0_utc: float, *, discontinuity: bool, drop_chunks: int = 0) -> float:
        """From now on chunks of `run` are published and those of any other run ignored.

        `t0_utc` is the date of timeline sample 0 (may lie before the station began). The first `drop_chunks` chunks are dropped.
        Returns the t0 in force: later than asked for where dates would have gone back.
        """
        raise NotImplementedError

    def push(self, chunk: EncodedChunk) -> None:
        """From the encoder's reader thread."""

    def announce(self, entry: Entry) -> None:
        """Known ahead; shown once its sample lies in a listed chunk."""

    def withdraw(self, from_sample: int) -> None:
        """Forget announced entries at or after `from_sample` that no playlist has shown (a cut threw them away)."""

    def end(self) -> None:
        """ENDLIST: nothing more will be added to this window."""

    def clear(self) -> None:
        """Empty the window (asleep, or before a start after `end`). Numbers go on; chunks stay fetchable for their time."""

    def sweep(self) -> None:
        """Delete what is past its time. Done by every `push` too; call it about once a second while nothing is pushed."""

    @property
    def ready(self) -> bool:
        """At least three chunks of the current epoch are listed."""
        raise NotImplementedError

    @property
    def newest_date(self) -> float | None:
        """Date (UTC seconds) of the end of the newest listed chunk."""
        raise NotImplementedError
