"""Text of any kind into clean text, its identity (what makes two prompts the same) and tokens.

Knows scripts and punctuation, but no word of any language. Pure, any thread.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from hashlib import blake2b
from typing import Literal, NamedTuple

Script = Literal["word", "number", "cjk", "rest", "sign", "break"]
"""`rest` is what no known word covers in a run of Japanese or Chinese."""

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
    return "".join(" " if unicodedata.category(char) in ("Cc", "Cf") and char != "\n" else char for char in text)


def identity(text: str) -> str:
    """What is left of a clean text when case, space and punctuation are taken away; "#" is music and stays."""
    return "".join(char for char in fold(text) if matters(char))


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


def bare(char: str) -> str:
    if char == "ё":
        return "е"
    parts = unicodedata.normalize("NFD", char)
    return MARKS.sub("", parts) if "a" <= parts[0] <= "z" else char


def tokens(text: str, vocabulary: Collection[str] = (), bound: Collection[str] = (), longest: int = 1) -> list[Token]:
    """Cut clean text into tokens. Japanese and Chinese have no spaces: there the longest word of `vocabulary` wins.

    A word in `bound` counts only at the start of a run or after hiragana. `longest` is the length of the longest word.
    With an empty vocabulary, runs of Japanese and Chinese stay whole.
    """
    found: list[Token] = []
    for match in PATTERN.finditer(text):
        start, end = match.span()
        kind = match.lastgroup
        if kind == "cjk" and vocabulary:
            found.extend(cut(match.group(), start, vocabulary, bound, longest))
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


def cut(run: str, offset: int, vocabulary: Collection[str], bound: Collection[str], longest: int) -> list[Token]:
    """Longest match from left to right; what no word covers stays together in one token."""
    found: list[Token] = []
    unknown = place = 0
    while place < len(run):
        size = next((n for n in range(longest, 0, -1) if fits(run, place, n, vocabulary, bound)), 0)
        if size == 0:
            place += 1
            continue
        if unknown < place:
            found.append(Token(run[unknown:place], offset + unknown, offset + place, "rest"))
        found.append(Token(run[place : place + size], offset + place, offset + place + size, "cjk"))
        place += size
        unknown = place
    if unknown < len(run):
        found.append(Token(run[unknown:], offset + unknown, offset + len(run), "rest"))
    return found


def fits(run: str, place: int, size: int, vocabulary: Collection[str], bound: Collection[str]) -> bool:
    word = run[place : place + size]
    if len(word) < size or word not in vocabulary:
        return False
    return word not in bound or place == 0 or is_hiragana(run[place - 1])


def is_hiragana(char: str) -> bool:
    return "\u3041" <= char <= "\u309f"
