"""What a killed run may have left, and how the next start takes it away: private folders, and processes.

The sound's memory has no name and goes with its last process; on Linux the kernel ends our children with us. Where it
does not, a run's children are known by a list in a private folder of the run's own. A process is ended only if it is
the one that was listed: the same number *and* the same start. Other stations, alive or another user's, are not touched.
Called at the start of a server; notes come from any thread.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import threading  # a lock only: children are born in several threads
from dataclasses import dataclass
from pathlib import Path

from radio import processes
from radio.errors import StartError
from radio.private_folder import PrivateFolder, dead_folders, places, sweep

RUN = "run"
LIST = "children.json"
MOST_LISTED = 64
"""With more than this, the dead are taken off the list."""
PS_S = 2.0
BOOT = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Found:
    """How much a dead run had left."""

    folders: int = 0
    processes: int = 0


class Run:
    """This process's own list of children, from now until `close` or its death."""

    def __init__(self, parent: Path | None = None) -> None:
        self._folder = PrivateFolder(RUN, parent)

        self._lock = threading.Lock()
        self._children: dict[int, str] = {}
        processes.tell_births(self.note)

    def note(self, pid: int) -> None:
        """A child was born. A list that cannot be written is no reason to have none."""
        with self._lock, contextlib.suppress(OSError):
            if len(self._children) >= MOST_LISTED:
                self._children = {each: born for each, born in self._children.items() if born and birth(each) == born}
            self._children[pid] = birth(pid)
            (self._folder.path / LIST).write_text(json.dumps(self._children), encoding="utf-8")

    def close(self) -> None:
        """Nothing is left. Idempotent."""
        processes.tell_births(None)
        self._folder.remove()


def clear(where: tuple[Path, ...] | None = None) -> Found:
    """Take away what dead runs left in the usual places."""
    ended = folders = 0
    for place in places() if where is None else where:
        for folder in dead_folders(place, RUN):
            ended += _end_listed(folder / LIST)
        folders += sweep(place)
    return Found(folders, ended)


def birth(pid: int) -> str:
    """What no other process has in common with this one: when it was born. Empty when there is none."""
    if BOOT.exists():
        return _linux_birth(pid)
    try:
        done = processes.run(["ps", "-o", "lstart=", "-p", str(pid)], PS_S)
    except (StartError, TimeoutError):
        return ""
    return done.stdout.decode("utf-8", "replace").strip()


def _linux_birth(pid: int) -> str:
    """The boot, and the clock ticks since (proc(5), field 22 of stat; the name before it may hold anything)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        return f"{BOOT.read_text(encoding='ascii').strip()} {fields[19]}" if fields[0] not in "ZX" else ""
    except (OSError, IndexError):
        return ""


def _end_listed(path: Path) -> int:
    """Kill those of a dead run's children that are still the same processes; how many."""
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))
        children = [(int(pid), str(born)) for pid, born in listed.items()]
    except (OSError, ValueError, AttributeError):
        return 0
    alive = [pid for pid, born in children if pid > 1 and born and birth(pid) == born]
    for pid in alive:
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)
    return len(alive)
