"""The fields of one show as they stand in a schedule's TOML: each is read, and every mistake becomes a sentence.

Pure. Knows nothing of other shows.
"""

from __future__ import annotations

import re
from typing import Any

from radio.settings import MAX_PROMPT
from radio.station.programme.schedule import DAY_MINUTES

DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
GROUPS = {"daily": range(7), "weekdays": range(5), "weekend": range(5, 7)}
NAMES = ("name", "days", "start", "end", "prompt", "from_prompt", "over_minutes", "each_minutes", "seed")
MOST_PROMPTS = 50
TIME = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")


class Fields:
    """One show's table. `place` is what sentences call it; they are added to `wrong`."""

    def __init__(self, table: dict[str, Any], place: str, wrong: list[str]) -> None:
        self._table = table
        self._place = place
        self._wrong = wrong

        for name in table:
            if name not in NAMES:
                self.complain(f"there is no field '{name[:40]}'")

    def complain(self, sentence: str) -> None:
        self._wrong.append(f"{self._place}: {sentence}")

    def has(self, field: str) -> bool:
        return field in self._table

    def days(self) -> tuple[int, ...]:
        """`"mon-fri"`, `["sat", "sun"]`, `"daily"` as weekdays, Monday 0. Not said: every day."""
        value = self._table.get("days", "daily")
        words = value if isinstance(value, list) else [value]
        found: set[int] = set()
        for word in words:
            days = _span(word.strip().lower()) if isinstance(word, str) else ()
            if not days:
                self.complain(f"{str(word)[:40]!r} is no weekday: say mon … sun, mon-fri, daily, weekdays or weekend")
            found.update(days)
        if not words:
            self.complain("days is empty")
        return tuple(sorted(found))

    def time(self, field: str, latest: int) -> int | None:
        """`"06:30"`, or TOML's own 06:30:00, as minutes after midnight; None if it is not there or wrong."""
        value = self._table.get(field)
        if value is None:
            return None
        text = value if isinstance(value, str) else f"{value:%H:%M}" if hasattr(value, "hour") else ""
        match = TIME.fullmatch(text.strip())
        minutes = int(match[1]) * 60 + int(match[2]) if match else latest + 1
        if minutes > latest:
            self.complain(f"{field} is {str(value)[:40]!r}, not a time such as '06:30'")
            return None
        return minutes

    def text(self, field: str) -> str:
        value = self._table.get(field, "")
        if not isinstance(value, str):
            self.complain(f"{field} is not a text in quotes")
            return ""
        if len(value) > MAX_PROMPT:
            self.complain(f"{field} has {len(value)} characters; {MAX_PROMPT} is the most")
        return value.strip()

    def prompts(self) -> list[str]:
        """One prompt, or several."""
        value = self._table.get("prompt", "")
        texts = value if isinstance(value, list) else [value]
        if not all(isinstance(text, str) for text in texts):
            self.complain("prompt is not a text in quotes")
            return []
        if len(texts) > MOST_PROMPTS or len(set(texts)) < len(texts):
            self.complain(f"prompt lists at most {MOST_PROMPTS} texts, each of them once")
        if any(len(text) > MAX_PROMPT for text in texts):
            self.complain(f"a prompt has {max(map(len, texts))} characters; {MAX_PROMPT} is the most")
        if not texts or not all(text.strip() for text in texts):
            self.complain("it has no prompt")
        return [text.strip() for text in texts if text.strip()]

    def minutes(self, field: str) -> float:
        value = self._table.get(field, 0)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= DAY_MINUTES:
            self.complain(f"{field} is {str(value)[:40]}, not a number of minutes up to {DAY_MINUTES}")
            return 0.0
        return float(value)

    def seed(self) -> int | None:
        value = self._table.get("seed")
        if value is not None and (type(value) is not int or not 0 <= value < 2**63):
            self.complain(f"seed is {str(value)[:40]}, not a whole number from 0 to 2⁶³ − 1")
            return None
        return value


def _span(word: str) -> tuple[int, ...]:
    """The weekdays of one word; none if it is no such word. `fri-mon` goes over the end of the week."""
    if word in GROUPS:
        return tuple(GROUPS[word])
    first, dash, last = (part.strip() for part in word.partition("-"))
    a, b = _day(first), _day(last) if dash else _day(first)
    return () if a is None or b is None else tuple((a + k) % 7 for k in range((b - a) % 7 + 1))


def _day(word: str) -> int | None:
    """A weekday by its English name, in full or its first three letters."""
    return next((k for k, name in enumerate(DAY_NAMES) if word in (name.lower(), name[:3].lower())), None)
