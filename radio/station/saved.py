"""What a station remembers across restarts: a small JSON file, replaced whole.

A folder that is full, read-only or broken never stops the broadcast: failures are returned as sentences for the log.
Called rarely, from the event loop and the publisher; knows no stage.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from radio.errors import StartError
from radio.packager.window import SequenceState

FILE_NAME = "station.json"


@dataclass(frozen=True, slots=True)
class Saved:
    """Numbers that must never go back, and the prompt.

    `sequence` is the publisher's, None before the first chunk ever; `next_sample` lies behind everything that was on
    the timeline.
    """

    sequence: SequenceState | None = None
    next_index: int = 0
    next_chain: int = 0
    next_sample: int = 0
    prompt: str = ""


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
    """The file. `update` changes some fields and writes; `trouble` is why the last write failed, or None."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE_NAME

        self._lock = threading.Lock()
        self.trouble: str | None = None
        self.value = self._read()

    def update(self, **changes: Any) -> None:
        """Remember and write, whole or not at all (write beside, then rename)."""
        with self._lock:
            self.value = dataclasses.replace(self.value, **changes)
            self.trouble = self._write(json.dumps(dataclasses.asdict(self.value)))

    def _write(self, text: str) -> str | None:
        beside = self._path.with_suffix(".new")
        try:
            beside.write_text(text, encoding="utf-8")
            os.replace(beside, self._path)
        except OSError as error:
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)
            return f"the station's state cannot be saved in {self._path}: {error.strerror}"
        return None

    def _read(self) -> Saved:
        """What the file says; a missing or broken one is a first start."""
        try:
            saved = _parse(json.loads(self._path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return Saved()
        except (OSError, ValueError, TypeError) as error:
            self.trouble = f"the saved state {self._path} cannot be used ({error}); starting without it"
            return Saved()
        return saved


def _parse(data: object) -> Saved:
    """Read the file's value, refusing anything of the wrong kind: it may have been edited or damaged.

    Raises:
        ValueError: it is not what was written.
    """
    if not isinstance(data, dict):
        raise ValueError("it is not an object")  # noqa: TRY004 - a file's content, not a caller's mistake
    values: dict[str, Any] = _fields(Saved, data, {"prompt": str}, leave_out=("sequence",))
    sequence = data.get("sequence")
    if isinstance(sequence, dict):
        values["sequence"] = SequenceState(**_fields(SequenceState, sequence, {}))
    return Saved(**values)


def _fields(
    kind: type[Any], data: dict[str, object], types: dict[str, type], leave_out: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The known fields of `data`: whole integers (−1 for none) unless `types` says otherwise."""
    values: dict[str, Any] = {}
    for field in dataclasses.fields(kind):
        if field.name in leave_out or field.name not in data:
            continue
        value, wanted = data[field.name], types.get(field.name, int)
        if type(value) is not wanted or (isinstance(value, int) and value < -1):
            raise ValueError(f"{field.name} is {value!r}")
        values[field.name] = value
    return values
