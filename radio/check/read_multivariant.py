"""Reads the lines of a multivariant playlist (RFC 8216 §4.3.4). Pure."""

from __future__ import annotations

from radio.check.playlist import Alternative, Attributes, MultivariantPlaylist, Variant
from radio.check.reader import Reader


class MultivariantReader(Reader):
    def __init__(self) -> None:
        super().__init__()
        self._pending: Attributes | None = None
        self._variants: list[Variant] = []
        self._alternatives: list[Alternative] = []
        self._tags |= {"EXT-X-STREAM-INF": self._stream, "EXT-X-MEDIA": self._media}

    def finish(self) -> MultivariantPlaylist:
        if self._pending is not None:
            self.wrong("syntax", "EXT-X-STREAM-INF without a URI after it", "RFC 8216 §4.3.4.2")
        return MultivariantPlaylist(
            self.version, tuple(self._variants), tuple(self._alternatives), tuple(self.problems)
        )

    def _stream(self, value: str) -> None:
        if self._pending is not None:
            self.wrong("syntax", "EXT-X-STREAM-INF without a URI after it", "RFC 8216 §4.3.4.2")
        self._pending = self._attributes("EXT-X-STREAM-INF", value)

    def _media(self, value: str) -> None:
        self._alternatives.append(Alternative(self._attributes("EXT-X-MEDIA", value)))

    def _uri(self, uri: str) -> None:
        if self._pending is None:
            self.wrong("syntax", f"the URI {uri[:60]!r} has no EXT-X-STREAM-INF before it", "RFC 8216 §4.3.4.2")
            return
        self._variants.append(Variant(uri, self._pending))
        self._pending = None
