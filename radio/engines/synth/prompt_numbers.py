"""Tempo and meter written in numbers: "92 bpm", "BPM: 92", "80-90 bpm", "テンポ92", "6/8".

A number by itself is never a tempo: "80s", "24 hours" and "8-bit" pass. Pure, any thread.
"""

from __future__ import annotations

import re
from typing import NamedTuple

SLOWEST_BPM = 40.0
FASTEST_BPM = 200.0

NUMBER = r"(?<![\d.])(\d{1,5}(?:[.,]\d{1,3})?)"
TO = r"\s*(?:-|–|—|~|〜|to|and|から|до|到|至)\s*"
UNIT = (
    r"(?:b\.?\s?p\.?\s?m\b\.?|bpm|beats?\s(?:per|a|/)\s?min(?:ute)?|beats?\s?/\s?min|"
    r"уд(?:аров|ара|\.)?\s?(?:в\s|/)\s?мин(?:уту|\.)?|拍\s?/\s?分|拍每分)"
)
NAME = r"(?:bpm|tempo|метроном|темп|テンポ|拍数|速度|节奏|♩|𝅘𝅥|\bq)"
LINK = r"\s*(?:of|at|is|around|about|approximately|ca\.?|は|が|を|около|为|是|[:=@~≈])?\s*"

RANGE = re.compile(rf"{NUMBER}{TO}{NUMBER}\s*-?\s*{UNIT}", re.IGNORECASE)
AFTER = re.compile(rf"{NUMBER}\s*-?\s*{UNIT}", re.IGNORECASE)
BEFORE_RANGE = re.compile(rf"(?<![A-Za-z]){NAME}{LINK}{NUMBER}{TO}{NUMBER}(?![\d/])", re.IGNORECASE)
BEFORE = re.compile(rf"(?<![A-Za-z]){NAME}{LINK}{NUMBER}(?![\d/])(?!\s?(?:%|hz|s\b|x\b))", re.IGNORECASE)
STROKES = re.compile(r"(?<![\d.])(\d{2,3})\s?拍(?![子节手])")
"""«120拍» is a tempo, «三拍» a meter."""
METER = re.compile(r"(?<![\d/⁄.])(2|3|4|6|9|12)\s?[/⁄]\s?(4|8)(?![\d/⁄])|(?<!\d)([34])(?:拍子|拍节奏)")


class Number(NamedTuple):
    """Where it stands in the text, and its value: beats per minute, or beats per bar."""

    start: int
    end: int
    value: float


def tempos(text: str) -> list[Number]:
    """Every tempo in clean text, kept within 40…200 bpm, in order. A range counts as its middle."""
    found: list[Number] = []
    for pattern in (RANGE, BEFORE_RANGE, AFTER, BEFORE, STROKES):
        for match in pattern.finditer(text):
            if all(match.end() <= other.start or match.start() >= other.end for other in found):
                found.append(Number(match.start(), match.end(), tempo(match.groups())))
    return sorted(found)


def tempo(numbers: tuple[str, ...]) -> float:
    values = [float(number.replace(",", ".")) for number in numbers]
    return min(FASTEST_BPM, max(SLOWEST_BPM, sum(values) / len(values)))


def meters(text: str) -> list[Number]:
    """Time signatures in clean text as 3 or 4 beats per bar: three for those that move in threes."""
    return [
        Number(match.start(), match.end(), 3.0 if int(match[1] or match[3]) % 3 == 0 else 4.0)
        for match in METER.finditer(text)
    ]
