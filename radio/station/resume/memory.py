"""What outlives a server, opened: the data folder, the keep beside it, and the state in both.

Used once, while a station is built. A place that cannot be used is told of and done without.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from radio.contracts import Clock
from radio.errors import StartError
from radio.packager.keep import Keep
from radio.station.resume.saved import SavedState, usable_folder
from radio.station.resume.saver import Saver


@dataclass(slots=True)
class Memory:
    """`keep` is None where there is no place for one; then a killed server's window is lost, as after a reboot.
    `warnings` are sentences about what was wrong at the start."""

    folder: Path
    saved: SavedState
    saver: Saver
    keep: Keep | None
    warnings: list[str] = field(default_factory=list)


def open_memory(folder: Path, clock: Clock, keep_parent: Path | None) -> Memory:
    """Find what the server before left."""
    warnings: list[str] = []
    try:
        usable_folder(folder)
    except StartError as error:
        warnings.append(f"{error}; nothing will outlive a reboot")
    keep = None
    try:
        keep = Keep(folder, keep_parent)
    except BlockingIOError:
        warnings.append(f"another server uses the data folder {folder}; this one leaves nothing to go on with")
    except OSError as error:
        warnings.append(f"there is no place for what should outlive a killed server: {error.strerror or error}")
    saver = Saver("saver")
    return Memory(folder, SavedState(folder, keep, saver, clock.utc()), saver, keep, warnings)
