"""Keeps the tones that were made, up to a number of bytes; the longest unused go first.

A tone is a pure function of its address, so losing one costs only time. Used from the engine's one thread.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable

from radio.engines.synth.score import MAX_NOTE_SAMPLES, Hit, Note
from radio.engines.synth.sound.kits import stroke
from radio.engines.synth.sound.orchestra import ORCHESTRA
from radio.engines.synth.sound.tone import LAYERS, Key, Timbre, Tone, Voice, samples
from radio.engines.synth.style import Instrument

CACHE_BYTES = 88 << 20
SIZES = tuple(samples(seconds) for seconds in (0.3, 0.6, 1.2, 2.4, 4.8, 7.2, 10.5))
"""Lengths in which one-shot tones are made."""
LOOPS = (1 << 17, 1 << 18)
"""Lengths of loops: for long notes a longer one, so that none is heard more than twice."""
TAIL_SAMPLES = samples(3.0)
"""No voice sounds longer than this after key-up, and none that ignores key-up longer than a held note may."""


class Bank:
    """A cache of tones and drum strokes, bounded in bytes."""

    def __init__(self, cache_bytes: int = CACHE_BYTES) -> None:
        self._limit = cache_bytes

        self._tones: OrderedDict[Hashable, Tone] = OrderedDict()
        self._bytes = 0
        self._report: Callable[[], None] = nobody

    def report_to(self, report: Callable[[], None]) -> None:
        """Called after each tone that had to be made, which takes a while. It may raise: the tone is kept."""
        self._report = report

    @property
    def size_bytes(self) -> int:
        return self._bytes

    def tone(self, instrument: Instrument, key: Key) -> Tone:
        return self._get((instrument, key), lambda: ORCHESTRA[instrument].make(key))

    def stroke(self, hit: Hit, variant: int) -> Tone:
        layer = layer_of(hit.velocity)
        return self._get((hit.kit, hit.drum, layer, variant), lambda: stroke(hit.kit, hit.drum, layer, variant))

    def _get(self, address: Hashable, make: Callable[[], Tone]) -> Tone:
        tone = self._tones.get(address)
        if tone is None:
            tone = make()
            self._tones[address] = tone
            self._bytes += tone.size_bytes
            self._shrink()
            self._report()
        else:
            self._tones.move_to_end(address)
        return tone

    def _shrink(self) -> None:
        while self._bytes > self._limit and len(self._tones) > 1:
            _, lost = self._tones.popitem(last=False)
            self._bytes -= lost.size_bytes


def nobody() -> None:
    """Nobody listens."""


def mixed(number: int) -> int:
    """A cheap hash of a position (Knuth's multiplicative method, 32 bits)."""
    number = (number ^ (number >> 15)) * 2654435761 & 0xFFFFFFFF
    return number ^ (number >> 13)


def layer_of(velocity: float) -> int:
    return max(0, min(LAYERS - 1, int(velocity * LAYERS)))


def sounding(note: Note, voice: Voice) -> int:
    """Samples from key down to the end of the tone, at most."""
    held = max(1, min(note.length, MAX_NOTE_SAMPLES))
    total = held + samples(voice.release_s) if voice.ring_s is None else samples(voice.ring_s)
    return total if voice.life_s is None else min(total, samples(voice.life_s(note.pitch)))


def key_of(note: Note, voice: Voice, timbre: Timbre) -> Key:
    """The address of a note's tone: loops need no length and no layer, other tones come in a few lengths.

    No two blows of a hand are quite alike, so equal velocities now and then fall into the next layer.
    """
    pitch = max(0, min(127, note.pitch))
    if voice.looped:
        return Key(pitch, 2, LOOPS[0] if note.length <= 2 * LOOPS[0] else LOOPS[1], timbre)
    wanted = sounding(note, voice)
    longest = SIZES[-1] if voice.life_s is None else samples(voice.life_s(pitch))
    size = next((size for size in SIZES if size >= wanted), SIZES[-1])
    touch = (mixed(note.start) % 100 - 50) / 600
    return Key(pitch, layer_of(note.velocity + touch), min(size, longest), timbre)
