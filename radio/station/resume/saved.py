"""What a station remembers across restarts: a small JSON file, replaced whole, in the data folder and in the keep.

The copy in the keep is written at once and outlives a killed server, whatever the disk does; the one in the data folder
is written by the saver and outlives a reboot. The newer one counts. A folder that is full, read-only or broken never
stops the broadcast: failures are sentences for the status and the log. `update` may be called from any thread; it knows
no stage.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import threading  # a lock only: sequence numbers come from the encoder's reader thread
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from radio.contracts import Entry
from radio.errors import StartError
from radio.packager import whole
from radio.packager.keep import Keep
from radio.packager.window import SequenceState
from radio.plain import plain, restored
from radio.station.resume.saver import Saver

FILE_NAME = "station.json"
DAMAGED_NAME = "station.damaged.json"
MOST_SEQUENCE = 10_000_000_000
"""A chunk number from the year 3000: nothing counts that far."""
MOST_SAMPLE = 10**15
"""A timeline 600 years long."""
COUNTS = (
    "version", "attempts", "broken", "next_index", "next_chain", "next_sample", "published_to", "published_until",
)  # fmt: skip
FUTURE_S = 86_400.0
"""A date further ahead than that is damage; else the station's dates would stand still until it comes."""
DISK_WAIT_S = 0.25
"""How long the publisher waits for its numbers to be on the disk: they are in the keep already."""


@dataclass(frozen=True, slots=True)
class Saved:
    """Numbers that must never go back, and what the station was doing.

    `sequence` is the publisher's, None before the first chunk ever; `next_sample` lies behind everything that was on
    the timeline, and all samples before `published_to`, which is dated `published_until` (Unix seconds), have been
    published. `maker` is the factory of the engine that made the music, which `composes` or not. `programme` and
    `order` belong to those who read them. `attempts` counts the servers that went on with this and did not get far,
    `broken` those of which a stage broke before they had mixed a segment.
    `version` counts the updates.
    """

    sequence: SequenceState | None = None
    next_index: int = 0
    next_chain: int = 0
    next_sample: int = 0
    prompt: str = ""
    published_to: int = 0
    published_until: float = 0.0
    on: bool = False
    idle_reason: str = "never_started"
    maker: str = ""
    composes: bool = False
    entries: tuple[Entry, ...] = ()
    programme: dict[str, Any] | None = None
    order: dict[str, Any] | None = None
    attempts: int = 0
    broken: int = 0
    version: int = field(default=0, compare=False)


def refuse_no_folder(folder: Path) -> None:
    """A full or read-only data folder is done without; one whose name can never be a folder's is a mistake.

    Raises:
        StartError: such a name.
    """
    try:
        usable_folder(folder)
    except StartError as error:
        if isinstance(error.__context__, NotADirectoryError | FileExistsError):
            raise


def usable_folder(folder: Path) -> Path:
    """Make the data folder.

    Raises:
        StartError: it cannot be made or written to.
    """
    probe = folder / f".writable-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise StartError(f"the data folder {folder} cannot be written to: {error.strerror}") from None
    return folder


