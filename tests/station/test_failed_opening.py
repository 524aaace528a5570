"""Going on the air when the encoder cannot be started at once."""

from __future__ import annotations

from unittest.mock import Mock

from radio.clock import FastClock
from radio.errors import EncoderError
from radio.mixer.playout import Playout
from radio.mixer.timeline import Timeline
from radio.packager.encoder import HlsEncoder
from radio.packager.publisher import Publisher
from radio.station.broadcast import Broadcast
from tests.packager.rig import CHUNK, LADDER


class Moved(FastClock):
    """A clock that only the test moves."""

    now = 0.0

    def monotonic(self) -> float:
        return self.now


def test_an_opening_that_failed_for_minutes_begins_when_it_succeeds_and_not_minutes_late() -> None:
    clock, timeline = Moved(), Timeline(0)
    playout = Playout(clock, timeline, lambda _: None, 10 * CHUNK)
    publisher = Publisher(
        clock, LADDER, chunk_samples=CHUNK, window_chunks=6, state=None, save=lambda _: None,
        on_published=lambda _: None,
    )  # fmt: skip
    encoders = [Mock(spec=HlsEncoder), Mock(spec=HlsEncoder)]
    encoders[0].start.side_effect = EncoderError("no room for its folder")
    waiting = iter(encoders)
    broadcast = Broadcast(clock, playout, publisher, lambda run, take: next(waiting), CHUNK)
    broadcast.open(0)
    on_air = [(broadcast.on_air, playout.playing)]
    clock.now = 300.0
    broadcast.watch()
    on_air.append((broadcast.on_air, playout.playing))
    assert on_air == [(True, False), (True, True)]
    assert broadcast.epoch is not None
    assert broadcast.epoch.due(clock.now) == 3 * CHUNK
    broadcast.pause()
