"""What the running order remembers across restarts, as plain JSON values: words, queue, mood and history.

Pure. The schedule, the auto-DJ and the default prompt come from the settings, not from here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from radio.station.programme.history import MOST_RECORDS, Played
from radio.station.programme.turns import MOST_QUEUED, Number, Turn


@dataclass(frozen=True, slots=True)
class SavedOrder:
    """The part of a running order that is nobody's setting."""

    words: Turn | None = None
    queue: Annotated[tuple[Turn, ...], Field(max_length=MOST_QUEUED)] = ()
    mood: Turn | None = None
    history: Annotated[tuple[Played, ...], Field(max_length=MOST_RECORDS)] = ()
    next_id: Number = 1


READER = TypeAdapter(SavedOrder)


def read(data: object) -> SavedOrder:
    """What was saved; nothing at all is a first start.

    Raises:
        ValueError: it is not what was written, as a sentence.
    """
    if not data:
        return SavedOrder()
    try:
        found = READER.validate_json(json.dumps(data), strict=True)
    except (ValueError, TypeError, RecursionError) as error:
        where = error.errors()[0]["loc"] if isinstance(error, ValidationError) else ()
        raise ValueError(f"{'.'.join(map(str, where)) or 'it'} is damaged") from None
    if any(turn.left_s is None for turn in found.queue):
        raise ValueError("an item of the queue has no length")
    return found
