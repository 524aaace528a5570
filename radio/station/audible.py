"""Is sound really reaching the playlist? What is wrong is said in sentences; none means that all is well.

Pure: it judges numbers that others measured (`Seen`), knows no clock, and starts nothing. What it cannot know, because
nothing here decodes what was published, stands in `docs/watching.md`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

LATE_CHUNKS = 3.0
"""Without a new chunk for so many chunk lengths, players that stay the usual distance behind run dry."""
LATE_PLAYOUT_S = 2.0
"""A machine that is busy for a moment, or pauses, is not down."""
LEAST_HEADROOM_S = 0.05
"""Less than half a block: playout stands at the end of what was mixed. While words cut in, half a second is planned."""
MOST_QUIET_S = 10.0
"""So long a pause is not music any more. Quiet pieces are far louder than what counts as silence (−70 dBFS)."""
EMPTY_BYTES_S = 600.0
"""A second of one rendition smaller than this holds nothing: the encoder writes 520 bytes for silence at any bit
rate, 3500 and more for the quietest music."""
LOUD_DBFS = -60.0
"""What was fed at this level cannot have become silence."""
STARTING_S = 60.0
"""How long a station may take from its start to its first three chunks; the synthesiser opens within seconds."""


@dataclass(frozen=True, slots=True)
class Seen:
    """How things stand. `starting_s`: for how long it has been on without three chunks, None once they are out.

    `chunk_age_s` is None before the first chunk; `level_dbfs` is what was fed for the newest chunk, `size_bytes` what
    became of it in all `renditions`; `quiet_s` for how long there was only silence before its end. `error` and
    `encoder_trouble` are what the engine and the encoder said last, while nothing has come right since.
    """

    on: bool
    starting_s: float | None = None
    chunk_s: float = 4.096
    chunk_age_s: float | None = None
    level_dbfs: float | None = None
    quiet_s: float = 0.0
    size_bytes: int = 0
    renditions: int = 1
    playout_late_s: float = 0.0
    headroom_s: float = 0.0
    error: str | None = None
    encoder_trouble: str = ""


def reasons(seen: Seen) -> tuple[str, ...]:
    """Why no sound is reaching the playlist. A station that is idle or has just been started owes nobody any."""
    if not seen.on:
        return ()
    if seen.starting_s is not None:
        return _of_starting(seen, seen.starting_s)
    return tuple(_of_playing(seen))


def _of_starting(seen: Seen, starting_s: float) -> tuple[str, ...]:
    if starting_s <= STARTING_S:
        return ()
    why = "".join(f": {trouble}" for trouble in (seen.error, seen.encoder_trouble) if trouble)
    return (f"The station was started {starting_s:.0f} s ago and has not brought out three chunks yet{why}.",)


def _of_playing(seen: Seen) -> Iterator[str]:
    if seen.chunk_age_s is None or seen.chunk_age_s > LATE_CHUNKS * seen.chunk_s:
        age = "There is no chunk" if seen.chunk_age_s is None else f"The newest chunk is {seen.chunk_age_s:.1f} s old"
        why = f" ({seen.encoder_trouble})" if seen.encoder_trouble else ""
        yield f"{age}; there should be a new one every {seen.chunk_s:.1f} s{why}."
    if seen.playout_late_s > LATE_PLAYOUT_S:
        yield f"Playout is {seen.playout_late_s:.1f} s late."
    if seen.headroom_s < LEAST_HEADROOM_S:
        yield "There is nothing more to play: neither a segment nor a bridge is ready."
    if seen.quiet_s > MOST_QUIET_S:
        yield f"There has been nothing but silence for {seen.quiet_s:.0f} s."
    if seen.chunk_age_s is not None and _empty(seen):
        yield "The newest chunk is as small as silence, although sound was fed to the encoder."


def _empty(seen: Seen) -> bool:
    loud = seen.level_dbfs is not None and seen.level_dbfs > LOUD_DBFS
    return loud and seen.size_bytes < EMPTY_BYTES_S * seen.chunk_s * seen.renditions
