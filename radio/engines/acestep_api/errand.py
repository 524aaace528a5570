"""One job on an ACE-Step server from its release to its sound: waiting, retrying what is safe, noticing what was lost.

Runs in the engine's event loop. It knows nothing of plans and seams: form fields in, bytes and the server's words out.

What is retried, and why that never does a job twice without need:

- No connection: not received, so released again. The queue is full (429): the same, with a growing pause.
- The answer to a release was lost: the server's count of jobs tells whether it was received. If it was not, it is
  released again as it is. If it was, or nobody knows, its number is lost for good (no address lists them), so it is
  released once more, with another seed: identical requests are written to the same file, and would disturb each other.
- A job that the server does not know (any more): it was restarted, which forgets what was queued. Released again, twice
  at most.
- A failed job is not retried here: whether to ask in another way is the engine's decision.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from radio.engines.acestep_api.answers import Job, Stats, Ticket
from radio.engines.acestep_api.client import AceStepClient, Fields, Uploads
from radio.engines.acestep_api.pace import Pace
from radio.engines.acestep_api.trouble import AnswerLost, JobFailed, JobLost, QueueFull, Unreachable
from radio.errors import DeadlineExceeded, GenerationError, OutOfMemory, Unavailable

PAUSE_S = 0.25
LONGEST_PAUSE_S = 4.0
AWAY_S = 25.0
"""A server that does not answer for so long is gone: the station had better play something else meanwhile."""
STUMBLES = 4
"""Faults in a row of a question that is always safe to ask."""
UNKNOWN_TIMES = 2
"""In a row, for a job the server has known before, or after it was away."""
PATIENCE_S = 20.0
"""For a version that never says whether it knows a job, when its counts do not tell either."""
MOST_LOSSES = 2


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """A finished job: its file, what the server says of it, how long it took, and what went oddly."""

    data: bytes
    job: Job
    task_id: str
    seconds: float
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Errand:
    """Do one job. `deadline_s` is on the monotonic clock; `report` hears the share done and may raise to stop it."""

    client: AceStepClient
    pace: Pace
    deadline_s: float
    report: Callable[[float], None]

    notes: list[str] = field(default_factory=list)

    async def run(self, fields: Fields, uploads: Uploads) -> Made:
        """Release, wait and fetch.

        Raises:
            JobFailed, OutOfMemory: the server says so. DeadlineExceeded: it took too long.
            Unavailable: nothing answers, or the key is wrong. GenerationError: it was refused, or lost again and again.
        """
        try:
            async with asyncio.timeout(max(0.0, self.deadline_s - time.monotonic())):
                return await self._run(fields, uploads)
        except TimeoutError:
            raise DeadlineExceeded("the ACE-Step server took too long over one request") from None

    async def _run(self, fields: Fields, uploads: Uploads) -> Made:
        for _ in range(MOST_LOSSES + 1):
            before = await self._stats()
            began_s = time.monotonic()
            ticket = await self._release(fields, uploads, before)
            try:
                job = await self._watch(ticket, before, began_s)
            except JobLost as lost:
                self.notes.append(str(lost))
                continue
            seconds = time.monotonic() - began_s
            self.pace.learn(seconds)
            data = await self.client.download(job.file)
            return Made(data, job, ticket.task_id, seconds, tuple(self.notes))
        raise JobLost("the ACE-Step server lost the job again and again: it keeps being restarted")

    # ── releasing ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def _release(self, fields: Fields, uploads: Uploads, before: Stats | None) -> Ticket:
        """Until it is accepted once."""
        pause_s, away_s, lost = PAUSE_S, None, 0
        while True:
            try:
                return await self.client.release(fields, uploads)
            except QueueFull as full:
                why: GenerationError = full
            except Unreachable as gone:
                why, away_s = gone, away_s or time.monotonic()
                if time.monotonic() - away_s > AWAY_S:
                    raise
            except AnswerLost as silent:
                why, lost = silent, lost + 1
                if lost > 1:
                    raise
                fields = await self._after_lost_answer(fields, before)
            await self._pause(pause_s, why)
            pause_s = min(LONGEST_PAUSE_S, pause_s * 2)

    async def _after_lost_answer(self, fields: Fields, before: Stats | None) -> Fields:
        """What to release now: the same if the server certainly has not got it, else with another seed."""
        now = await self._stats()
        if before is not None and now is not None and now.total == before.total:
            return fields
        self.notes.append("the answer to a release was lost, so it was released again with another seed")
        return fields | {"seed": str((int(fields.get("seed", "0")) + 1) % 2**32)}

    # ── watching ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def _watch(self, ticket: Ticket, before: Stats | None, began_s: float) -> Job:
        """Until it is done, failed, lost or too late."""
        watch = _Watch(began_s)
        ahead = max(0, ticket.position - 1)
        while True:
            elapsed_s = time.monotonic() - began_s
            self.report(self.pace.done(elapsed_s, ahead) if watch.told is None else watch.told)
            await self._pause(self.pace.look_in_s(elapsed_s, ahead) if not watch.stumbles else PAUSE_S, watch.why)
            job = await self._look(ticket, watch)
            if job is None:
                continue
            if job.state == "failed":
                raise _failure(job.error)
            if job.state == "done":
                if not job.file:
                    raise JobFailed("the ACE-Step server says it is done but made no file: it may have been silent")
                return job
            watch.heard(job)
            if await self._is_lost(watch, before):
                raise JobLost("the ACE-Step server was restarted and had forgotten the job: it was released again")

    async def _look(self, ticket: Ticket, watch: _Watch) -> Job | None:
        """Ask once. None: no usable answer this time.

        Raises:
            GenerationError: it has been so for too long.
        """
        try:
            job = await self.client.query(ticket.task_id)
        except (Unreachable, AnswerLost) as gone:
            watch.was_away(gone)
            if time.monotonic() - watch.away_since_s > AWAY_S:
                raise Unavailable(f"the ACE-Step server has been gone for {AWAY_S:.0f} s: {gone}") from None
            return None
        except Unavailable:
            raise
        except GenerationError as fault:
            watch.stumbled(fault)
            if watch.stumbles >= STUMBLES:
                raise
            return None
        watch.answered()
        return job

    async def _is_lost(self, watch: _Watch, before: Stats | None) -> bool:
        """Whether a job that the server says it does not know will never be known."""
        if not watch.unknown:
            return False
        if watch.known_before or watch.been_away:
            return watch.unknown >= UNKNOWN_TIMES
        now = await self._stats()
        if now is not None and before is not None:
            return watch.unknown >= UNKNOWN_TIMES and (now.total <= before.total or not now.busy)
        return time.monotonic() - watch.began_s > max(PATIENCE_S, 3 * (self.pace.expected_s() or 0.0))

    # ── both ───────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _stats(self) -> Stats | None:
        """The server's counts, where it has them: nothing hangs on them alone."""
        try:
            stats = await self.client.stats()
        except GenerationError:
            return None
        if stats is not None and stats.average_s is not None:
            self.pace.reckoned_s = stats.average_s
        return stats

    async def _pause(self, seconds: float, why: GenerationError | None = None) -> None:
        """Wait a little; where that would end past the deadline, say at once why it was in vain."""
        if time.monotonic() + seconds >= self.deadline_s:
            raise DeadlineExceeded(f"the ACE-Step server took too long{f': {why}' if why else ''}")
        await asyncio.sleep(seconds)


def _failure(words: str) -> GenerationError:
    """A failed job's error. Newer versions say why; a full GPU is not helped by asking again."""
    if "out of memory" in words.lower():
        return OutOfMemory(f"the ACE-Step server's GPU is full: {words}")
    return JobFailed(f"the ACE-Step server failed to make it: {words or 'it gives no reason'}")


@dataclass(slots=True)
class _Watch:
    """What was seen of a job so far."""

    began_s: float
    away_since_s: float = 0.0
    been_away: bool = False
    known_before: bool = False
    unknown: int = 0
    stumbles: int = 0
    told: float | None = None
    why: GenerationError | None = None

    def was_away(self, why: GenerationError) -> None:
        if not self.stumbles:
            self.away_since_s = time.monotonic()
        self.been_away, self.why, self.stumbles = True, why, self.stumbles + 1

    def stumbled(self, why: GenerationError) -> None:
        self.why, self.stumbles = why, self.stumbles + 1

    def answered(self) -> None:
        self.stumbles, self.why = 0, None

    def heard(self, job: Job) -> None:
        self.known_before = self.known_before or job.known
        self.unknown = 0 if job.known else self.unknown + 1
        self.told = job.progress if job.progress else None
