"""Weather: rain, vinyl, waves … as a pure function of the chain's position, block by block. One owner, one thread.

Beds are long loops of noise, read from a new random place in every frame and laid over each other, so they never
repeat; grains fall where a random generator seeded with the block's number says. Nothing runs on from one block to
the next.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy import fft

from radio.contracts import SAMPLE_RATE
from radio.engines.synth.score import Score, Wash
from radio.engines.synth.sound import parting
from radio.engines.synth.sound.convolver import BLOCK
from radio.engines.synth.sound.playing import pan_gains
from radio.engines.synth.sound.shaping import db, generator
from radio.engines.synth.sound.tone import F32
from radio.engines.synth.sound.weathers import ALONE_DB, WEATHER, Bed
from radio.engines.synth.style import TEXTURES, Texture

LOOP = 1 << 17
FRAME = 1 << 15
"""Two frames are always heard at once, one coming, one going."""
STEP = 512
"""Samples between points of a swell."""
GRAIN_REACH_BLOCKS = 5


class Weather:
    """Adds the washes of a score to a block."""

    def add(self, score: Score, out: F32, block: int) -> None:
        for texture in TEXTURES:
            washes = [w for w in score.washes if w.texture == texture and w.start < block + BLOCK and w.end > block]
            if washes:
                out += sound_of(texture, block) * sum(level(wash, block) * loud(score, wash) for wash in washes)


def loud(score: Score, wash: Wash) -> np.float32:
    alone = any(
        p.style.texture_only and p.start <= wash.start and (p.end is None or wash.start < p.end) for p in score.passages
    )
    return np.float32(db(ALONE_DB[wash.texture]) if alone else 1.0)


def level(wash: Wash, block: int) -> F32:
    """`[BLOCK]`: the wash's level with its linear fades."""
    at = np.arange(block, block + BLOCK)
    fade = max(1, wash.fade)
    rise = fade if wash.rise is None else max(1, wash.rise)
    inside = np.clip(np.minimum((at - wash.start) / rise, (wash.end - at) / fade), 0, 1)
    whole = np.asarray(wash.level * inside, dtype=np.float32)
    return whole if wash.cut is None else whole * parting.leaving(wash.cut, block, BLOCK)


def sound_of(texture: Texture, block: int) -> F32:
    """`[2, BLOCK]` of a texture at full level, from chain position `block` (a multiple of BLOCK) on."""
    beds, sprinkles = WEATHER[texture]
    name = TEXTURES.index(texture)
    out = np.zeros((2, BLOCK), np.float32)
    for number, bed in enumerate(beds):
        out += drawn(name, number, block) * (swell(bed, name, block) * np.float32(bed.level))
    for number in range(len(sprinkles)):
        strewn(name, number, out, block)
    return out


@lru_cache(maxsize=12)
def bed_loop(name: int, number: int) -> F32:
    """`[2, LOOP]` seamless noise, RMS 1."""
    bed = WEATHER[TEXTURES[name]][0][number]
    hz = fft.rfftfreq(LOOP, 1 / SAMPLE_RATE)
    gain = bed.curve(np.maximum(hz, 1.0)) * (hz > 20)
    random = generator(41, name, number)
    middle, side = (gain * np.exp(2j * np.pi * random.random(len(hz))) for _ in range(2))
    sound = fft.irfft(np.stack([middle + bed.width * side, middle - bed.width * side]), LOOP)
    return np.asarray(sound / np.sqrt(np.mean(sound**2)), dtype=np.float32)


@lru_cache(maxsize=1)
def windows() -> tuple[F32, F32]:
    """Coming and going, equal power."""
    angle = (np.arange(FRAME) + 0.5) / FRAME * np.pi / 2
    return np.sin(angle).astype(np.float32), np.cos(angle).astype(np.float32)


