"""The pace: what was learned about the speed of each rung, and what headroom the station aims at because of it.

Part of production, in the event loop. It starts and asks for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import structlog

from radio.contracts import SAMPLE_RATE, EngineSpec, Rung
from radio.station.generation.crew import Member
from radio.station.generation.lookahead import Aim, Lookahead, Policy

MOST_RUNGS = 32
"""More than any ladder has."""
WORTH_SAYING = 0.1
"""An aim that moved by less than a tenth is not logged again."""


@dataclass(slots=True)
class Learned:
    """One rung's speed on one engine. `load_s` is how long its process last took to be ready, `warm` the number of the
    process that has made a segment."""

    spec: EngineSpec
    lookahead: Lookahead = field(default_factory=Lookahead)
    load_s: float = 0.0
    warm: int = -1


class Pace:
    """Every rung's speed is learned by itself, and still known when the ladder comes back to it."""

    def __init__(self, policy: Policy, overlap_samples: int) -> None:
        self.policy = policy
        self._overlap_samples = overlap_samples

        self._learned: dict[str, Learned] = {}
        self._said_s = 0.0
        self._log = structlog.get_logger("pace")

    def ready(self, member: Member, seconds: float) -> None:
        """A process is ready; it took `seconds`."""
        self._of(member).load_s = seconds

    def made(self, member: Member, rung: Rung, seconds: float, audio_s: float) -> None:
        """`member` made a segment of `audio_s` for `rung`; it may work for another one by now."""
        learned = self._of(member, rung)
        cold = learned.warm != member.number
        learned.lookahead = learned.lookahead.learn(seconds, audio_s, cold=cold)
        learned.warm = member.number
        self._say(self.aim(member), member.rung)

    def lookahead(self, member: Member | None) -> Lookahead:
        return self._of(member).lookahead if member is not None else Lookahead()

    def expected_s(self, member: Member | None, audio_s: float) -> float:
        """How long `member` takes for its next segment at worst."""
        if member is None:
            return Lookahead().expected_s(audio_s)
        learned = self._of(member)
        return learned.lookahead.expected_s(audio_s, cold=learned.warm != member.number)

    def aim(self, member: Member | None) -> Aim:
        """The headroom below which `member` should be asked for its next segment, and why."""
        if member is None:
            return Aim(self.policy.floor_s, "nobody is there yet who could make a segment")
        learned, samples = self._of(member), member.rung.segment_samples
        return learned.lookahead.aim(
            self.policy,
            samples / SAMPLE_RATE,
            (samples - self._overlap_samples) / SAMPLE_RATE,
            cold=learned.warm != member.number,
            restart_s=learned.load_s,
        )

    def _of(self, member: Member, rung: Rung | None = None) -> Learned:
        """A rung may come back on another engine: from a server to this machine. Then nothing is known of it."""
        name = (rung or member.rung).name
        learned = self._learned.get(name)
        if learned is None or learned.spec != member.spec:
            learned = self._learned[name] = Learned(member.spec)
            while len(self._learned) > MOST_RUNGS:
                del self._learned[next(iter(self._learned))]
        return learned

    def _say(self, aim: Aim, rung: Rung) -> None:
        if abs(aim.ask_below_s - self._said_s) > WORTH_SAYING * max(aim.ask_below_s, self._said_s):
            self._said_s = aim.ask_below_s
            self._log.info("headroom aim", seconds=round(aim.ask_below_s, 1), rung=rung.name, why=aim.why)
