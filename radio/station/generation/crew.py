"""The crew: which generator processes run, so that somebody can always make the next segment.

At most two: `active` makes the segments; `coming` loads the rung that is wanted and takes over when it is ready. While
there is nobody, and music is running out, the synthesiser stands in. Part of the conductor, in the event loop; it
starts and ends processes and decides nothing about rungs and segments.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from radio.contracts import Clock, EngineSpec, Rung
from radio.events import GeneratorExited, GeneratorReady, SegmentFailed
from radio.generator.host import GeneratorHost
from radio.station.generation.lookahead import back_off_s

STAND_IN_REST_S = 2.0
"""Between two tries to start a stand-in."""
STAND_IN_AFTER_S = 2.0
"""Loading that takes longer than this is a model's."""
NewGenerator = Callable[[EngineSpec, int], GeneratorHost]
"""Makes the generator of an engine; the number comes back in its facts."""


@dataclass(slots=True)
class Member:
    """One generator process and the rung it works for."""

    number: int
    rung: Rung
    spec: EngineSpec
    host: GeneratorHost
    since_s: float
    engine: str = ""
    trouble: str = ""
    """Why its engine could not be built, as it said before it ended."""
    trouble_kind: str = ""


class Crew:
    """`act` is level-triggered: call it as often as you like with what is wanted now."""

    def __init__(self, clock: Clock, new_generator: NewGenerator) -> None:
        self._clock = clock
        self._new_generator = new_generator

        self.active: Member | None = None
        self.coming: Member | None = None
        self.started = 0
        self._leaving: list[GeneratorHost] = []
        self._failures = 0
        self._not_before_s = self._stand_in_not_before_s = float("-inf")
        self._log = structlog.get_logger("crew")

    def act(self, wanted: Rung, stand_in: Rung | None = None) -> None:
        """See that `wanted` makes the music soon, and `stand_in` meanwhile if nobody else can."""
        if wanted.spec is None:
            return
        self._promote(wanted.spec)
        if self.active is not None and self.active.spec == wanted.spec:
            self.active.rung = wanted
            self._dismiss_coming()
            return
        if self.coming is not None and self.coming.spec != wanted.spec:
            self._dismiss_coming()
        if self.coming is None and self._rested and self._makes_room(wanted.spec):
            self.coming = self._new(wanted, wanted.spec)
        if self.active is None and stand_in is not None and stand_in.spec is not None and self._nobody_soon():
            self.active = self._new(stand_in, stand_in.spec)

    def exited(self, fact: GeneratorExited) -> Member | None:
        """A process is gone; whose it was. A member that had never been ready could not be loaded."""
        for member in (self.active, self.coming):
            if member is not None and member.number == fact.generator:
                member.host.close()
                if member is self.active:
                    self.active = None
                    self._stand_in_not_before_s = self._clock.monotonic() + STAND_IN_REST_S
                else:
                    self.coming = None
                if not fact.expected:
                    self._failures += 1
                    self._not_before_s = self._clock.monotonic() + back_off_s(self._failures - 1)
                return member
        return None

    def ready(self, fact: GeneratorReady) -> None:
        """An engine is loaded and warm."""
        for member in (self.active, self.coming):
            if member is not None and member.number == fact.generator:
                member.engine = fact.engine

    def refused(self, fact: SegmentFailed) -> None:
        """An engine could not be built; its process will end."""
        for member in (self.active, self.coming):
            if member is not None and member.number == fact.generator:
                member.trouble, member.trouble_kind = fact.message, fact.why

    def worked(self) -> None:
        """A segment came out: whatever made processes end seems to be over."""
        self._failures, self._not_before_s = 0, float("-inf")

    def stepped(self) -> None:
        """Another rung is wanted: it need not wait for the last one's back-off."""
        self._not_before_s = float("-inf")

    def dismiss(self) -> None:
        """End the active process, whatever it does: its memory is wanted back, or it hangs."""
        self._end(self.active)
        self.active = None

    def step_aside(self) -> None:
        """The active process goes on with its job, but somebody else may play meanwhile."""
        if self.coming is None:
            self.active, self.coming = None, self.active

    def _dismiss_coming(self) -> None:
        self._end(self.coming)
        self.coming = None

    def unload(self) -> None:
        """End every process that holds much memory; nobody needs music now."""
        if self.active is not None and self.active.spec.heavy:
            self.dismiss()
        if self.coming is not None and self.coming.spec.heavy:
            self._dismiss_coming()

    def close(self) -> None:
        """End everything, and wait for it."""
        self.dismiss()
        self._dismiss_coming()
        for host in self._leaving:
            host.close()

    @property
    def loading(self) -> bool:
        """Something is being loaded that should take over."""
        return self.coming is not None and (self.coming.host.busy or not self.coming.host.ready)

    def _promote(self, spec: EngineSpec) -> None:
        """The coming one takes over as soon as the active one has finished its segment."""
        coming = self.coming
        if coming is None or coming.spec != spec or not coming.host.ready or coming.host.busy:
            return
        if self.active is None or not self.active.host.busy:
            self._end(self.active)
            self.active, self.coming = coming, None
            self._log.info("generator takes over", rung=coming.rung.name, engine=coming.engine)

    @property
    def _rested(self) -> bool:
        return self._clock.monotonic() >= self._not_before_s

    def _makes_room(self, wanted: EngineSpec) -> bool:
        """Two models may not fit one GPU: a heavy one leaves before another is loaded, once its segment is done."""
        if self.active is None or not (self.active.spec.heavy and wanted.heavy):
            return True
        if self.active.host.busy:
            return False
        self.dismiss()
        return True

    def _nobody_soon(self) -> bool:
        """Nothing is loading, or it takes its time: most engines without a model are there before the stand-in."""
        coming = self.coming
        if self._clock.monotonic() < self._stand_in_not_before_s:
            return False
        late = coming is not None and self._clock.monotonic() - coming.since_s > STAND_IN_AFTER_S
        return coming is None or coming.host.busy or (late and not coming.host.ready)

    def _new(self, rung: Rung, spec: EngineSpec) -> Member | None:
        """None: the machine has no room for a process just now. It is tried again later."""
        self.started += 1
        now_s = self._clock.monotonic()
        try:
            host = self._new_generator(spec, self.started)
            host.start()
        except OSError as error:
            self._log.error("generator cannot be started", rung=rung.name, why=str(error))
            self._failures += 1
            self._not_before_s = now_s + back_off_s(self._failures)
            self._stand_in_not_before_s = now_s + STAND_IN_REST_S
            return None
        self._log.info("generator starts", rung=rung.name, number=self.started)
        return Member(self.started, rung, spec, host, now_s)

    def _end(self, member: Member | None) -> None:
        """Let a process end by itself; nobody waits for it."""
        self._leaving = [host for host in self._leaving if not host.gone]
        if member is not None:
            member.host.dismiss()
            self._leaving.append(member.host)
