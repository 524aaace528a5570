"""One passage on the stage: its players, buses, echo, ducking, room and warmth, run block after block.

What it gives for a block depends only on the score within `HISTORY_BLOCKS` blocks and a tone's reach before it; so it
may be started anywhere. One owner, one thread.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

import numpy as np

from radio.engines.synth.score import Hit, Note, Part, Passage
from radio.engines.synth.sound import convolver, ducking, echo, parting
from radio.engines.synth.sound.bank import Bank
from radio.engines.synth.sound.convolver import BLOCK, Convolver
from radio.engines.synth.sound.echo import Echo
from radio.engines.synth.sound.master import warmed
from radio.engines.synth.sound.mix import (
    DESKS,
    DRY_DRUMS,
    PARTS,
    colour_of,
    drum_send,
    part_level,
    part_send,
    space_of,
    timbre_of,
)  # fmt: skip
from radio.engines.synth.sound.playing import CHOKE, Event, Players, event_of, event_of_hit
from radio.engines.synth.sound.room import filters
from radio.engines.synth.sound.shaping import db
from radio.engines.synth.sound.tone import F32, samples
from radio.engines.synth.sound.wow import Wow

HISTORY_BLOCKS = convolver.MEMORY_BLOCKS + echo.MEMORY_BLOCKS
"""Blocks that must have been pushed before one is wanted."""
HIT_REACH = samples(3.0)
NOTE_REACH = samples(12.0)
"""No note sounds longer: ten seconds held, and the longest fade."""
ECHOED: frozenset[Part] = frozenset(("lead", "counter", "arp"))
DUCKED: frozenset[Part] = frozenset(("chords", "arp", "pad", "bass"))
MAKE_UP = db(0.0)


class Stage:
    """Plays one passage. Notes and hits must be those that begin in it, ascending."""

    def __init__(self, passage: Passage, notes: list[Note], hits: list[Hit], bank: Bank) -> None:
        style = passage.style
        self._style = style
        self._cut = passage.end if passage.parting == "cut" else None
        self._desk = DESKS[style.genre]
        timbre = timbre_of(style)
        self._events = {part: [event_of(note, timbre) for note in notes if note.part == part] for part in PARTS}
        self._starts = {part: [event.start for event in events] for part, events in self._events.items()}
        self._strokes = strokes(hits)
        self._stroke_starts = [event.start for event in self._strokes]
        self._kicks = [hit.start for hit in hits if hit.drum == "kick"]
        self._players = Players(bank)

        self._echo = Echo(echo.delay_of(style.bpm), 0.55 * self._desk.echo)
        self._tape = Wow(self._desk.wow_cents)
        self._convolver = Convolver(filters(space_of(style), colour_of(style)))

    def push(self, block: int, *, wanted: bool) -> F32 | None:
        """The passage's sound `[2, BLOCK]` from chain position `block` (a multiple of BLOCK), or None if not wanted."""
        dry, send = self._music(block)
        self._drums(block, dry, send)
        gain = np.float32(db(self._desk.whole) * MAKE_UP)
        cut = self._cut if self._cut is not None and self._cut < block + BLOCK else None
        if cut is not None:
            dry, send = (line * parting.leaving(cut, block, BLOCK) for line in (dry, send))
        warm = warmed(widened(dry, self._desk.width) * gain, self._style.warmth)
        sound = self._convolver.push(warm, crossed(send) * gain, wanted=wanted)
        return sound if cut is None or sound is None else sound * parting.ringing(cut, block, BLOCK)

    def _music(self, block: int) -> tuple[F32, F32]:
        """All parts with their echoes, dry (off the tape, where there is one) and on their way into the room."""
        dry, send, feed = (np.zeros((2, BLOCK), np.float32) for _ in range(3))
        pushed = ducking.ducked(self._kicks_near(block), block, BLOCK, self._desk.duck)
        for part in PARTS:
            bus = self._bus(part, block)
            if bus is None:
                continue
            if part in DUCKED and self._desk.duck:
                bus *= pushed
            dry += bus
            send += bus * np.float32(part_send(self._style, part))
            if part in ECHOED:
                feed += bus
        if self._desk.echo:
            repeats = self._echo.push(feed)
            dry += repeats
            send += repeats * np.float32(0.5)
        if self._desk.wow_cents == 0:
            return dry, send
        return self._tape.push(dry, block), send

    def _bus(self, part: Part, block: int) -> F32 | None:
        """All notes of a part, at its level; None when it rests."""
        first = bisect_left(self._starts[part], block - NOTE_REACH)
        last = bisect_left(self._starts[part], block + BLOCK)
        events = [event for event in self._events[part][first:last] if event.stop > block]
        if not events:
            return None
        bus = np.zeros((2, BLOCK), np.float32)
        for event in events:
            self._players.play(event, bus, block)
        bus *= np.float32(part_level(self._style, part))
        return bus

    def _drums(self, block: int, dry: F32, send: F32) -> None:
        first = bisect_left(self._stroke_starts, block - HIT_REACH)
        last = bisect_left(self._stroke_starts, block + BLOCK)
        level, far = db(self._desk.drums), drum_send(self._style)
        bus, close = np.zeros((2, BLOCK), np.float32), np.zeros((2, BLOCK), np.float32)
        for event in self._strokes[first:last]:
            if event.stop > block:
                self._players.play(
                    event, close if isinstance(event.what, Hit) and event.what.drum in DRY_DRUMS else bus, block
                )
        dry += (bus + close) * np.float32(level)
        send += bus * np.float32(level * far)

    def _kicks_near(self, block: int) -> list[int]:
        return self._kicks[bisect_right(self._kicks, block - ducking.LENGTH) : bisect_left(self._kicks, block + BLOCK)]


def widened(dry: F32, width: float) -> F32:
    """The same middle with its sides scaled; what is in the middle alone stays as it is."""
    own, other = np.float32((1 + width) / 2), np.float32((1 - width) / 2)
    return dry * own + dry[::-1] * other


def crossed(send: F32) -> F32:
    """A little of each side goes to the other side of the room."""
    return send * np.float32(0.8) + send[::-1] * np.float32(0.2)


def strokes(hits: list[Hit]) -> list[Event]:
    """Hits as events. A hat that is struck again closes the open one."""
    events: list[Event] = []
    closing = None
    for hit in reversed(hits):
        stop = hit.start + HIT_REACH
        if hit.drum == "open_hat" and closing is not None:
            stop = min(stop, max(closing, hit.start + 1) + CHOKE)
        if hit.drum in ("hat", "open_hat"):
            closing = hit.start
        events.append(event_of_hit(hit, stop))
    return events[::-1]
