"""Musical facts in the words of the 5 Hz language model, and what of them makes sense.

Pure: text in, values or None out. The ranges are those of the official code (`constants.py`: BPM 30–300, seven notes
with five accidentals, time signatures 2, 3, 4, 6, and its list of languages).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

SLOWEST_BPM, FASTEST_BPM = 30, 300
SHORTEST_S, LONGEST_S = 10, 600
MAX_CAPTION = 2_000
"""Characters. The official decoder stops a caption at 512 tokens."""
LANGUAGES = frozenset(
    re.findall(
        r"\w+",
        "ar az bg bn ca cs da de el en es fa fi fr he hi hr ht hu id is it ja ko la lt ms ne nl no pa pl pt ro ru sa sk"
        " sr sv sw ta te th tl tr uk ur vi yue zh unknown",
    )
)
UNSAID = frozenset({"", "n/a", "none", "null", "~"})
"""What a model writes where it has nothing to say."""
_ACCIDENTALS = {"": "", "#": "#", "♯": "#", "sharp": "#", "b": "b", "♭": "b", "flat": "b"}
_MINOR = frozenset({"minor", "min", "m", "moll"})
_KEY = re.compile(r"([A-Ga-g])\s*-?(#|♯|♭|b|sharp|flat)?\s*-?(major|minor|maj|min|dur|moll|m)?", re.IGNORECASE)
_METER = re.compile(r"([0-9]{1,2})(?:\s*/\s*(4|8))?")
_SPECIAL = re.compile(r"<\|.*?\|>|</?think>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Metadata:
    """Everything the language model says about a piece, or that is already known about it. Values as in `Thought`."""

    bpm: int | None = None
    caption: str | None = None
    key: str | None = None
    language: str | None = None
    time_signature: str | None = None

    @property
    def is_empty(self) -> bool:
        """Nothing here would change what an engine does."""
        return not (self.bpm or self.caption or self.key or self.time_signature)

    @property
    def is_complete(self) -> bool:
        """There is nothing left to ask for; the duration is always known."""
        return bool(self.bpm and self.key and self.time_signature)


def bpm_of(text: str) -> int | None:
    """`92` or `92.4 bpm` as a tempo that music has."""
    number = text.lower().removesuffix("bpm").strip()
    try:
        bpm = round(float(number))
    except (ValueError, OverflowError):
        return None
    return bpm if SLOWEST_BPM <= bpm <= FASTEST_BPM else None


def key_of(text: str) -> str | None:
    """`Db Major`, `f♯ minor`, `Am` or `C` as `Db major`, `F# minor`, `A minor`, `C major`."""
    found = _KEY.fullmatch(text.strip())
    if found is None:
        return None
    note, accidental, mode = (part or "" for part in found.groups())
    minor = mode == "m" or mode.lower() in _MINOR - {"m"}
    return f"{note.upper()}{_ACCIDENTALS[accidental.lower()]} {'minor' if minor else 'major'}"


def time_signature_of(text: str) -> str | None:
    """`4`, `3/4` or `6/8` as the model counts it."""
    found = _METER.fullmatch(text.strip())
    if found is None or found[1] not in ("2", "3", "4", "6"):
        return None
    return found[1] if found[2] != "8" or found[1] == "6" else None


def language_of(text: str) -> str | None:
    """`en` or `zh-CN` as a code that the model knows."""
    code = re.split(r"[-_]", text.strip().lower())[0]
    return code if code in LANGUAGES else None


def caption_of(text: str) -> str | None:
    """One line of words; None for what is empty, endless, wordless, or holds the model's own markup."""
    line = " ".join(text.split())
    wordless = sum(letter.isalpha() for letter in line) < 3 or line.lower() in UNSAID
    return None if wordless or len(line) > MAX_CAPTION or _SPECIAL.search(line) or not line.isprintable() else line


def duration_is_plausible(text: str) -> bool:
    """Whether that is a length of music in seconds. It is never used: the length is ours to say."""
    number = text.strip().removesuffix("s").strip()
    return number.isascii() and number.isdigit() and SHORTEST_S <= int(number[:6]) <= LONGEST_S


def harmless(text: str) -> str:
    """A listener's words without the markup that would let them speak as the model."""
    while _SPECIAL.search(text):
        text = _SPECIAL.sub(" ", text)
    return text
