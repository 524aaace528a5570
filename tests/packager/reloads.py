"""A listener that reloads one playlist for ever and remembers everything: nothing published may change or go back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

CHUNK_S = 4.096
TAGS_BEFORE_A_CHUNK = ("#EXT-X-DISCONTINUITY", "#EXT-X-MAP", "#EXT-X-PROGRAM-DATE-TIME", "#EXTINF", "#EXT-X-DATERANGE")


@dataclass(frozen=True, slots=True)
class Shown:
    """A chunk as a playlist shows it."""

    sequence: int
    uri: str
    init: str
    discontinuities: int
    date: datetime


@dataclass(slots=True)
class Reloads:
    """`look` at each version; it raises AssertionError at the first broken promise."""

    chunks: dict[int, Shown] = field(default_factory=dict)
    sequence: int = -1
    discontinuity_sequence: int = -1
    target: str = ""
    ranges: dict[str, str] = field(default_factory=dict)

    def look(self, playlist: str) -> list[Shown]:
        lines = playlist.splitlines()
        assert lines[0] == "#EXTM3U"
        head = {name: value for name, _, value in (line.partition(":") for line in lines)}
        sequence, discontinuity = int(head["#EXT-X-MEDIA-SEQUENCE"]), int(head["#EXT-X-DISCONTINUITY-SEQUENCE"])
        assert sequence >= self.sequence, "EXT-X-MEDIA-SEQUENCE went back"
        assert discontinuity >= self.discontinuity_sequence, "EXT-X-DISCONTINUITY-SEQUENCE went back"
        assert self.target in ("", head["#EXT-X-TARGETDURATION"]), "EXT-X-TARGETDURATION changed"
        self.sequence, self.discontinuity_sequence = sequence, discontinuity
        self.target = head["#EXT-X-TARGETDURATION"]
        self._ranges(lines)
        shown = list(_chunks(lines, sequence, discontinuity))
        for chunk in shown:
            self._remember(chunk)
        return shown

    def _remember(self, chunk: Shown) -> None:
        known = self.chunks.setdefault(chunk.sequence, chunk)
        assert known == chunk, f"{known} became {chunk}"
        before = self.chunks.get(chunk.sequence - 1)
        if before is not None:
            assert chunk.date >= before.date, "dates went back"
            assert chunk.discontinuities >= before.discontinuities, "discontinuity numbers went back"
            if chunk.init != before.init and chunk.discontinuities == before.discontinuities:
                gap_s = (chunk.date - before.date).total_seconds() - CHUNK_S
                assert abs(gap_s) <= 0.002, "a gap in the dates and no discontinuity"

    def _ranges(self, lines: list[str]) -> None:
        for line in lines:
            if line.startswith("#EXT-X-DATERANGE:"):
                name = line.split('ID="')[1].split('"')[0]
                assert self.ranges.setdefault(name, line) == line, "a date range changed"

    def finish(self) -> None:
        """Names, dates and discontinuity numbers over everything ever shown."""
        ordered = [self.chunks[sequence] for sequence in sorted(self.chunks)]
        assert len({chunk.uri for chunk in ordered}) == len(ordered), "a name was used twice"
        assert all(a.date <= b.date for a, b in pairwise(ordered)), "dates went back"
        assert all(a.discontinuities <= b.discontinuities for a, b in pairwise(ordered))


def _chunks(lines: list[str], sequence: int, discontinuity: int) -> list[Shown]:
    shown = []
    init, date = "", None
    for line in lines:
        if line == "#EXT-X-DISCONTINUITY":
            discontinuity += 1
        elif line.startswith("#EXT-X-MAP:"):
            init = line.split('"')[1]
        elif line.startswith("#EXT-X-PROGRAM-DATE-TIME:"):
            date = datetime.fromisoformat(line.partition(":")[2].replace("Z", "+00:00"))
        elif line and not line.startswith("#"):
            assert init, "a chunk without an init"
            assert date is not None, "a chunk without a date"
            shown.append(Shown(sequence, line, init, discontinuity, date))
            sequence, date = sequence + 1, None
    return shown
