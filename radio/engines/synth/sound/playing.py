"""Puts tones and strokes where the score says, one block at a time. Pure but for the bank it asks; one thread.

A sounding note is the same for whoever asks for a block of it: every sample depends on the note alone and on the
chain's position.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from radio.contracts import SAMPLE_RATE
from radio.engines.synth.score import MAX_NOTE_SAMPLES, Hit, Note
from radio.engines.synth.sound.bank import Bank, key_of, mixed, sounding
from radio.engines.synth.sound.convolver import BLOCK
from radio.engines.synth.sound.kits import VARIANTS
from radio.engines.synth.sound.mix import DRUM_LEVELS, TRIMS, loudness
from radio.engines.synth.sound.orchestra import ORCHESTRA
from radio.engines.synth.sound.shaping import db, fall, rise
from radio.engines.synth.sound.tone import F32, Key, Timbre, Tone, Tremolo, samples

CHOKE = samples(0.04)
COUNT = np.arange(BLOCK, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Event:
    """A note or a hit between two chain positions. `stop` is the first silent sample, `gain` `[2, 1]`."""

    start: int
    stop: int
    what: Note | Hit
    gain: F32
    key: Key | None = None


def pan_gains(pan: float) -> F32:
    """`[2, 1]`, equal power, 1 in the middle."""
    angle = (min(1.0, max(-1.0, pan)) + 1) * math.pi / 4
    return np.array([[math.cos(angle) * math.sqrt(2)], [math.sin(angle) * math.sqrt(2)]], dtype=np.float32)


@lru_cache(maxsize=8)
def swing(tremolo: Tremolo, block: int, length: int) -> F32:
    """`[2, length]`: the tremolo's gain at chain positions from `block` on."""
    start = (tremolo.hz * block / SAMPLE_RATE) % 1.0
    turns = COUNT[:length] * np.float32(tremolo.hz / SAMPLE_RATE) + np.array(
        [[start], [start + tremolo.turn]], np.float32
    )
    half = np.float32(0.5 * tremolo.depth)
    return np.asarray((1 - half) - half * np.sin(turns * np.float32(2 * np.pi)), dtype=np.float32)


def event_of(note: Note, timbre: Timbre) -> Event:
    voice = ORCHESTRA[note.instrument]
    gain = pan_gains(note.pan) * np.float32(loudness(note.velocity) * db(TRIMS.get(note.instrument, 0.0)))
    return Event(note.start, note.start + sounding(note, voice), note, gain, key_of(note, voice, timbre))


def event_of_hit(hit: Hit, stop: int) -> Event:
    level, pan = DRUM_LEVELS[hit.drum]
    return Event(hit.start, stop, hit, pan_gains(pan) * np.float32(loudness(hit.velocity) * db(level)))


def looped(line: F32, at: int, length: int) -> F32:
    """`[channels, length]` of an endless loop from position `at`."""
    size = line.shape[1]
    at %= size
    if at + length <= size:
        return line[:, at : at + length]
    return np.concatenate([line[:, at:], line[:, : at + length - size]], axis=1)


class Players:
    """Plays notes and hits into buses of `[2, block length]`."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank

    def play(self, event: Event, bus: F32, block: int) -> None:
        """Add what of the event lies in the block that begins at chain position `block`."""
        first = max(event.start, block)
        last = min(event.stop, block + bus.shape[1])
        if first >= last:
            return
        begin, end = first - event.start, last - event.start
        if isinstance(event.what, Hit):
            sound = self._hit(event, event.what, begin, end)
        else:
            sound = self._note(event, event.what, begin, end, block)
        bus[:, first - block : first - block + sound.shape[1]] += sound

    def _note(self, event: Event, note: Note, begin: int, end: int, block: int) -> F32:
        """`[2, ≤ end − begin]`."""
        voice = ORCHESTRA[note.instrument]
        tone = self._bank.tone(note.instrument, event.key or key_of(note, voice, Timbre()))
        if voice.looped:
            sound = held(note, tone, voice.drift_hz, begin, end, event.gain)
            grow(sound, begin, samples(voice.attack_s))
        else:
            sound = tone.dark[:, begin:end] * event.gain
        if voice.ring_s is None:
            release(sound, begin, max(1, min(note.length, MAX_NOTE_SAMPLES)), samples(voice.release_s))
        if voice.tremolo is not None:
            at = event.start + begin - block
            sound *= swing(voice.tremolo, block, BLOCK)[:, at : at + sound.shape[1]]
        return sound

    def _hit(self, event: Event, hit: Hit, begin: int, end: int) -> F32:
        tone = self._bank.stroke(hit, mixed(hit.start) % VARIANTS)
        sound = tone.dark[:, begin:end] * event.gain
        release(sound, begin, event.stop - hit.start - CHOKE, CHOKE)
        return sound


def held(note: Note, tone: Tone, drift_hz: float, begin: int, end: int, gain: F32) -> F32:
    """A stretch of a loop. Its bright part comes with velocity and wanders slowly along the chain."""
    offset = mixed(note.start + note.pitch * 7919)
    sound = looped(tone.dark, begin + offset, end - begin) * gain
    if tone.bright is None:
        return sound
    where = np.array([note.start + begin, note.start + end]) * (drift_hz / SAMPLE_RATE) + (offset % 97) / 97
    light = (0.15 + 1.0 * note.velocity) * (0.72 + 0.28 * np.sin(2 * np.pi * (where % 1.0)))
    ramp = COUNT[: end - begin] * np.float32((light[1] - light[0]) / (end - begin)) + np.float32(light[0])
    sound += looped(tone.bright, begin + offset, end - begin) * (ramp * gain)
    return sound


def grow(sound: F32, begin: int, attack: int) -> None:
    """The attack of a loop, in place."""
    if begin < attack:
        sound[:, : attack - begin] *= rise(attack)[begin : begin + sound.shape[1]]


def release(sound: F32, begin: int, held_samples: int, fade: int) -> None:
    """Key-up, in place: the fade begins after `held_samples` and ends at nothing."""
    if begin + sound.shape[1] <= held_samples:
        return
    skip = max(0, held_samples - begin)
    at = begin + skip - held_samples
    curve = fall(fade)[at : at + sound.shape[1] - skip]
    sound[:, skip : skip + len(curve)] *= curve
    sound[:, skip + len(curve) :] = 0
