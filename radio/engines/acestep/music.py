"""What a segment's music is to be, in the model's words: caption, tempo, key, metre, language, audio codes.

The listener's wishes come first, then what the chain has been from its first segment on, then what the planner thought.
Pure.
"""

from __future__ import annotations

from dataclasses import dataclass

from radio.contracts import INSTRUMENTAL, SegmentPlan

UNKNOWN = "unknown"
"""ACE-Step's word for a language that is not given."""
SCRIPTS = (
    ("ja", 0x3040, 0x30FF),
    ("ko", 0xAC00, 0xD7AF),
    ("zh", 0x4E00, 0x9FFF),
    ("ru", 0x0400, 0x04FF),
    ("ar", 0x0600, 0x06FF),
    ("hi", 0x0900, 0x097F),
    ("th", 0x0E00, 0x0E7F),
)
"""Languages that their script gives away, with its first and last code point; kana before the signs it shares."""


@dataclass(frozen=True, slots=True)
class Music:
    """`asked` is the prompt and the lyrics that it was made of, `lm` the model that thought. `codes`: 5 per second."""

    caption: str
    bpm: int | None = None
    key: str | None = None
    time_signature: str | None = None
    language: str = UNKNOWN
    codes: tuple[int, ...] = ()
    lm: str = ""
    asked: tuple[str, str] = ("", "")


def words_of(plan: SegmentPlan) -> tuple[str, str]:
    """The prompt, and the lyrics as the model wants them: no lyrics are an instrumental piece."""
    return plan.prompt.strip(), plan.lyrics.strip() or INSTRUMENTAL


def language_of(lyrics: str) -> str:
    """The language that the lyrics' script gives away; English for Latin letters, unknown for an instrumental piece."""
    if lyrics.strip().lower() in {INSTRUMENTAL.lower(), "[inst]"}:
        return UNKNOWN
    for language, first, last in SCRIPTS:
        if any(first <= ord(letter) <= last for letter in lyrics):
            return language
    return "en"


def unthought(plan: SegmentPlan) -> Music:
    """The music as the plan alone describes it."""
    caption, lyrics = words_of(plan)
    bpm = round(plan.bpm) if plan.bpm else None
    return Music(caption, bpm, plan.key, language=language_of(lyrics), asked=(caption, lyrics))


def of_the_chain(music: Music, chain: Music, plan: SegmentPlan) -> Music:
    """`music` in the tempo, key and metre that its chain has had so far, unless the plan names others."""
    return Music(
        music.caption,
        round(plan.bpm) if plan.bpm else chain.bpm or music.bpm,
        plan.key or chain.key or music.key,
        chain.time_signature or music.time_signature,
        music.language,
        (),
        music.lm,
        music.asked,
    )
