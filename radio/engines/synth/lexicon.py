"""The words of all languages as one index: from a phrase to what it means.

Each `lexicon_*` file maps a sense ("mood calm") to phrases, separated by commas and line ends. In them, `drum*`
stands for every word that begins so, and `^風` for a word that means something only at the start of a run of its
script or after hiragana. An English plural needs no entry of its own. Knows no grammar and no music. Pure, any
thread; the index is built at its first use.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Literal, NamedTuple, get_args

from radio.engines.synth import (
    lexicon_en,
    lexicon_en_genres,
    lexicon_en_moods,
    lexicon_en_sounds,
    lexicon_ja,
    lexicon_ja_music,
    lexicon_ru,
    lexicon_signs,
    lexicon_zh,
)
from radio.engines.synth.prompt_text import Script, Token, Words, tokens

Kind = Literal[
    "genre", "mood", "tempo", "bpm", "key", "mode", "meter", "instrument", "kit", "texture", "scene", "leave", "vocals",
    "music", "filler", "degree", "only", "without", "not", "except", "and", "or", "but",
]  # fmt: skip
"""What a word can be: the first line can be wished for, the second holds a sentence together. `filler` means nothing,
`music` only that music is wanted; `without` and `not` turn round what follows, `except` what stands before; `scene` is
a place or weather whose sound fits, `texture` the sound itself; `leave` sends away without a "no" ("drumless")."""
KINDS: dict[str, Kind] = {kind: kind for kind in get_args(Kind)}
SOURCES: tuple[Mapping[str, str], ...] = (
    lexicon_en.WORDS,
    lexicon_en_moods.WORDS,
    lexicon_en_sounds.WORDS,
    lexicon_en_genres.WORDS,
    lexicon_ja.WORDS,
    lexicon_ja_music.WORDS,
    lexicon_zh.WORDS,
    lexicon_ru.WORDS,
    lexicon_signs.WORDS,
)
STEM_LETTERS = 20
"""No stem is longer."""


class Sense(NamedTuple):
    """`number` is a tempo in beats per minute, a tonic (0 = C), or how strong a degree is."""

    kind: Kind
    value: str = ""
    number: float = 0.0


class Index(NamedTuple):
    """Phrases by their tokens; every beginning of a phrase; and the single words they are made of."""

    phrases: dict[tuple[str, ...], tuple[Sense, ...]]
    beginnings: frozenset[tuple[str, ...]]
    words: frozenset[str]
    joined: Words
    bound: frozenset[str]


class Match(NamedTuple):
    """`size` is the number of tokens that it covers."""

    size: int
    senses: tuple[Sense, ...]


@cache
def index() -> Index:
    """The one index. Takes about a tenth of a second, once."""
    phrases: dict[tuple[str, ...], tuple[Sense, ...]] = {}
    joined: set[str] = set()
    bound: set[str] = set()
    for sense, text in entries():
        for phrase in split(tokens(text)):
            key = tuple(token.text + "*" * text.startswith("*", token.end) for token in phrase)
            phrases[key] = tuple(dict.fromkeys((*phrases.get(key, ()), sense)))
            joined.update(token.text for token in phrase if token.script == "cjk")
            bound.update(token.text for token in phrase if text[token.start - 1] == "^" and token.start)
    return Index(
        phrases=phrases,
        beginnings=frozenset(key[:size] for key in phrases for size in range(1, len(key))),
        words=frozenset(word for key in phrases for word in key),
        joined=by_first(joined),
        bound=frozenset(bound),
    )


def by_first(words: Iterable[str]) -> Words:
    by_head: dict[str, list[str]] = {}
    for word in sorted(words, key=len, reverse=True):
        by_head.setdefault(word[0], []).append(word)
    return by_head


def entries() -> Iterator[tuple[Sense, str]]:
    for source in SOURCES:
        for name, phrases in source.items():
            yield read_sense(name), phrases


def split(line: Sequence[Token]) -> Iterator[list[Token]]:
    """The phrases between the commas."""
    phrase: list[Token] = []
    for token in line:
        if token.script != "break":
            phrase.append(token)
        elif phrase:
            yield phrase
            phrase = []
    if phrase:
        yield phrase


def read_sense(name: str) -> Sense:
    """ "mood calm" → Sense("mood", "calm"); "degree 1.6" has a number.

    Raises:
        KeyError: no such kind.
    """
    kind, _, value = name.partition(" ")
    known = KINDS[kind]
    return Sense(known, "", float(value)) if known in ("degree", "meter") else Sense(known, value)


def cut_words(text: str) -> list[Token]:
    """Tokens of a clean text, Japanese and Chinese cut by the words of the index."""
    known = index()
    return tokens(text, known.joined, known.bound)


def longest(line: Sequence[Token], place: int) -> Match | None:
    """The longest phrase that begins at a token; among equally long ones a whole word beats a stem."""
    known = index()
    heads: list[tuple[str, ...]] = [()]
    best: Match | None = None
    for count, token in enumerate(line[place : place + 8], start=1):
        grown = [(*head, form) for head in heads for form in forms(token.text, token.script)]
        whole = next((known.phrases[key] for key in grown if key in known.phrases), None)
        if whole is not None:
            best = Match(count, whole)
        heads = [key for key in grown if key in known.beginnings]
        if not heads:
            break
    return best


@lru_cache(maxsize=8192)
def forms(token: str, script: Script) -> tuple[str, ...]:
    """What a token may stand for: itself, its singular, its stems with the longest first."""
    words = index().words
    if script != "word":
        return (token,) if token in words and script != "rest" else ()
    singular = token[:-1] if token.endswith("s") else token
    stems = (token[:size] + "*" for size in range(min(len(token), STEM_LETTERS), 1, -1))
    return tuple(form for form in dict.fromkeys((token, singular, *stems)) if form in words)
