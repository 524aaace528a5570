"""From a prompt to what was found in it: which words mean something, which of them are turned round, and how strongly.

The grammar of four languages as far as prompts need it: what "no", "not", "なし", "без", "没有" and "only" reach to.
Knows no music. Pure, any thread.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from radio.engines.synth.lexicon import Kind, Sense, cut_words, index, longest
from radio.engines.synth.prompt_keys import keys
from radio.engines.synth.prompt_numbers import meters, tempos
from radio.engines.synth.prompt_text import clean, is_hiragana

FAMILIES: dict[Kind, str] = {
    "instrument": "band",
    "kit": "band",
    "vocals": "band",
    "leave": "band",
    "texture": "sound",
    "scene": "sound",
    "genre": "genre",
    "mood": "quality",
    "tempo": "quality",
    "bpm": "quality",
    "key": "quality",
    "mode": "quality",
    "meter": "quality",
}
"""What can be wished for. A "no" reaches over an "and" only to things of the same family."""
UNKNOWN_WITHIN = 2
"""How many words that mean nothing may stand between a "no" and what it turns round."""
STRONGEST = 2.0
READ_CHARACTERS = 2_000
"""No more is read, though all of it counts for the seed: NFKC can make a string eighteen times as long."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A word that means something. `negation` is the word that turns it round, or empty; `degree` 0.25…2.

    `clause` counts the stretches between punctuation, "and", "with" and the like.
    """

    words: str
    senses: tuple[Sense, ...]
    negation: str
    degree: float
    clause: int

    @property
    def negated(self) -> bool:
        return bool(self.negation)


@dataclass(frozen=True, slots=True)
class Reading:
    """All findings in order; words that mean nothing; the kinds of what stands beside an "only"; is music asked for."""

    findings: tuple[Finding, ...]
    unknown: tuple[str, ...]
    only: frozenset[Kind]
    music: bool

    def values(self, kind: Kind, *, negated: bool = False) -> list[str]:
        """The values of all senses of a kind, wanted or not wanted, without repetition."""
        return list(dict.fromkeys(sense.value for _, sense in self.senses(kind, negated=negated)))

    @property
    def refuses_drums(self) -> bool:
        """ "no drum and bass" refuses both, not only the genre of that name."""
        refused = self.values("kit", negated=True) or "dnb" in self.values("genre", negated=True)
        return bool(refused) or "drums" in self.values("leave")

    def senses(self, kind: Kind, *, negated: bool = False) -> Iterator[tuple[Finding, Sense]]:
        """Every sense of a kind with the finding it belongs to, in order."""
        for finding in self.findings:
            if finding.negated == negated:
                yield from ((finding, sense) for sense in finding.senses if sense.kind == kind)


@dataclass(slots=True)
class Piece:
    """A stretch of the prompt while it is being read."""

    words: str
    start: int
    senses: tuple[Sense, ...] = ()
    mark: str = ""
    """A comma or a full stop, where it is punctuation."""
    negation: str = ""
    degree: float = 1.0
    clause: int = 0
    kinds: frozenset[Kind] = field(init=False)
    family: str = field(init=False)
    """Empty for all that holds a sentence together; a thing where it is a quality as well."""

    def __post_init__(self) -> None:
        self.kinds = frozenset(sense.kind for sense in self.senses)
        families = [FAMILIES[sense.kind] for sense in self.senses if sense.kind in FAMILIES]
        self.family = min(families, key=lambda family: family == "quality", default="")

    @property
    def is_thing(self) -> bool:
        return self.family not in ("", "quality")

    @property
    def is_padding(self) -> bool:
        return not self.family and bool(self.kinds & {"filler", "music", "degree"})

    def value(self, kind: Kind) -> str:
        return next((sense.value for sense in self.senses if sense.kind == kind), "")


@lru_cache(maxsize=256)
def read(prompt: str) -> Reading:
    """Never raises, whatever the string."""
    line = pieces(clean(prompt)[:READ_CHARACTERS])
    number_clauses(line)
    apply_degrees(line)
    for place, piece in enumerate(line):
        if not piece.family:
            turn_round(line, place, piece)
    return Reading(
        findings=findings(line),
        unknown=tuple(dict.fromkeys(piece.words for piece in line if is_unknown(piece))),
        only=frozenset().union(*(only_kinds(line, place) for place, piece in enumerate(line) if "only" in piece.kinds)),
        music=any("music" in piece.kinds for piece in line),
    )


def findings(line: list[Piece]) -> tuple[Finding, ...]:
    """Each meaning once: saying it again in the same way adds nothing."""
    found: dict[tuple[tuple[Sense, ...], bool, float], Finding] = {}
    for piece in line:
        if piece.family:
            finding = Finding(piece.words, piece.senses, piece.negation, min(STRONGEST, piece.degree), piece.clause)
            found.setdefault((finding.senses, finding.negated, finding.degree), finding)
    return tuple(found.values())


def pieces(text: str) -> list[Piece]:
    """The text in order, tempos, meters and keys first taken out so that their words are not read twice."""
    found: list[Piece] = []
    rest = text
    for start, end, sense in measures(text):
        if "\ue000" not in rest[start:end]:
            found.append(Piece(text[start:end].strip(), start, (sense,)))
            rest = rest[:start] + "\ue000" * (end - start) + rest[end:]
    line = cut_words(rest)
    place = 0
    while place < len(line):
        token = line[place]
        match = None if token.script == "break" else longest(line, place)
        last = line[place + match.size - 1] if match else token
        words = text[token.start : last.end]
        senses = match.senses if match else ()
        found.append(Piece(words, token.start, senses, mark=token.text if token.script == "break" else ""))
        place += match.size if match else 1
    return sorted(found, key=lambda piece: piece.start)


def measures(text: str) -> Iterator[tuple[int, int, Sense]]:
    for number in tempos(text):
        yield number.start, number.end, Sense("bpm", "", number.value)
    for number in meters(text):
        yield number.start, number.end, Sense("meter", "", number.value)
    for key in keys(text):
        yield key.start, key.end, Sense("key", key.mode or "", float(key.tonic))


def number_clauses(line: list[Piece]) -> None:
    clause = 0
    for piece in line:
        clause += bool(piece.mark or (not piece.family and piece.kinds & {"and", "or", "but"}))
        piece.clause = clause


def apply_degrees(line: list[Piece]) -> None:
    """ "very", "a bit" and the like act on the next word that has a meaning, if it stands near."""
    waiting, ttl = 1.0, 0
    for piece in line:
        if piece.family:
            piece.degree *= waiting if ttl > 0 else 1.0
            waiting, ttl = 1.0, 0
        elif "degree" in piece.kinds:
            waiting *= next(sense.number for sense in piece.senses if sense.kind == "degree")
            waiting, ttl = max(0.25, min(STRONGEST, waiting)), 3
        else:
            ttl = 0 if piece.mark else ttl - 1


def turn_round(line: list[Piece], place: int, piece: Piece) -> None:
    """Let a word such as "no" or "なし" act on what it reaches."""
    before = before_it(line, place) if "except" in piece.kinds else []
    if before:
        reached = before
    elif piece.kinds & {"without", "not"}:
        reached = after_it(line, place)
    else:
        return
    for target in reached:
        if piece.value("not") == "less" and target.is_thing:
            target.degree *= 0.5
        else:
            target.negation = "" if target.negation else piece.words


def after_it(line: list[Piece], place: int) -> list[Piece]:
    """What a "no" in front reaches: up to the first thing (after "not": the first meaning), then on over "or", over
    "and" to things of the same family, over commas only in a list that ends with "or" ("no drums, bass or choir")."""
    reached: list[Piece] = []
    single = "not" in line[place].kinds
    closed, link, unknown = "", "", 0
    for at in range(place + 1, len(line)):
        piece = line[at]
        if piece.mark:
            if not (closed and (piece.mark == "、" or (piece.mark == "," and ends_with_or(line, at)))):
                break
            link = "or"
        elif piece.family:
            if closed and (not link or (link == "and" and (single or piece.family != closed))):
                break
            reached.append(piece)
            closed, link = (piece.family, "") if single or piece.is_thing else (closed, link)
        elif piece.kinds & {"and", "or"}:
            link = "or" if "or" in piece.kinds or link == "or" else "and"
        elif piece.kinds & {"but", "without", "not", "only", "except"}:
            break
        elif not piece.is_padding:
            unknown += 1
            if closed or unknown > UNKNOWN_WITHIN:
                break
    return reached


def ends_with_or(line: list[Piece], place: int) -> bool:
    """Does the list that goes on after this comma come to an "or" with nothing but things on the way?"""
    for piece in line[place + 1 :]:
        if "or" in piece.kinds:
            return True
        if not (piece.is_thing or piece.is_padding or piece.mark == ","):
            return False
    return False


def before_it(line: list[Piece], place: int) -> list[Piece]:
    """What a "なし" behind reaches: the meaning just before it, and what hangs on that by "と" or "も"."""
    reached: list[Piece] = []
    linked = True
    for piece in reversed(line[max(0, place - 12) : place]):
        if piece.family:
            if not linked or (reached and piece.family != reached[0].family):
                break
            reached.append(piece)
            linked = False
        elif "and" in piece.kinds:
            linked = True
        elif piece.mark or not piece.is_padding:
            break
    return reached


def only_kinds(line: list[Piece], place: int) -> frozenset[Kind]:
    """The kinds of the thing an "only" belongs to: just before it, else after it, else before it over some padding."""
    before = line[place - 1] if place else None
    if before and before.family in ("band", "sound"):
        return before.kinds
    for piece in line[place + 1 : place + 6]:
        if piece.is_thing:
            return piece.kinds
        if piece.mark or (not piece.family and not piece.is_padding):
            break
    for piece in reversed(line[max(0, place - 3) : place]):
        if piece.is_thing:
            return piece.kinds
        if not piece.is_padding:
            break
    return frozenset()


def is_unknown(piece: Piece) -> bool:
    """Neither a meaning nor grammar: not punctuation, a bare number, or the tail of a Japanese word."""
    if piece.senses or piece.mark or piece.words.isdigit() or piece.words in index().bound:
        return False
    return not (len(piece.words) <= 3 and all(map(is_hiragana, piece.words)))