def drawn(name: int, number: int, block: int) -> F32:
    """`[2, BLOCK]` of a bed: in every frame one piece of the loop fades out while the next fades in."""
    loop = bed_loop(name, number)
    coming, going = windows()
    out = np.empty((2, BLOCK), np.float32)
    for at in range(0, BLOCK, FRAME):
        frame = (block + at) // FRAME
        new, old = place(name, number, frame), place(name, number, frame - 1)
        out[:, at : at + FRAME] = loop[:, new : new + FRAME] * coming
        out[:, at : at + FRAME] += loop[:, old + FRAME : old + 2 * FRAME] * going
    return out


def place(name: int, number: int, frame: int) -> int:
    """Where in the loop a frame's piece begins; it is two frames long."""
    return int(generator(42, name, number, frame % (1 << 31)).integers(LOOP - 2 * FRAME))


def swell(bed: Bed, name: int, block: int) -> F32:
    """`[BLOCK]`: a wandering level, smooth, between 1 − swell and 1. Beds of one texture with one pace move
    together.
    """
    if bed.swell == 0:
        return np.ones(BLOCK, np.float32)
    period = bed.swell_s * SAMPLE_RATE
    at = np.arange(block, block + BLOCK + 1, STEP) / period
    whole = np.floor(at).astype(np.int64)
    f = at - whole
    first = int(whole[0])
    points = np.array([tide(name, round(bed.swell_s * 10), k) for k in range(first, int(whole[-1]) + 2)])
    smooth = f * f * (3 - 2 * f)
    wave = points[whole - first] * (1 - smooth) + points[whole - first + 1] * smooth
    curve = (1 - bed.swell + bed.swell * wave**bed.bias).astype(np.float32)
    ramp = (np.arange(STEP) / STEP).astype(np.float32)
    return (curve[:-1, None] * (1 - ramp) + curve[1:, None] * ramp).ravel()


@lru_cache(maxsize=4096)
def tide(name: int, pace: int, point: int) -> float:
    """High and low in turn, never the same."""
    height = float(generator(43, name, pace, point % (1 << 31)).random())
    return 0.55 + 0.45 * height if point % 2 else 0.35 * height


@lru_cache(maxsize=512)
def grain(name: int, number: int, which: int) -> F32:
    return WEATHER[TEXTURES[name]][1][number].make(generator(44, name, number, which))


def strewn(name: int, number: int, out: F32, block: int) -> None:
    """Add the grains that sound in this block, also those that began in blocks before it."""
    here = block // BLOCK
    for home in range(here - GRAIN_REACH_BLOCKS, here + 1):
        for at, which, gain, pan in fallen(name, number, home):
            piece = grain(name, number, which)
            begin = max(0, block - at)
            end = min(len(piece), block + BLOCK - at)
            if begin < end:
                out[:, at + begin - block : at + end - block] += piece[begin:end] * (pan_gains(pan) * np.float32(gain))


@lru_cache(maxsize=256)
def fallen(name: int, number: int, home: int) -> list[tuple[int, int, float, float]]:
    """(chain position, which grain, gain, pan) of the grains that begin in a block."""
    sprinkle = WEATHER[TEXTURES[name]][1][number]
    random = generator(45, name, number, home % (1 << 31))
    mean = sprinkle.rate_hz * BLOCK / SAMPLE_RATE
    count = round(mean) if sprinkle.steady else int(random.poisson(mean))
    places = (
        (np.arange(count) + 0.06 * random.random(count)) / max(1, count) if sprinkle.steady else random.random(count)
    )
    soft = sprinkle.level * 10 ** (-sprinkle.range_db * random.random(count) ** 0.7 / 20)
    which = random.integers(sprinkle.each, size=count)
    pans = np.where(sprinkle.steady, (which % 3 - 1) * sprinkle.spread, random.uniform(-1, 1, count) * sprinkle.spread)
    starts = home * BLOCK + (places * BLOCK).astype(np.int64)
    return list(zip(starts.tolist(), which.tolist(), soft.tolist(), pans.tolist(), strict=True))
