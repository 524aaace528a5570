"""Keys by name: "D minor", "F# major", "B-flat", "Am", "in A", "D dorian", "ニ短調", "降B大调", «ре минор».

Case tells the key A from the article "a", so this reads text that was cleaned but not folded. Pure, any thread.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from radio.engines.synth.style import Mode

LETTERS = dict(zip("cdefgab", (0, 2, 4, 5, 7, 9, 11), strict=True))
KANA = dict(zip("ハニホヘトイロ", (0, 2, 4, 5, 7, 9, 11), strict=True))
RUSSIAN = {"до": 0, "ре": 2, "ми": 4, "фа": 5, "соль": 7, "ля": 9, "си": 11}
SHIFTS = {
    "#": 1,
    "♯": 1,
    "sharp": 1,
    "シャープ": 1,
    "嬰": 1,
    "升": 1,
    "диез": 1,
    "b": -1,
    "♭": -1,
    "flat": -1,
    "フラット": -1,
    "変": -1,
    "降": -1,
    "бемоль": -1,
}
MODES: dict[str, Mode] = {
    "harmonic minor": "harmonic_minor",
    "melodic minor": "harmonic_minor",
    "natural minor": "minor",
    "major pentatonic": "pentatonic",
    "minor pentatonic": "pentatonic",
    "pentatonic": "pentatonic",
    "major": "major",
    "maj": "major",
    "dur": "major",
    "ionian": "major",
    "minor": "minor",
    "min": "minor",
    "moll": "minor",
    "aeolian": "minor",
    "dorian": "dorian",
    "mixolydian": "mixolydian",
    "lydian": "lydian",
    "phrygian": "phrygian",
    "locrian": "phrygian",
    "メジャー": "major",
    "長調": "major",
    "マイナー": "minor",
    "短調": "minor",
    "ドリアン": "dorian",
    "ミクソリディアン": "mixolydian",
    "リディアン": "lydian",
    "フリジアン": "phrygian",
    "大调": "major",
    "大調": "major",
    "小调": "minor",
    "小調": "minor",
    "мажор": "major",
    "минор": "minor",
}

MODE = "|".join(name.replace(" ", r"[\s-]+") for name in sorted(MODES, key=len, reverse=True) if name.isascii())
KANA_MODE = "メジャー|マイナー|長調|短調|ドリアン|ミクソリディアン|リディアン|フリジアン|大[调調]|小[调調]"
START = r"(?<![A-Za-zÀ-ɏ0-9#♯♭'’])"
END = r"(?![A-Za-zÀ-ɏ0-9#♯♭])"
SHIFT = r"[#♯♭]|[\s-]?(?:sharp|flat)|(?-i:b)"
NO_KEY = (
    r"(?!\s+(?:key|mood|mode|feel|feeling|vibe|tone|chords?|sound|melody|tune|song|piece|progression|touch|change|hint|"
    r"way|hit|label|event|storm|city)\b)"
)
"""What follows the article "a" with "major" or "minor", and not a key."""
A_KEY = r"(?=\s*(?:$|[,.;:!?()|/\n\d]|and\b|with\b|at\b|no\b|without\b|but\b|for\b))"

PATTERNS = (
    # "F# major", "a minor", "B-flat dorian"
    re.compile(
        rf"{START}(?P<letter>[A-G])(?P<shift>{SHIFT})?[\s-]*(?P<mode>{MODE})(?:7|9)?{END}{NO_KEY}", re.IGNORECASE
    ),
    # "C メジャー", "升F小调", "C大调"
    re.compile(
        rf"{START}(?P<before>[升降嬰変])?(?P<letter>[A-Ga-g])(?P<shift>[#♯♭b]|シャープ|フラット)?\s*(?P<mode>{KANA_MODE})"
    ),
    # "嬰ヘ短調"
    re.compile(r"(?P<before>[嬰変])?(?P<kana>[ハニホヘトイロ])(?P<mode>長調|短調)"),
    # «до-диез минор», «в ре миноре»
    re.compile(
        r"(?<!\w)(?P<russian>до|ре|ми|фа|соль|ля|си)(?:[\s-]*(?P<shift>диез|бемоль))?[\s-]+(?P<mode>мажор|минор)\w*",
        re.IGNORECASE,
    ),
    # "Am", "F#m7"; not "am", "AM", "Am I"
    re.compile(rf"{START}(?P<letter>[A-G])(?P<shift>[#♯♭b])?(?P<mode>m)(?:7|9)?{END}(?!\s+I\b)"),
    # "key of d", "Key: Bb"
    re.compile(rf"{START}key(?:\s+of\s+|\s*[:=]\s*)(?P<letter>[A-G])(?P<shift>{SHIFT})?{END}", re.IGNORECASE),
    # "in A": only where nothing follows that "a" could belong to; "in D" anywhere
    re.compile(rf"{START}[Ii][Nn]\s+(?P<letter>A)(?P<shift>{SHIFT})?{END}{A_KEY}"),
    re.compile(rf"{START}in\s+(?P<letter>[B-G])(?P<shift>{SHIFT})?{END}", re.IGNORECASE),
    # "Bb", "C♯", "e flat"
    re.compile(rf"{START}(?P<letter>[A-G])(?P<shift>[#♯♭]|b|[\s-]?(?:[Ss]harp|[Ff]lat)){END}"),
    re.compile(rf"{START}(?P<letter>[a-g])(?P<shift>[#♯♭]|-(?:sharp|flat)|(?<!a)\s(?:sharp|flat)){END}"),
    # "キーはA", "A调"
    re.compile(rf"(?:キー|調)[はがを:]?\s*(?P<letter>[A-G])(?P<shift>[#♯♭b])?{END}"),
    re.compile(r"(?<![A-Za-z大小])(?P<before>[升降])?(?P<letter>[A-G])调"),
)


class KeyName(NamedTuple):
    """Where it stands in the text; `tonic` 0 = C … 11 = B; `mode` None where none was named."""

    start: int
    end: int
    tonic: int
    mode: Mode | None


def keys(text: str) -> list[KeyName]:
    """Every key in clean text, in order."""
    found: list[KeyName] = []
    for pattern in PATTERNS:
        for match in pattern.finditer(text):
            if all(match.end() <= other.start or match.start() >= other.end for other in found):
                found.append(named(match))
    return sorted(found, key=lambda key: key.start)


def named(match: re.Match[str]) -> KeyName:
    groups = match.groupdict()
    tonic = tonic_of(groups)
    shift = groups.get("shift") or groups.get("before") or ""
    tonic += SHIFTS.get(shift.strip(" -\t\n").lower(), 0)
    return KeyName(match.start(), match.end(), tonic % 12, mode_of(groups.get("mode")))


def tonic_of(groups: dict[str, str | None]) -> int:
    for name, table in (("letter", LETTERS), ("kana", KANA), ("russian", RUSSIAN)):
        written = groups.get(name)
        if written:
            return table[written.lower()]
    raise AssertionError("every pattern names a tonic")


def mode_of(written: str | None) -> Mode | None:
    if written is None:
        return None
    name = re.sub(r"[\s-]+", " ", written.lower())
    return "minor" if name == "m" else MODES[name]
