"""Reads the text of a playlist (RFC 8216 §4): pure, tolerant of what players tolerate, and it remembers what was wrong.

It knows no rule beyond syntax, and nothing about reloads, HTTP or sound.
"""

from __future__ import annotations

from radio.check.playlist import MediaPlaylist, MultivariantPlaylist
from radio.check.read_media import MediaReader
from radio.check.read_multivariant import MultivariantReader
from radio.check.reader import split_tag
from radio.errors import CannotListen

_MULTIVARIANT = {
    "EXT-X-MEDIA",
    "EXT-X-STREAM-INF",
    "EXT-X-I-FRAME-STREAM-INF",
    "EXT-X-SESSION-DATA",
    "EXT-X-SESSION-KEY",
}
_MEDIA = {
    "EXTINF", "EXT-X-TARGETDURATION", "EXT-X-MEDIA-SEQUENCE", "EXT-X-DISCONTINUITY-SEQUENCE", "EXT-X-DISCONTINUITY",
    "EXT-X-ENDLIST", "EXT-X-PLAYLIST-TYPE", "EXT-X-KEY", "EXT-X-MAP", "EXT-X-PROGRAM-DATE-TIME", "EXT-X-BYTERANGE",
    "EXT-X-DATERANGE", "EXT-X-I-FRAMES-ONLY",
}  # fmt: skip


def parse(text: str) -> MediaPlaylist | MultivariantPlaylist:
    """Read a playlist of either kind.

    Raises:
        CannotListen: the text does not begin with #EXTM3U (§4.3.1.1), or lists more than 50,000 chunks.
    """
    lines = [line.strip() for line in text.removeprefix("\ufeff").split("\n")]  # §4.1: LF or CRLF, nothing else
    if not lines or lines[0] != "#EXTM3U":
        raise CannotListen("This is not an HLS playlist: its first line is not #EXTM3U (RFC 8216 §4.3.1.1).")
    tags = {split_tag(line)[0] for line in lines if line.startswith("#EXT")}
    reader: MultivariantReader | MediaReader = MultivariantReader() if tags & _MULTIVARIANT else MediaReader()
    if text.startswith("\ufeff"):
        reader.wrong("byte-order-mark", "the playlist begins with a byte order mark", "RFC 8216 §4")
    if tags & _MULTIVARIANT and tags & _MEDIA:
        mixed = ", ".join(sorted(tags & _MEDIA))
        reader.wrong(
            "mixed-playlist", f"a multivariant playlist holds tags of a media playlist: {mixed}", "RFC 8216 §4.3"
        )
    for line in lines[1:]:
        reader.read(line)
    return reader.finish()
