"""The schedule's file, looked at now and then. A new version that cannot be used leaves the old one in force: a slip in
a file never silences a station, not even one that is being started again after a crash.

Called from the event loop: the file is small, and looked at rarely. Knows no station.
"""

from __future__ import annotations

from pathlib import Path

from radio.errors import SettingsError
from radio.station.programme.schedule import EMPTY, Schedule
from radio.station.programme.schedule_text import parse

LARGEST_BYTES = 256 * 1024
LOOK_S = 15.0


def read(path: Path) -> Schedule:
    """The schedule in a file.

    Raises:
        SettingsError: it cannot be read, or not be understood.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise SettingsError(f"the schedule {path} cannot be read: {error.strerror}") from None
    if len(data) > LARGEST_BYTES:
        raise SettingsError(f"the schedule {path} is larger than {LARGEST_BYTES // 1024} KiB")
    try:
        return parse(data.decode("utf-8"))
    except UnicodeDecodeError:
        raise SettingsError(f"the schedule {path} is not UTF-8 text") from None
    except SettingsError as error:
        raise SettingsError(f"the schedule {path} cannot be used: {error}") from None


class ScheduleFile:
    """`schedule` is the last version that could be used; `trouble` says what is wrong with the newest, or None."""

    def __init__(self, path: Path) -> None:
        self._path = path

        self._stamp = self._look()
        self._next_look_s = float("-inf")
        self.schedule = EMPTY
        self.trouble: str | None = None
        self._read("playing without it")

    def refresh(self, now_s: float) -> bool:
        """Look again, at most every `LOOK_S` (`now_s` is monotonic). True when there is a new schedule."""
        if now_s < self._next_look_s:
            return False
        self._next_look_s = now_s + LOOK_S
        stamp = self._look()
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        return self._read("the one before stays in force")

    def _read(self, otherwise: str) -> bool:
        """True when there is a new schedule; if it cannot be used, `trouble` says so, and what plays `otherwise`."""
        try:
            new = read(self._path)
        except SettingsError as error:
            self.trouble = f"{error}; {otherwise}"
            return False
        changed, self.schedule, self.trouble = new != self.schedule, new, None
        return changed

    def _look(self) -> tuple[int, int, int] | None:
        """What changes with every new version; None while there is no file."""
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino
