"""What the running order remembers across restarts, as plain JSON values: words, queue, mood and history.

Pure. The schedule, the auto-DJ and the default prompt come from the settings, not from here.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from radio.station.history import MOST_RECORDS, Played
from radio.station.running_order import MOST_QUEUED, RunningOrder
from radio.station.turns import Number, Turn


@dataclass(frozen=True, slots=True)
class SavedOrder:
    """The part of a running order that is nobody's setting."""

    words: Turn | None = None
    queue: Annotated[tuple[Turn, ...], Field(max_length=MOST_QUEUED)] = ()
    mood: Turn | None = None
    history: Annotated[tuple[Played, ...], Field(max_length=MOST_RECORDS)] = ()
    next_id: Number = 1


READER = TypeAdapter(SavedOrder)


def to_saved(order: RunningOrder) -> dict[str, Any]:
    """To be written as JSON."""
    return asdict(SavedOrder(order.words, order.queue, order.mood, order.history, order.next_id))


def from_saved(data: object, fresh: RunningOrder) -> tuple[RunningOrder, str | None]:
    """`fresh` with what was saved. Damaged: `fresh` as it is, and a sentence for the log."""
    if not data:
        return fresh, None
    try:
        found = READER.validate_json(json.dumps(data), strict=True)
    except (ValidationError, TypeError, ValueError, RecursionError) as error:
        where = error.errors()[0]["loc"] if isinstance(error, ValidationError) else ()
        place = ".".join(map(str, where)) or "it"
        return fresh, f"the saved queue and history cannot be used ({place} is damaged); starting without them"
    ids = [turn.id for turn in (*found.queue, *([found.words] if found.words else ()))]
    if any(turn.left_s is None for turn in found.queue):
        return fresh, "the saved queue cannot be used (an item has no length); starting without it"
    next_id = max([found.next_id, *(id_ + 1 for id_ in ids)])
    order = replace(fresh, words=found.words, queue=found.queue, mood=found.mood, history=found.history)
    return replace(order, next_id=next_id), None
