"""The composition root: builds every stage, wires them, and starts and stops them in order.

The only module that knows them all. Runs in the event loop's thread.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

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
from radio.packager.kept_window import KeptWindow
from radio.packager.publisher import Publisher
from radio.packager.tools import Tools, find_tools
from radio.settings import TIMELINE_S, Settings
from radio.station.broadcast import Broadcast, NewEncoder, Onward
from radio.station.conductor import Conductor
from radio.station.generation.climber import Climber
from radio.station.generation.crew import Crew
from radio.station.generation.ladder import Ladder
from radio.station.generation.lookahead import Policy
from radio.station.generation.orders import Orders
from radio.station.generation.production import Production
from radio.station.generation.scout import Scout
from radio.station.inbox import Inbox
from radio.station.programme.desk import Desk
from radio.station.programme.plans import Programme
from radio.station.programme.running_order import RunningOrder
from radio.station.programme.schedule import EMPTY
from radio.station.programme.schedule_file import ScheduleFile
from radio.station.programme.wander import AutoDj
from radio.station.resume.keeper import Keeper
from radio.station.resume.memory import Memory, open_memory
from radio.station.resume.resume import Resumed, gives_up, programme, resume
from radio.station.resume.saved import Saved, SavedState
from radio.station.watchdog import Watchdog

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
    keeper: Keeper
    watchdog: Watchdog
    scout: Scout | None = None

    async def open(self) -> asyncio.Task[None]:
        """Start everything; the task is the conductor's."""
        self.mixing.start()
        self.mixing.nudge()  # what was withheld may be due already
        self.playout.start()
        self.watchdog.start()
        if self.scout is not None:
            self.scout.start()
        return asyncio.create_task(self.conductor.run(), name="conductor")

    async def close(self, task: asyncio.Task[None]) -> None:
        """Stop everything, each step with a limit, in the order of the flow."""
        log = structlog.get_logger("station")
        broke = task.done() and not task.cancelled() and task.exception() is not None
        self.conductor.close()
        steps: list[tuple[str, Callable[[], Awaitable[object] | None]]] = [
            ("watchdog", self.watchdog.close),
            ("scout", lambda: self.scout.close() if self.scout else None),
            ("conductor", lambda: asyncio.wait_for(task, 1.0)),
            ("broadcast", lambda: asyncio.to_thread(self.broadcast.pause)),
            ("playout", lambda: asyncio.to_thread(self.playout.close)),
            ("mixing", lambda: asyncio.to_thread(self.mixing.close)),
            ("production", lambda: asyncio.to_thread(self.production.close)),
            ("keeper", lambda: asyncio.to_thread(self.keeper.close, broke=broke)),
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
    keep_parent: Path | None = None,
) -> Station:
    """Make a station of `settings`. Must be called inside the event loop that will run it.

    `known` are the rungs of its ladder where the settings should not decide.
    `patience_s`: how long playout may spend on a slow encoder per block; long on a fast clock.
    `new_host` makes the station's side of a generator process; benches put one in that is slower.
    `keep_parent` is where the keep lies, if not in memory.

    Raises:
        SettingsError, StartError: the settings or the machine do not allow it.
    """
    tools = tools or find_tools(settings.ffmpeg or "")
    waiter = clock.async_waiter()
    inbox = Inbox(waiter)
    memory = open_memory(settings.data_dir, clock, keep_parent)
    saved, before = memory.saved, memory.saved.value
    anew = gives_up(before)  # counted first: what follows may be what this server dies of
    saved.update(attempts=0 if anew else before.attempts + int(before.on), broken=0 if anew else before.broken)
    publisher = first_publisher(settings, clock, memory, inbox)
    ceiling_dbtp = mix_settings(settings).ceiling_dbtp
    resumed = resume(before, publisher, settings.data_dir, memory.keep, settings.chunk_samples, ceiling_dbtp)
    timeline = first_timeline(resumed)
    scout = first_scout(settings, inbox) if not known and needs_looking(settings) else None
    playout, mixing = audio_path(settings, clock, timeline, inbox, patience_s)
    production = Production(
        clock,
        first_climber(
            clock, inbox, scout, known or (() if scout else rungs(settings, Inventory())), new_host, settings.max_retry
        ),
        mixing,
        Orders(first_programme(settings, before), settings.overlap_samples),
        settings.chain_hops,
        Policy(settings.headroom_floor, settings.headroom_ceiling, settings.prefetch_target),
        settings.max_retry,
    )
    production.predecessor = EngineSpec(before.maker, composes=before.composes) if before.maker else None
    broadcast = Broadcast(
        clock,
        playout,
        publisher,
        encoder_factory(settings, tools, inbox),
        settings.chunk_samples,
    )
    put_in_place(resumed, playout, mixing, broadcast)
    desk = first_desk(settings, clock, production.orders.programme.seed)
    broken = desk.from_saved(before.order) if before.order and not anew else None
    memory.warnings += [*resumed.warnings, *([broken] if broken else [])]
    keeper = Keeper(memory, mixing, timeline, publisher, settings.chunk_samples)
    conductor = Conductor(
        clock, waiter, inbox, production, broadcast, timeline, mixing, playout, publisher, keeper,
        desk, always_on=settings.always_on, idle_s=settings.idle_seconds, chunk_s=settings.chunk_seconds,
        resumed=resumed,
    )  # fmt: skip
    watched = {
        "mixing": lambda: mixing.busy_s,
        "playout": lambda: playout.busy_s,
        "publisher": lambda: broadcast.taking_s,
    }
    watchdog = Watchdog(watched, inbox.post)
    return Station(
        settings, conductor, publisher, playout, mixing, production, broadcast, saved, keeper, watchdog, scout
    )


