"""The composition root: builds every stage, wires them, and starts and stops them in order.

The only module that knows them all. Runs in the event loop's thread.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from radio.contracts import SAMPLE_RATE, Clock, EncodedChunk, EncoderRun, EngineSpec, Rung
from radio.engines.ladder import Inventory, needs_looking, rungs
from radio.events import Fact
from radio.generator.host import GeneratorHost
from radio.mixer.mixer import Mixer
from radio.mixer.playout import Playout
from radio.mixer.settings import MixSettings
from radio.mixer.thread import MixingThread
from radio.mixer.timeline import Timeline
from radio.packager.encoder import HlsEncoder
from radio.packager.publisher import Publisher
from radio.packager.tools import Tools, find_tools
from radio.settings import TIMELINE_S, Settings
from radio.station.broadcast import Broadcast, NewEncoder
from radio.station.climber import Climber
from radio.station.conductor import Conductor
from radio.station.crew import Crew
from radio.station.inbox import Inbox
from radio.station.ladder import Ladder
from radio.station.lookahead import Policy
from radio.station.orders import Orders
from radio.station.production import Production
from radio.station.programme import Programme
from radio.station.saved import SavedState, usable_folder
from radio.station.scout import Scout

TIMELINE_SAMPLES = TIMELINE_S * SAMPLE_RATE
NewHost = Callable[[EngineSpec, Callable[[Fact], None], Clock, int], GeneratorHost]


@dataclass(frozen=True, slots=True)
class Station:
    """One built station. `open` starts it, `close` ends it; both go down one list."""

    settings: Settings
    conductor: Conductor
    publisher: Publisher
    playout: Playout
    mixing: MixingThread
    production: Production
    broadcast: Broadcast
    saved: SavedState
    scout: Scout | None = None

    async def open(self) -> asyncio.Task[None]:
        """Start everything; the task is the conductor's."""
        self.mixing.start()
        self.playout.start()
        if self.scout is not None:
            self.scout.start()
        return asyncio.create_task(self.conductor.run(), name="conductor")

    async def close(self, task: asyncio.Task[None]) -> None:
        """Stop everything, each step with a limit, in the order of the flow."""
        log = structlog.get_logger("station")
        self.conductor.close()
        steps: list[tuple[str, Callable[[], Awaitable[object] | None]]] = [
            ("scout", lambda: self.scout.close() if self.scout else None),
            ("conductor", lambda: asyncio.wait_for(task, 1.0)),
            ("broadcast", lambda: asyncio.to_thread(self.broadcast.pause)),
            ("playout", lambda: asyncio.to_thread(self.playout.close)),
            ("mixing", lambda: asyncio.to_thread(self.mixing.close)),
            ("production", lambda: asyncio.to_thread(self.production.close)),
        ]
        for name, step in steps:
            try:
                waiting = step()
                if waiting is not None:
                    await asyncio.wait_for(waiting, 2.5)
            except Exception:
                log.exception("did not stop cleanly", stage=name)  # the other stages still have to be stopped


