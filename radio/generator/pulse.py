"""How long a process had to wait for a processor: whoever is starved by a busy machine is not to be taken for dead.

Read from the kernel (Linux: `/proc/PID/task/*/schedstat`, proc(5)); where it does not say, nobody ever waits. A stopped
or sleeping process waits for no processor. For one thread: the host's reader.
"""

from __future__ import annotations

from pathlib import Path

NANO = 1e-9


class Pulse:
    """One process, looked at again and again."""

    def __init__(self, pid: int) -> None:
        self._tasks = Path(f"/proc/{pid}/task")

        self._waited: dict[str, float] = {}

    def starved_s(self) -> float:
        """Seconds since the last call in which the thread that had to wait longest was ready to run and could not."""
        before, self._waited = self._waited, self._look()
        return max((waited_s - before[task] for task, waited_s in self._waited.items() if task in before), default=0.0)

    def _look(self) -> dict[str, float]:
        """Seconds spent waiting for a processor, by thread."""
        waited = {}
        try:
            for task in self._tasks.iterdir():
                waited[task.name] = int((task / "schedstat").read_text().split()[1]) * NANO
        except (OSError, ValueError, IndexError):  # it has just ended, or this system does not say
            return {}
        return waited
