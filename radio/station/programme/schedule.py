"""The schedule: which show is on at a date, and when the next one begins or ends.

Pure: a week of wall-clock times in one time zone, turned into dates. Where clocks go forward, a time that does not
exist is the moment of the change; where they go back, a time that exists twice is the first of the two. Reading the
file is `schedule_file`'s business.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import pairwise

DAY_MINUTES = 24 * 60
WEEK_MINUTES = 7 * DAY_MINUTES
DAYS_AHEAD = 8
MOST_DAYS = 64


@dataclass(frozen=True, slots=True)
class Show:
    """`days` are weekdays (Monday is 0) on which it starts; `start` and `end` are minutes after midnight, `end` after
    `start` and within two days. With `over_minutes` the music drifts into it, from `from_prompt` or what plays. A show
    with `others` plays those too, each about `each_minutes`."""

    prompt: str
    days: tuple[int, ...]
    start: int
    end: int
    over_minutes: float = 0.0
    from_prompt: str = ""
    seed: int | None = None
    name: str = ""
    others: tuple[str, ...] = ()
    each_minutes: float = 0.0

    @property
    def prompts(self) -> tuple[str, ...]:
        return self.prompt, *self.others

    def __str__(self) -> str:
        return f"“{self.name}”" if self.name else f"the show at {wall(self.start)}"


@dataclass(frozen=True, slots=True)
class Airing:
    """One show on one day."""

    show: Show
    start_utc: float
    end_utc: float


@dataclass(frozen=True, slots=True)
class Schedule:
    """`zone` None is the machine's own. Shows do not overlap: `schedule_text` refuses those that do. Days that were
    worked out are remembered: the outlook asks for the same ones over and over."""

    shows: tuple[Show, ...] = ()
    zone: tzinfo | None = None
    _days: dict[date, tuple[Airing, ...]] = field(default_factory=dict, init=False, compare=False, repr=False)

    def at(self, utc: float) -> Airing | None:
        """What is on, if anything."""
        return next((airing for airing in self.airings(utc, 0) if airing.start_utc <= utc < airing.end_utc), None)

    def next_boundary(self, utc: float) -> float | None:
        """When the next show begins or ends, after `utc`; None without shows."""
        found: float | None = None
        for airing in self.airings(utc, DAYS_AHEAD):
            if found is not None and airing.start_utc >= found:
                break
            later = airing.start_utc if airing.start_utc > utc else airing.end_utc
            if later > utc:
                found = later if found is None else min(found, later)
        return found

    def airings(self, utc: float, days: int) -> Iterator[Airing]:
        """Those that begin from two days before `utc` to `days` days after it, in their order."""
        today = local(utc, self.zone).date()
        return (airing for offset in range(-2, days + 1) for airing in self._day(today + timedelta(days=offset)))

    def _day(self, day: date) -> tuple[Airing, ...]:
        """Those of one day. Any thread may ask: the outlook is worked out beside the event loop."""
        known = self._days.get(day)
        if known is not None:
            return known
        shows = sorted((show for show in self.shows if day.weekday() in show.days), key=lambda show: show.start)
        spans = ((show, to_utc(day, show.start, self.zone), to_utc(day, show.end, self.zone)) for show in shows)
        found = tuple(Airing(show, begins, ends) for show, begins, ends in spans if begins < ends)
        if len(self._days) >= MOST_DAYS:
            self._days.clear()
        self._days[day] = found
        return found


EMPTY = Schedule()
"""Nothing planned."""


def overlapping(shows: tuple[Show, ...]) -> tuple[Show, Show, int] | None:
    """Two shows (or one with itself) that are on at the same time, and the weekday on which the later one starts."""
    spans = sorted((day * DAY_MINUTES + show.start, show.end - show.start, k)
                   for k, show in enumerate(shows) for day in show.days)  # fmt: skip
    if not spans:
        return None
    first = spans[0]
    for (a, length, k), (b, _, m) in pairwise([*spans, (first[0] + WEEK_MINUTES, *first[1:])]):
        if a + length > b:
            return shows[k], shows[m], b // DAY_MINUTES % 7
    return None


def local(utc: float, zone: tzinfo | None) -> datetime:
    """The date on the wall."""
    return datetime.fromtimestamp(utc, UTC).astimezone(zone)


def to_utc(day: date, minute: int, zone: tzinfo | None) -> float:
    """When the clock on the wall shows `minute` minutes after midnight of `day`."""
    wanted = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)  # noqa: DTZ001 - the zone follows
    utc = _stamp(wanted, zone)
    if local(utc, zone).replace(tzinfo=None) == wanted:
        return utc
    return _change(_stamp(wanted.replace(fold=1), zone), utc, zone)


def _stamp(wall_time: datetime, zone: tzinfo | None) -> float:
    """Naive to Unix seconds; without a zone Python takes it for the machine's own."""
    return (wall_time.replace(tzinfo=zone) if zone else wall_time).timestamp()


def _change(before: float, after: float, zone: tzinfo | None) -> float:
    """The whole second between two dates at which the zone's offset changes."""
    low, high, offset = round(before), round(after), local(before, zone).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if local(middle, zone).utcoffset() == offset else (low, middle)
    return float(high)


def wall(minute: int) -> str:
    """`06:30`; the end of a day is `24:00`."""
    minute = minute if minute == DAY_MINUTES else minute % DAY_MINUTES
    return f"{minute // 60:02d}:{minute % 60:02d}"
