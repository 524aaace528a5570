"""The conductor: the one place where control enters, and the only one that starts, stops or restarts anything.

One asyncio task reads the facts that stages report and then does whatever the station's state calls for. Decisions are
level-triggered: what to do follows from how things are, not from which fact came, so a lost fact cannot leave the
station stuck. No sound passes through here.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Literal

import structlog

from radio.contracts import SAMPLE_RATE, AsyncWaiter, Clock
from radio.errors import StageError
from radio.events import Bridged, ChunkPublished, EncoderExited, Fact, GeneratorExited, SegmentMixed, StageFailed
from radio.mixer.playout import Playout
from radio.mixer.thread import MixingThread
from radio.mixer.timeline import Timeline
from radio.packager.publisher import Publisher
from radio.station.broadcast import Broadcast
from radio.station.entries import Entries
from radio.station.generation.losses import why_lost
from radio.station.generation.production import Production
from radio.station.inbox import Inbox
from radio.station.listeners import Listeners
from radio.station.programme.desk import Desk
from radio.station.promises import When
from radio.station.receipts import Receipt
from radio.station.resume.keeper import Doing, Keeper
from radio.station.resume.resume import Resumed
from radio.station.steering import Steering
from radio.station.wakes import WakeLimit

IdleReason = Literal["never_started", "sleeping", "stopped"]
LOOK_S = 1.0
"""Without news the conductor looks around this often."""
TURN_LOOK_S = 0.1
"""The same while a cut waits to be made."""
IDLE_LOOK_S = 5.0
"""The same while nobody listens."""
OPENING_HEADROOM_S = 5.0
"""With less than this ready, the second segment is asked for even if no chunk is out yet."""
STOP_REST_S = 30.0
"""After a stop, a GET of the playlist starts the station again only when this long has passed (DESIGN §6)."""


class Conductor:
    """Owns the station's state. All methods are for the event loop."""

    def __init__(
        self,
        clock: Clock,
        waiter: AsyncWaiter,
        inbox: Inbox,
        production: Production,
        broadcast: Broadcast,
        timeline: Timeline,
        mixing: MixingThread,
        playout: Playout,
        publisher: Publisher,
        keeper: Keeper,
        desk: Desk,
        *,
        always_on: bool,
        idle_s: float,
        chunk_s: float,
        resumed: Resumed | None = None,
    ) -> None:
        self.clock = clock
        self.production = production
        self.broadcast = broadcast
        self.timeline = timeline
        self.mixing = mixing
        self.playout = playout
        self.listeners = Listeners()
        self.entries = Entries()
        self.desk = desk
        self.steering = Steering(clock, production, mixing, playout, broadcast, desk, chunk_s)
        production.on_words = self.steering.taken
        self.chunk_s = chunk_s
        self._waiter = waiter
        self._inbox = inbox
        self._publisher = publisher
        self._keeper = keeper
        self._always_on = always_on
        self._idle_s = idle_s

        self.began_s = clock.monotonic()
        self.on = False
        self.idle_reason: IdleReason = "never_started"
        self.last_mixed: SegmentMixed | None = None
        self.bridged_s = self._bridge_s = 0.0
        self.resumed = resumed is not None and resumed.sound is not None
        self._generators_lost: Counter[str] = Counter()
        self._first_index = 0
        self._started_s = self._stopped_s = float("-inf")
        self._wakes = WakeLimit()
        self._ready = asyncio.Event()
        self._changed = asyncio.Event()
        self._closing = False
        self._goes_on = False
        self._log = structlog.get_logger("conductor")
        if resumed is not None:
            self._take_over(resumed)

    async def run(self) -> None:
        """Until closed: facts in, decisions out.

        Raises:
            StageError: a thread of the audio path has ended. The server must be started again.
        """
        if self._goes_on or (self._always_on and self.idle_reason != "stopped"):
            self.start()
        self._act()
        self._remember()
        while not self._closing:
            await self._waiter.wait(self._next_look_s())
            for fact in self._inbox.drain():
                self._handle(fact)
            self._act()
            self._remember()
            self._changed.set()
            self._changed = asyncio.Event()

    def close(self) -> None:
        """End the loop; the stages are closed by whoever built them."""
        self._closing = True
        self._waiter.wake()

    def _take_over(self, resumed: Resumed) -> None:
        """Go on as the server before did: like a station that has slept, if there is sound to go on with."""
        self._goes_on = resumed.on
        if resumed.sound is not None:
            self.idle_reason = "sleeping"
        elif resumed.idle_reason == "stopped" and not resumed.on:
            self.idle_reason, self._stopped_s = "stopped", self.clock.monotonic()
        for entry in resumed.entries:
            self.entries.add(entry)
            if entry.sample >= resumed.sample:
                self._publisher.announce(entry)

    def _remember(self) -> None:
        """Have what has changed saved for the next server."""
        maker = self.production.maker
        self._keeper.look(
            Doing(
                self.on,
                self.idle_reason,
                self.production.orders.programme,
                self.entries.all,
                maker.factory if maker else "",
                composes=bool(maker and maker.composes),
                order=self.desk.order,
            )
        )

    @property
    def warnings(self) -> list[str]:
        """What is wrong without having stopped anything, in sentences."""
        return self._keeper.warnings

    @property
    def disk_trouble(self) -> bool:
        """What a successor would need cannot be saved just now."""
        return self._keeper.failing

    # ── control ────────────────────────────────────────────────────────────────────────────────────────────────────

    def start(self, prompt: str | None = None) -> Receipt | None:
        """Start the station, or steer it if it runs."""
        self.touch()
        if not self.on:
            self._start()
        return self.steer(prompt) if prompt else None

    def _start(self) -> None:
        if self.idle_reason == "stopped":
            self._publisher.clear()  # or a player would take the ended playlist for the new one
        if self.idle_reason != "sleeping":
            self.production.orders.programme = self.production.orders.programme.begin()
        self.on, self._started_s = True, self.clock.monotonic()
        self._ready.clear()
        self._log.info("started", was=self.idle_reason)
        self._waiter.wake()

    def stop(self) -> None:
        """End the session: generation stops, what is queued is dropped, the playlist ends."""
        if not self.on and self.idle_reason != "sleeping":
            return
        self.on, self.idle_reason = False, "stopped"
        self._stopped_s = self.clock.monotonic()
        self._ready.clear()
        self.broadcast.end()
        self.production.stop()
        self.steering.drop()
        self.mixing.reset()
        self.entries.clear()
        self.last_mixed, self._bridge_s = None, 0.0
        self._first_index = self.production.orders.programme.next_index
        self._log.info("stopped")
        self._waiter.wake()

    def steer(
        self,
        prompt: str,
        when: When = "next",
        *,
        minutes: float | None = None,
        drift_minutes: float | None = None,
        from_prompt: str = "",
    ) -> Receipt:
        """The next segment that is not yet being made follows `prompt`, for so many minutes; `now` makes it enter as
        soon as it can be there. With `drift_minutes` the music drifts there, from what it is now or from `from_prompt`.
        Starts an idle station.

        Raises:
            Invalid: a prompt or times that cannot be.
        """
        words = self.steering.words(prompt, when, minutes, drift_minutes, from_prompt)
        if not self.on:
            self._start()
        self._waiter.wake()
        return self.steering.say(prompt, words, when)

    async def wake(self, limit_s: float) -> bool:
        """A listener came: start a sleeping station, wait for its first chunks. False when they do not come in time.

        Raises:
            TooMany: woken too often lately.
        """
        if not self.on:
            now = self.clock.monotonic()
            if self.idle_reason == "stopped" and now - self._stopped_s < STOP_REST_S:
                return True
            self._wakes.count(now)
            self.start()
        self.touch()
        try:
            await asyncio.wait_for(self._ready.wait(), limit_s)
        except TimeoutError:
            return False
        return True

    def touch(self) -> None:
        """Somebody is interested: do not fall asleep yet."""
        self.listeners.last_seen_s = self.clock.monotonic()

    def listened(self, key: str, rendition: str) -> None:
        """A listener fetched something."""
        self.listeners.touch(key, rendition, self.clock.monotonic())

    @property
    def change(self) -> asyncio.Event:
        """Set the next time that something may have changed. Take it before looking, and nothing is missed."""
        return self._changed

    # ── facts ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _handle(self, fact: Fact) -> None:
        self.production.handle(fact)
        self._keeper.handle(fact)
        match fact:
            case SegmentMixed() if fact.entry.index >= self._first_index:
                self._mixed(fact)
            case ChunkPublished() if self.broadcast.on_air:
                self.broadcast.published(fact)
                self.production.ledger.published(fact, self.headroom_s, self._publisher.deleted)
                if self._publisher.ready:
                    self._ready.set()
            case GeneratorExited() if not fact.expected:
                self._generators_lost[why_lost(fact)] += 1
            case EncoderExited():
                self.broadcast.exited(fact)
            case Bridged():
                self._bridged(fact)
            case StageFailed():
                raise StageError(f"{fact.stage} failed: {fact.message}")
            case _:
                pass

    def _bridged(self, fact: Bridged) -> None:
        """A bridge comes in seconds; it is said when it begins and when it is over."""
        if not self._bridge_s:
            self._log.warning("bridging", sample=fact.start)
        self._bridge_s += fact.frames / SAMPLE_RATE
        self.bridged_s += fact.frames / SAMPLE_RATE

    def _mixed(self, fact: SegmentMixed) -> None:
        if self._bridge_s:
            self._log.warning("bridged", seconds=round(self._bridge_s, 2))
            self._bridge_s = 0.0
        self.last_mixed = fact
        self.entries.add(fact.entry)
        self.steering.mixed(fact)
        self._publisher.withdraw(fact.entry.sample)
        self._publisher.announce(fact.entry)

    # ── decisions ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _act(self) -> None:
        """Whatever the state calls for, now."""
        self.production.act(self.headroom_s - self._opening_s, on=self.on)
        if not self.on:
            self._rest()
            return
        if self._nobody_listens():
            self._sleep()
            return
        self.steering.act()
        self.desk.look()
        if not self.broadcast.on_air:
            self._go_on_air()
        if self.production.wants(self.headroom_s - self._opening_s) and not self._first_chunks_first():
            self.steering.plan()
            self.production.request()
        self.broadcast.watch()

    def _rest(self) -> None:
        """Idle: old chunks go, and some time after a stop the ended playlist, so that a new listener can start it."""
        self._publisher.sweep()
        if self._nobody_listens():
            self.production.rest()
        rested_s = self.clock.monotonic() - self._stopped_s
        if self.idle_reason == "stopped" and rested_s > STOP_REST_S and self._publisher.newest_date is not None:
            self._publisher.clear()

    def _first_chunks_first(self) -> bool:
        """Between going on the air and the first chunks the encoder has the machine to itself: somebody waits."""
        opening = self.broadcast.on_air and not self._ready.is_set()
        return opening and not self.production.urgent and self.headroom_s > OPENING_HEADROOM_S

    def _go_on_air(self) -> None:
        """As soon as the pre-roll is final."""
        if self.headroom_s > self._opening_s:
            self.broadcast.open(self.playout.air)

    @property
    def _opening_s(self) -> float:
        """How much of the headroom going on the air will take at once; 0 while the station is there."""
        return 0.0 if self.broadcast.on_air else self.broadcast.opening_samples(self.playout.air) / SAMPLE_RATE

    def _nobody_listens(self) -> bool:
        if self._always_on:
            return False
        now = self.clock.monotonic()
        return now - max(self.listeners.last_seen_s, self.began_s) > self._idle_s

    def _sleep(self) -> None:
        """Leave the air; what is ready stays ready, so that waking takes no time."""
        self.on, self.idle_reason = False, "sleeping"
        self._ready.clear()
        self.broadcast.sleep()
        self.production.rest()
        self._log.info("sleeping", headroom=round(self.headroom_s, 1))

    def _next_look_s(self) -> float:
        """When to look around without news."""
        awake_s = TURN_LOOK_S if self.steering.turning else LOOK_S
        return self.clock.monotonic() + (awake_s if self.on else IDLE_LOOK_S)

    # ── the view ───────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def headroom_s(self) -> float:
        """Seconds of final timeline ahead of the air position."""
        return max(0, self.timeline.end - self.playout.air) / SAMPLE_RATE

    @property
    def state(self) -> str:
        if not self.on:
            return "idle"
        if self.broadcast.on_air and self._ready.is_set():
            return "bridging" if self.mixing.bridging else "playing"
        return "error" if self.production.error and not self.broadcast.on_air else "generating"

    @property
    def starting_s(self) -> float | None:
        """For how long the station has been on without three chunks; None once they are out, or while it is off."""
        waiting = self.on and not self._ready.is_set()
        return self.clock.monotonic() - self._started_s if waiting else None

    @property
    def losses(self) -> dict[tuple[str, str], int]:
        """Processes that were lost and started again, by stage and reason."""
        encoders = {("encoder", reason): count for reason, count in self.broadcast.losses.items()}
        return encoders | {("generator", reason): count for reason, count in self._generators_lost.items()}
