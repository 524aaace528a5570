"""What web reads: one immutable moment of the broadcast, swapped whole by the publisher and read without a lock.

An `Asset` is made once with the headers it is served with, so that answering a request allocates next to nothing. It
knows no request and no ASGI.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from radio.contracts import Rendition

Kind = Literal["playlist", "chunk"]
Headers = tuple[tuple[bytes, bytes], ...]

PLAYLIST_TYPE = b"application/vnd.apple.mpegurl"
CHUNK_TYPE = b"video/iso.segment"
INIT_TYPE = b"audio/mp4"
IMMUTABLE = b"public, max-age=31536000, immutable"
OPEN_TO_ALL: Headers = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"Content-Length, Content-Range, Date, ETag, Retry-After"),
)
MULTIVARIANT = b"/live.m3u8"


class Asset:
    """Bytes with the headers they are served with. Immutable but for the compressed form, made when first asked for.

    `rendition` is "" for the multivariant playlist.
    """

    __slots__ = ("_gzipped", "body", "cache_control", "content_type", "etag", "headers", "kind", "rendition")

    def __init__(
        self, kind: Kind, rendition: str, body: bytes, *, content_type: bytes, etag: bytes, cache_control: bytes
    ) -> None:
        self.kind = kind
        self.rendition = rendition
        self.body = body
        self.content_type = content_type
        self.etag = etag
        self.cache_control = cache_control

        self.headers = self._described(body, etag, ())
        self._gzipped: tuple[bytes, bytes, Headers] | None = None

    @property
    def compressible(self) -> bool:
        return self.kind == "playlist"

    @property
    def gzipped(self) -> tuple[bytes, bytes, Headers]:
        """Body, ETag (RFC 9110 §8.8.3: one per encoding) and headers of the compressed form."""
        if self._gzipped is None:
            body = gzip.compress(self.body, 6, mtime=0)
            etag = self.etag[:-1] + b'-gz"'
            self._gzipped = body, etag, self._described(body, etag, ((b"content-encoding", b"gzip"),))
        return self._gzipped

    def _described(self, body: bytes, etag: bytes, more: Headers) -> Headers:
        varies: Headers = ((b"vary", b"accept-encoding"),) if self.compressible else ()
        return (
            (b"content-type", self.content_type),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", self.cache_control),
            (b"etag", etag),
            (b"accept-ranges", b"bytes"),
            *varies,
            *more,
            *OPEN_TO_ALL,
        )


@dataclass(frozen=True, slots=True)
class Published:
    """One moment. `assets` maps request paths, raw bytes as they came (`b"/live.m3u8"`), to what is there."""

    assets: Mapping[bytes, Asset] = field(default_factory=dict)
    last_sequence: int | None = None
    ended: bool = False


class ChunkStore:
    """The newest `Published`. `playlists` are the paths that a sleeping station answers after waking."""

    def __init__(self, renditions: Sequence[Rendition]) -> None:
        self.playlists = frozenset([MULTIVARIANT, *(playlist_path(rendition.name) for rendition in renditions)])

        self.published = Published()

    def swap(self, published: Published) -> None:
        """Readers see the old moment or the new one, never something between: one reference is replaced."""
        self.published = published


def playlist_path(rendition: str) -> bytes:
    return f"/live/{rendition}/index.m3u8".encode()


def file_path(rendition: str, name: str) -> bytes:
    return f"/live/{rendition}/{name}".encode()


def playlist_asset(rendition: str, text: str, max_age_s: int) -> Asset:
    """A playlist; it may be cached for half a target duration (DESIGN §5.8)."""
    body = text.encode()
    etag = b'"' + hashlib.blake2b(body, digest_size=9).hexdigest().encode() + b'"'
    cache_control = f"public, max-age={max_age_s}".encode()
    return Asset("playlist", rendition, body, content_type=PLAYLIST_TYPE, etag=etag, cache_control=cache_control)


def file_asset(rendition: str, name: str, body: bytes) -> Asset:
    """A chunk or an init. Its name is never used again, so the name is its ETag."""
    content_type = CHUNK_TYPE if name.endswith(".m4s") else INIT_TYPE
    etag = f'"{name}"'.encode()
    return Asset("chunk", rendition, body, content_type=content_type, etag=etag, cache_control=IMMUTABLE)
