"""What a playlist says, as frozen data (RFC 8216 §4). It knows neither the text it came from nor any rule about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from radio.check.finding import Finding

Attributes = Mapping[str, str]
"""An attribute list (§4.2): values as written, quoted strings without their quotes."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """One media file of a media playlist. `date` is Unix seconds, only where a tag states it.

    `discontinuity_number` is the playlist's discontinuity sequence plus the tags up to and with this chunk's (§6.2.2).
    """

    sequence: int
    uri: str
    duration_s: float
    discontinuity: bool
    discontinuity_number: int
    date: float | None = None
    map_uri: str | None = None
    byte_range: bool = False
    key_method: str | None = None
    gap: bool = False


@dataclass(frozen=True, slots=True)
class DateRange:
    """EXT-X-DATERANGE (§4.3.2.7)."""

    attributes: Attributes

    @property
    def id(self) -> str:
        return self.attributes.get("ID", "")


@dataclass(frozen=True, slots=True)
class MediaPlaylist:
    """One state of a media playlist. `problems` are what is wrong with its text already."""

    version: int = 1
    target_duration: int | None = None
    media_sequence: int = 0
    discontinuity_sequence: int = 0
    chunks: tuple[Chunk, ...] = ()
    date_ranges: tuple[DateRange, ...] = ()
    ended: bool = False
    type: str | None = None
    independent: bool = False
    i_frames_only: bool = False
    problems: tuple[Finding, ...] = ()

    @property
    def duration_s(self) -> float:
        return sum(chunk.duration_s for chunk in self.chunks)

    @property
    def next_sequence(self) -> int:
        return self.media_sequence + len(self.chunks)


@dataclass(frozen=True, slots=True)
class Variant:
    """EXT-X-STREAM-INF with its URI (§4.3.4.2)."""

    uri: str
    attributes: Attributes

    @property
    def bandwidth(self) -> int | None:
        return number(self.attributes.get("BANDWIDTH"))

    @property
    def average_bandwidth(self) -> int | None:
        return number(self.attributes.get("AVERAGE-BANDWIDTH"))

    @property
    def codecs(self) -> tuple[str, ...]:
        return tuple(codec.strip() for codec in self.attributes.get("CODECS", "").split(",") if codec.strip())

    @property
    def has_video(self) -> bool:
        video = ("avc", "hvc", "hev", "vp0", "av01", "dvh")
        return "RESOLUTION" in self.attributes or any(codec.startswith(video) for codec in self.codecs)


@dataclass(frozen=True, slots=True)
class Alternative:
    """EXT-X-MEDIA (§4.3.4.1)."""

    attributes: Attributes

    @property
    def uri(self) -> str | None:
        return self.attributes.get("URI")


@dataclass(frozen=True, slots=True)
class MultivariantPlaylist:
    """The list of variants (a Master Playlist, §4.3.4)."""

    version: int = 1
    variants: tuple[Variant, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    problems: tuple[Finding, ...] = field(default=())


def number(text: str | None) -> int | None:
    """A decimal integer of at most 20 digits (§4.2), or None."""
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) <= 20 else None
