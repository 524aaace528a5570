"""The shelf: every chunk and init that can be fetched, also for a while after it has left the window (DESIGN §5.5).

Times are the publisher's clock in monotonic seconds, given by the caller. Not thread-safe: the publisher's lock guards
it.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from radio.packager.store import Asset, file_asset, file_path
from radio.packager.window import Listed


@dataclass(frozen=True, slots=True)
class Deleted:
    """Files that nobody can fetch any more, since the start, and their bytes."""

    files: int = 0
    size_bytes: int = 0


class Shelf:
    """`keep_s` is how long a chunk stays after leaving the window; at most `most_retired` such chunks are kept."""

    def __init__(self, keep_s: float, most_retired: int) -> None:
        self._keep_s = keep_s
        self._most_retired = most_retired

        self.assets: dict[bytes, Asset] = {}
        self.deleted = Deleted()
        self._renditions: dict[int, tuple[str, ...]] = {}
        self._users: Counter[str] = Counter()
        self._retired: deque[tuple[float, Listed]] = deque()

    def put(self, chunk: Listed, media: Mapping[str, bytes], init: Mapping[str, bytes]) -> None:
        """Take in a chunk in all renditions, and its init with the first of an epoch."""
        if not self._users[chunk.init_name]:
            self._store(chunk.init_name, init)
        self._users[chunk.init_name] += 1
        self._renditions[chunk.sequence] = tuple(media)
        self._store(chunk.name, media)

    def retire(self, chunks: Iterable[Listed], now_s: float) -> None:
        """They have left the window."""
        self._retired.extend((now_s + self._keep_s, chunk) for chunk in chunks)

    @property
    def retired(self) -> tuple[Listed, ...]:
        """Chunks that have left the window and can still be fetched."""
        return tuple(chunk for _, chunk in self._retired)

    def sweep(self, now_s: float) -> bool:
        """Delete what is past its time. True when something was."""
        before = len(self._retired)
        while self._retired and (self._retired[0][0] <= now_s or len(self._retired) > self._most_retired):
            self._delete(self._retired.popleft()[1])
        return len(self._retired) < before

    def _store(self, name: str, data: Mapping[str, bytes]) -> None:
        for rendition, body in data.items():
            self.assets[file_path(rendition, name)] = file_asset(rendition, name, body)

    def _delete(self, chunk: Listed) -> None:
        self._users[chunk.init_name] -= 1
        gone = [chunk.name] if self._users[chunk.init_name] else [chunk.name, chunk.init_name]
        if len(gone) > 1:
            del self._users[chunk.init_name]
        for rendition in self._renditions.pop(chunk.sequence):
            for name in gone:
                asset = self.assets.pop(file_path(rendition, name), None)
                if asset is not None:
                    self.deleted = Deleted(self.deleted.files + 1, self.deleted.size_bytes + len(asset.body))
