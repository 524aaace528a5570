"""Production: asks the generator for the next segment when the lookahead says so, and hears how that went.

Part of the conductor, in the event loop. It decides about attempts and back-off, and tells the `climber` what its rung
was good for; it knows nothing of encoders and playlists.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from radio.contracts import SAMPLE_RATE, Chain, Clock, EngineSpec, Quality, Rung, Segment, SegmentPlan
from radio.errors import WrongState
from radio.events import (
    Fact,
    GenerationProgress,
    GeneratorExited,
    GeneratorReady,
    SegmentFailed,
    SegmentMade,
    SegmentMixed,
    SegmentRefused,
)
from radio.generator.keepsake import Keepsake
from radio.mixer.thread import Continuation, MixingThread
from radio.station.generation.anchor import ChainWatch
from radio.station.generation.climber import STAND_IN_BELOW_S, Climber, kind
from radio.station.generation.ledger import Ledger
from radio.station.generation.lookahead import Aim, Lookahead, Policy, back_off_s
from radio.station.generation.orders import Orders
from radio.station.generation.pace import Pace
from radio.station.generation.turning import brief, turn_s

MAX_RETRY = 2
"""A bad roll is made again so often; the last one is taken if it can be mixed at all."""
FIRST_DEADLINE_S = 600.0
"""For a segment of an engine whose speed is not known yet."""
OPENING_LIMIT_S = 8.0
"""While an engine takes longer than this for the very first segment, the synthesiser opens: somebody is waiting."""
LONGEST_BRIDGE_S = 15.0
"""An engine that lets the station bridge for longer is too late: the next rung takes over."""


@dataclass(frozen=True, slots=True)
class Job:
    """The segment being made, from the request until it is mixed. `roll` counts the attempts on this rung; once
    `mixing`, it is the mixer's and no longer the engine's. One that `turns` follows a cut: somebody waits for it."""

    plan: SegmentPlan
    rung: Rung
    started_utc: float
    roll: int = 1
    progress: float = 0.0
    generation_s: float = 0.0
    mixing: bool = False
    turns: bool = False


class Production:
    """`job` is the segment being made, None between segments; `watch` listens for wear in a model's chain."""

    def __init__(
        self,
        clock: Clock,
        climber: Climber,
        mixing: MixingThread,
        orders: Orders,
        chain_hops: int,
        policy: Policy | None = None,
        max_retry: int = MAX_RETRY,
    ) -> None:
        self._clock = clock
        self._mixing = mixing
        self._chain_hops = chain_hops
        self._max_retry = max_retry

        self.climber = climber
        self.orders = orders
        self.ledger = Ledger(clock)
        self.pace = Pace(policy or Policy(), orders.overlap_samples)
        self.job: Job | None = None
        self.newest = Keepsake()
        self.real_time_factor: float | None = None
        self.error: str | None = None
        self.retries = 0
        self.watch: ChainWatch | None = None
        self.on_words: Callable[[int], None] = lambda _: None
        """Told which segment will follow the words that waited."""
        self.urgent = False
        """A cut waits for its segment."""
        self.predecessor: EngineSpec | None = None
        """What made the music before this server began: its factory, and whether it composes; no more is known."""
        self._maker: EngineSpec | None = None
        self._failures = 0
        self._not_before_s = 0.0
        self._asked_s = 0.0
        self._dry_since_s: float | None = None
        self._log = structlog.get_logger("production")

    # ── control ────────────────────────────────────────────────────────────────────────────────────────────────────

    def act(self, headroom_s: float, *, on: bool) -> None:
        """See that there is somebody to make the music, and that nobody keeps it waiting for too long."""
        if on:
            self._end_a_dry_spell(headroom_s)
        self.climber.act(headroom_s, on=on)
        self._meet()

    def stop(self) -> None:
        """Throw away what is being made and planned; the generator stays warm."""
        if self.climber.active is not None:
            self.climber.active.host.cancel()
        self.ledger.stop()
        self.job = self.error = self.watch = None
        self._failures, self.urgent = 0, False
        self.orders.drop()

    def turn(self, chain: Chain | None) -> None:
        """A cut took music back: what is being made is thrown away, and what follows `chain` there is made at once."""
        if self.climber.active is not None:
            self.climber.active.host.cancel()
        self.job = None
        self._failures, self._not_before_s = 0, self._clock.monotonic()
        self.urgent = True
        self.orders.turn(chain)

    @property
    def mixing(self) -> bool:
        """A segment has been made and is the mixer's, but does not lie on the timeline yet."""
        return self.job is not None and self.job.mixing

    @property
    def turn_s(self) -> float:
        """How long it takes, at worst, until a segment asked for after a cut is on the timeline."""
        active = self.climber.active
        return turn_s(self.pace, active, self.orders.brief_samples(active.rung) if active else 0)

    def rest(self) -> None:
        """Nobody listens: models may go. What was being made is made when they are back."""
        self.climber.rest()
        if self.climber.active is None and self.job is not None and not self.job.mixing:
            self.orders.keep(self.job.plan)
            self.job = None

    def close(self) -> None:
        self.climber.crew.close()
        self.newest.close()

    # ── asking ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def wants(self, headroom_s: float) -> bool:
        """Whether the next segment should be asked for now."""
        active = self.climber.active
        free = active is not None and active.host.ready and not active.host.busy and self.job is None
        wanted = self.urgent or headroom_s < self.ask_below_s
        return free and wanted and self._clock.monotonic() >= self._not_before_s

    @property
    def ask_below_s(self) -> float:
        """The headroom under which the next segment is asked for."""
        return self.aim.ask_below_s

    @property
    def aim(self) -> Aim:
        """The same, and why. A stand-in waits for longer: the wanted engine may be there by then."""
        active, aim = self.climber.active, self.pace.aim(self.climber.active)
        stands_in = active is not None and self.climber.crew.loading and not self.climber.wanted(active.rung)
        if stands_in and aim.ask_below_s > STAND_IN_BELOW_S:
            return Aim(STAND_IN_BELOW_S, "the wanted engine may be ready before a stand-in has to play on")
        return aim

    @property
    def expected_s(self) -> float:
        """How long the next segment takes at worst, if it has the usual length."""
        active = self.climber.active
        return self.pace.expected_s(active, active.rung.segment_samples / SAMPLE_RATE if active is not None else 0.0)

    @property
    def lookahead(self) -> Lookahead:
        """What was learned about the speed of whoever makes the music now."""
        return self.pace.lookahead(self.climber.active)

    def request(self) -> None:
        """Ask for the next segment, or again for the one that failed."""
        active = self.climber.active
        if active is None:
            return
        onward = self._mixing.continuation()
        words = self.orders.programme.pending
        plan = self.orders.next(onward, active.rung, brief=self.urgent and brief(self.pace, active))
        context = onward.context if onward is not None and plan.overlap_samples else None
        self.job = Job(plan, active.rung, self._clock.utc(), self._failures + 1, turns=self.urgent)
        self.urgent = False
        if words is not None and self.orders.programme.pending is None:
            self.on_words(plan.index)
        self._asked_s = self._clock.monotonic()
        self.ledger.asked(plan, active.rung.name, _source(onward) if context is not None else "")
        try:
            active.host.submit(plan, context, self._deadline_s(plan))
        except WrongState:  # it has just died, and its exit is on the way
            self.job = None
            self.orders.keep(plan)

    def _deadline_s(self, plan: SegmentPlan) -> float:
        """Ten times the worst that is expected, and never under a minute: for a hang, not for slowness."""
        expected_s = self.pace.expected_s(self.climber.active, plan.duration_samples / SAMPLE_RATE)
        return max(60.0, 10 * expected_s) if self.lookahead.known else FIRST_DEADLINE_S

    def _meet(self) -> None:
        """Somebody else may make the music now: unless both can continue any sound, the chain is void."""
        active = self.climber.active
        if active is None or active.spec == self._maker:
            return
        before, self._maker = self._maker or self.predecessor, active.spec
        self._failures, self._not_before_s = 0, self._clock.monotonic()
        if active.spec.composes:
            self.watch = None
        alike = before is self.predecessor and before is not None and before.factory == active.spec.factory
        if before is not None and not alike and (active.spec.composes or before.composes):
            self.orders.rechain()

    # ── hearing ────────────────────────────────────────────────────────────────────────────────────────────────────

    def handle(self, fact: Fact) -> None:
        """Hear what the generators and the mixer have to say."""
        match fact:
            case GeneratorReady():
                self.error = None
                self._note_load(fact)
            case GeneratorExited() if self._is_current(fact.plan) and fact.plan is not None:
                self.ledger.failed("exited")
                self._fail(fact.plan, f"the generator process ended: {fact.reason}")
            case GenerationProgress() if self.job and self.job.plan.index == fact.index:
                self.job = replace(self.job, progress=fact.fraction)
            case SegmentMade() if self._is_current(fact.segment.plan):
                self._made(fact.segment)
            case SegmentFailed() if fact.plan is None or self._is_current(fact.plan):
                self._failed(fact)
            case SegmentRefused() if self._is_current(fact.segment.plan):
                self._refused(fact.segment.plan, "; ".join(fact.reasons))
            case SegmentMixed() if self._is_current(fact.plan):
                self._mixed(fact)
            case _:
                pass
        self.climber.handle(fact)

    def _is_current(self, plan: SegmentPlan | None) -> bool:
        """Facts about a job that was thrown away change nothing."""
        return self.job is not None and plan == self.job.plan

    @property
    def _on_wanted_rung(self) -> bool:
        return self.job is not None and self.climber.wanted(self.job.rung)

    def _made(self, segment: Segment) -> None:
        if self.job is None:
            return
        self.newest.put(segment)
        self.real_time_factor = segment.audio.duration_s / max(segment.generation_s, 1e-6)
        self.job = replace(self.job, progress=1.0, generation_s=segment.generation_s, mixing=True)
        self._learn(segment, self.job.rung)
        self.climber.crew.worked()
        origin = segment.rendered.provenance
        self.ledger.made(segment)
        self._mixing.push(segment, anyway=self.job.roll > self._max_retry)
        if origin.lm_failed and self._on_wanted_rung:
            self.climber.trouble("planner", "; ".join(origin.notes) or f"{segment.plan.lm} did not answer")

    def _learn(self, segment: Segment, rung: Rung) -> None:
        """As the station saw it: from the request on, by its own clock."""
        took_s = max(segment.generation_s, self._clock.monotonic() - self._asked_s)
        if self.climber.active is not None:
            self.pace.made(self.climber.active, rung, took_s, segment.audio.duration_s)

    def _note_load(self, fact: GeneratorReady) -> None:
        for member in (self.climber.active, self.climber.crew.coming):
            if member is not None and member.number == fact.generator:
                self.pace.ready(member, fact.seconds)

    def _mixed(self, fact: SegmentMixed) -> None:
        """The segment is on the timeline: its job is done."""
        job, wanted = self.job, self._on_wanted_rung
        if fact.quality is not None and self._maker is not None and not self._maker.composes:
            self._listen_for_wear(fact.plan, fact.quality)
        self.job, self.error, self._failures = None, None, 0
        self.ledger.mixed(fact)
        if job is not None and wanted:
            added_s = (job.plan.duration_samples - job.plan.overlap_samples) / SAMPLE_RATE
            self.climber.made(job.generation_s, added_s, poor=not fact.good)

    def _listen_for_wear(self, plan: SegmentPlan, quality: Quality) -> None:
        """A model that continues its own sound wears out: then the next segment starts a new chain (DESIGN §3)."""
        watch = None if plan.overlap_samples == 0 else self.watch
        self.watch = watch.hear(quality) if watch else ChainWatch.begin(quality, self._chain_hops)
        if self.watch.reason:
            self._log.info("re-anchor", chain=plan.chain.number, hops=self.watch.hops, why=self.watch.reason)
            self.watch = None
            self.orders.rechain()

    def _failed(self, fact: SegmentFailed) -> None:
        if fact.plan is None:
            self.error = fact.message
            return
        wanted = self._on_wanted_rung
        self.ledger.failed(fact.why)
        self._fail(fact.plan, fact.message)
        active = self.climber.active
        if fact.why == "out_of_memory" and active is not None and active.number == fact.generator:
            self.climber.crew.dismiss()  # what it holds is given back for certain only when it ends
        if wanted:
            self.climber.trouble(kind(fact.why), fact.message)

    def _refused(self, plan: SegmentPlan, message: str) -> None:
        """The mixer would not take it. After the last attempt it takes whatever can be mixed, so this cannot be."""
        self.ledger.failed("refused")
        unfit = self.job is not None and self.job.roll > self._max_retry and self._on_wanted_rung
        self._fail(plan, message)
        if unfit:
            self.climber.trouble("unfit", message)

    def _fail(self, plan: SegmentPlan, message: str) -> None:
        """Roll again, after a while."""
        self._failures += 1
        self.retries += 1
        self.error = message
        self.job = None
        self.orders.roll_again(plan)
        self._not_before_s = self._clock.monotonic() + back_off_s(self._failures - 1)
        self._log.warning("segment failed", index=plan.index, attempt=plan.attempt, message=message)

    def _end_a_dry_spell(self, headroom_s: float) -> None:
        """Nobody waits for ever: a bridge that lasts costs whoever should have made the segment its place."""
        now, job = self._clock.monotonic(), self.job
        if job is None or job.mixing or not self._mixing.bridging:
            self._dry_since_s = None
            if job is not None and not job.mixing and headroom_s <= 0:
                self._open_without(job, now)
            return
        self._dry_since_s = now if self._dry_since_s is None else self._dry_since_s
        wanted = self._on_wanted_rung
        if now - self._dry_since_s > LONGEST_BRIDGE_S and (self.climber.lower or not wanted):
            self._dry_since_s = None
            self._fail(job.plan, f"its segment was not ready after {LONGEST_BRIDGE_S:.0f} s of bridging")
            self.climber.crew.dismiss()
            if wanted:
                self.climber.trouble("late", "the station had to bridge for too long")

    def _open_without(self, job: Job, now: float) -> None:
        """The very first segment takes long (a server that loads a model at its first job): the synthesiser opens, and
        the engine finishes what it does, warm then."""
        if self._on_wanted_rung and self.climber.lower and now - self._asked_s > OPENING_LIMIT_S:
            self._fail(job.plan, f"the first segment takes longer than {OPENING_LIMIT_S:.0f} s")
            self.climber.crew.step_aside()

    # ── the view ───────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def engine(self) -> str:
        """The engine that makes the music now; empty before one is ready."""
        return self.climber.active.engine if self.climber.active else ""

    @property
    def maker(self) -> EngineSpec | None:
        """Whose music the chain is."""
        return self._maker or self.predecessor

    @property
    def pid(self) -> int | None:
        return self.climber.active.host.pid if self.climber.active else None

    @property
    def generator_restarts(self) -> int:
        return max(0, self.climber.crew.started - 1)

    @property
    def underway_samples(self) -> int:
        """How far the segment being made, or to be made again, will move the timeline's end."""
        plan = self.orders.waiting or (self.job.plan if self.job else None)
        return 0 if plan is None else plan.duration_samples - plan.overlap_samples


def _source(onward: Continuation | None) -> str:
    """Where a context came from, for the ledger."""
    of_segment = onward.of_segment if onward is not None else None
    return "timeline" if of_segment is None else f"segment {of_segment}"
