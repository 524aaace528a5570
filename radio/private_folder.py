"""Private folders: in memory where the system has such a place, removed at the end, and found again if they were not.

Each folder is locked while its owner lives, so that what a killed server left behind is found and removed at the next
start, and nothing else is: the lock is the kernel's and goes with the process. Used from any thread; it does not know
what lies in the folders.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108  # a private folder is made inside it
MEMORY_MIN_BYTES = 16 << 20
"""A chunk in all renditions is some 250 kB and is gone as soon as it was read."""
PREFIX = "longwave-private-"
MAKING = ".longwave-making-"
"""A folder has this name until it is locked."""
LOCK = ".lock"
YOUNG_S = 10.0
"""A folder that has been in the making for longer has no maker any more."""


class PrivateFolder:
    """A folder with mode 0700 below `parent` (default: the best place there is), `kind` in its name.

    Raises:
        OSError: no folder can be made there.
    """

    def __init__(self, kind: str, parent: Path | None = None) -> None:
        below = best_place() if parent is None else parent
        making = Path(tempfile.mkdtemp(prefix=MAKING, dir=below))

        self._lock: int | None = os.open(making / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self.path = making.rename(below / f"{PREFIX}{kind}-{making.name.removeprefix(MAKING)}")

    def remove(self) -> None:
        """Delete it with all that is in it. Idempotent."""
        _delete(self.path)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def best_place() -> Path:
    """Memory if there is enough of it, else the system's folder for temporary files."""
    with contextlib.suppress(OSError):
        if os.access(MEMORY, os.W_OK | os.X_OK) and shutil.disk_usage(MEMORY).free >= MEMORY_MIN_BYTES:
            return MEMORY
    return Path(tempfile.gettempdir())


def places() -> tuple[Path, ...]:
    """Where private folders may lie, whatever was the best place at the time."""
    return tuple(dict.fromkeys(place for place in (MEMORY, Path(tempfile.gettempdir())) if place.is_dir()))


def sweep(parent: Path) -> int:
    """Remove folders below `parent` whose owners are dead; returns how many."""
    found = 0
    for folder in dead_folders(parent):
        _delete(folder)
        found += 1
    return found


def dead_folders(parent: Path, kind: str = "") -> Iterator[Path]:
    """Those whose owners are dead. Each stays locked, by us, until the next one is asked for."""
    for folder in [*parent.glob(f"{PREFIX}{kind}*"), *(() if kind else parent.glob(f"{MAKING}*"))]:
        with contextlib.suppress(OSError), _locked_by_us(folder):
            yield folder


@contextlib.contextmanager
def _locked_by_us(folder: Path) -> Iterator[None]:
    """Raises `OSError` for a folder that lives, or is not ours: one without a lock file is not, whatever its name."""
    state = folder.stat(follow_symlinks=False)
    if not stat.S_ISDIR(state.st_mode):
        raise NotADirectoryError
    making = folder.name.startswith(MAKING)
    if state.st_uid != os.getuid() or (making and time.time() - state.st_mtime < YOUNG_S):
        raise PermissionError
    lock = os.open(folder / LOCK, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW | (os.O_CREAT if making else 0), 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(lock)


def _delete(folder: Path) -> None:
    """The lock last: whoever is killed here leaves what the next one can still tell to be ours."""
    with contextlib.suppress(OSError):
        for each in folder.iterdir():
            if each.is_dir() and not each.is_symlink():
                shutil.rmtree(each, ignore_errors=True)
            elif each.name != LOCK:
                each.unlink(missing_ok=True)
        (folder / LOCK).unlink(missing_ok=True)
        folder.rmdir()
