"""The nine kits: which recipe plays which drum. Data, and one lookup; any thread."""

from __future__ import annotations

from radio.engines.synth.score import Drum
from radio.engines.synth.sound.drum_bodies import Chip, Clap, Knock, Metal, Recipe, Shaken, Skin, Snare
from radio.engines.synth.sound.tone import LAYERS, Tone
from radio.engines.synth.style import Kit

VARIANTS = 3
"""Round robin: how many different strokes a drum has at one force."""


def stroke(kit: Kit, drum: Drum, layer: int, variant: int) -> Tone:
    """The sound of one stroke, peak 1."""
    return Tone(KITS[kit][drum].play((layer + 0.5) / LAYERS, variant))


JINGLES = Metal(5200, 14_000, 0.16, 0.65, strike=0.8)
SEEDS = Shaken(4200, 12_000, 0.03, 0.06, 0.5)
WOOD = Knock(((1720, 1.0, 0.03), (2650, 0.5, 0.02), (480, 0.35, 0.035)))

ACOUSTIC: dict[Drum, Recipe] = {
    "kick": Skin(58, 150, 0.016, 0.32, 0.55, (1500, 5500), 1.2, 0.25, 0.15),
    "snare": Snare(188, 0.75, 0.16, 0.9, (900, 9000), 0.24, 0.5),
    "clap": Clap(3, 0.018, 900, 6000, 0.12),
    "rim": WOOD,
    "hat": Metal(6000, 15_000, 0.075, 0.4),
    "open_hat": Metal(5500, 15_000, 0.45, 0.45),
    "ride": Metal(4200, 13_000, 1.5, 0.5, 0.30, 2900, 0.6),
    "crash": Metal(2600, 14_000, 2.1, 0.35, wide=True, strike=0.4),
    "shaker": SEEDS,
    "tom_low": Skin(92, 140, 0.03, 0.5, 0.25, (600, 3500), 1.0, 0.35, 0.12),
    "tom_high": Skin(140, 205, 0.03, 0.4, 0.25, (600, 3500), 1.0, 0.35, 0.12),
    "tambourine": JINGLES,
}
BRUSHES: dict[Drum, Recipe] = ACOUSTIC | {
    "kick": Skin(62, 110, 0.02, 0.26, 0.15, (400, 2000), 1.0, 0.3, 0.2),
    "snare": Snare(205, 0.25, 0.10, 1.0, (1100, 7000), 0.19, 0.1, attack=300),
    "clap": Shaken(1200, 6500, 0.05, 0.1, 0.3),
    "rim": Knock(((1250, 1.0, 0.035), (2050, 0.5, 0.025), (390, 0.4, 0.04)), 0.15),
    "hat": Metal(6500, 12_500, 0.05, 0.35, strike=0.3),
    "open_hat": Metal(5200, 12_500, 0.35, 0.4, strike=0.3),
    "ride": Metal(3800, 11_000, 1.8, 0.45, 0.38, 2650, 0.5),
    "crash": Metal(2400, 10_500, 1.8, 0.35, wide=True, strike=0.2, attack_s=0.004),
    "shaker": Shaken(3000, 8500, 0.05, 0.09, 0.3),
    "tom_low": Skin(88, 112, 0.03, 0.42, 0.1, (400, 2000), 1.0, 0.4, 0.15),
    "tom_high": Skin(132, 165, 0.03, 0.34, 0.1, (400, 2000), 1.0, 0.4, 0.15),
    "tambourine": Metal(4600, 11_000, 0.14, 0.55, strike=0.4, attack_s=0.003),
}
LOFI: dict[Drum, Recipe] = {
    "kick": Skin(54, 120, 0.022, 0.30, 0.18, (500, 2200), 1.9, 0.1, 0.22),
    "snare": Snare(176, 0.7, 0.12, 0.85, (600, 4600), 0.16, 0.3),
    "clap": Clap(3, 0.02, 700, 4000, 0.12),
    "rim": Knock(((1150, 1.0, 0.03), (1900, 0.5, 0.02), (420, 0.5, 0.04)), 0.35, (900, 4000)),
    "hat": Metal(4300, 8800, 0.05, 0.2),
    "open_hat": Metal(4000, 8500, 0.26, 0.25),
    "ride": Metal(3300, 8000, 0.9, 0.4, 0.25, 2400),
    "crash": Metal(2200, 7500, 1.2, 0.3, wide=True),
    "shaker": Shaken(2800, 7500, 0.035, 0.05, 0.5),
    "tom_low": Skin(84, 120, 0.03, 0.34, 0.15, (400, 1800), 1.6, 0.25, 0.2),
    "tom_high": Skin(126, 175, 0.03, 0.28, 0.15, (400, 1800), 1.6, 0.25, 0.2),
    "tambourine": Metal(4200, 8500, 0.12, 0.5),
}
HOUSE: dict[Drum, Recipe] = {
    "kick": Skin(50, 260, 0.018, 0.36, 0.5, (1800, 6500), 1.7),
    "snare": Snare(195, 0.55, 0.10, 0.95, (1200, 9500), 0.17, 0.6),
    "clap": Clap(4, 0.028, 850, 5200, 0.20),
    "rim": Knock(((1680, 1.0, 0.02), (840, 0.5, 0.03)), 0.2),
    "hat": Metal(7500, 16_000, 0.045, 0.65),
    "open_hat": Metal(7000, 16_000, 0.32, 0.6),
    "ride": Metal(5200, 14_000, 0.9, 0.65, 0.18, 3600),
    "crash": Metal(3500, 15_000, 1.7, 0.45, wide=True),
    "shaker": Shaken(5200, 13_000, 0.02, 0.045, 0.3),
    "tom_low": Skin(82, 150, 0.05, 0.38, 0.2, drive=1.3),
    "tom_high": Skin(122, 220, 0.05, 0.32, 0.2, drive=1.3),
    "tambourine": Metal(6500, 15_000, 0.14, 0.7, strike=0.8),
}
TECHNO: dict[Drum, Recipe] = HOUSE | {
    "kick": Skin(46, 330, 0.026, 0.42, 0.35, (1200, 5000), 3.2),
    "snare": Snare(240, 0.45, 0.07, 0.9, (1800, 8500), 0.11, 0.7),
    "clap": Clap(3, 0.022, 1100, 4600, 0.14),
    "rim": Knock(((2150, 1.0, 0.022), (1330, 0.7, 0.03)), 0.15),
    "hat": Metal(8800, 16_500, 0.03, 0.75),
    "open_hat": Metal(8000, 16_500, 0.22, 0.72),
    "ride": Metal(6200, 15_000, 0.65, 0.8, 0.1, 4400),
    "crash": Metal(4200, 15_000, 1.3, 0.6, wide=True),
    "shaker": Shaken(6500, 15_000, 0.012, 0.035),
    "tom_low": Skin(68, 190, 0.07, 0.42, 0.15, drive=2.4),
    "tom_high": Skin(104, 280, 0.07, 0.34, 0.15, drive=2.4),
    "tambourine": Metal(7600, 16_000, 0.09, 0.85, strike=0.9),
}
SYNTHWAVE: dict[Drum, Recipe] = HOUSE | {
    "kick": Skin(55, 210, 0.02, 0.28, 0.75, (2200, 7500), 2.0),
    "snare": Snare(165, 0.9, 0.18, 0.8, (900, 8000), 0.22, 0.6, gate_s=0.27),
    "clap": Clap(4, 0.034, 800, 5600, 0.26),
    "hat": Metal(6200, 13_000, 0.06, 0.55),
    "open_hat": Metal(5800, 13_000, 0.38, 0.5),
    "ride": Metal(4600, 12_000, 1.2, 0.55, 0.25, 3100),
    "crash": Metal(2900, 13_000, 2.2, 0.4, wide=True),
    "tom_low": Skin(76, 190, 0.11, 0.55, 0.35, drive=1.7, hiss=0.35),
    "tom_high": Skin(114, 280, 0.11, 0.46, 0.35, drive=1.7, hiss=0.35),
    "rim": Knock(((1480, 1.0, 0.03), (2240, 0.6, 0.02), (740, 0.5, 0.04)), 0.5, (1000, 6000), 0.03),
    "shaker": Shaken(4400, 11_000, 0.028, 0.06, 0.2),
    "tambourine": Metal(5600, 13_000, 0.2, 0.6, strike=0.6),
}
BREAKS: dict[Drum, Recipe] = ACOUSTIC | {
    "kick": Skin(64, 185, 0.014, 0.22, 0.7, (1200, 5200), 2.2, 0.2, 0.3),
    "snare": Snare(228, 0.9, 0.12, 0.95, (1400, 10_000), 0.17, 0.8),
    "clap": Clap(3, 0.016, 1000, 7000, 0.1),
    "rim": Knock(((1900, 1.0, 0.025), (2900, 0.6, 0.018), (610, 0.4, 0.03)), 0.4),
    "hat": Metal(5600, 14_000, 0.055, 0.3, strike=0.7),
    "open_hat": Metal(5000, 14_000, 0.3, 0.35, strike=0.7),
    "ride": Metal(4600, 14_000, 0.95, 0.4, 0.3, 3300, 0.8),
    "crash": Metal(2900, 15_000, 1.5, 0.3, wide=True, strike=0.8),
    "tom_low": Skin(98, 160, 0.022, 0.34, 0.35, drive=1.7, second=0.3, hiss=0.2),
    "tom_high": Skin(152, 235, 0.022, 0.28, 0.35, drive=1.7, second=0.3, hiss=0.2),
    "shaker": Shaken(4800, 13_500, 0.018, 0.04, 0.6),
    "tambourine": Metal(5800, 15_000, 0.12, 0.55, strike=1.0),
}
CHIP: dict[Drum, Recipe] = {
    "kick": Skin(52, 420, 0.03, 0.16, 0.0, drive=1.0, square=0.8),
    "snare": Chip(5, 0.14),
    "clap": Chip(4, 0.10),
    "rim": Skin(880, 1500, 0.008, 0.05, 0.0, drive=1.0, square=0.9),
    "hat": Chip(2, 0.035),
    "open_hat": Chip(2, 0.16),
    "ride": Chip(3, 0.22),
    "crash": Chip(6, 0.6),
    "shaker": Chip(2, 0.02),
    "tom_low": Skin(90, 300, 0.06, 0.22, 0.0, drive=1.0, square=0.8),
    "tom_high": Skin(150, 450, 0.06, 0.18, 0.0, drive=1.0, square=0.8),
    "tambourine": Chip(3, 0.07),
}
HAND: dict[Drum, Recipe] = {
    "kick": Knock(((68, 1.0, 0.32), (142, 0.35, 0.16), (265, 0.12, 0.07)), 0.25, (200, 1400), 0.03),
    "snare": Knock(((335, 1.0, 0.09), (560, 0.7, 0.07), (910, 0.5, 0.05), (1480, 0.3, 0.04)), 0.9, (700, 5000), 0.04),
    "clap": Clap(2, 0.009, 700, 3800, 0.07),
    "rim": Knock(((2350, 1.0, 0.06), (2380, 0.6, 0.05)), 0.1),
    "hat": Shaken(4800, 11_500, 0.008, 0.045, 0.3),
    "open_hat": Metal(5600, 12_000, 0.26, 0.7, strike=0.6),
    "ride": Metal(6800, 13_000, 0.5, 0.8, 0.25, 4100),
    "crash": Metal(4200, 11_500, 1.0, 0.7, wide=True),
    "shaker": Shaken(3800, 10_500, 0.04, 0.07, 0.5),
    "tom_low": Skin(118, 142, 0.02, 0.36, 0.3, (300, 1800), 1.0, 0.25),
    "tom_high": Skin(196, 236, 0.02, 0.24, 0.4, (400, 2400), 1.0, 0.25),
    "tambourine": Metal(4800, 13_500, 0.2, 0.7, strike=1.0),
}

KITS: dict[Kit, dict[Drum, Recipe]] = {
    "acoustic": ACOUSTIC, "brushes": BRUSHES, "lofi": LOFI, "house": HOUSE, "techno": TECHNO, "synthwave": SYNTHWAVE,
    "breaks": BREAKS, "chip": CHIP, "hand": HAND,
}  # fmt: skip
