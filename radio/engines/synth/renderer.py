"""Renders a score: stages for its passages, the weather over them, one ceiling.

A pure function of the score: every block of a fixed grid comes out the same, bit by bit, wherever rendering began, as
long as the score reaches back `PRE_ROLL_SAMPLES`. Knows no prompt and no composer. Runs in the generator process, on
one thread.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from radio.engines.synth.score import MAX_FADE_SAMPLES, Hit, Note, Passage, Score
from radio.engines.synth.sound import parting
from radio.engines.synth.sound.bank import Bank
from radio.engines.synth.sound.convolver import BLOCK
from radio.engines.synth.sound.master import under_ceiling
from radio.engines.synth.sound.room import LENGTH
from radio.engines.synth.sound.stage import HISTORY_BLOCKS, NOTE_REACH, Stage
from radio.engines.synth.sound.textures import Weather

PRE_ROLL_SAMPLES = max(NOTE_REACH + (HISTORY_BLOCKS + 1) * BLOCK, MAX_FADE_SAMPLES)
"""How far before its first sample a renderer must know the score (20.2 s)."""
TAIL_SAMPLES = NOTE_REACH + LENGTH + (HISTORY_BLOCKS + 1) * BLOCK
"""How long after its end a passage may still be heard."""


class Watch:
    """Tells how far rendering is, also between two steps: whoever listens may want it to stop."""

    def __init__(self, progress: Callable[[float], None]) -> None:
        self._progress = progress

        self._done = 0.0

    def tick(self) -> None:
        self._progress(self._done)

    def reach(self, done: float) -> None:
        self._done = done
        self._progress(done)


class Renderer:
    """Keeps the tones that were made between calls; the sound does not depend on them."""

    def __init__(self) -> None:
        self._bank = Bank()
        self._weather = Weather()

    def render(self, score: Score, start: int, end: int, progress: Callable[[float], None]) -> NDArray[np.float32]:
        """What sounds in [start, end) of the chain: float32 `[end − start, 2]`, at most ±0.93.

        `score` covers [start − PRE_ROLL_SAMPLES, end). `progress` is called with 0…1 after every 1.4 s and every tone
        that had to be made, and may raise.
        """
        out = np.zeros((max(0, end - start), 2), np.float32)
        first, last = start // BLOCK, -(-end // BLOCK)
        watch = Watch(progress)
        self._bank.report_to(watch.tick)
        stages = self._stages(score, watch)
        for number in range(first - HISTORY_BLOCKS, last):
            watch.tick()
            block = number * BLOCK
            sound = self._block(score, stages, block, watch, wanted=number >= first)
            if sound is not None:
                low, high = max(start, block), min(end, block + BLOCK)
                out[low - start : high - start] = sound[:, low - block : high - block].T
                watch.reach((high - start) / (end - start))
        return out

    def _stages(self, score: Score, watch: Watch) -> list[tuple[Passage, Stage]]:
        stages = []
        for passage in score.passages:
            watch.tick()
            if not passage.style.texture_only:
                stages.append(staged(passage, score, self._bank))
        return stages

    def _block(
        self, score: Score, stages: list[tuple[Passage, Stage]], block: int, watch: Watch, *, wanted: bool
    ) -> NDArray[np.float32] | None:
        total = np.zeros((2, BLOCK), np.float32)
        for passage, stage in stages:
            if block + BLOCK <= passage.start or (passage.end is not None and block >= heard_until(passage)):
                continue
            sound = stage.push(block, wanted=wanted)
            if sound is not None:
                total += sound
            watch.tick()
        if not wanted:
            return None
        self._weather.add(score, total, block)
        return under_ceiling(total)


def heard_until(passage: Passage) -> int:
    """The chain position at which nothing of an ended passage is left."""
    return (passage.end or 0) + (parting.GONE if passage.parting == "cut" else TAIL_SAMPLES)


def staged(passage: Passage, score: Score, bank: Bank) -> tuple[Passage, Stage]:
    """A passage with its own notes and hits. A passage owns what begins in it."""
    end = score.end if passage.end is None else passage.end
    notes: list[Note] = [note for note in score.notes if passage.start <= note.start < end]
    hits: list[Hit] = [hit for hit in score.hits if passage.start <= hit.start < end]
    notes.sort(key=lambda note: (note.start, note.part, note.pitch, note.length, note.instrument))
    hits.sort(key=lambda hit: (hit.start, hit.drum, hit.velocity))
    return passage, Stage(passage, notes, hits, bank)
