"""A section ready to be played: its layers, its chords bar by bar, its piece's choice of figures. Pure, cached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from radio.engines.synth.changes import Slot, harmonised
from radio.engines.synth.dice import Dice
from radio.engines.synth.form import Section, section_at, unit_bars
from radio.engines.synth.genres import Manner, manner_of
from radio.engines.synth.grid import Grid
from radio.engines.synth.human import arch
from radio.engines.synth.layers import Layers, entering, layers_of
from radio.engines.synth.scales import Key, key_of_style
from radio.engines.synth.style import Style
from radio.engines.synth.tune import Tune, tune_of


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """`bars[place]` are the slots of the section's bar `place`."""

    seed: int
    style: Style
    manner: Manner
    key: Key
    grid: Grid
    section: Section
    layers: Layers
    tune: Tune
    bars: tuple[tuple[Slot, ...], ...]

    def dice(self, what: str, place: int) -> Dice:
        """Chance for one purpose in one bar of this section."""
        return Dice(self.seed, what, self.section.first_bar + place)

    def layers_at(self, place: int) -> Layers:
        """Who plays in one bar: in the first of several phrases perhaps not yet everybody."""
        if place >= self.section.phrase_bars or self.section.bars <= self.section.phrase_bars:
            return self.layers
        return entering(self.layers, self.section.kind, Dice(self.seed, "entering", self.section.number))

    def lift(self, place: int) -> float:
        """How hard one bar is played: by the section's role, its phrase, and in calm music the section's own swell."""
        phrase = arch(place % self.section.phrase_bars / self.section.phrase_bars)
        if self.manner.family == "beat":
            return self.layers.lift * (0.6 + 0.4 * phrase)
        return self.layers.lift * phrase * (0.92 + 0.14 * place / self.section.bars)

    def slot(self, place: int, beat: float) -> Slot:
        """The chord at a beat of a bar; past the bar or the section it looks on into the next."""
        while beat >= self.style.beats_per_bar and place + 1 < len(self.bars):
            place, beat = place + 1, beat - self.style.beats_per_bar
        slots = self.bars[place]
        return next((slot for slot in reversed(slots) if slot.beat <= beat), slots[0])

    def choice(self, what: str, names: Sequence[str]) -> str:
        """Which of a genre's ways this piece plays; the second tune of a piece has another one than the first."""
        turn = Dice(self.seed, what).below(len(names)) + self.section.piece
        return names[(turn + (self.section.kind in ("contrast", "breakdown"))) % len(names)]


@lru_cache(maxsize=64)
def scene_at(seed: int, style: Style, bar: int) -> Scene:
    """The scene of a bar (any bar of the section gives an equal scene)."""
    manner = manner_of(style.genre, style.swing, style.beats_per_bar)
    grid = Grid(0, style.bpm, style.beats_per_bar)
    section = section_at(seed, manner.family, unit_bars(grid), bar)
    if section.first_bar != bar:
        return scene_at(seed, style, section.first_bar)
    tune = tune_of(section.material, style.genre, style.mode, style.beats_per_bar, manner)
    return Scene(
        seed=seed,
        style=style,
        manner=manner,
        key=key_of_style(style),
        grid=grid,
        section=section,
        layers=layers_of(seed, style, manner.family, section),
        tune=tune,
        bars=harmonised(seed, style, manner, section, tune),
    )
