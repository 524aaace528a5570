"""The crew on a machine that is short of room for processes."""

from __future__ import annotations

from unittest.mock import Mock

from radio.clock import FastClock
from radio.contracts import SAMPLE_RATE, EngineSpec, Rung
from radio.generator.host import GeneratorHost
from radio.station.generation.crew import Crew

SPEC = EngineSpec("radio.engines.synth.engine:open_engine")
RUNG = Rung("synth", 60 * SAMPLE_RATE, spec=SPEC)


class Tiring(FastClock):
    """A clock that only the test moves."""

    now = 0.0

    def monotonic(self) -> float:
        return self.now


def test_a_generator_that_cannot_be_started_is_tried_again_later() -> None:
    clock, hosts = Tiring(), [Mock(spec=GeneratorHost), Mock(spec=GeneratorHost)]
    hosts[0].start.side_effect = BlockingIOError("Resource temporarily unavailable")
    waiting = iter(hosts)
    crew = Crew(clock, lambda spec, number: next(waiting))
    coming = []
    for clock.now in (0.0, 0.1, 1.0):
        crew.act(RUNG)
        coming.append(crew.coming and crew.coming.host)
    assert coming == [None, None, hosts[1]]
