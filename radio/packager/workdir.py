"""The encoder's private folder: in memory where the system has such a place, removed at the end.

Each folder is locked while its owner lives, so that what a killed server left behind is found and removed at the next
start, and nothing else is. Used from any thread; the lock is the kernel's and goes with the process.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108  # a private folder is made inside it
MEMORY_MIN_BYTES = 16 << 20
"""A chunk in all renditions is some 250 kB and is gone as soon as it was read."""
PREFIX = "longwave-encoder-"
LOCK = ".lock"
YOUNG_S = 10.0
"""A folder younger than this is left alone: its owner may not have locked it yet."""


class WorkFolder:
    """A folder with mode 0700 below `parent` (default: the best place there is).

    Raises:
        OSError: no folder can be made there.
    """

    def __init__(self, parent: Path | None = None) -> None:
        self._parent = best_place() if parent is None else parent

        sweep(self._parent)
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=self._parent))
        self._lock: int | None = os.open(self.path / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def remove(self) -> None:
        """Delete it with all that is in it. Idempotent."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def best_place() -> Path:
    """Memory if there is enough of it, else the system's folder for temporary files."""
    with contextlib.suppress(OSError):
        if os.access(MEMORY, os.W_OK | os.X_OK) and shutil.disk_usage(MEMORY).free >= MEMORY_MIN_BYTES:
            return MEMORY
    return Path(tempfile.gettempdir())


def sweep(parent: Path) -> int:
    """Remove folders below `parent` whose owners are dead; returns how many."""
    return sum(_remove_if_dead(folder) for folder in parent.glob(f"{PREFIX}*"))


def _remove_if_dead(folder: Path) -> bool:
    try:
        if folder.stat().st_uid != os.getuid() or time.time() - folder.stat().st_mtime < YOUNG_S:
            return False
        lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    else:
        shutil.rmtree(folder, ignore_errors=True)
        return True
    finally:
        os.close(lock)
