"""Who listens: HLS sessions, told apart by address and player, counted by what they fetch.

Called from the event loop only. Bounded: beyond `MOST` sessions the oldest is forgotten.
"""

from __future__ import annotations

from collections import Counter, OrderedDict

LISTENING_S = 16.0
"""A session that has fetched nothing for this long has gone: four chunks."""
MOST = 100_000


class Listeners:
    """`touch` on every fetch; `count` at a time."""

    def __init__(self) -> None:
        self._sessions: OrderedDict[str, tuple[float, str]] = OrderedDict()
        self.last_seen_s = float("-inf")

    def touch(self, key: str, rendition: str, now_s: float) -> None:
        """Session `key` fetched something of `rendition` at monotonic `now_s`."""
        self.last_seen_s = max(self.last_seen_s, now_s)
        self._sessions[key] = (now_s, rendition)
        self._sessions.move_to_end(key)
        self._forget(now_s)
        if len(self._sessions) > MOST:
            self._sessions.popitem(last=False)

    def count(self, now_s: float) -> int:
        self._forget(now_s)
        return len(self._sessions)

    def by_rendition(self, now_s: float) -> dict[str, int]:
        self._forget(now_s)
        return dict(Counter(rendition for _, rendition in self._sessions.values()))

    def _forget(self, now_s: float) -> None:
        while self._sessions:
            key, (seen_s, _) = next(iter(self._sessions.items()))
            if now_s - seen_s <= LISTENING_S:
                return
            del self._sessions[key]
