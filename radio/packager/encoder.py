"""One life of the HLS encoder: sound in, finished chunks out.

It knows neither playlists nor dates, and never starts itself again. `feed` runs in the playout thread; chunks and the
exit are reported from this encoder's own pipe-reader thread; `start`, `finish` and `close` belong to its owner.

ffmpeg rings on its stdout when a chunk is complete (see `command`), so nothing polls for chunks. One that has hung ends
like one that has died: the reader thread looks twice a second whether it still takes and makes something.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from radio.contracts import CHANNELS, SAMPLE_RATE, EncodedChunk, EncoderRun, Rendition
from radio.errors import EncoderError, StartError
from radio.events import EncoderExited
from radio.packager.boxes import contents, moved
from radio.packager.command import CHUNK_STEP_SAMPLES, chunk_file, hls_argv, init_file
from radio.packager.stall import Stall
from radio.private_folder import PrivateFolder
from radio.processes import Child, PipeReader

DEFAULT_CHUNK_SAMPLES = 196_608
AAC_FRAME_SAMPLES = 1024
FRAME_BYTES = 4 * CHANNELS
JOIN_S = 2.0
HARMLESS = "Cannot use rename on non file protocol"
"""ffmpeg's complaint about the playlists that nobody reads."""


class HlsEncoder:
    """`on_chunk` gets the chunks in order, `on_exit` comes last and once, both in the reader thread.

    What `on_chunk` raises ends this encoder, and `on_exit` says so; a hang does the same, and so does a chunk that is
    damaged or has another length than `chunk_samples` (a multiple of 4096): it is never delivered.

    ffmpeg counts decode times from 0; chunk k says `first_sample + k·chunk_samples` instead, so that time goes on when
    one encoder follows another. Players built on ffmpeg throw a chunk away whose time they have had before.
    """

    def __init__(
        self,
        ffmpeg: str,
        renditions: Sequence[Rendition],
        run: EncoderRun,
        on_chunk: Callable[[EncodedChunk], None],
        on_exit: Callable[[EncoderExited], None],
        *,
        chunk_samples: int = DEFAULT_CHUNK_SAMPLES,
        work_parent: Path | None = None,
    ) -> None:
        if chunk_samples <= 0 or chunk_samples % CHUNK_STEP_SAMPLES:
            raise EncoderError(f"A chunk must be a multiple of {CHUNK_STEP_SAMPLES} samples long, not {chunk_samples}.")
        self._argv = hls_argv(ffmpeg, renditions, chunk_samples)
        self._names = [rendition.name for rendition in renditions]
        self._run = run
        self._on_chunk = on_chunk
        self._on_exit = on_exit
        self._chunk_samples = chunk_samples
        self._work_parent = work_parent

        self._folder: PrivateFolder | None = None
        self._child: Child | None = None
        self._reader: PipeReader | None = None
        self._closing = threading.Lock()
        self._ending = False
        self._part = b""
        self._fed = 0
        self._stall: Stall | None = None
        self._hung = False
        self._next = 0
        self._media: dict[str, bytes] = {}
        self._init: dict[str, bytes] = {}

    def start(self) -> None:
        """Start ffmpeg: some milliseconds.

        Raises:
            EncoderError: no process or no work folder could be made. Call `close` even so.
        """
        try:
            self._folder = PrivateFolder("encoder", self._work_parent)
            self._child = Child(self._argv, stdin=True, stdout=True, stderr=True, cwd=self._folder.path)
        except (OSError, StartError) as error:
            raise EncoderError(f"The encoder could not be started: {error}") from error
        self._stall = Stall(self._chunk_samples, time.monotonic())
        name = f"encoder {self._run.number} reader"
        self._reader = PipeReader(self._child, name, self._collect, self._exited, self._look)
        self._reader.start()

    @property
    def pid(self) -> int | None:
        """ffmpeg's process id, once started."""
        return None if self._child is None else self._child.pid

    @property
    def fed_samples(self) -> int:
        """Frames accepted in this run."""
        return self._fed

    @property
    def lag_samples(self) -> int:
        """Frames accepted that are in no delivered chunk yet: under one chunk plus some 4096 while ffmpeg keeps up."""
        return max(0, self._fed - self._next * self._chunk_samples)

    def feed(self, block: NDArray[np.float32] | memoryview, deadline_s: float) -> int:
        """Hand over frames of `block` (float32 `[frames, 2]`) for at most `deadline_s` real seconds from now.

        Returns how many were accepted, 0 to all: offer the others again. About 2.7 s fit into the pipe, so a healthy
        encoder takes a real-time block at once.

        Raises:
            EncoderError: ffmpeg is gone.
        """
        until = time.monotonic() + deadline_s
        self._send_part(deadline_s)
        accepted = 0 if self._part else self._send(_flat(block), max(0.0, until - time.monotonic()))
        self._fed += accepted
        return accepted

    def finish(self, deadline_s: float) -> bool:
        """Pad with silence to a whole chunk, close the input and wait for the last chunk, `deadline_s` real seconds at
        most.

        True when it has been delivered and ffmpeg has ended. `close` is due either way.
        """
        until = time.monotonic() + deadline_s
        self._ending = True
        child, reader = self._child, self._reader
        if child is None or reader is None:
            return False
        with contextlib.suppress(EncoderError):
            self._pad(until)
        child.close_stdin()
        return reader.join(max(0.0, until - time.monotonic())) and child.poll() == 0

    def close(self) -> None:
        """Kill ffmpeg if it still runs, end the reader, remove the folder. Idempotent; not from `on_chunk` or
        `on_exit`.
        """
        self._ending = True
        with self._closing:
            if self._child is not None:
                self._child.stop(0.0)
            if self._reader is not None:
                self._reader.join(JOIN_S)
            if self._folder is not None:
                self._folder.remove()

    def _send(self, data: memoryview, timeout_s: float) -> int:
        """Frames taken. A frame of which only a part went through counts, and its other part goes first next time."""
        sent = self._write(data, timeout_s)
        frames = -(-sent // FRAME_BYTES)
        self._part = bytes(data[sent : frames * FRAME_BYTES])
        return frames

    def _send_part(self, timeout_s: float) -> None:
        if self._part:
            self._part = self._part[self._write(memoryview(self._part), timeout_s) :]

    def _write(self, data: memoryview, timeout_s: float) -> int:
        if self._child is None:
            raise EncoderError("The encoder was not started.")
        try:
            return self._child.write(data, timeout_s)
        except OSError as error:
            raise EncoderError("The encoder is gone.") from error

    def _pad(self, until: float) -> None:
        """Silence up to where ffmpeg's own 1024 samples of delay make the last chunk whole."""
        chunks = -(-(self._fed + AAC_FRAME_SAMPLES) // self._chunk_samples) if self._fed else 0
        silence = np.zeros((SAMPLE_RATE, CHANNELS), np.float32)
        while (missing := chunks * self._chunk_samples - AAC_FRAME_SAMPLES - self._fed) > 0:
            if not self.feed(silence[:missing], max(0.0, until - time.monotonic())):
                return
        self._send_part(max(0.0, until - time.monotonic()))

    def _collect(self, _rung: bytes) -> None:
        """Take every chunk that is complete in all renditions. In the reader thread."""
        while self._take_files():
            media, self._media = self._media, {}
            if self._is_whole(media):
                media = {name: moved(data, self._run.first_sample) for name, data in media.items()}
                chunk = EncodedChunk(self._run, self._next, media, self._init)
                self._next += 1
                self._on_chunk(chunk)

    def _look(self) -> None:
        """Twice a second, in the reader thread, in real time: also while the station's clock stands still.

        Raises:
            EncoderError: ffmpeg hangs. It is killed then, like one that fails.
        """
        child, stall = self._child, self._stall
        if child is None or stall is None or self._ending:
            return
        waiting = child.unread_bytes > 0
        trouble = stall.look(child.read_bytes // FRAME_BYTES, self._next, time.monotonic(), waiting=waiting)
        if trouble:
            self._hung = True
            raise EncoderError(trouble)

    def _take_files(self) -> bool:
        """Read and delete what there is of the next chunk. True when that was the last of it."""
        folder = self._folder
        if folder is None:
            return False
        for name in self._names:
            if name not in self._media:
                path = folder.path / chunk_file(name, self._next)
                try:
                    self._media[name] = path.read_bytes()
                except FileNotFoundError:
                    return False
                path.unlink(missing_ok=True)
        if not self._init:  # written before the first chunk
            self._init = {name: (folder.path / init_file(name)).read_bytes() for name in self._names}
        return True

    def _is_whole(self, media: dict[str, bytes]) -> bool:
        """Every rendition holds exactly this chunk's frames.

        Raises:
            EncoderError: it does not, and the input has not ended: ffmpeg lost something.
        """
        if not self._fed:  # an input that ends before it began still makes a file
            return False
        for name, data in media.items():
            found = contents(data)
            if found.decode_time == self._next * self._chunk_samples:
                if found.frames * AAC_FRAME_SAMPLES == self._chunk_samples:
                    continue
                if self._ending:
                    return False
            raise EncoderError(f"Chunk {self._next} of {name} has {found.frames} frames from {found.decode_time} on.")
        return True

    def _exited(self, code: int, last_lines: tuple[str, ...], error: Exception | None) -> None:
        last_lines = tuple(line for line in last_lines if HARMLESS not in line)
        if error is not None:
            last_lines = (*last_lines, f"{type(error).__name__}: {error}")
        expected = self._ending and error is None
        self._on_exit(EncoderExited(self._run, code, last_lines, expected, self._hung))


def _flat(block: NDArray[np.float32] | memoryview) -> memoryview:
    """The bytes of a block, without a copy where it is contiguous float32 already."""
    frames = np.ascontiguousarray(block, dtype=np.float32)
    if frames.ndim != 2 or frames.shape[1] != CHANNELS:
        raise EncoderError(f"The encoder takes stereo frames, not an array of shape {frames.shape}.")
    return frames.reshape(-1).view(np.uint8).data
