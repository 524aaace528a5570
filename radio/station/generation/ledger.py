"""The ledger: what became of each segment, told as one log event when it can be fetched or was thrown away.

Part of production, in the event loop; it decides nothing. Bounded: segments that are neither published nor thrown away
are forgotten from the oldest on.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import structlog

from radio.contracts import SAMPLE_RATE, Clock, Segment, SegmentPlan
from radio.events import ChunkPublished, SegmentMixed
from radio.packager.shelf import Deleted
from radio.station.generation.histogram import Histogram

MOST = 64
"""Segments under way; there are three as a rule: one being made, one ahead, one on the air."""
MOST_PROMPT = 200
"""Characters of a prompt in an event."""
Outcome = Literal["published", "thrown_away"]


@dataclass(slots=True)
class Record:
    """One segment so far. `context` says what its overlap re-states. Times are UTC seconds but for `made_s`, which is
    the station's monotonic clock at the end of its generation."""

    plan: SegmentPlan
    rung: str
    context: str
    started_utc: float
    segment: dict[str, Any] | None = None
    made_s: float = 0.0
    mixed: SegmentMixed | None = None


class Ledger:
    """Told in order: `asked`, `made` (again after a failure), `mixed`, then `published` with every chunk."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

        self.outcomes: Counter[Outcome] = Counter({"published": 0, "thrown_away": 0})
        self.failures: Counter[str] = Counter()
        """Attempts that came to nothing, by what was wrong: `failed` in the engine, or `refused` by the mixer."""
        self.generation_s = Histogram(0.5, 1, 2, 3, 5, 7.5, 10, 15, 20, 30, 45, 60, 90, 120, 300)
        self.delivery_s = Histogram(1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 300)
        self._records: dict[int, Record] = {}
        self._deleted = Deleted()
        self._log = structlog.get_logger("ledger")

    def asked(self, plan: SegmentPlan, rung: str, context: str) -> None:
        """An engine was asked for `plan`."""
        self._records.pop(plan.index, None)
        self._records[plan.index] = Record(plan, rung, context, self._clock.utc())
        while len(self._records) > MOST:
            del self._records[next(iter(self._records))]

    def made(self, segment: Segment) -> None:
        """The engine has made it; the mixer has yet to take it."""
        self.generation_s.count(segment.generation_s)
        record = self._records.get(segment.plan.index)
        if record is not None:
            record.plan, record.segment = segment.plan, _facts(segment, self._clock.utc())
            record.made_s = self._clock.monotonic()

    def failed(self, kind: str) -> None:
        """An attempt came to nothing."""
        self.failures[kind] += 1

    def mixed(self, fact: SegmentMixed) -> None:
        """It is on the timeline. Others that began there or later are not any more: a cut took them back."""
        record = self._records.get(fact.plan.index)
        if record is None:
            return
        for other in list(self._records.values()):
            if other.mixed is not None and other.mixed.entry.sample >= fact.entry.sample:
                self._throw_away(other)
        record.mixed = fact

    def cut(self, below_index: int) -> None:
        """What was being made or about to be mixed, up to this index, is not wanted any more."""
        for record in list(self._records.values()):
            if record.mixed is None and record.plan.index < below_index:
                self._throw_away(record)

    def stop(self) -> None:
        """Nothing that is under way will be heard."""
        for record in list(self._records.values()):
            self._throw_away(record)

    def published(self, fact: ChunkPublished, headroom_s: float, deleted: Deleted) -> None:
        """A chunk can be fetched: the segments whose entry lies in it have been delivered."""
        for record in list(self._records.values()):
            if record.mixed is not None and record.mixed.entry.sample < fact.end_sample:
                delivery_s = self._clock.monotonic() - record.made_s
                self.delivery_s.count(delivery_s)
                self._tell(
                    record,
                    "published",
                    chunk=fact.sequence,
                    delivery_seconds=round(delivery_s, 2),
                    headroom=round(headroom_s, 1),
                    files_deleted=deleted.files - self._deleted.files,
                    bytes_deleted=deleted.size_bytes - self._deleted.size_bytes,
                )
                self._deleted = deleted

    def _throw_away(self, record: Record) -> None:
        self._tell(record, "thrown_away")

    def _tell(self, record: Record, outcome: Outcome, **more: Any) -> None:
        self._records.pop(record.plan.index, None)
        self.outcomes[outcome] += 1
        plan = record.plan
        self._log.info(
            "segment",
            index=plan.index,
            state=outcome,
            task=plan.task,
            prompt=plan.prompt[:MOST_PROMPT],
            context=record.context,
            chain=plan.chain.number,
            position_seconds=round(plan.position_samples / SAMPLE_RATE, 2),
            rung=record.rung,
            attempt=plan.attempt,
            started=_iso(record.started_utc),
            **(record.segment or {}),
            **_mixing(record.mixed),
            **more,
        )


def _facts(segment: Segment, ended_utc: float) -> dict[str, Any]:
    """What the engine told. `size_bytes` is the sound's, 32 bit a sample."""
    origin, audio = segment.rendered.provenance, segment.audio
    return {
        "title": segment.rendered.title,
        "engine": segment.engine,
        "model": origin.model,
        "lm": origin.lm,
        "task_id": origin.task_id,
        "seed": segment.plan.seed if origin.seed is None else origin.seed,
        "ended": _iso(ended_utc),
        "seconds": round(segment.generation_s, 2),
        "real_time_factor": round(audio.duration_s / max(segment.generation_s, 1e-6), 1),
        "audio_seconds": round(audio.duration_s, 2),
        "size_bytes": audio.samples.nbytes,
        "notes": origin.notes,
    }


def _mixing(fact: SegmentMixed | None) -> dict[str, Any]:
    if fact is None:
        return {}
    seam = fact.seam
    return {
        "entry": fact.entry.sample,
        "good": fact.good,
        "correlation": None if seam is None else round(seam.correlation, 3),
        "level_dip_db": None if seam is None else round(seam.level_dip_db, 2),
        "loudness_step_lu": None if seam is None else round(seam.loudness_step_lu, 2),
        "mixing_cpu_seconds": round(fact.cpu_s, 3),
    }


def _iso(utc_s: float) -> str:
    return datetime.fromtimestamp(utc_s, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
