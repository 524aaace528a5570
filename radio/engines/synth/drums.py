"""Drums: the groove of the piece, thinned or built up as the section wants, with fills and crashes. Pure."""

from __future__ import annotations

from radio.engines.synth.dice import Dice
from radio.engines.synth.grooves import FILLS, GROOVES, Groove
from radio.engines.synth.scene import Scene
from radio.engines.synth.score import Drum
from radio.engines.synth.sketch import Stroke

LIGHT: frozenset[Drum] = frozenset(("kick", "hat", "shaker", "ride", "rim", "tambourine", "tom_low"))
BACKBEAT: frozenset[Drum] = frozenset(("snare", "clap", "rim"))
STEP = 0.25


def drums(scene: Scene, place: int) -> list[Stroke]:
    level = scene.layers_at(place).drums
    if level == "none":
        return []
    groove = GROOVES[scene.choice("groove", scene.manner.grooves)]
    strokes = struck(scene, place, groove, scene.dice("strokes", place))
    if level == "light":
        strokes = lightened(strokes)
    elif level == "build":
        strokes = building(scene, place, lightened(strokes))
    elif fills_here(scene, place):
        strokes = filled(scene, place, strokes)
    if place == 0 and level == "full" and scene.section.first_bar and scene.manner.family in ("beat", "band"):
        strokes.append(Stroke(0.0, "crash", 0.5 if scene.style.genre == "jazz" else 0.62))
    return strokes


def struck(scene: Scene, place: int, groove: Groove, dice: Dice) -> list[Stroke]:
    """A bar of the groove. Quiet strokes come and go, as a drummer's do."""
    strokes: list[Stroke] = []
    steady = scene.manner.timing_ms < 1
    for drum, text in groove.items():
        line = text[(place * 16) % len(text) :][: scene.style.beats_per_bar * 4]
        late = scene.manner.snare_late_ms if drum in BACKBEAT else 0.0
        for step, sign in enumerate(line):
            if sign == "." or (sign in "123" and not steady and dice.chance(0.16)):
                continue
            strokes.append(Stroke(step * STEP, drum, int(sign) / 9.5, late))
    return strokes


def lightened(strokes: list[Stroke]) -> list[Stroke]:
    """Without backbeat and open hats, and the kick only on the strong beats."""
    return [
        Stroke(stroke.beat, stroke.drum, stroke.velocity * (0.75 if stroke.drum == "kick" else 0.9), stroke.late_ms)
        for stroke in strokes
        if stroke.drum in LIGHT and (stroke.drum != "kick" or stroke.beat % 1 == 0)
    ]


def building(scene: Scene, place: int, strokes: list[Stroke]) -> list[Stroke]:
    """A breakdown: no kick; its last quarter is a roll that grows and stops just before the next section."""
    quiet = [stroke for stroke in strokes if stroke.drum != "kick"]
    left = scene.section.bars - place
    if left > scene.section.bars // 4:
        return quiet
    progress = 1 - (left - 1) / max(1, scene.section.bars // 4)
    step = 0.25 if left == 1 else 0.5 if progress > 0.4 else 1.0
    end = scene.style.beats_per_bar - (1.0 if left == 1 else 0.0)
    count = round(end / step)
    drum: Drum = "clap" if scene.style.genre in ("house", "techno") else "snare"
    roll = [Stroke(index * step, drum, 0.22 + 0.4 * progress + 0.12 * (index + 1) / count) for index in range(count)]
    return [stroke for stroke in quiet if stroke.beat < end] + roll


def fills_here(scene: Scene, place: int) -> bool:
    """At the end of every section, and of about every second phrase; never in quiet families."""
    if scene.manner.family in ("calm", "keys") or (scene.style.genre in ("folk", "jazz") and place % 16 != 15):
        return False
    if place + 1 == scene.section.bars:
        return True
    return (place + 1) % scene.section.phrase_bars == 0 and scene.dice("fill?", place).chance(0.5)


def filled(scene: Scene, place: int, strokes: list[Stroke]) -> list[Stroke]:
    """The groove up to the middle of the bar, then a fill; steady hats go on."""
    dice = scene.dice("fill", place)
    fill = dice.pick(FILLS)
    half = scene.style.beats_per_bar / 2
    soft = 0.75 if scene.style.energy < 0.5 else 1.0
    kept = [stroke for stroke in strokes if stroke.beat < half or stroke.drum in ("kick", "hat", "ride", "shaker")]
    played = [
        Stroke(stroke.beat, stroke.drum, stroke.velocity * soft, stroke.late_ms)
        for stroke in struck(scene, 0, fill, dice)
        if stroke.beat >= half
    ]
    return kept + played
