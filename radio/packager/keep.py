"""A folder for what must outlive a killed server: in memory where the system has such a place.

It belongs to one data folder and to one server at a time (the kernel's lock goes with the process). Files appear whole
or not at all and carry a checksum: a damaged or foreign one is not there. Keeps whose servers are dead for longer than
anybody waits for them are removed by the next one that opens. It knows nothing of what is in the files. Used from any
thread, one writer for a name.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import tempfile
import time
from pathlib import Path

from radio.packager import whole
from radio.private_folder import MEMORY, places

PREFIX = ".longwave-keep-"
LOCK = ".lock"
LEAST_BYTES = 48 << 20
"""A window in all renditions is some 8 MB and the sound for going on 8 more, twice while it is replaced."""
DEAD_S = 300.0
"""Nobody waits for longer than this for a server that died; what matters later is in the data folder."""
LOCK_S = 1.0
"""How long a dying predecessor may hold on."""


class Keep:
    """The keep of `data_folder`, below `parent` (default: where it lies already, else the best place there is).

    Raises:
        OSError: there is no place for it, or another server has it.
    """

    def __init__(self, data_folder: Path, parent: Path | None = None) -> None:
        name = f"{PREFIX}{os.getuid()}-{_key(data_folder)}"
        around = places() if parent is None else (parent,)

        self.path = (place(name) if parent is None else parent) / name
        for where in around:
            sweep(where, but=self.path)
        self.path.mkdir(mode=0o700, exist_ok=True)
        if self.path.is_symlink() or self.path.stat().st_uid != os.getuid():
            raise PermissionError(f"{self.path} belongs to somebody else")
        self._lock: int | None = _locked(self.path / LOCK, LOCK_S)
        for left in self.path.glob(f"*{whole.BESIDE}"):
            whole.remove(left)

    def write(self, name: str, *parts: bytes) -> None:
        """Put a file there, whole or not at all.

        Raises:
            OSError: there is no room. What was there under that name is gone then: it would be out of date.
        """
        whole.write(self.path / name, *parts)

    def read(self, name: str) -> bytes | None:
        """What was written, or None: not there, or damaged (and removed then)."""
        try:
            return whole.read(self.path / name)
        except ValueError:
            self.remove(name)
            return None

    def remove(self, name: str) -> None:
        whole.remove(self.path / name)

    def names(self) -> list[str]:
        """The files there are."""
        with contextlib.suppress(OSError):
            return sorted(path.name for path in self.path.iterdir() if path.name != LOCK)
        return []

    def close(self) -> None:
        """Let go; the files stay for the next server. Idempotent."""
        if self._lock is not None:
            with contextlib.suppress(OSError):
                os.utime(self.path)
            os.close(self._lock)
            self._lock = None


def place(name: str) -> Path:
    """Where a keep of that name lies: it takes up room itself, and would not be found where there is more. Else memory
    if there is enough of it, else the system's folder for temporary files."""
    for where in places():
        if (where / name).is_dir():
            return where
    with contextlib.suppress(OSError):
        if os.access(MEMORY, os.W_OK | os.X_OK) and shutil.disk_usage(MEMORY).free >= LEAST_BYTES:
            return MEMORY
    return Path(tempfile.gettempdir())


def sweep(parent: Path, but: Path | None = None) -> int:
    """Remove keeps of this user whose servers are long dead; returns how many."""
    mine = [path for path in parent.glob(f"{PREFIX}{os.getuid()}-*") if path != but]
    return sum(_remove_if_dead(path) for path in mine)


def _remove_if_dead(path: Path) -> bool:
    try:
        newest = max(entry.stat().st_mtime for entry in [path, *path.iterdir()])
        if path.is_symlink() or time.time() - newest < DEAD_S:
            return False
        lock = _locked(path / LOCK, 0.0)
    except OSError:
        return False
    shutil.rmtree(path, ignore_errors=True)
    os.close(lock)
    return True


def _locked(path: Path, limit_s: float) -> int:
    """The descriptor that holds the lock.

    Raises:
        OSError: somebody else holds it.
    """
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    until = time.monotonic() + limit_s
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                os.close(lock)
                raise
            time.sleep(0.02)
        else:
            return lock


def _key(folder: Path) -> str:
    """Of a folder: its path, and which one of that path it is, for one made anew is another."""
    with contextlib.suppress(OSError):
        found = folder.stat()
        return _digest(f"{folder.resolve()} {found.st_dev} {found.st_ino}")
    return _digest(str(folder.absolute()))


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
