"""Rules that one state of a media playlist must keep by itself (RFC 8216, DESIGN §4 and §5). Pure.

What only shows between two reloads is `reloads.py`'s business, and what only sound shows is `sound.py`'s.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator

from radio.check.finding import Finding, error, note, warning
from radio.check.playlist import Chunk, DateRange, MediaPlaylist
from radio.check.reader import parse_date

DATE_TOLERANCE_S = 0.010
"""DESIGN §5: chunk dates lie within 10 ms of the sample clock."""
AHEAD_TOLERANCE_S = 1.0
"""Two clocks are compared, and a clock error up to this much is no epoch of its own (DESIGN §4)."""
LEAST_CHUNKS = 3


def check_media(playlist: MediaPlaylist, at_utc: float) -> Iterator[Finding]:
    """Everything that is wrong with this playlist, received at `at_utc` (Unix seconds)."""
    yield from playlist.problems
    yield from _durations(playlist)
    yield from _length(playlist)
    yield from _versions(playlist)
    yield from _names(playlist)
    yield from _maps(playlist)
    yield from _dates(playlist)
    yield from _future(playlist, at_utc)
    yield from _date_ranges(playlist)


def dated(playlist: MediaPlaylist) -> tuple[float | None, ...]:
    """The date of every chunk: stated, or reckoned forward from the last one that was (§4.3.2.6, §6.3.3)."""
    dates: list[float | None] = []
    following: float | None = None
    for chunk in playlist.chunks:
        carried = None if chunk.discontinuity else following
        date = chunk.date if chunk.date is not None else carried
        dates.append(date)
        following = None if date is None else date + chunk.duration_s
    return tuple(dates)


def _durations(playlist: MediaPlaylist) -> Iterator[Finding]:
    target = playlist.target_duration
    if target is None:
        yield error("no-target-duration", "EXT-X-TARGETDURATION is missing", "RFC 8216 §4.3.3.1")
        return
    for chunk in playlist.chunks:
        if int(chunk.duration_s + 0.5) > target:
            message = (
                f"chunk {chunk.sequence} lasts {chunk.duration_s:g} s, more than the target duration of {target} s"
            )
            yield error("too-long-chunk", message, "RFC 8216 §4.3.3.1")


def _length(playlist: MediaPlaylist) -> Iterator[Finding]:
    if playlist.ended:
        return
    count, target = len(playlist.chunks), playlist.target_duration or 0
    if count < LEAST_CHUNKS:
        yield error("short-playlist", f"a live playlist lists {count} chunks, fewer than three", "DESIGN §5.6")
    elif playlist.media_sequence > 0 and playlist.duration_s < 3 * target - 0.5 * count:
        message = f"the chunks last {playlist.duration_s:.3f} s together, less than three target durations"
        yield error("short-playlist", message, "RFC 8216 §6.2.2")


def _versions(playlist: MediaPlaylist) -> Iterator[Finding]:
    needs = [
        (3, any(chunk.duration_s % 1 for chunk in playlist.chunks), "durations that are no whole seconds"),
        (4, playlist.i_frames_only, "EXT-X-I-FRAMES-ONLY"),
        (6, not playlist.i_frames_only and any(chunk.map_uri for chunk in playlist.chunks), "EXT-X-MAP"),
    ]
    for version, needed, what in needs:
        if needed and playlist.version < version:
            message = f"EXT-X-VERSION is {playlist.version}, but {what} needs {version}"
            yield error("version", message, "RFC 8216 §7")
    if not playlist.independent:
        yield note("no-independent-chunks", "EXT-X-INDEPENDENT-SEGMENTS is missing", "DESIGN §5.1")


def _names(playlist: MediaPlaylist) -> Iterator[Finding]:
    for uri, count in Counter(chunk.uri for chunk in playlist.chunks).items():
        if count > 1:
            yield error("name-twice", f"{uri} is listed {count} times", "DESIGN §5.3")


def _maps(playlist: MediaPlaylist) -> Iterator[Finding]:
    for before, chunk in itertools.pairwise(playlist.chunks):
        if before.map_uri != chunk.map_uri and not chunk.discontinuity:
            message = (
                f"chunk {chunk.sequence} has another EXT-X-MAP than the one before, but no EXT-X-DISCONTINUITY: fine if"
                " its format, tracks and decode times go on (decisions/0011)"
            )
            yield note("missing-discontinuity", message, "RFC 8216 §4.3.2.3")


def _dates(playlist: MediaPlaylist) -> Iterator[Finding]:
    anchor: float | None = None
    """Where the next chunk of this epoch should begin."""
    before: tuple[float, Chunk] | None = None
    for chunk, date in zip(playlist.chunks, dated(playlist), strict=True):
        if date is None:
            anchor = None
            continue
        if before is not None:
            yield from _order(before, date, chunk)
        if anchor is not None and not chunk.discontinuity and abs(date - anchor) > DATE_TOLERANCE_S:
            message = (
                f"chunk {chunk.sequence} is dated {1000 * (date - anchor):+.0f} ms from where the durations put it"
            )
            yield error("date-jump", message, "DESIGN §4; RFC 8216 §4.3.2.6")
            anchor = None
        begin = date if anchor is None or chunk.discontinuity else anchor
        anchor, before = begin + chunk.duration_s, (date, chunk)
    if playlist.chunks and before is None:
        yield note("no-dates", "there is no EXT-X-PROGRAM-DATE-TIME", "RFC 8216 §4.3.2.6")


def _order(before: tuple[float, Chunk], date: float, chunk: Chunk) -> Iterator[Finding]:
    if date < before[0] + before[1].duration_s - DATE_TOLERANCE_S and (chunk.discontinuity or date <= before[0]):
        back_s = before[0] + before[1].duration_s - date
        yield error("date-back", f"the dates go back by {back_s:.3f} s at chunk {chunk.sequence}", "DESIGN §4")


def _future(playlist: MediaPlaylist, at_utc: float) -> Iterator[Finding]:
    ends = [
        date + chunk.duration_s
        for chunk, date in zip(playlist.chunks, dated(playlist), strict=True)
        if date is not None
    ]
    if ends and not playlist.ended and max(ends) > at_utc + AHEAD_TOLERANCE_S:
        yield error("date-ahead", f"the newest chunk ends {max(ends) - at_utc:.3f} s in the future", "DESIGN §4")


def _date_ranges(playlist: MediaPlaylist) -> Iterator[Finding]:
    seen: dict[str, DateRange] = {}
    for item in playlist.date_ranges:
        yield from _date_range(item)
        other = seen.setdefault(item.id, item)
        if any(other.attributes.get(name, value) != value for name, value in item.attributes.items()):
            yield error("date-range", f"two date ranges {item.id!r} contradict each other", "RFC 8216 §4.3.2.7.1")
    if playlist.date_ranges and not any(chunk.date is not None for chunk in playlist.chunks):
        yield error("date-range", "there are date ranges but no EXT-X-PROGRAM-DATE-TIME", "RFC 8216 §4.3.2.7")


def _date_range(item: DateRange) -> Iterator[Finding]:
    rule, attributes = "RFC 8216 §4.3.2.7", item.attributes
    start = parse_date(attributes.get("START-DATE", ""))
    if not item.id or start is None:
        yield error("date-range", f"the date range {item.id!r} lacks an ID or a START-DATE", rule)
        return
    end = parse_date(attributes["END-DATE"]) if "END-DATE" in attributes else None
    if end is not None and end < start:
        yield error("date-range", f"the date range {item.id!r} ends before it starts", rule)
    if attributes.get("END-ON-NEXT") == "YES":
        if not attributes.get("CLASS"):
            yield error("date-range", f"the date range {item.id!r} has END-ON-NEXT but no CLASS", rule)
        if "DURATION" in attributes or "END-DATE" in attributes:
            yield error("date-range", f"the date range {item.id!r} has END-ON-NEXT and an end of its own", rule)
    elif "END-ON-NEXT" in attributes:
        yield error("date-range", f"the date range {item.id!r} has an END-ON-NEXT that is not YES", rule)
    if attributes.get("DURATION", "0").startswith("-"):
        yield warning("date-range", f"the date range {item.id!r} has a negative duration", rule)