def build(
    settings: Settings,
    clock: Clock,
    *,
    tools: Tools | None = None,
    known: tuple[Rung, ...] = (),
    patience_s: float = 0.08,
    new_host: NewHost = GeneratorHost,
) -> Station:
    """Make a station of `settings`. Must be called inside the event loop that will run it.

    `known` are the rungs of its ladder where the settings should not decide.
    `patience_s`: how long playout may spend on a slow encoder per block; long on a fast clock.
    `new_host` makes the station's side of a generator process; benches put one in that is slower.

    Raises:
        SettingsError, StartError: the settings or the machine do not allow it.
    """
    tools = tools or find_tools(settings.ffmpeg or "")
    saved = SavedState(usable_folder(settings.data_dir))
    waiter = clock.async_waiter()
    inbox = Inbox(waiter)
    timeline = Timeline(saved.value.next_sample, TIMELINE_SAMPLES)
    scout = first_scout(settings, inbox) if not known and needs_looking(settings) else None
    playout, mixing = audio_path(settings, clock, timeline, inbox, patience_s)
    production = Production(
        clock,
        first_climber(clock, inbox, scout, known or (() if scout else rungs(settings, Inventory())), new_host),
        mixing,
        Orders(first_programme(settings, saved), settings.overlap_samples),
        settings.chain_hops,
        Policy(settings.headroom_floor, settings.headroom_ceiling, settings.prefetch_target),
    )
    publisher = first_publisher(settings, clock, saved, inbox)
    broadcast = Broadcast(
        clock,
        playout,
        publisher,
        encoder_factory(settings, tools, inbox),
        settings.chunk_samples,
    )
    conductor = Conductor(
        clock, waiter, inbox, production, broadcast, timeline, mixing, playout, publisher, saved,
        always_on=settings.always_on, idle_s=settings.idle_seconds, chunk_s=settings.chunk_seconds,
    )  # fmt: skip
    return Station(settings, conductor, publisher, playout, mixing, production, broadcast, saved, scout)


def first_scout(settings: Settings, inbox: Inbox) -> Scout:
    """Looks for the models of a station that has some."""
    from radio.engines.surroundings import Surroundings  # noqa: PLC0415 - a station without models does without it

    return Scout(Surroundings(settings), inbox.post)


def first_climber(
    clock: Clock, inbox: Inbox, scout: Scout | None, known: tuple[Rung, ...], new_host: NewHost
) -> Climber:
    """At the best rung of those `known`; none: the scout is looking."""

    def new_generator(spec: EngineSpec, number: int) -> GeneratorHost:
        return new_host(spec, inbox.post, clock, number)

    ladder = Ladder(()).seen(known, clock.monotonic())
    return Climber(clock, Crew(clock, new_generator), ladder, scout.need if scout else lambda _: None)


def audio_path(
    settings: Settings, clock: Clock, timeline: Timeline, inbox: Inbox, patience_s: float
) -> tuple[Playout, MixingThread]:
    """The two threads of the audio path. Playout tells mixing when it runs low; mixing asks playout where it is."""
    playout = Playout(clock, timeline, inbox.post, settings.kept_samples, patience_s)
    mix = mix_settings(settings)
    mixing = MixingThread(clock, timeline, lambda start: Mixer(mix, timeline, start), lambda: playout.air, inbox.post)
    playout.on_low = mixing.nudge
    return playout, mixing


def mix_settings(settings: Settings) -> MixSettings:
    return MixSettings(
        overlap_samples=settings.overlap_samples,
        crossfade_samples=min(round(settings.crossfade_seconds * SAMPLE_RATE), settings.overlap_samples),
        gain_law=settings.gain_law,
        loudness_lufs=settings.loudness_lufs,
    )


def first_programme(settings: Settings, saved: SavedState) -> Programme:
    """Where the programme starts after a restart: another music, the same numbers."""
    seed = settings.seed if settings.seed is not None else secrets.randbits(63)
    return Programme(seed, settings.prompt, saved.value.next_index, saved.value.next_chain, loras=settings.loras)


def first_publisher(settings: Settings, clock: Clock, saved: SavedState, inbox: Inbox) -> Publisher:
    """A publisher whose numbers go on from what was saved."""
    return Publisher(
        clock,
        settings.rendition_list,
        chunk_samples=settings.chunk_samples,
        window_chunks=settings.window_chunks,
        state=saved.value.sequence,
        save=lambda state: saved.update(sequence=state),
        on_published=inbox.post,
    )


def encoder_factory(settings: Settings, tools: Tools, inbox: Inbox) -> NewEncoder:
    """Makes HLS encoders."""

    def new_encoder(run: EncoderRun, on_chunk: Callable[[EncodedChunk], None]) -> HlsEncoder:
        return HlsEncoder(
            tools.ffmpeg, settings.rendition_list, run, on_chunk, inbox.post, chunk_samples=settings.chunk_samples
        )

    return new_encoder