class SavedState:
    """The file. `update` changes some fields and writes, at once without a `saver`; `troubles` are sentences about what
    is wrong now, first of all what was wrong with the file that was found."""

    def __init__(
        self, folder: Path, keep: Keep | None = None, saver: Saver | None = None, now_utc: float | None = None
    ) -> None:
        self._path = folder / FILE_NAME
        self._keep = keep
        self._saver = saver
        self._now_utc = now_utc

        self._lock = threading.Lock()
        self._found: str | None = None
        self._failed: dict[str, str] = {}
        self.value = self._read()

    @property
    def trouble(self) -> str | None:
        """The first of the troubles, if there are any."""
        return next(iter(self.troubles), None)

    @property
    def failing(self) -> bool:
        """Something cannot be written now; a damaged file that was found at the start is another matter."""
        return bool(self._failed or (self._saver and self._saver.troubles))

    @property
    def troubles(self) -> list[str]:
        own = [self._found] if self._found else []
        return [*own, *self._failed.values(), *(self._saver.troubles if self._saver else [])]

    def update(self, **changes: Any) -> None:
        """Remember and write, whole or not at all (write beside, then rename)."""
        with self._lock:
            self.value = dataclasses.replace(self.value, version=self.value.version + 1, **changes)
            text = json.dumps(plain(self.value)).encode()
            self._try("keep", self._write_keep, text)
            if self._saver is None:
                self._try("disk", self._write, text)
            else:
                self._saver.put("state", self._complaint, lambda: self._write(text))

    def save_sequence(self, state: SequenceState) -> None:
        """The publisher's numbers, before a playlist shows them; a disk that is slow is not waited for."""
        self.update(sequence=state)
        if self._saver is not None:
            self._saver.wait(DISK_WAIT_S)

    def _try(self, where: str, write: Any, text: bytes) -> None:
        try:
            write(text)
        except OSError as error:
            self._failed[where] = f"{self._complaint}: {error.strerror}"
        else:
            self._failed.pop(where, None)

    @property
    def _complaint(self) -> str:
        return f"the station's state cannot be saved in {self._path}"

    def _write(self, text: bytes) -> None:
        whole.replace(self._path, text, durable=True)

    def _write_keep(self, text: bytes) -> None:
        if self._keep is not None:
            self._keep.write(FILE_NAME, text)

    def _read(self) -> Saved:
        """What the newer of the two says; missing or damaged ones say nothing."""
        found = [self._on_disk(), self._in_keep()]
        return max((saved for saved in found if saved is not None), key=lambda saved: saved.version, default=Saved())

    def _on_disk(self) -> Saved | None:
        try:
            return parsed(self._path.read_bytes(), self._now_utc)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, RecursionError) as error:
            self._found = f"the saved state {self._path} cannot be used ({error}); it is now {DAMAGED_NAME}"
            aside(self._path, self._path.with_name(DAMAGED_NAME))
            return None

    def _in_keep(self) -> Saved | None:
        data = self._keep.read(FILE_NAME) if self._keep else None
        with contextlib.suppress(ValueError, TypeError, RecursionError):
            return parsed(data, self._now_utc) if data is not None else None
        return None


def aside(path: Path, to: Path) -> None:
    """Move a damaged file (or whatever it is) out of the way, for somebody to look at; only the last one is kept."""
    whole.remove(to)
    with contextlib.suppress(OSError):
        path.replace(to)


def parsed(data: bytes, now_utc: float | None = None) -> Saved:
    """The file's value, refusing anything of the wrong kind: it may have been edited or damaged.

    Raises:
        ValueError: it is not what was written.
    """
    saved = restored(Saved, json.loads(data), "the file")
    for name in (
        "version",
        "attempts",
        "broken",
        "next_index",
        "next_chain",
        "next_sample",
        "published_to",
        "published_until",
    ):
        most = MOST_SEQUENCE if name == "published_until" else MOST_SAMPLE
        if not 0 <= getattr(saved, name) <= most:
            raise ValueError(f"{name} is {getattr(saved, name)}")
    sequence = saved.sequence
    if sequence is None:
        return saved
    if not (-1 <= sequence.last_sequence <= MOST_SEQUENCE and -1 <= sequence.last_discontinuity <= MOST_SEQUENCE):
        raise ValueError(f"its chunk numbers are {sequence.last_sequence} and {sequence.last_discontinuity}")
    if sequence.last_date_ms < 0:
        raise ValueError(f"last_date_ms is {sequence.last_date_ms}")
    return _not_ahead(saved, sequence, now_utc) if now_utc is not None else saved


def _not_ahead(saved: Saved, sequence: SequenceState, now_utc: float) -> Saved:
    """Without dates that lie in the future: the numbers go on even so."""
    if max(sequence.last_date_ms / 1000, saved.published_until) <= now_utc + FUTURE_S:
        return saved
    sequence = dataclasses.replace(sequence, last_date_ms=0)
    return dataclasses.replace(saved, sequence=sequence, published_until=0.0)
