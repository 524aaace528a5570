"""Puts tones and strokes where the score says, one block at a time. Pure but for the bank it asks; one thread.

A sounding note is the same for whoever asks for a block of it: every sample depends on the note alone and on the chain's position.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from radio.contracts import SAMPLE_RATE
from radio.engines.synth.score import MAX_NOTE_SAMPLES, Hit, Note
from radio.engines.synth.sound.bank import Bank, sounding
from radio.engines.synth.sound.kits import VARIANTS
from radio.engines.synth.sound.mix import DRUM_LEVELS, TRIMS, loudness
from radio.engines.synth.sound.orchestra import ORCHESTRA
from radio.engines.synth.sound.shaping import db, fall, rise
from radio.engines.synth.sound.tone import F32, Timbre, Tone, Tremolo, samples

CHOKE = samples(0.04)


@dataclass(frozen=True, slots=True)
class Event:
    """A note or a hit between two chain positions. `stop` is the first silent sample."""

    start: int
    stop: int
    what: Note | Hit


def mixed(number: int) -> int:
    """A cheap hash of a position (Knuth's multiplicative method, 32 bits)."""
    number = (number ^ (number >> 15)) * 2654435761 & 0xFFFFFFFF
    return number ^ (number >> 13)


def pan_gains(pan: float) -> F32:
    """`[2, 1]`, equal power, 1 in the middle."""
    angle = (min(1.0, max(-1.0, pan)) + 1) * np.pi / 4
    return np.array([[np.cos(angle)], [np.sin(angle)]], dtype=np.float32) * np.float32(np.sqrt(2))


def swing(tremolo: Tremolo, block: int, length: int) -> F32:
    """`[2, length]`: the tremolo's gain at chain positions from `block` on."""
    start = (tremolo.hz * block / SAMPLE_RATE) % 1.0
    turns = start + np.arange(length) * (tremolo.hz / SAMPLE_RATE)
    both = np.stack([turns, turns + tremolo.turn])
    return np.asarray(1 - tremolo.depth * (0.5 + 0.5 * np.sin(2 * np.pi * both)), dtype=np.float32)


def event_of(note: Note) -> Event:
    return Event(note.start, note.start + sounding(note, ORCHESTRA[note.instrument]), note)


def looped(line: F32, at: int, length: int) -> F32:
    """`[channels, length]` of an endless loop from position `at`."""
    size = line.shape[1]
    at %= size
    if at + length <= size:
        return line[:, at : at + length]
    return np.concatenate([line[:, at:], line[:, : at + length - size]], axis=1)


class Players:
    """Plays notes and hits of one passage into buses of `[2, block length]`."""

    def __init__(self, bank: Bank, timbre: Timbre) -> None:
        self._bank = bank
        self._timbre = timbre

    def play(self, event: Event, bus: F32, block: int) -> None:
        """Add what of the event lies in the block that begins at chain position `block`."""
        first = max(event.start, block)
        last = min(event.stop, block + bus.shape[1])
        if first >= last:
            return
        if isinstance(event.what, Note):
            self._note(event.what, bus, block, first, last)
        else:
            self._hit(event, event.what, bus, block, first, last)

    def _note(self, note: Note, bus: F32, block: int, first: int, last: int) -> None:
        voice = ORCHESTRA[note.instrument]
        tone = self._bank.tone(note, self._timbre)
        begin, end = first - note.start, last - note.start
        if voice.looped:
            sound = held(note, tone, voice.drift_hz, block, begin, end)
            grow(sound, begin, samples(voice.attack_s))
        else:
            end = min(end, tone.dark.shape[1])
            if begin >= end:
                return
            sound = tone.dark[:, begin:end] * np.float32(1)
        if voice.ring_s is None:
            release(sound, begin, max(1, min(note.length, MAX_NOTE_SAMPLES)), samples(voice.release_s))
        gain = loudness(note.velocity) * db(TRIMS.get(note.instrument, 0.0))
        at = first - block
        stereo = sound * (pan_gains(note.pan) * np.float32(gain))
        if voice.tremolo is not None:
            stereo *= swing(voice.tremolo, block + at, stereo.shape[1])
        bus[:, at : at + stereo.shape[1]] += stereo

    def _hit(self, event: Event, hit: Hit, bus: F32, block: int, first: int, last: int) -> None:
        tone = self._bank.stroke(hit, mixed(hit.start) % VARIANTS)
        begin, end = first - hit.start, min(last - hit.start, tone.dark.shape[1])
        if begin >= end:
            return
        sound = tone.dark[:, begin:end] * np.float32(1)
        release(sound, begin, event.stop - hit.start - CHOKE, CHOKE)
        level, pan = DRUM_LEVELS[hit.drum]
        gain = pan_gains(pan) * np.float32(loudness(hit.velocity) * db(level))
        bus[:, first - block : first - block + end - begin] += sound * gain


def held(note: Note, tone: Tone, drift_hz: float, block: int, begin: int, end: int) -> F32:
    """A stretch of a loop. Its bright part comes with velocity and wanders slowly along the chain."""
    offset = mixed(note.start + note.pitch * 7919)
    sound = looped(tone.dark, begin + offset, end - begin)
    if tone.bright is None:
        return sound * np.float32(1)
    turn = drift_hz / SAMPLE_RATE
    where = np.array([note.start + begin, note.start + end]) * turn + (offset % 97) / 97
    light = (0.15 + 1.0 * note.velocity) * (0.72 + 0.28 * np.sin(2 * np.pi * (where % 1.0)))
    ramp = np.linspace(light[0], light[1], end - begin, endpoint=False, dtype=np.float32)
    return np.asarray(sound + looped(tone.bright, begin + offset, end - begin) * ramp)


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
