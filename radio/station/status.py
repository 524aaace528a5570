"""`/session/status`: everything about now, as plain data (DESIGN §6). Reads the conductor, in the event loop."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from radio.contracts import SAMPLE_RATE
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
        "prompt": on_air.prompt if on_air else production.programme.prompt,
        "position_seconds": round(air / SAMPLE_RATE, 3),
        "headroom_seconds": round(conductor.headroom_s, 3),
        "ask_below_seconds": round(production.lookahead.ask_below_s, 3),
        "next": _next(conductor, air),
        "pending": receipt_body(conductor.pending_receipt()),
        "generating_index": production.job.plan.index if production.job else None,
        "generation": _generation(conductor),
        "engine": {"name": production.engine, "rung": production.engine, "ready": bool(production.engine)},
        "seam": asdict(mixed.seam) if mixed and mixed.seam else None,
        "bridged_seconds": round(conductor.bridged_s, 3),
        "late_blocks": conductor.playout.late_blocks,
        "encoder_restarts": conductor.broadcast.encoder_restarts,
        "listeners": conductor.listeners.count(now_s),
        "uptime_seconds": round(now_s - conductor.began_s, 3),
        "now": iso(clock.utc()),
        "air_date": iso(epoch.date(air)) if epoch else None,
        "error": production.error,
    }


def receipt_body(receipt: Receipt | None) -> dict[str, Any] | None:
    """A receipt as the API answers it."""
    if receipt is None:
        return None
    heard = receipt.audible_in_s
    return {
        "prompt": receipt.prompt,
        "segment_index": receipt.segment_index,
        "audible_at": iso(receipt.audible_at),
        "audible_in_seconds": None if heard is None else round(heard, 3),
    }


def _next(conductor: Conductor, air: int) -> dict[str, Any] | None:
    entry, epoch = conductor.entries.after(air), conductor.broadcast.epoch
    if entry is None:
        return None
    return {
        "segment_index": entry.index,
        "title": entry.title,
        "prompt": entry.prompt,
        "audible_at": iso(epoch.date(entry.sample)) if epoch else None,
    }


def _generation(conductor: Conductor) -> dict[str, Any]:
    production = conductor.production
    job, seconds, factor = production.job, production.lookahead.seconds, production.real_time_factor
    return {
        "task": job.plan.task if job else None,
        "progress": round(job.progress, 3) if job else None,
        "started_at": iso(job.started_utc) if job else None,
        "attempt": job.plan.attempt if job else None,
        "last_seconds": round(seconds[-1], 3) if seconds else None,
        "real_time_factor": round(factor, 2) if factor else None,
        "retries": production.retries,
    }
