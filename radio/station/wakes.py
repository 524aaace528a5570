"""How often listeners may wake a sleeping station. Pure but for what it remembers; event loop only."""

from __future__ import annotations

from radio.errors import TooMany

PER_MINUTE = 12


class WakeLimit:
    """Counts the wakes of the last minute."""

    def __init__(self) -> None:
        self._wakes: list[float] = []

    def count(self, now_s: float) -> None:
        """One more, at monotonic `now_s`.

        Raises:
            TooMany: that would be more than `PER_MINUTE`.
        """
        self._wakes = [at for at in self._wakes if now_s - at < 60.0]
        if len(self._wakes) >= PER_MINUTE:
            raise TooMany("the station was woken too often; try again in a minute", 60.0 - (now_s - self._wakes[0]))
        self._wakes.append(now_s)
