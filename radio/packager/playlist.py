"""Playlists: data rendered to text by pure functions. The rule that a line keeps is cited beside it (RFC 8216).

It knows neither files nor HTTP.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from radio.contracts import SAMPLE_RATE, Entry, Rendition
from radio.packager.window import Listed, Mark, Window

VERSION = 6
"""EXT-X-MAP in a playlist of media asks for 6 (§7)."""
ENTRY_CLASS = "longwave.segment"
TEXT_CHARACTERS = 200
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Bandwidth:
    """Bit/s including the container: the highest of any chunk, and the average."""

    peak: int
    average: int


def target_duration(chunk_samples: int) -> int:
    """EXT-X-TARGETDURATION in seconds: the chunk length rounded to nearest (§4.3.3.1). It never changes."""
    return max(1, (2 * chunk_samples + SAMPLE_RATE) // (2 * SAMPLE_RATE))


def render_media(window: Window) -> str:
    """The media playlist: the same for every rendition, since all are cut at the same samples under the same names."""
    end = ["#EXT-X-ENDLIST"] if window.ended else []  # §4.3.3.4
    return "\n".join([*_header(window), *_body(window), *end, ""])


def render_multivariant(variants: Sequence[tuple[Rendition, Bandwidth]]) -> str:
    """The multivariant playlist. The first variant is what a player begins with: the best up to 128 kbit/s."""
    lines = ["#EXTM3U", f"#EXT-X-VERSION:{VERSION}", "#EXT-X-INDEPENDENT-SEGMENTS"]  # §4.3.1.1, §4.3.1.2, §4.3.5.1
    for rendition, bandwidth in _starting_well(variants):
        lines.append(  # §4.3.4.2: BANDWIDTH is at least the peak chunk bit rate
            f"#EXT-X-STREAM-INF:BANDWIDTH={bandwidth.peak},AVERAGE-BANDWIDTH={bandwidth.average}"
            f',CODECS="{rendition.codecs_tag}"'
        )
        lines.append(f"live/{rendition.name}/index.m3u8")
    return "\n".join([*lines, ""])


def date_text(date_ms: int) -> str:
    """ISO 8601 with milliseconds, as EXT-X-PROGRAM-DATE-TIME wants it (§4.3.2.6)."""
    return (EPOCH + timedelta(milliseconds=date_ms)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def quoted(text: str) -> str:
    """A quoted-string: no quotes, no control characters (§4.2), at most 200 characters."""
    plain = "".join("'" if char == '"' else char for char in " ".join(text.split()))
    shown = "".join(char for char in plain if unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Zl", "Zp"})
    return f'"{shown[:TEXT_CHARACTERS].strip()}"'


def _header(window: Window) -> Iterator[str]:
    first = window.chunks[0].sequence if window.chunks else window.last_sequence + 1
    yield "#EXTM3U"  # §4.3.1.1: the first line
    yield f"#EXT-X-VERSION:{VERSION}"  # §4.3.1.2
    yield f"#EXT-X-TARGETDURATION:{target_duration(window.chunk_samples)}"  # §4.3.3.1
    yield f"#EXT-X-MEDIA-SEQUENCE:{first}"  # §4.3.3.2: before the first chunk
    yield f"#EXT-X-DISCONTINUITY-SEQUENCE:{max(0, window.discontinuities)}"  # §4.3.3.3: before the first chunk
    yield "#EXT-X-INDEPENDENT-SEGMENTS"  # §4.3.5.1: every AAC frame stands alone


def _body(window: Window) -> Iterator[str]:
    marks = list(window.marks)
    epoch = None
    for chunk in window.chunks:
        while marks and marks[0].sequence <= chunk.sequence:
            yield _date_range(marks.pop(0))
        yield from _chunk(chunk, window.chunk_s, with_map=chunk.epoch != epoch)
        epoch = chunk.epoch


def _chunk(chunk: Listed, chunk_s: float, *, with_map: bool) -> Iterator[str]:
    if chunk.discontinuity:
        yield "#EXT-X-DISCONTINUITY"  # §4.3.2.3: sound or dates break off here
    if with_map:
        yield f'#EXT-X-MAP:URI="{chunk.init_name}"'  # §4.3.2.5: holds until the next one
    yield f"#EXT-X-PROGRAM-DATE-TIME:{date_text(chunk.date_ms)}"  # §4.3.2.6; §6.2.1 wants it after discontinuities
    yield f"#EXTINF:{chunk_s:.6f},"  # §4.3.2.1
    yield chunk.name


def _date_range(mark: Mark) -> str:
    """§4.3.2.7. END-ON-NEXT needs a CLASS and forbids a duration; what stands here never changes afterwards
    (§4.3.2.7.1).
    """
    entry: Entry = mark.entry
    attributes = {
        "ID": f'"segment-{entry.index}"',
        "CLASS": f'"{ENTRY_CLASS}"',
        "START-DATE": f'"{date_text(mark.date_ms)}"',
        "END-ON-NEXT": "YES",
        "X-INDEX": str(entry.index),
        "X-TITLE": quoted(entry.title),
        "X-PROMPT": quoted(entry.prompt),
        "X-ENGINE": quoted(entry.engine),
    }
    return "#EXT-X-DATERANGE:" + ",".join(f"{name}={value}" for name, value in attributes.items())


def _starting_well(variants: Sequence[tuple[Rendition, Bandwidth]]) -> list[tuple[Rendition, Bandwidth]]:
    ordered = sorted(variants, key=lambda variant: variant[0].bit_rate)
    start = max((place for place, (rendition, _) in enumerate(ordered) if rendition.bit_rate <= 128_000), default=0)
    return [ordered[start], *ordered[:start], *ordered[start + 1 :]]
