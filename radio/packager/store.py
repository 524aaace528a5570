"""What web reads. Signatures first; the bodies follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Published:
    """One immutable moment. `assets` maps raw request paths (`b"/live.m3u8"`) to what is served there."""

    assets: Mapping[bytes, object]
    last_sequence: int | None = None
    ended: bool = False


class ChunkStore:
    """Holds the newest `Published`; swapped by the publisher, read by anybody without a lock."""

    published: Published
