"""Reads the lines of a media playlist (RFC 8216 §4.3.2, §4.3.3). Pure."""

from __future__ import annotations

import math

from radio.check.finding import warning
from radio.check.playlist import Chunk, DateRange, MediaPlaylist
from radio.check.reader import Reader, parse_date
from radio.errors import CannotListen

MOST_CHUNKS = 50_000


class MediaReader(Reader):
    def __init__(self) -> None:
        super().__init__()
        self._target: int | None = None
        self._first = 0
        self._discontinuity_sequence = 0
        self._discontinuities = 0
        self._chunks: list[Chunk] = []
        self._ranges: list[DateRange] = []
        self._ended = self._independent = self._i_frames = False
        self._type: str | None = None
        self._map: str | None = None
        self._key: str | None = None
        self._seen: set[str] = set()
        self._next()
        self._tags |= {
            "EXTINF": self._extinf,
            "EXT-X-TARGETDURATION": self._target_duration,
            "EXT-X-MEDIA-SEQUENCE": self._media_sequence,
            "EXT-X-DISCONTINUITY-SEQUENCE": self._discontinuity_number,
            "EXT-X-DISCONTINUITY": self._discontinuity,
            "EXT-X-ENDLIST": self._endlist,
            "EXT-X-PLAYLIST-TYPE": self._playlist_type,
            "EXT-X-INDEPENDENT-SEGMENTS": self._independently,
            "EXT-X-I-FRAMES-ONLY": self._i_frames_only,
            "EXT-X-KEY": self._keyed,
            "EXT-X-MAP": self._mapped,
            "EXT-X-PROGRAM-DATE-TIME": self._dated,
            "EXT-X-BYTERANGE": self._ranged,
            "EXT-X-GAP": self._gapped,
            "EXT-X-DATERANGE": self._date_range,
        }

    def finish(self) -> MediaPlaylist:
        if self._duration is not None:
            self.wrong("syntax", "the last EXTINF has no URI after it", "RFC 8216 §4.3.2.1")
        return MediaPlaylist(
            version=self.version,
            target_duration=self._target,
            media_sequence=self._first,
            discontinuity_sequence=self._discontinuity_sequence,
            chunks=tuple(self._chunks),
            date_ranges=tuple(self._ranges),
            ended=self._ended,
            type=self._type,
            independent=self._independent,
            i_frames_only=self._i_frames,
            problems=tuple(self.problems),
        )

    def _next(self) -> None:
        """Forget what applied to the last chunk only."""
        self._duration: float | None = None
        self._broken = False
        self._date: float | None = None
        self._byte_range = False
        self._gap = False

    def _uri(self, uri: str) -> None:
        if len(self._chunks) >= MOST_CHUNKS:
            raise CannotListen(f"The playlist lists more than {MOST_CHUNKS} chunks.")
        if self._duration is None:
            self.wrong("no-extinf", f"the chunk {uri[:60]!r} has no EXTINF", "RFC 8216 §4.3.2.1")
        self._discontinuities += self._broken
        self._chunks.append(
            Chunk(
                sequence=self._first + len(self._chunks),
                uri=uri,
                duration_s=self._duration or 0.0,
                discontinuity=self._broken,
                discontinuity_number=self._discontinuity_sequence + self._discontinuities,
                date=self._date,
                map_uri=self._map,
                byte_range=self._byte_range,
                key_method=self._key,
                gap=self._gap,
            )
        )
        self._next()

    def _once(self, tag: str, rule: str) -> None:
        if tag in self._seen:
            self.wrong("syntax", f"{tag} stands there more than once", rule)
        self._seen.add(tag)

    def _extinf(self, value: str) -> None:
        text, comma, _ = value.partition(",")
        try:
            duration = float(text)
        except ValueError:
            duration = -1.0
        if not (math.isfinite(duration) and duration >= 0):
            self.wrong("syntax", f"EXTINF has {text[:30]!r}, which is no duration", "RFC 8216 §4.3.2.1")
            duration = 0.0
        if not comma:
            self.problems.append(warning("syntax", "EXTINF without a comma", "RFC 8216 §4.3.2.1"))
        self._duration = duration

    def _target_duration(self, value: str) -> None:
        self._once("EXT-X-TARGETDURATION", "RFC 8216 §4.3.3.1")
        self._target = self._integer("EXT-X-TARGETDURATION", value)

    def _media_sequence(self, value: str) -> None:
        self._once("EXT-X-MEDIA-SEQUENCE", "RFC 8216 §4.3.3.2")
        if self._chunks:
            self.wrong("syntax", "EXT-X-MEDIA-SEQUENCE stands after a chunk", "RFC 8216 §4.3.3.2")
        else:
            self._first = self._integer("EXT-X-MEDIA-SEQUENCE", value) or 0

    def _discontinuity_number(self, value: str) -> None:
        self._once("EXT-X-DISCONTINUITY-SEQUENCE", "RFC 8216 §4.3.3.3")
        if self._chunks or self._broken:
            self.wrong(
                "syntax", "EXT-X-DISCONTINUITY-SEQUENCE stands after a chunk or a discontinuity", "RFC 8216 §4.3.3.3"
            )
        else:
            self._discontinuity_sequence = self._integer("EXT-X-DISCONTINUITY-SEQUENCE", value) or 0

    def _discontinuity(self, _: str) -> None:
        self._broken = True

    def _endlist(self, _: str) -> None:
        self._ended = True

    def _playlist_type(self, value: str) -> None:
        self._type = value
        if value not in {"EVENT", "VOD"}:
            self.wrong("syntax", f"EXT-X-PLAYLIST-TYPE is {value[:20]!r}", "RFC 8216 §4.3.3.5")

    def _independently(self, _: str) -> None:
        self._independent = True

    def _i_frames_only(self, _: str) -> None:
        self._i_frames = True

    def _keyed(self, value: str) -> None:
        method = self._attributes("EXT-X-KEY", value).get("METHOD")
        if method is None:
            self.wrong("syntax", "EXT-X-KEY without METHOD", "RFC 8216 §4.3.2.4")
        self._key = None if method in {None, "NONE"} else method

    def _mapped(self, value: str) -> None:
        attributes = self._attributes("EXT-X-MAP", value)
        self._map = attributes.get("URI")
        if self._map is None:
            self.wrong("syntax", "EXT-X-MAP without URI", "RFC 8216 §4.3.2.5")
        self._byte_range = self._byte_range or "BYTERANGE" in attributes

    def _dated(self, value: str) -> None:
        self._date = parse_date(value)
        if self._date is None:
            self.wrong("syntax", f"EXT-X-PROGRAM-DATE-TIME has {value[:40]!r}, which is no date", "RFC 8216 §4.3.2.6")

    def _ranged(self, _: str) -> None:
        self._byte_range = True

    def _gapped(self, _: str) -> None:
        self._gap = True

    def _date_range(self, value: str) -> None:
        self._ranges.append(DateRange(self._attributes("EXT-X-DATERANGE", value)))
