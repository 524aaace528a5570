"""When to ask for the next segment: as late as is safe, because later means fresher steering.

Pure. Learns from the seconds that past segments took (`estimate` says how much is believed) and knows no clock. What is
safe: the segment at its worst, and after a failure a restart and a second try, which is a cold one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from radio.station.generation.estimate import Observation, upper_s, usual_s

FLOOR_S = 12.0
"""Never ask with less music ready than this, however quick the engine: room to notice that it hangs, too."""
CEILING_S = 120.0
"""Nor with more, however slow it is: what lies ahead would be steered away anyway."""
UNKNOWN_S = 10.0
"""What a segment is taken to need before one was made."""
MIXING_S = 2.0
"""What mixing, and a busy machine, may add."""
LONGEST_RESTART_S = 8.0
"""Longer loads than this are not waited for: the synthesiser stands in."""
REMEMBERED = 20
"""Segments, a quarter of an hour: a slow spell is forgotten after that."""
REMEMBERED_COLD = 4


@dataclass(frozen=True, slots=True)
class Policy:
    """What the settings say: seconds of headroom at least and at most, or how many segments should always lie ready."""

    floor_s: float = FLOOR_S
    ceiling_s: float = CEILING_S
    prefetch: int | None = None


@dataclass(frozen=True, slots=True)
class Aim:
    """Ask for the next segment once headroom is below `ask_below_s`; `why` in words for people."""

    ask_below_s: float
    why: str


@dataclass(frozen=True, slots=True)
class Lookahead:
    """What the last segments took to make, newest last. `cold` are the first ones of their process, which load, compile
    and fill caches: they are expected again after each start. `last_s` is the newest of all."""

    warm: tuple[Observation, ...] = ()
    cold: tuple[Observation, ...] = ()
    last_s: float | None = None

    def learn(self, seconds: float, audio_s: float, *, cold: bool = False) -> Lookahead:
        """A segment of `audio_s` took `seconds`."""
        seen = Observation(seconds, audio_s)
        if cold:
            return replace(self, cold=(*self.cold, seen)[-REMEMBERED_COLD:], last_s=seconds)
        return replace(self, warm=(*self.warm, seen)[-REMEMBERED:], last_s=seconds)

    @property
    def known(self) -> bool:
        return bool(self.warm or self.cold)

    def expected_s(self, audio_s: float, *, cold: bool = False) -> float:
        """How long a segment of `audio_s` takes at worst, nineteen times in twenty.

        A cold one takes no less than a warm one; before a warm one was seen, the cold one is the best guess.
        """
        warm_s = upper_s(self.warm or self.cold, audio_s) if self.known else UNKNOWN_S
        return max(warm_s, upper_s(self.cold, audio_s)) if cold and self.cold else warm_s

    def aim(self, policy: Policy, audio_s: float, added_s: float, *, cold: bool = False, restart_s: float = 0.0) -> Aim:
        """For segments of `audio_s` that add `added_s` of music each. `cold`: the next one is the first of its process.
        `restart_s` is how long a new process needs until it is ready."""
        safe = self._safe(policy, audio_s, added_s, cold, min(restart_s, LONGEST_RESTART_S))
        if policy.prefetch is None or policy.prefetch * added_s < safe.ask_below_s:
            return safe
        segments = "1 segment" if policy.prefetch == 1 else f"{policy.prefetch} segments"
        return Aim(policy.prefetch * added_s, f"{segments} should always lie ready")

    def _safe(self, policy: Policy, audio_s: float, added_s: float, cold: bool, restart_s: float) -> Aim:
        if self.warm and usual_s(self.warm, audio_s) > added_s:
            usual = usual_s(self.warm, audio_s)
            why = f"one segment takes {usual:.1f} s and adds {added_s:.0f} s: slower than real time"
            return Aim(policy.ceiling_s, f"{why}, so as early as the ceiling of {policy.ceiling_s:g} s allows")
        first_s, second_s = self.expected_s(audio_s, cold=cold), self.expected_s(audio_s, cold=True)
        wanted_s = first_s + restart_s + second_s + MIXING_S
        why = f"{self._words(first_s, cold)}; room for a second try"
        if wanted_s < policy.floor_s:
            return Aim(policy.floor_s, f"{why}; floor {policy.floor_s:g} s")
        if wanted_s > policy.ceiling_s:
            return Aim(policy.ceiling_s, f"{why}; ceiling {policy.ceiling_s:g} s")
        return Aim(wanted_s, why)

    def _words(self, first_s: float, cold: bool) -> str:
        if not self.known:
            return f"this engine's speed is not known yet, {first_s:.0f} s a segment are assumed"
        return f"one segment takes {first_s:.1f} s at worst" + (", being the first of its process" if cold else "")


def back_off_s(failures: int, first_s: float = 0.5, most_s: float = 30.0) -> float:
    """Seconds to wait after `failures` failures in a row: doubling, bounded."""
    return 0.0 if failures <= 0 else min(most_s, first_s * 2.0 ** min(failures - 1, 16))
