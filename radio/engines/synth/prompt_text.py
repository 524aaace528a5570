"""Text of any kind into clean text, its identity (what makes two prompts the same) and tokens.

Knows scripts and punctuation, but no word of any language. Pure, any thread.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Literal, NamedTuple

Script = Literal["word", "number", "cjk", "rest", "sign", "break"]
"""`rest` is what no known word covers in a run of Japanese or Chinese."""
Words = Mapping[str, Sequence[str]]
"""Words of scripts without spaces by their first character, the longest first."""

CJK = "\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
PATTERN = re.compile(
    rf"(?P<cjk>[{CJK}]+)"
    r"|(?P<number>\d+)"
    rf"|(?P<word>(?:(?![{CJK}])[^\W\d_])(?:(?![{CJK}])[^\W\d_]|[\u0300-\u036f]|['’ʼ](?=[^\W\d_]))*)"
    r"|(?P<join>[&+＆])"
    r"|(?P<comma>[,，、;；])"
    r"|(?P<stop>[.:!?。！？：…|/\\()\[\]{}<>«»「」『』【】\"“”\n\r]|\s[-–—~]+\s|[–—])"
    r"|(?P<sign>[\u2190-\u2bff\U0001f000-\U0001faff])"
)
MARKS = re.compile("[\u0300-\u036f]")
INVISIBLE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
"""Controls and characters that only steer how text is set. A line break stays: it ends a phrase."""
APOSTROPHES = re.compile("['’ʼ]")
REWRITES = (
    (re.compile(r"№"), "#"),  # NFKC would make it "No"
    (re.compile(r"\bw/o\b", re.IGNORECASE), "without"),
    (re.compile("(?<=[\u30a1-\u30fa\u30fc\uff66-\uff9f])[・･](?=[\u30a1-\u30fa\uff66-\uff9f])"), ""),  # ロー・ファイ
)


class Token(NamedTuple):
    """`text` is folded for look-up; `start` and `end` are positions in the clean text."""

    text: str
    start: int
    end: int
    script: Script


def clean(prompt: str) -> str:
    """A string that can be encoded, shown and matched: lone surrogates become U+FFFD, controls become spaces, NFKC."""
    text = prompt.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    for pattern, replacement in REWRITES:
        text = pattern.sub(replacement, text)
    text = unicodedata.normalize("NFKC", text)
    return INVISIBLE.sub(" ", text)


def identity(text: str) -> str:
    """What is left of a clean text when case, space and punctuation are taken away; "#" is music and stays."""
    return "".join(char for char in fold(text) if matters(char))


@lru_cache(maxsize=4096)
def matters(char: str) -> bool:
    """Letters, marks and digits of every script, signs such as ♯ or an emoji; no ASCII sign, no variation selector."""
    if char.isascii():
        return char.isalnum() or char == "#"
    return unicodedata.category(char)[0] in "LMNS" and not "\ufe00" <= char <= "\ufe0f"


def seed_of(prompt: str) -> int:
    """63 bits of BLAKE2 over the identity of a prompt; over the very text where only punctuation is left of it."""
    text = identity(clean(prompt)) or prompt.strip()
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def fold(word: str) -> str:
    """Case, accents of Latin letters and the two dots of ё taken away; й and voiced kana stay what they are."""
    folded = word.casefold()
    if folded.isascii():
        return folded
    return unicodedata.normalize("NFC", "".join(map(bare, unicodedata.normalize("NFC", folded))))


@lru_cache(maxsize=4096)
def bare(char: str) -> str:
    if char == "ё":
        return "е"
    parts = unicodedata.normalize("NFD", char)
    return MARKS.sub("", parts) if "a" <= parts[0] <= "z" else char


def tokens(text: str, words: Words | None = None, bound: Collection[str] = ()) -> list[Token]:
    """Cut clean text into tokens. Japanese and Chinese have no spaces: there the longest of `words` wins.

    A word in `bound` counts only at the start of a run or after hiragana. Without `words`, runs stay whole.
    """
    found: list[Token] = []
    for match in PATTERN.finditer(text):
        start, end = match.span()
        kind = match.lastgroup
        if kind == "cjk" and words is not None:
            found.extend(cut(match.group(), start, words, bound))
        elif kind == "join":
            found.append(Token("and", start, end, "word"))
        elif kind in ("comma", "stop"):
            found.append(Token(mark(match.group()), start, end, "break"))
        elif kind == "word":
            found.append(Token(APOSTROPHES.sub("", fold(match.group())), start, end, "word"))
        else:
            found.append(
                Token(match.group(), start, end, "number" if kind == "number" else "sign" if kind == "sign" else "cjk")
            )
    return found


def mark(punctuation: str) -> str:
    """A comma of Latin text, one of a Chinese or Japanese list, or a full stop of some kind."""
    return {",": ",", "，": ",", ";": ".", "；": ".", "、": "、"}.get(punctuation, ".")


def cut(run: str, offset: int, words: Words, bound: Collection[str]) -> list[Token]:
    """Longest match from left to right; what no word covers stays together in one token."""
    found: list[Token] = []
    unknown = place = 0
    while place < len(run):
        known = (word for word in words.get(run[place], ()) if run.startswith(word, place))
        word = next((word for word in known if word not in bound or is_free(run, place)), "")
        if not word:
            place += 1
            continue
        if unknown < place:
            found.append(Token(run[unknown:place], offset + unknown, offset + place, "rest"))
        found.append(Token(word, offset + place, offset + place + len(word), "cjk"))
        place = unknown = place + len(word)
    if unknown < len(run):
        found.append(Token(run[unknown:], offset + unknown, offset + len(run), "rest"))
    return found


def is_free(run: str, place: int) -> bool:
    return place == 0 or is_hiragana(run[place - 1])


def is_hiragana(char: str) -> bool:
    return "\u3041" <= char <= "\u309f"
