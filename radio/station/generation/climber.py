"""The climber: keeps the station on the rung of the quality ladder that the ladder's state wants.

Joins the pure `ladder` to the `crew`'s processes and says every step aloud. Part of the conductor, in the event loop;
`production` tells it how segments went.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog

from radio.contracts import Clock, Rung
from radio.events import Fact, GeneratorExited, GeneratorReady, RungsSeen, SegmentFailed
from radio.station.generation.crew import Crew, Member
from radio.station.generation.ladder import AT_ONCE, Ladder, Trouble

STAND_IN_BELOW_S = 12.0
"""With less music ready than this and no engine, the synthesiser makes a segment: it needs about two seconds."""


class Climber:
    """`ladder` is replaced as things happen. Without rungs yet (nobody has looked) it starts nothing. `need` is told
    whether models are needed or may rest."""

    def __init__(self, clock: Clock, crew: Crew, ladder: Ladder, need: Callable[[bool], None]) -> None:
        self._clock = clock
        self._need = need

        self.crew = crew
        self.ladder = ladder
        self.steps: dict[tuple[str, str], int] = {}
        """How many steps were taken, by direction and trouble."""
        self.stepped_utc: float | None = None
        self._resting = False
        self._log = structlog.get_logger("ladder")

    def act(self, headroom_s: float, *, on: bool) -> None:
        """Bring the wanted rung's engine on, and somebody who can play until it is there."""
        if self._resting and on:
            self._resting = False
            self._need(True)
        if not self.ladder.rungs or self._resting:
            return
        if on:
            self._take(self.ladder.climbed(self._clock.monotonic(), headroom_s))
        last = self.ladder.rungs[-1]
        light = last.spec is not None and not last.spec.heavy and last is not self.rung
        self.crew.act(self.rung, last if light and on and headroom_s < STAND_IN_BELOW_S else None)

    def rest(self) -> None:
        """Nobody listens: models give their memory back until somebody does."""
        if not self._resting:
            self._resting = True
            self.crew.unload()
            self._need(False)

    @property
    def rung(self) -> Rung:
        """The one that is wanted. There must be rungs."""
        return self.ladder.rung

    @property
    def active(self) -> Member | None:
        """Who makes the music now."""
        return self.crew.active

    def wanted(self, rung: Rung) -> bool:
        """`rung` is the wanted one: what happens on another (the stand-in's) says nothing about the ladder."""
        return bool(self.ladder.rungs) and rung.name == self.rung.name

    @property
    def lower(self) -> bool:
        """There is a rung below that can be climbed."""
        return any(rung.spec is not None for rung in self.ladder.rungs[self.ladder.at + 1 :])

    def handle(self, fact: Fact) -> None:
        """Hear what became of generator processes, and what rungs there are."""
        match fact:
            case RungsSeen():
                self._take(self.ladder.seen(fact.rungs, self._clock.monotonic()))
            case GeneratorReady():
                self.crew.ready(fact)
                self._log.info("generator ready", engine=fact.engine, seconds=round(fact.seconds, 2))
            case SegmentFailed() if fact.plan is None:
                self.crew.refused(fact)
                self._log.error("engine failed to load", why=fact.why, message=fact.message)
            case GeneratorExited():
                self._exited(fact)
            case _:
                pass

    def _exited(self, fact: GeneratorExited) -> None:
        """A process ended. One that was never ready could not be loaded, which no second try would mend."""
        member = self.crew.exited(fact)
        if member is None or fact.expected:
            return
        why = member.trouble or f"the generator process ended: {fact.reason}"
        self._log.error("generator ended", rung=member.rung.name, code=fact.code, why=why)
        if member.spec == self.rung.spec:
            known = kind(member.trouble_kind)
            self.trouble("crashed" if member.engine else known if known in AT_ONCE else "load", why)

    def made(self, generation_s: float, added_s: float, *, poor: bool) -> None:
        """The wanted rung's segment is mixed."""
        self._take(self.ladder.made(generation_s, added_s, self._clock.monotonic(), poor=poor))

    def trouble(self, trouble: Trouble, why: str) -> None:
        """Something went wrong on the wanted rung."""
        if self.ladder.rungs:
            self._take(self.ladder.failed(trouble, why, self._clock.monotonic()))

    def _take(self, ladder: Ladder) -> None:
        """The ladder after something happened; a step is counted and said aloud."""
        before, self.ladder = self.ladder, ladder
        step = ladder.last
        if not before.rungs and ladder.rungs:
            self._log.info(
                "rungs", at=ladder.rung.name, rungs={each.name: each.absent or "here" for each in ladder.rungs}
            )
        if step is None or step is before.last:
            return
        direction = ("up" if step.trouble == "trial" else "down", step.trouble)
        self.steps[direction] = self.steps.get(direction, 0) + 1
        self.stepped_utc = self._clock.utc()
        self.crew.stepped()
        self._log.warning("ladder step", left=step.from_rung, to=step.to_rung, reason=step.trouble, why=step.why)


def kind(why: str) -> Trouble:
    """A failure in the generator as the ladder means it."""
    if why == "out_of_memory":
        return "out_of_memory"
    return "unavailable" if why == "unavailable" else "failed"
