"""The facts that stages report: frozen values, sent to whoever decides (the conductor).

Nothing here acts. A fact is made on the thread of the stage that reports it and may be read anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from radio.contracts import EncoderRun


@dataclass(frozen=True, slots=True)
class ChunkPublished:
    """A chunk can be fetched from now on, in every rendition.

    It holds timeline samples `first_sample` to `end_sample` (exclusive), the first of them dated `date_utc` (seconds
    since the Unix epoch). `size_bytes` sums all renditions. `ready` says whether a player can start by now.
    """

    sequence: int
    epoch: str
    date_utc: float
    first_sample: int
    end_sample: int
    size_bytes: int
    discontinuity: bool
    ready: bool


@dataclass(frozen=True, slots=True)
class EncoderExited:
    """A life of ffmpeg is over. `expected` after `finish` or `close`; else `reason` is one plain sentence.

    `return_code` is negative for a signal. `last_lines` is the end of what it wrote to stderr.
    """

    run: EncoderRun
    return_code: int
    expected: bool
    reason: str
    last_lines: tuple[str, ...]
