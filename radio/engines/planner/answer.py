"""Reads the thought that the language model wrote: YAML in shape, but nobody made sure.

Pure. A plain server has no constrained decoding, so every field is read by itself and checked: what is absurd is
dropped and said, and a thought with nothing usable in it is an error. Lines are read one by one, as the official
parser does, because a caption with a stray colon is good music and bad YAML.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from radio.engines.planner import metadata
from radio.engines.planner.metadata import Metadata
from radio.engines.planner.prompt import THINK, THINK_END
from radio.errors import PlannerError

_FIELD = re.compile(r"(bpm|caption|duration|genres|keyscale|language|timesignature)[ \t]*:(.*)", re.IGNORECASE)
T = TypeVar("T")
SHOWN = 40
"""Characters of a bad value that a note repeats."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What could be used of a thought, and one sentence for each field that could not."""

    metadata: Metadata
    notes: tuple[str, ...]


def read(text: str) -> Answer:
    """Read a thought, from `<think>` (or anything after it) to `</think>` (or the end).

    Raises:
        PlannerError: there is no tempo, caption, key or time signature in it.
    """
    fields = _fields(text.partition(THINK_END)[0].lstrip().removeprefix(THINK))
    notes: list[str] = []
    found = Metadata(
        bpm=_checked("bpm", fields, metadata.bpm_of, notes),
        caption=_checked("caption", fields, metadata.caption_of, notes),
        key=_checked("keyscale", fields, metadata.key_of, notes),
        language=_checked("language", fields, metadata.language_of, notes),
        time_signature=_checked("timesignature", fields, metadata.time_signature_of, notes),
    )
    _checked("duration", fields, lambda text: metadata.duration_is_plausible(text) or None, notes)
    if found.is_empty:
        raise PlannerError(f"the planner wrote nothing usable, but '{_short(text)}'")
    return Answer(found, tuple(notes))


def _checked(name: str, fields: dict[str, str], check: Callable[[str], T | None], notes: list[str]) -> T | None:
    """The field's value, or None, with a note where it was said and makes no sense."""
    text = fields.get(name, "")
    if text.lower() in metadata.UNSAID:
        return None
    value = check(text)
    if value is None:
        notes.append(f"the planner's {name} '{_short(text)}' makes no sense and was not used")
    return value


def _fields(text: str) -> dict[str, str]:
    """The known fields by name; a value may go on in indented lines. The first of two of a name counts."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in text.splitlines():
        field = _FIELD.fullmatch(line)
        if field is not None:
            lines = [field[2]]
            found.setdefault(field[1].lower(), lines)
        elif line[:1].isspace():
            lines.append(line)
        else:
            lines = []
    return {name: _scalar(parts) for name, parts in found.items()}


def _scalar(lines: list[str]) -> str:
    """A YAML scalar's text: plain, quoted, or in a block; folded to one line."""
    text = " ".join(line.strip() for line in lines).strip()
    text = re.sub(r"^[|>][-+]?(?=\s|$)", "", text).strip()
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1].replace("''", "'").strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        return _unescaped(text)
    return text


def _unescaped(quoted: str) -> str:
    """A double-quoted scalar; YAML's escapes that matter here are JSON's."""
    try:
        return str(json.loads(quoted)).strip()
    except ValueError:
        return quoted[1:-1].strip()


def _short(text: str) -> str:
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line if len(line) <= SHOWN else f"{line[:SHOWN]}…"
