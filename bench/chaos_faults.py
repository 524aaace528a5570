"""The faults: what is done to the station, and what is put right again afterwards.

Each is done once, at a moment that the bench chose. Signals go only to processes of the station under test.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from bench.chaos_engine import ALWAYS, ORDER, ORDERS
from bench.chaos_station import Subject
from radio.contracts import EncodedChunk, EncoderRun
from radio.packager.encoder import HlsEncoder

Step = Callable[[Subject], None]


def nothing(_: Subject) -> None:
    """Nothing has to be put right."""


@dataclass(frozen=True, slots=True)
class Fault:
    """`stage` is whom it hits. `undo` is called after `lasts_s` seconds by the station's clock."""

    stage: str
    kind: str
    do: Step
    undo: Step = nothing
    lasts_s: float = 0.0
    ordered: bool = False
    """Carried out by the engine, at its next job."""


def order(kind: str) -> Fault:
    def do(subject: Subject) -> None:
        beside = subject.folder / f"{ORDER}.new"
        beside.write_text(kind, encoding="utf-8")
        os.replace(beside, subject.folder / ORDER)

    return Fault("engine", kind, do, ordered=True)


def always(kind: str) -> Fault:
    """Every job for a minute: the music runs out, and the station bridges."""

    def undo(subject: Subject) -> None:
        (subject.folder / ORDER).unlink(missing_ok=True)

    return Fault("engine", f"a minute of {kind}", order(f"{ALWAYS}{kind}").do, undo, 60.0)


def to_generator(kind: str, number: signal.Signals) -> Fault:
    return Fault("generator", kind, lambda subject: _send(subject.station.production.pid, number))


def to_encoder(kind: str, number: signal.Signals) -> Fault:
    return Fault("encoder", kind, lambda subject: _send(encoder_pid(subject), number))


def step(kind: str, seconds: float) -> Fault:
    return Fault("clock", kind, lambda subject: subject.clock.step(seconds))


def together(one: Fault, other: Fault) -> Fault:
    """Both at once."""

    def do(subject: Subject) -> None:
        one.do(subject)
        other.do(subject)

    def undo(subject: Subject) -> None:
        for fault in {id(each): each for each in (one, other)}.values():
            fault.undo(subject)

    if one.lasts_s and one is other:  # twice the same that has to be put right once
        return one
    lasts_s, ordered = max(one.lasts_s, other.lasts_s), one.ordered or other.ordered
    return Fault("two", f"{one.kind} + {other.kind}", do, undo, lasts_s, ordered)


def encoder_pid(subject: Subject) -> int | None:
    running = subject.station.broadcast._running
    return running.encoder.pid if running else None


def _send(pid: int | None, number: signal.Signals) -> None:
    if pid is not None:
        os.kill(pid, number)


def _work_folder_gone(subject: Subject) -> None:
    running = subject.station.broadcast._running
    folder = running.encoder._folder if running else None
    if folder is not None:
        shutil.rmtree(folder.path, ignore_errors=True)


def _push_once(subject: Subject, before: Callable[[], object]) -> None:
    """Something happens in the publisher at the next chunk."""
    publisher = subject.station.publisher
    push = publisher.push

    def trip(chunk: EncodedChunk) -> None:
        publisher.push = push  # type: ignore[method-assign]
        before()
        push(chunk)

    publisher.push = trip  # type: ignore[method-assign]


def _fail() -> None:
    raise MemoryError("no room for a chunk")


def _no_encoder(subject: Subject) -> None:
    """ffmpeg ends at once, whenever it is started, and now."""
    broadcast = subject.station.broadcast
    new_encoder = broadcast._new_encoder

    def broken(run: EncoderRun, on_chunk: Callable[[EncodedChunk], None]) -> HlsEncoder:
        encoder = new_encoder(run, on_chunk)
        encoder._argv = [sys.executable, "-c", "raise SystemExit(1)"]
        return encoder

    broadcast._new_encoder = broken
    broken.before = new_encoder  # type: ignore[attr-defined]
    _send(encoder_pid(subject), signal.SIGKILL)


def _encoder_back(subject: Subject) -> None:
    broadcast = subject.station.broadcast
    broadcast._new_encoder = getattr(broadcast._new_encoder, "before", broadcast._new_encoder)


def _disk_gone(subject: Subject) -> None:
    """Every write to the data folder fails from now on, for root too: a file stands where the folder was."""
    data = subject.folder / "data"
    data.rename(subject.folder / "data.away")
    data.write_text("not a folder")


def _disk_back(subject: Subject) -> None:
    data = subject.folder / "data"
    data.unlink()
    (subject.folder / "data.away").rename(data)


FAULTS = (
    *(order(kind) for kind in ORDERS),
    always("raise"),
    always("exit"),
    to_generator("kill -9", signal.SIGKILL),
    to_generator("SIGSTOP", signal.SIGSTOP),
    to_generator("SIGTERM", signal.SIGTERM),
    to_encoder("kill -9", signal.SIGKILL),
    to_encoder("SIGSTOP", signal.SIGSTOP),
    to_encoder("SIGTERM", signal.SIGTERM),
    Fault("encoder", "does not start", _no_encoder, _encoder_back, 6.0),
    Fault("publisher", "work folder gone", _work_folder_gone),
    Fault("publisher", "out of memory", lambda subject: _push_once(subject, _fail)),
    Fault("publisher", "hangs for 3 s", lambda subject: _push_once(subject, lambda: time.sleep(3.0))),
    Fault("publisher", "data folder fails", _disk_gone, _disk_back, 20.0),
    step("clock +30 s", 30.0),
    step("clock −30 s", -30.0),
)
