"""Production: keeps the generator alive and asks it for the next segment when the lookahead says so.

Part of the conductor, in the event loop. It decides about attempts and back-off; it knows nothing of encoders and
playlists.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from radio.contracts import FRAME_SAMPLES, SAMPLE_RATE, Clock, Segment, SegmentPlan
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
from radio.generator.host import GeneratorHost
from radio.generator.keepsake import Keepsake
from radio.mixer.thread import Continuation, MixingThread
from radio.station.lookahead import Lookahead, back_off_s
from radio.station.programme import Programme, again

MOST_ATTEMPTS = 3
"""After so many bad rolls the best that can still be mixed is taken."""
OPENING_OVERLAPS = 2.4
"""The opening segment in overlaps: what is final of it (1.4) must outlast the pre-roll and the next generation."""
LEAST_OPENING_S = 30.0
FIRST_DEADLINE_S = 600.0
"""For a segment of an engine whose speed is not known yet."""


@dataclass(frozen=True, slots=True)
class Job:
    """The segment being made, from the request until it is mixed."""

    plan: SegmentPlan
    started_utc: float
    progress: float = 0.0


class Production:
    """`programme` is replaced as plans are made. `job` is None between segments."""

    def __init__(
        self,
        clock: Clock,
        new_generator: Callable[[], GeneratorHost],
        mixing: MixingThread,
        programme: Programme,
        segment_samples: int,
        overlap_samples: int,
    ) -> None:
        self._clock = clock
        self._new_generator = new_generator
        self._mixing = mixing
        self._segment_samples = segment_samples
        self._overlap_samples = overlap_samples

        self.programme = programme
        self.lookahead = Lookahead()
        self.job: Job | None = None
        self.newest = Keepsake()
        self.real_time_factor: float | None = None
        self.engine = ""
        self.error: str | None = None
        self.retries = 0
        self.generator_restarts = -1
        self._generator: GeneratorHost | None = None
        self._failures = 0
        self._not_before_s = 0.0
        self._again: SegmentPlan | None = None
        self._log = structlog.get_logger("production")

    def start(self) -> None:
        """Start the generator process if there is none and its back-off is over."""
        if self._generator is None and self._clock.monotonic() >= self._not_before_s:
            self._generator = self._new_generator()
            self._generator.start()
            self.generator_restarts += 1

    def stop(self) -> None:
        """Throw away what is being made and planned; the generator stays warm."""
        if self._generator is not None:
            self._generator.cancel()
        self.job = self._again = self.error = None
        self.programme = self.programme.begin()

    def close(self) -> None:
        if self._generator is not None:
            self._generator.close()
        self.newest.close()

    @property
    def pid(self) -> int | None:
        return self._generator.pid if self._generator else None

    def wants(self, headroom_s: float) -> bool:
        """Whether the next segment should be asked for now."""
        generator = self._generator
        free = generator is not None and generator.ready and not generator.busy and self.job is None
        return free and self._clock.monotonic() >= self._not_before_s and headroom_s < self.lookahead.ask_below_s

    def request(self) -> None:
        """Ask for the next segment, or again for the one that failed."""
        if self._generator is None:
            return
        onward = self._mixing.continuation()
        plan = self._again or self._plan(onward)
        self._again = None
        context = onward.context if onward is not None and plan.overlap_samples else None
        self.job = Job(plan, self._clock.utc())
        self._generator.submit(plan, context, self._deadline_s())

    def _plan(self, onward: Continuation | None) -> SegmentPlan:
        programme = self.programme if onward is not None else self.programme.begin()
        position = onward.position_samples if onward is not None else 0
        duration = self._segment_samples if onward is not None else self._opening_samples()
        plan, self.programme = programme.plan(duration, self._overlap_samples, position)
        return plan

    def _opening_samples(self) -> int:
        """The first segment of all is shorter: somebody is waiting for it."""
        wanted = max(OPENING_OVERLAPS * self._overlap_samples, LEAST_OPENING_S * SAMPLE_RATE)
        return min(self._segment_samples, round(wanted) // FRAME_SAMPLES * FRAME_SAMPLES)

    def _deadline_s(self) -> float:
        """Ten times the worst that was seen, and never under a minute: for a hang, not for slowness."""
        known = self.lookahead.seconds
        return max(60.0, 10 * self.lookahead.pessimistic_s) if known else FIRST_DEADLINE_S

    def handle(self, fact: Fact) -> None:
        """Hear what the generator and the mixer have to say."""
        match fact:
            case GeneratorReady():
                self.engine, self.error = fact.engine, None
                self._log.info("generator ready", engine=fact.engine, seconds=round(fact.seconds, 2))
            case GeneratorExited():
                self._exited(fact)
            case GenerationProgress() if self.job and self.job.plan.index == fact.index:
                self.job = replace(self.job, progress=fact.fraction)
            case SegmentMade():
                self._made(fact.segment)
            case SegmentFailed():
                self._failed(fact.plan, fact.why, fact.message)
            case SegmentRefused() if self._is_current(fact.segment.plan):
                self._fail(fact.segment.plan, "; ".join(fact.reasons))
            case SegmentMixed() if self._is_current(fact.plan):
                self.job = self.error = None
                self._failures = 0
            case _:
                pass

    def _is_current(self, plan: SegmentPlan | None) -> bool:
        """Facts about a job that was thrown away change nothing."""
        return self.job is not None and plan == self.job.plan

    def _made(self, segment: Segment) -> None:
        if not self._is_current(segment.plan) or self.job is None:
            return
        self.newest.put(segment)
        self.real_time_factor = segment.audio.duration_s / max(segment.generation_s, 1e-6)
        self.job = replace(self.job, progress=1.0)
        self.lookahead = self.lookahead.learn(segment.generation_s)
        self._log.info(
            "segment made",
            index=segment.plan.index,
            engine=segment.engine,
            seed=segment.plan.seed,
            attempt=segment.plan.attempt,
            seconds=round(segment.generation_s, 2),
            real_time_factor=round(self.real_time_factor, 1),
        )
        self._mixing.push(segment, anyway=segment.plan.attempt >= MOST_ATTEMPTS)

    def _failed(self, plan: SegmentPlan | None, why: str, message: str) -> None:
        if plan is None:
            self.error = message
            self._log.error("engine failed to load", why=why, message=message)
        elif self._is_current(plan):
            self._fail(plan, message)

    def _fail(self, plan: SegmentPlan, message: str) -> None:
        """Roll again, after a while."""
        self._failures += 1
        self.retries += 1
        self.error = message
        self._again, self.job = again(plan), None
        self._not_before_s = self._clock.monotonic() + back_off_s(self._failures - 1)
        self._log.warning("segment failed", index=plan.index, attempt=plan.attempt, message=message)

    def _exited(self, fact: GeneratorExited) -> None:
        generator, self._generator = self._generator, None
        if generator is not None:
            generator.close()
        if fact.expected:
            return
        if self._is_current(fact.plan) and fact.plan is not None:
            self._fail(fact.plan, f"the generator process ended: {fact.reason}")
        else:
            self._failures += 1
        self._not_before_s = self._clock.monotonic() + back_off_s(self._failures)
        self._log.error("generator ended", code=fact.code, reason=fact.reason)

    @property
    def underway_samples(self) -> int:
        """How far the segment being made, or to be made again, will move the timeline's end."""
        plan = self._again or (self.job.plan if self.job else None)
        return 0 if plan is None else plan.duration_samples - plan.overlap_samples
