"""The window as it is kept for the next server: every chunk that can be fetched, and which of them are listed where.

A restarted server shows the same window again, so a player that is behind loses nothing. Called under the publisher's
push lock, and once while it is built.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from radio.contracts import Entry
from radio.packager.keep import Keep
from radio.packager.window import Listed, Mark, Window
from radio.plain import plain, restored

INDEX = "window.json"
CHUNK_SUFFIX = ".m4s"
INIT_SUFFIX = ".mp4"

Bodies = dict[str, bytes]
"""One file in every rendition."""


@dataclass(frozen=True, slots=True)
class Index:
    """What is kept of a `Window`; `retired` have left it and can still be fetched. `next_sample` is where the first
    unpublished chunk begins."""

    chunk_samples: int
    last_sequence: int
    discontinuities: int
    last_end_ms: int
    next_sample: int
    chunks: tuple[Listed, ...] = ()
    marks: tuple[Mark, ...] = ()
    pending: tuple[Entry, ...] = ()
    retired: tuple[Listed, ...] = ()
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What a dead server left: its window without an epoch, and the files that belong to it by their names."""

    window: Window
    next_sample: int
    retired: tuple[Listed, ...] = ()
    media: Mapping[str, Bodies] = field(default_factory=dict)
    inits: Mapping[str, Bodies] = field(default_factory=dict)


class KeptWindow:
    """Owns the chunks, inits and the index in `keep`."""

    def __init__(self, keep: Keep) -> None:
        self._keep = keep

        self._there = {name for name in keep.names() if name.endswith((CHUNK_SUFFIX, INIT_SUFFIX))}

    def put(self, chunk: Listed, media: Bodies, init: Bodies) -> None:
        """Keep a chunk's files, before the index names them.

        Raises:
            OSError: there is no room.
        """
        if chunk.init_name not in self._there:
            self._write(chunk.init_name, init)
        self._write(chunk.name, media)

    def save(self, window: Window, next_sample: int, retired: Sequence[Listed]) -> None:
        """Keep how things are, and delete the files that no chunk needs any more.

        Raises:
            OSError: there is no room.
        """
        index = Index(
            window.chunk_samples, window.last_sequence, window.discontinuities, window.last_end_ms, next_sample,
            window.chunks, window.marks, window.pending, tuple(retired), window.ended,
        )  # fmt: skip
        self._keep.write(INDEX, json.dumps(plain(index)).encode())
        self._prune({name for chunk in (*window.chunks, *retired) for name in (chunk.name, chunk.init_name)})

    def forget(self) -> None:
        """What is kept is no longer true."""
        self._keep.remove(INDEX)
        self._prune(set())

    def load(self, chunk_samples: int, size: int, renditions: Sequence[str]) -> Found | None:
        """What there is, as far as it is whole and fits these settings; the rest is deleted."""
        data = self._keep.read(INDEX)
        try:
            index = restored(Index, json.loads(data)) if data is not None else None
            found = _sound(index, chunk_samples) if index is not None else None
        except (ValueError, TypeError, RecursionError):
            found = None
        if found is None:
            self.forget()
            return None
        media = {chunk.name: self._read(chunk.name, renditions) for chunk in (*found.retired, *found.chunks)}
        inits = {chunk.init_name: self._read(chunk.init_name, renditions) for chunk in (*found.retired, *found.chunks)}
        whole = {chunk.sequence for chunk in (*found.retired, *found.chunks)
                 if media[chunk.name] and inits[chunk.init_name]}  # fmt: skip
        window = _listed(found, size, whole)
        kept = {chunk.sequence for chunk in window.chunks}
        retired = tuple(c for c in (*found.retired, *found.chunks) if c.sequence in whole and c.sequence not in kept)
        self._prune({name for c in (*window.chunks, *retired) for name in (c.name, c.init_name)})
        return Found(window, found.next_sample, retired, media, inits)

    def _write(self, name: str, bodies: Bodies) -> None:
        header = json.dumps({rendition: len(body) for rendition, body in bodies.items()}).encode() + b"\n"
        self._keep.write(name, header, *bodies.values())
        self._there.add(name)

    def _read(self, name: str, renditions: Sequence[str]) -> Bodies:
        """The file in exactly these renditions, or nothing."""
        data = self._keep.read(name) if name in self._there else None
        if data is None:
            return {}
        header, _, rest = data.partition(b"\n")
        bodies: Bodies = {}
        for rendition, size in json.loads(header).items():
            bodies[rendition], rest = rest[:size], rest[size:]
        return bodies if set(bodies) == set(renditions) else {}

    def _prune(self, needed: set[str]) -> None:
        for name in self._there - needed:
            self._keep.remove(name)
        self._there &= needed


def _sound(index: Index, chunk_samples: int) -> Index | None:
    """The index, if it can be gone on from: of this chunk length, with consecutive numbers and dates that go on."""
    chunks = index.chunks
    consecutive = all(b.sequence == a.sequence + 1 and b.date_ms >= a.date_ms for a, b in zip(chunks, chunks[1:]))  # noqa: B905, RUF007
    ends = not chunks or (chunks[-1].sequence == index.last_sequence and chunks[-1].end_ms == index.last_end_ms)
    fits = index.chunk_samples == chunk_samples and min(index.next_sample, index.last_sequence, index.last_end_ms) >= 0
    return index if consecutive and ends and fits else None


def _listed(index: Index, size: int, whole: set[int]) -> Window:
    """The newest chunks that are all there, at most `size`; those in front of them have left the window."""
    kept: tuple[Listed, ...] = ()
    for chunk in reversed(index.chunks[-size:]):
        if chunk.sequence not in whole:
            break
        kept = (chunk, *kept)
    gone = index.chunks[: len(index.chunks) - len(kept)]
    window = Window(
        index.chunk_samples, size, index.last_sequence, index.discontinuities, index.last_end_ms,
        kept, index.marks if kept else (), index.pending, None, index.ended and bool(kept),
    )  # fmt: skip
    window = replace(window, discontinuities=index.discontinuities + sum(chunk.discontinuity for chunk in gone))
    left = sum(mark.sequence < kept[0].sequence for mark in window.marks) if kept else 0
    return replace(window, marks=window.marks[max(0, left - 1) :])