def first_timeline(resumed: Resumed) -> Timeline:
    """Empty, or with the sound that was saved, in blocks that can be forgotten one by one."""
    if resumed.sound is None:
        return Timeline(resumed.sample, TIMELINE_SAMPLES)
    timeline, sound = Timeline(resumed.sound.first_sample, TIMELINE_SAMPLES), resumed.sound.timeline
    for at in range(0, len(sound), SAMPLE_RATE):
        timeline.append(sound[at : at + SAMPLE_RATE].copy())
    timeline.claim(resumed.sample)
    return timeline


def put_in_place(resumed: Resumed, playout: Playout, mixing: MixingThread, broadcast: Broadcast) -> None:
    """The audio path as it was, up to the sample that nobody has heard."""
    if resumed.sound is None:
        return
    playout.air = resumed.sample
    mixing.restore(resumed.sound.state)
    broadcast.go_on(Onward(resumed.sample, resumed.until_utc, resumed.sound_end))


def first_scout(settings: Settings, inbox: Inbox) -> Scout:
    """Looks for the models of a station that has some."""
    from radio.engines.surroundings import Surroundings  # noqa: PLC0415 - a station without models does without it

    return Scout(Surroundings(settings), inbox.post)


def first_climber(
    clock: Clock, inbox: Inbox, scout: Scout | None, known: tuple[Rung, ...], new_host: NewHost, max_retry: int
) -> Climber:
    """At the best rung of those `known`; none: the scout is looking."""

    def new_generator(spec: EngineSpec, number: int) -> GeneratorHost:
        return new_host(spec, inbox.post, clock, number)

    ladder = Ladder((), attempts=max_retry + 1).seen(known, clock.monotonic())
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


def first_programme(settings: Settings, saved: Saved) -> Programme:
    """Where the programme goes on after a restart."""
    seed = settings.seed if settings.seed is not None else secrets.randbits(63)
    return programme(saved, seed, settings.prompt, settings.loras, fixed_seed=settings.seed is not None)


def first_desk(settings: Settings, clock: Clock, seed: int) -> Desk:
    """Who says what to play while nobody steers."""
    file = ScheduleFile(settings.schedule) if settings.schedule else None
    dj = AutoDj(seed, settings.auto_dj_minutes * 60) if settings.auto_dj else None
    return Desk(clock, RunningOrder(settings.prompt, file.schedule if file else EMPTY, dj), file)


def first_publisher(settings: Settings, clock: Clock, memory: Memory, inbox: Inbox) -> Publisher:
    """A publisher whose numbers go on from what was saved, with the window that was kept."""
    return Publisher(
        clock,
        settings.rendition_list,
        chunk_samples=settings.chunk_samples,
        window_chunks=settings.window_chunks,
        state=memory.saved.value.sequence,
        save=memory.saved.save_sequence,
        on_published=inbox.post,
        kept=KeptWindow(memory.keep) if memory.keep else None,
    )


def encoder_factory(settings: Settings, tools: Tools, inbox: Inbox) -> NewEncoder:
    """Makes HLS encoders."""

    def new_encoder(run: EncoderRun, on_chunk: Callable[[EncodedChunk], None]) -> HlsEncoder:
        return HlsEncoder(
            tools.ffmpeg, settings.rendition_list, run, on_chunk, inbox.post, chunk_samples=settings.chunk_samples
        )

    return new_encoder
