"""Looks at music where nobody can listen: renders prompts (or reads files) and draws them beside their numbers.

    python -m bench.hear [--out DIR] [--start S] [--seconds S] [--file RECORDING …] [PROMPT …]

For each: NAME.wav (prompts only) and NAME.png with the notes written, the spectrogram, the chromagram and the
onsets; then a table of features with those outside the range of real music marked. Needs matplotlib.
"""

from __future__ import annotations

import argparse
import re
import time
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import soundfile
from rich.console import Console
from rich.table import Table
from scipy import signal

from bench.features import REAL, Wave, chromagram, features, flux
from radio.contracts import SAMPLE_RATE, Chain, PromptChange, SegmentPlan
from radio.engines.synth.composer import compose
from radio.engines.synth.engine import SynthEngine
from radio.engines.synth.score import Score

mpl.use("Agg")
import matplotlib.pyplot as plt

PROMPTS = (
    "instrumental ambient focus music, smooth continuous texture, no vocals, stable rhythm", "lofi hip hop with rain",
    "solo piano, melancholic", "classical string quartet", "late night jazz trio", "deep house 122 bpm",
    "dark techno 130 bpm", "synthwave night drive", "liquid drum and bass", "folk guitar and flute",
    "chiptune adventure", "dark drone",
)  # fmt: skip
COLOURS = {
    "lead": "red", "counter": "orange", "chords": "tab:blue", "arp": "tab:green", "pad": "silver", "bass": "purple",
}  # fmt: skip
DRUMS = (
    "kick",
    "snare",
    "clap",
    "rim",
    "hat",
    "open_hat",
    "ride",
    "crash",
    "shaker",
    "tom_low",
    "tom_high",
    "tambourine",
)


def main() -> None:
    options = arguments()
    options.out.mkdir(parents=True, exist_ok=True)
    rows: dict[str, dict[str, float]] = {}
    for recording in options.file:
        sound = read(recording, options.start, options.seconds)
        name = Path(recording).stem
        draw(options.out / f"{name}.png", name, sound, None, options.start)
        rows[name] = features(sound, SAMPLE_RATE)
    engine = SynthEngine()
    for prompt in options.prompt or (() if options.file else PROMPTS):
        name = re.sub(r"\W+", "-", prompt)[:32].strip("-") or "prompt"
        rows[name] = hear(engine, prompt, name, options)
    show(rows)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("prompt", nargs="*")
    parser.add_argument("--out", type=Path, default=Path("heard"))
    parser.add_argument("--start", type=float, default=0.0)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--file", action="append", default=[])
    return parser.parse_args()


def read(path: str, start_s: float, seconds: float) -> Wave:
    """A stretch of a stereo recording, brought to 48 kHz."""
    with soundfile.SoundFile(path) as source:
        source.seek(round(start_s * source.samplerate))
        sound = source.read(round(seconds * source.samplerate), dtype="float32", always_2d=True)
        rate = source.samplerate
    return np.asarray(signal.resample_poly(sound, SAMPLE_RATE, rate, axis=0), dtype=np.float32)


def hear(engine: SynthEngine, prompt: str, name: str, options: argparse.Namespace) -> dict[str, float]:
    """Render a prompt, keep the sound and its picture, return its features."""
    chain = Chain(0, options.seed, (PromptChange(0, prompt),))
    start, length = round(options.start * SAMPLE_RATE), round(options.seconds * SAMPLE_RATE)
    plan = SegmentPlan(0, "text2music", prompt, options.seed, length, 0, start, chain)
    began = time.perf_counter()
    rendered = engine.generate(plan, None, lambda _: None)
    took = time.perf_counter() - began
    sound = rendered.audio.samples
    soundfile.write(options.out / f"{name}.wav", sound, SAMPLE_RATE)
    title = f"{prompt} · {rendered.title} · {rendered.bpm} bpm · {rendered.key}"
    draw(options.out / f"{name}.png", title, sound, compose(chain, start, start + length), options.start)
    return features(sound, SAMPLE_RATE) | {"times_real_time": options.seconds / took}


def draw(path: Path, title: str, sound: Wave, score: Score | None, start_s: float) -> None:
    figure, axes = plt.subplots(4, 1, figsize=(18, 14), height_ratios=(3, 3, 1.6, 1), layout="constrained")
    span = (start_s, start_s + len(sound) / SAMPLE_RATE)
    axes[0].set_title(title)
    if score is None:
        axes[0].set_axis_off()
    else:
        draw_notes(axes[0], score)
    mono = sound.mean(1)
    freq, _, spectrum = signal.stft(mono, SAMPLE_RATE, nperseg=4096, noverlap=2048)
    shown = freq < 12_000
    level = 20 * np.log10(np.abs(spectrum[shown]) + 1e-7)
    axes[1].pcolormesh(np.linspace(*span, level.shape[1]), freq[shown], level, vmin=level.max() - 80, cmap="magma")
    axes[1].set_yscale("symlog", linthresh=200)
    chroma = chromagram(mono, SAMPLE_RATE)
    axes[2].imshow(chroma, aspect="auto", origin="lower", extent=(*span, -0.5, 11.5), cmap="viridis", vmax=0.5)
    axes[2].set_yticks(range(12), ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"])
    rise = flux(mono)
    axes[3].plot(np.linspace(*span, len(rise)), rise, lw=0.6)
    for axis in axes:
        axis.set_xlim(*span)
    figure.savefig(path, dpi=60)
    plt.close(figure)


def draw_notes(axis: Any, score: Score) -> None:
    for note in sorted(score.notes, key=lambda note: note.part != "pad"):
        line = [note.start / SAMPLE_RATE, (note.start + note.length) / SAMPLE_RATE]
        axis.plot(line, [note.pitch] * 2, color=COLOURS[note.part], lw=2.5, alpha=0.3 + 0.7 * note.velocity)
    for hit in score.hits:
        axis.plot(hit.start / SAMPLE_RATE, 24 - DRUMS.index(hit.drum), "k.", ms=6 * hit.velocity)
    for bar in score.bars:
        axis.axvline(bar / SAMPLE_RATE, color="k", lw=0.3)


def show(rows: dict[str, dict[str, float]]) -> None:
    names = list(dict.fromkeys(name for row in rows.values() for name in row))
    table = Table("", *(name.replace("_", " ") for name in names))
    for title, row in rows.items():
        table.add_row(title, *(cell(name, row[name]) if name in row else "" for name in names))
    Console(width=200).print(table)


def cell(name: str, value: float) -> str:
    low, high = REAL.get(name, (-np.inf, np.inf))
    text = f"{value:.3g}"
    return text if low <= value <= high else f"[red]{text}{'↓' if value < low else '↑'}[/red]"


if __name__ == "__main__":
    main()
