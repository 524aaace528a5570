"""A schedule's TOML text as a `Schedule`; every mistake is a sentence that names the show and its line. Pure."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from radio.errors import SettingsError
from radio.station.programme.schedule import DAY_MINUTES, WEEK_MINUTES, Schedule, Show, overlapping, wall
from radio.station.programme.schedule_fields import DAY_NAMES, Fields
from radio.station.programme.turns import DEFAULT_ITEM_MINUTES

MOST_SHOWS = 500
MOST_SENTENCES = 20
LEAST_EACH = 3.0


def parse(text: str) -> Schedule:
    """The schedule that `text` describes.

    Raises:
        SettingsError: it cannot be understood; the mistakes in one message.
    """
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SettingsError(f"it is not valid TOML: {error}") from None
    tables = _tables(data)
    wrong: list[str] = []
    zone = _zone(data.get("time_zone"), wrong)
    starts = _starts(tables)
    named = zip(tables, _places(text, tables), strict=True)
    shows = tuple(show for table, place in named for show in _shows(Fields(table, place, wrong), starts))
    if not wrong and (clash := overlapping(shows)):
        wrong.append(_clash_sentence(*clash))
    if wrong:
        raise SettingsError("; ".join(wrong[:MOST_SENTENCES]))
    return Schedule(shows, zone)


def _tables(data: dict[str, Any]) -> list[dict[str, Any]]:
    """The shows as TOML has them.

    Raises:
        SettingsError: there are none, too many, or things that are no shows.
    """
    unknown = sorted(set(data) - {"time_zone", "show"})
    if unknown:
        raise SettingsError(f"there is no '{unknown[0][:40]}' in a schedule, only time_zone and [[show]]")
    tables = data.get("show", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise SettingsError("shows are written as [[show]], with double brackets")
    if not tables:
        raise SettingsError("there is no [[show]] in it")
    if len(tables) > MOST_SHOWS:
        raise SettingsError(f"a schedule has at most {MOST_SHOWS} shows; this one has {len(tables)}")
    return tables


def _places(text: str, tables: list[dict[str, Any]]) -> list[str]:
    """What to call each show in a sentence: its number, its name, and the line where it begins."""
    lines = [k for k, line in enumerate(text.splitlines(), 1) if re.match(r"\s*\[\[\s*show\s*\]\]", line)]
    places = []
    for k, table in enumerate(tables):
        name = table.get("name")
        called = f"show {k + 1}" + (f" (“{name[:40]}”)" if isinstance(name, str) and name else "")
        places.append(f"{called}, line {lines[k]}" if len(lines) == len(tables) else called)
    return places


def _starts(tables: list[dict[str, Any]]) -> list[int]:
    """Every start in minutes of the week, of the shows that can be read: where a show without an end gives way. In
    order."""
    found: set[int] = set()
    for table in tables:
        fields = Fields(table, "", [])
        start = fields.time("start", DAY_MINUTES - 1)
        found.update(day * DAY_MINUTES + start for day in fields.days() if start is not None)
    return sorted(found)


def _shows(fields: Fields, starts: list[int]) -> list[Show]:
    """One show; several where it has no end and the next one does not start at the same time every day."""
    days, start, end = fields.days(), fields.time("start", DAY_MINUTES - 1), fields.time("end", DAY_MINUTES)
    prompts, from_prompt, name = fields.prompts(), fields.text("from_prompt"), fields.text("name")
    over, seed = fields.minutes("over_minutes"), fields.seed()
    each = fields.minutes("each_minutes") if fields.has("each_minutes") else DEFAULT_ITEM_MINUTES
    if not fields.has("start"):
        fields.complain("it has no start")
    if from_prompt and not over:
        fields.complain("from_prompt needs over_minutes: how long the change takes")
    if each < LEAST_EACH or (fields.has("each_minutes") and len(prompts) == 1):
        fields.complain(f"each_minutes needs several prompts, and at least {LEAST_EACH:g} minutes for each")
    if start is None or (end is None and fields.has("end")) or not prompts:
        return []
    lengths = {day: _length(day, start, end, starts) for day in days}
    if over > (shortest := min(lengths.values(), default=DAY_MINUTES)):
        fields.complain(f"over_minutes is {over:g}, but the show lasts {shortest} minutes")
    groups = {length: tuple(day for day in days if lengths[day] == length) for length in sorted(set(lengths.values()))}
    first, others = prompts[0], tuple(prompts[1:])
    return [
        Show(first, group, start, start + length, over, from_prompt, seed, name, others, each)
        for length, group in groups.items()
    ]


def _length(day: int, start: int, end: int | None, starts: list[int]) -> int:
    """Minutes. Past midnight where the end is not after the start; without an end up to the next start of any show."""
    if end is not None:
        return (end - start - 1) % DAY_MINUTES + 1
    own = day * DAY_MINUTES + start
    following = starts[bisect_right(starts, own) % len(starts)]
    return min(DAY_MINUTES, (following - own - 1) % WEEK_MINUTES + 1)


def _zone(name: object, wrong: list[str]) -> tzinfo | None:
    """A time zone by its name, such as Europe/Berlin."""
    if name is None:
        return None
    try:
        return ZoneInfo(str(name))
    except (OSError, ValueError, KeyError):  # unknown to this machine, or not a name at all
        wrong.append(f"time_zone is {str(name)[:40]!r}, not one that this machine knows, such as 'Europe/Berlin'")
        return None


def _clash_sentence(first: Show, second: Show, day: int) -> str:
    if first is second:
        return f"{first} overlaps with itself: it lasts longer than until it starts again"
    return (
        f"{first} and {second} overlap on {DAY_NAMES[day]}: one lasts until {wall(first.end)}, the other starts"
        f" at {wall(second.start)}"
    )
