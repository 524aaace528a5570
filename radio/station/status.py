"""`/session/status`: everything about now, as plain data (DESIGN §6). Reads the conductor, in the event loop."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from radio.contracts import SAMPLE_RATE, Rung
from radio.station.conductor import Conductor
from radio.station.receipts import Receipt


def iso(utc_s: float | None) -> str | None:
    """A date as ISO 8601 with milliseconds, in UTC."""
    if utc_s is None:
        return None
    return datetime.fromtimestamp(utc_s, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def status(conductor: Conductor) -> dict[str, Any]:
    """The answer's body."""
    production, clock = conductor.production, conductor.clock
    air, now_s = conductor.playout.air, clock.monotonic()
    on_air = conductor.entries.at(air)
    epoch, mixed = conductor.broadcast.epoch, conductor.last_mixed
    return {
        "state": conductor.state,
        "idle_reason": None if conductor.on else conductor.idle_reason,
        "segment_index": on_air.index if on_air else None,
        "title": on_air.title if on_air else None,
        "prompt": on_air.prompt if on_air else production.orders.programme.prompt,
        "position_seconds": round(air / SAMPLE_RATE, 3),
        "headroom_seconds": round(conductor.headroom_s, 3),
        "ask_below_seconds": round(production.ask_below_s, 3),
        "headroom_target": _headroom_target(conductor),
        "next": _next(conductor),
        "pending": receipt_body(conductor.steering.pending()),
        "generating_index": production.job.plan.index if production.job else None,
        "generation": _generation(conductor),
        "engine": _engine(conductor),
        "seam": asdict(mixed.seam) if mixed and mixed.seam else None,
        "quality": asdict(mixed.quality) if mixed and mixed.quality else None,
        "chain": _chain(conductor),
        "bridged_seconds": round(conductor.bridged_s, 3),
        "late_blocks": conductor.playout.late_blocks,
        "encoder_restarts": conductor.broadcast.encoder_restarts,
        "listeners": conductor.listeners.count(now_s),
        "uptime_seconds": round(now_s - conductor.began_s, 3),
        "now": iso(clock.utc()),
        "air_date": iso(epoch.date(air)) if epoch else None,
        "warnings": warnings(conductor),
        "error": production.error or conductor.broadcast.trouble or None,
    }


def receipt_body(receipt: Receipt | None) -> dict[str, Any] | None:
    """A receipt as the API answers it."""
    if receipt is None:
        return None
    promise, heard = receipt.promise, receipt.audible_in_s
    return {
        "id": promise.number,
        "prompt": promise.prompt,
        "when": promise.when,
        "segment_index": promise.segment_index,
        "audible_at": iso(receipt.audible_at),
        "audible_in_seconds": None if heard is None else round(heard, 3),
        "state": promise.state,
        "corrections": promise.corrections,
        "superseded_by": promise.superseded_by,
    }


def warnings(conductor: Conductor) -> list[str]:
    """What is wrong without having stopped anything, in sentences."""
    return [*conductor.warnings, *filter(None, (conductor.broadcast.trouble, conductor.desk.trouble))]


def _next(conductor: Conductor) -> dict[str, Any] | None:
    entry, epoch = conductor.steering.coming(conductor.entries), conductor.broadcast.epoch
    if entry is None:
        return None
    return {
        "segment_index": entry.index,
        "title": entry.title,
        "prompt": entry.prompt,
        "audible_at": iso(epoch.date(entry.sample)) if epoch else None,
    }


def _chain(conductor: Conductor) -> dict[str, Any] | None:
    """The chain that is being continued; `hops` counts a model's segments since its first, None for a composer."""
    production = conductor.production
    chain, watch = production.orders.programme.chain, production.watch
    return {"number": chain.number, "hops": watch.hops if watch else None} if chain else None


def _engine(conductor: Conductor) -> dict[str, Any]:
    """Who makes the music, and on which rung of the ladder; `wanted` is another while that one loads."""
    climber = conductor.production.climber
    active, ladder = climber.active, climber.ladder
    rung = active.rung if active and active.engine else None
    return {
        "name": conductor.production.engine,
        "ready": rung is not None,
        "rung": rung.name if rung else None,
        "wanted": ladder.rung.name if ladder.rungs else None,
        "model": rung.model if rung else None,
        "lm": rung.lm if rung else None,
        "memory": rung.memory or None if rung else None,
        "ladder": [_rung(conductor, rung) for rung in ladder.rungs],
        "last_step": asdict(ladder.last) | {"at": iso(climber.stepped_utc)} if ladder.last else None,
    }


def _rung(conductor: Conductor, rung: Rung) -> dict[str, Any]:
    """One rung: `here`, `playing`, `loading`, `barred` (and until when it is) or `absent`, and why."""
    climber, now_s = conductor.production.climber, conductor.clock.monotonic()
    bar, crew = climber.ladder.bar(rung.name), climber.crew
    left_s = max(0.0, bar.until_s - now_s) if bar else 0.0
    if crew.active is not None and crew.active.engine and crew.active.rung.name == rung.name:
        state = "playing"
    elif rung.spec is None:
        state = "absent"
    elif crew.coming is not None and crew.coming.rung.name == rung.name:
        state = "loading"
    else:
        state = "barred" if left_s else "here"
    why = rung.absent or (bar.why if bar else "")
    return {"rung": rung.name, "state": state, "why": why or None, "barred_seconds": round(left_s, 1)}


def _generation(conductor: Conductor) -> dict[str, Any]:
    production = conductor.production
    job, seconds, factor = production.job, production.lookahead.last_s, production.real_time_factor
    return {
        "task": job.plan.task if job else None,
        "progress": round(job.progress, 3) if job else None,
        "started_at": iso(job.started_utc) if job else None,
        "attempt": job.plan.attempt if job else None,
        "last_seconds": None if seconds is None else round(seconds, 3),
        "real_time_factor": round(factor, 2) if factor else None,
        "retries": production.retries,
    }


def _headroom_target(conductor: Conductor) -> dict[str, Any]:
    """The headroom that the station aims at, and why; `prefetch` is the number of ready segments asked for, if any."""
    aim, policy = conductor.production.aim, conductor.production.pace.policy
    return {
        "seconds": round(aim.ask_below_s, 3),
        "why": aim.why,
        "floor_seconds": policy.floor_s,
        "ceiling_seconds": policy.ceiling_s,
        "prefetch": policy.prefetch,
    }
