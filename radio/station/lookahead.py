"""When to ask for the next segment: as late as is safe, because later means fresher steering.

Pure. Learns only from the seconds that past segments took; knows no clock.
"""

from __future__ import annotations

from dataclasses import dataclass

FLOOR_S = 12.0
"""Never ask with less music ready than this: room for a restart of the generator and a second try."""
CEILING_S = 120.0
"""Nor with more, however slow the engine: what lies ahead has to fit in memory and would be steered away anyway."""
SAFETY = 2.0
"""Times the worst recent generation: room for one failed attempt."""
MIXING_S = 2.0
"""What mixing, and a busy machine, may add."""
REMEMBERED = 16


@dataclass(frozen=True, slots=True)
class Lookahead:
    """The seconds that the last segments took to make, newest last."""

    seconds: tuple[float, ...] = ()

    def learn(self, seconds: float) -> Lookahead:
        return Lookahead((*self.seconds, seconds)[-REMEMBERED:])

    @property
    def pessimistic_s(self) -> float:
        """The worst that was seen lately; nothing seen yet counts as 10 s."""
        return max(self.seconds, default=10.0)

    @property
    def ask_below_s(self) -> float:
        """Ask for the next segment once headroom is below this."""
        return min(CEILING_S, max(FLOOR_S, SAFETY * self.pessimistic_s + MIXING_S))


def back_off_s(failures: int, first_s: float = 0.5, most_s: float = 30.0) -> float:
    """Seconds to wait after `failures` failures in a row: doubling, bounded."""
    return 0.0 if failures <= 0 else min(most_s, first_s * 2.0 ** min(failures - 1, 16))
