"""The publisher: takes finished chunks into memory, owns the window, writes the playlists and deletes what is past its
time.

It decides nothing about encoders, and knows no HTTP. `push` runs in the encoder's reader thread, the other methods in
the conductor; readers take no lock: they see `store`, in which whole moments are swapped.
"""

from __future__ import annotations

import threading  # a lock only: chunks come from the reader thread, entries from the event loop
from collections.abc import Callable, Sequence
from dataclasses import replace

from radio.contracts import Clock, EncodedChunk, EncoderRun, Entry, Rendition
from radio.events import ChunkPublished
from radio.packager.kept_window import Found, KeptWindow
from radio.packager.playlist import render_media, render_multivariant, target_duration
from radio.packager.rates import Rates
from radio.packager.shelf import Deleted, Shelf
from radio.packager.store import MULTIVARIANT, Asset, ChunkStore, Published, playlist_asset, playlist_path
from radio.packager.window import Listed, SequenceState, Window

READY_CHUNKS = 3
"""A playlist with fewer chunks is not shown: players start three target durations before its end (RFC 8216 §6.3.3)."""
RESERVE_CHUNKS = 4
"""Numbers are saved that many chunks ahead, so one write serves 16 s. A killed server skips three numbers at most."""


class Publisher:
    """`save` is called before a playlist shows what it did not cover yet, in the thread of `push`, about every fourth
    chunk.

    It must not raise and should not dawdle. `state` is what it was last given, None at a first start. `on_published` is
    called after the swap, in the thread of `push`. `kept` holds the window for the next server, and what the last one
    left there is shown at once; while it cannot be written, `trouble` says why.
    """

    def __init__(
        self,
        clock: Clock,
        renditions: Sequence[Rendition],
        *,
        chunk_samples: int,
        window_chunks: int,
        state: SequenceState | None,
        save: Callable[[SequenceState], None],
        on_published: Callable[[ChunkPublished], None],
        kept: KeptWindow | None = None,
    ) -> None:
        self._clock = clock
        self._renditions = tuple(renditions)
        self._save = save
        self._on_published = on_published
        self._kept = kept

        self.trouble: str | None = None
        self.store = ChunkStore(renditions)
        self._pushing = threading.Lock()
        self._lock = threading.Lock()
        self._reserved = state or SequenceState()
        self._window = _resumed(self._reserved, chunk_samples, window_chunks, clock.utc())
        self._shelf = Shelf((window_chunks + 1) * self._window.chunk_s, 2 * window_chunks + READY_CHUNKS)
        self._rates = Rates(renditions, chunk_samples)
        self._playlists: dict[bytes, Asset] = {}
        self._max_age_s = target_duration(chunk_samples) // 2
        self._put: Listed | None = None
        self._kept_well = 0
        self._published_to = 0
        found = kept.load(chunk_samples, window_chunks, [rendition.name for rendition in renditions]) if kept else None
        if found is not None and found.window.last_sequence + RESERVE_CHUNKS > self._reserved.last_sequence:
            self._go_on(found)

    def open_epoch(self, run: EncoderRun, t0_utc: float, *, drop_chunks: int = 0) -> float:
        """From now on chunks of `run` are published, from number `drop_chunks` on, and those of any other run ignored.

        `t0_utc` is the date of `run.first_sample`, Unix seconds. Returns the date in force: later than that where dates
        would have gone back. There is a discontinuity before its first chunk where sound or dates break off there (RFC
        8216 §4.3.2.3).
        """
        with self._lock:
            self._change(self._window.open(run, t0_utc, drop_chunks))
            epoch = self._window.epoch
            return t0_utc if epoch is None else max(t0_utc, epoch.t0_us / 1_000_000)

    def push(self, chunk: EncodedChunk) -> None:
        """Publish a chunk, in the encoder's reader thread; the disk is not waited for with the lock held."""
        with self._pushing:
            while True:
                with self._lock:
                    window = self._window.add(chunk.run, chunk.number, self._clock.utc())
                    if window is None:
                        return
                    wanted = self._uncovered(window)
                    if wanted is None and self._is_put(window.chunks[-1]):
                        fact = self._publish(window, chunk)
                        break
                if wanted is None:
                    self._put_aside(window.chunks[-1], chunk)
                else:
                    self._save(wanted)
                    self._reserved = wanted
            self._on_published(fact)

    def announce(self, entry: Entry) -> None:
        """Show `entry` as a date range as soon as its sample lies in a listed chunk; nothing is shown before."""
        with self._lock:
            self._window = self._window.announce(entry)

    def withdraw(self, from_sample: int) -> None:
        """Forget announced entries at or after `from_sample` that no playlist has shown: a cut threw them away."""
        with self._lock:
            self._window = self._window.withdraw(from_sample)

    def end(self) -> None:
        """ENDLIST. The next epoch begins in an empty window."""
        with self._lock:
            self._change(self._window.end())

    def clear(self) -> None:
        """Fall asleep: no playlist until three new chunks are there. Numbers go on; chunks stay fetchable for their
        time.
        """
        with self._lock:
            self._change(self._window.clear())

    def sweep(self) -> None:
        """Delete what is past its time. Every `push` does it too; call it every few seconds while nothing is pushed."""
        with self._lock:
            if self._shelf.sweep(self._clock.monotonic()):
                self._remember()
                self._swap()

    @property
    def ready(self) -> bool:
        """A player can start: at least three chunks are listed, and the newest is of the current epoch."""
        return len(self._window.chunks) >= READY_CHUNKS and self._window.current_chunks > 0

    @property
    def deleted(self) -> Deleted:
        """What was deleted so far."""
        return self._shelf.deleted

    @property
    def rendition_count(self) -> int:
        return len(self._renditions)

    @property
    def next_sample(self) -> int:
        """Where the first unpublished chunk of the current run begins, as an input sample; an encoder that takes over
        is fed from one chunk before."""
        return self._window.next_sample

    @property
    def published_to(self) -> int:
        """The same over restarts and stops: all input samples before this have been published, or never will be."""
        return max(self._published_to, self._window.next_sample)

    @property
    def published_until(self) -> float:
        """The date of the end of the newest chunk ever, Unix seconds."""
        return self._window.last_end_ms / 1000

    @property
    def newest_date(self) -> float | None:
        """The date of the end of the newest listed chunk, Unix seconds."""
        chunks = self._window.chunks
        return chunks[-1].end_ms / 1000 if chunks else None

    def _uncovered(self, window: Window) -> SequenceState | None:
        """What has to be saved before `window` may be shown; None when what was saved covers it."""
        covered = window.last_sequence <= self._reserved.last_sequence
        if covered and window.last_discontinuity <= self._reserved.last_discontinuity:
            return None
        ahead = window.last_sequence + RESERVE_CHUNKS - 1
        return SequenceState(ahead, window.last_discontinuity, window.last_end_ms)

    def _publish(self, window: Window, chunk: EncodedChunk) -> ChunkPublished:
        listed = window.chunks[-1]
        self._shelf.put(listed, chunk.media, chunk.init)
        self._rates.count(chunk.media)
        self._change(window)
        return _fact(listed, sum(map(len, chunk.media.values())))

    def _change(self, window: Window) -> None:
        """Show `window`: retire what left it, render, swap. Under the lock."""
        listed = {chunk.sequence for chunk in window.chunks}
        now = self._clock.monotonic()
        self._shelf.retire((chunk for chunk in self._window.chunks if chunk.sequence not in listed), now)
        self._shelf.sweep(now)
        self._published_to = max(self._published_to, window.next_sample)
        self._window = window
        self._playlists = self._rendered(window)
        self._remember()
        self._swap()

    def _rendered(self, window: Window) -> dict[bytes, Asset]:
        """All playlists as bytes; none while there are too few chunks to start from."""
        if not window.chunks or (len(window.chunks) < READY_CHUNKS and not window.ended):
            return {}
        media = render_media(window)
        assets = {
            playlist_path(rendition.name): playlist_asset(rendition.name, media, self._max_age_s)
            for rendition in self._renditions
        }
        assets[MULTIVARIANT] = playlist_asset("", render_multivariant(self._rates.stated), self._max_age_s)
        return assets

    def _go_on(self, found: Found) -> None:
        """Show what the last server showed, unless nobody can be listening to that any more."""
        now_s, window = self._clock.monotonic(), found.window
        old = self._clock.utc() - window.last_end_ms / 1000 > window.size * window.chunk_s
        window = window.withdraw(found.next_sample)  # what is still to come says whoever knows the sound
        self._published_to, self._window = found.next_sample, window
        if old and not window.ended:
            self._window = window.clear()
        else:
            for chunk in (*found.retired, *window.chunks):
                self._shelf.put(chunk, found.media[chunk.name], found.inits[chunk.init_name])
                self._rates.count(found.media[chunk.name])
            self._shelf.retire(found.retired, now_s)
        self._playlists = self._rendered(self._window)
        self._remember()
        self._swap()

    def _is_put(self, chunk: Listed) -> bool:
        return self._kept is None or self._put == chunk

    def _put_aside(self, listed: Listed, chunk: EncodedChunk) -> None:
        """Keep a chunk's files for the next server, with no lock held."""
        self._put = listed
        try:
            if self._kept is not None:
                self._kept.put(listed, chunk.media, chunk.init)
        except OSError as error:
            self._cannot_keep(error)
        else:
            self._kept_well += 1
            if self._kept_well > self._window.size:
                self.trouble = None

    def _remember(self) -> None:
        """Keep how things are, before they are shown."""
        if self._kept is None:
            return
        try:
            self._kept.save(self._window, self._published_to, self._shelf.retired)
        except OSError as error:
            self._cannot_keep(error)

    def _cannot_keep(self, error: OSError) -> None:
        self._kept_well = 0
        self.trouble = f"the chunks cannot be kept for a restart: {error.strerror}"
        if self._kept is not None:
            self._kept.forget()

    def _swap(self) -> None:
        chunks = self._window.chunks
        assets = {**self._shelf.assets, **self._playlists}
        self.store.swap(Published(assets, chunks[-1].sequence if chunks else None, self._window.ended))


def _resumed(state: SequenceState, chunk_samples: int, size: int, now_utc: float) -> Window:
    """An empty window that goes on after `state`.

    Up to `RESERVE_CHUNKS` may have been shown since it was saved, none of them dated later than now.
    """
    window = Window(chunk_samples, size, state.last_sequence, state.last_discontinuity, state.last_date_ms)
    since_ms = round(RESERVE_CHUNKS * window.chunk_s * 1000) if state.last_date_ms else 0
    latest_ms = min(state.last_date_ms + since_ms, round(now_utc * 1000))
    return replace(window, last_end_ms=max(state.last_date_ms, latest_ms if since_ms else 0))


def _fact(chunk: Listed, size_bytes: int) -> ChunkPublished:
    return ChunkPublished(
        sequence=chunk.sequence,
        epoch=chunk.epoch,
        date_utc=chunk.date_ms / 1000,
        first_sample=chunk.first_sample,
        end_sample=chunk.end_sample,
        size_bytes=size_bytes,
    )
