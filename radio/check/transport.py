"""Rules about how playlists and chunks are sent: types, CORS, caching, HEAD, ranges (RFC 8216 §4, RFC 9110, RFC 9111,
DESIGN §5.8). Pure: answers in, findings out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from radio.check.container import CONTENT_TYPES, kind_of
from radio.check.fetch import Fetched
from radio.check.finding import Finding, error, note, warning

PLAYLIST_TYPES = {"application/vnd.apple.mpegurl", "audio/mpegurl"}
OLD_PLAYLIST_TYPES = {"application/x-mpegurl", "audio/x-mpegurl"}
_MAX_AGE = re.compile(r"(?:^|[\s,])(?:s-maxage|max-age)\s*=\s*\"?(\d{1,10})")
RANGE = "bytes=0-99"


def check_playlist_answer(answer: Fetched, target_duration: int | None, *, live: bool) -> Iterator[Finding]:
    """A playlist as it came. `target_duration` in seconds, None for a multivariant one."""
    kind, path = media_type(answer.headers), urlsplit(answer.url).path
    if kind in OLD_PLAYLIST_TYPES:
        yield note("content-type", f"the playlist comes as {kind}, an old name", "RFC 8216 §4")
    elif kind not in PLAYLIST_TYPES:
        named = "" if path.endswith((".m3u8", ".m3u")) else ", and its name does not end in .m3u8 either"
        yield error("content-type", f"the playlist comes as {kind or 'nothing'}{named}", "RFC 8216 §4; DESIGN §5.8")
    yield from _cors(answer, "playlist")
    if live and target_duration:
        yield from _freshness(answer.headers, target_duration)


def check_chunk_answer(answer: Fetched) -> Iterator[Finding]:
    """A chunk as it came."""
    kind, stated = kind_of(answer.body), media_type(answer.headers)
    if kind != "unknown" and stated not in CONTENT_TYPES[kind]:
        message = f"a chunk of {kind} comes as {stated or 'nothing'}"
        if stated.startswith("text/") or stated in {"application/json", "application/xml"}:
            yield error("content-type", message, "DESIGN §5.8; RFC 9110 §8.3")
        else:
            yield warning("content-type", message, "DESIGN §5.8; RFC 9110 §8.3")
    yield from _cors(answer, "chunks")
    directives = answer.headers.get("cache-control", "").lower()
    if "no-store" in directives or _max_age(directives) == 0:
        yield warning(
            "cache", f"chunks never change, but come with Cache-Control: {directives}", "DESIGN §5.8; RFC 9111"
        )
    elif not directives:
        yield note("cache", "chunks come without Cache-Control", "DESIGN §5.8; RFC 9111 §5.2")


def check_head(head: Fetched, get: Fetched) -> Iterator[Finding]:
    """HEAD says what GET said (RFC 9110 §9.3.2)."""
    if media_type(head.headers) != media_type(get.headers):
        yield warning("head", "HEAD and GET state different content types", "RFC 9110 §9.3.2")
    length = head.headers.get("content-length")
    if length is not None and "content-encoding" not in get.headers and length != str(len(get.body)):
        yield warning("head", f"HEAD states {length} bytes, GET gave {len(get.body)}", "RFC 9110 §9.3.2")


def check_range(part: Fetched, whole: Fetched) -> Iterator[Finding]:
    """The answer to `Range: bytes=0-99` of a chunk (RFC 9110 §14)."""
    if part.status == 206 and part.body != whole.body[:100]:
        yield error("range", "a range of a chunk holds other bytes than the chunk", "RFC 9110 §14.2")
    elif part.status != 206:
        yield note("range", "ranges of chunks are not served", "DESIGN §5.8; RFC 9110 §14")


def media_type(headers: Mapping[str, str]) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _cors(answer: Fetched, what: str) -> Iterator[Finding]:
    if not answer.headers.get("access-control-allow-origin"):
        message = f"{what} come without Access-Control-Allow-Origin: no browser plays them on another site"
        yield warning("cors", message, "DESIGN §5.8; Fetch standard §3.3.5")


def _freshness(headers: Mapping[str, str], target_duration: int) -> Iterator[Finding]:
    directives = headers.get("cache-control", "").lower()
    age = _max_age(directives)
    if age is None:
        if not any(word in directives for word in ("no-cache", "no-store")):
            yield note("cache", "a live playlist without Cache-Control max-age", "DESIGN §5.8; RFC 9111 §4.2.2")
    elif age > target_duration:
        message = f"a live playlist may be cached for {age} s, longer than a chunk lasts"
        yield error("cache", message, "DESIGN §5.8; RFC 8216 §6.2.2")
    elif age > target_duration / 2:
        yield warning("cache", f"a live playlist may be cached for {age} s, over half a target duration", "DESIGN §5.8")


def _max_age(directives: str) -> int | None:
    found = [int(age) for age in _MAX_AGE.findall(directives)]
    return max(found) if found else None
