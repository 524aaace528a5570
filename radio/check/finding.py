"""What the checker has to say: one finding a kind of trouble, folded, however often it happened.

It knows no playlist and no sound. Not thread-safe: its owner calls it from one thread at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MOST_EXAMPLES = 3
MOST_KINDS = 2_000
"""Findings are few by nature; a hostile stream must not fill the memory with them."""


class Severity(StrEnum):
    """An error breaks a rule or is heard; a warning may be meant so; a note is worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. `code` is its stable name, `rule` the text it breaks, `rendition` where ("" is everywhere)."""

    severity: Severity
    code: str
    message: str
    rule: str
    rendition: str = ""


@dataclass(frozen=True, slots=True)
class Folded:
    """A kind of finding in one rendition: how often it came, and what the first of them said."""

    severity: Severity
    code: str
    rule: str
    rendition: str
    count: int
    examples: tuple[str, ...]


class Findings:
    """Collects findings in bounded memory: equal ones are one, with a count and three examples."""

    def __init__(self) -> None:
        self._found: dict[tuple[Severity, str, str], tuple[str, int, list[str]]] = {}

    def add(self, finding: Finding) -> None:
        key = (finding.severity, finding.code, finding.rendition)
        if key not in self._found and len(self._found) >= MOST_KINDS:
            return
        rule, count, examples = self._found.get(key, (finding.rule, 0, []))
        if len(examples) < MOST_EXAMPLES and finding.message not in examples:
            examples.append(finding.message)
        self._found[key] = (rule, count + 1, examples)

    def folded(self) -> tuple[Folded, ...]:
        """The worst first, in the order of appearance within a severity."""
        order = list(Severity)
        found = [
            Folded(severity, code, rule, rendition, count, tuple(examples))
            for (severity, code, rendition), (rule, count, examples) in self._found.items()
        ]
        return tuple(sorted(found, key=lambda folded: order.index(folded.severity)))

    @property
    def errors(self) -> int:
        return sum(count for (severity, _, _), (_, count, _) in self._found.items() if severity is Severity.ERROR)


def error(code: str, message: str, rule: str, rendition: str = "") -> Finding:
    return Finding(Severity.ERROR, code, message, rule, rendition)


def warning(code: str, message: str, rule: str, rendition: str = "") -> Finding:
    return Finding(Severity.WARNING, code, message, rule, rendition)


def note(code: str, message: str, rule: str, rendition: str = "") -> Finding:
    return Finding(Severity.NOTE, code, message, rule, rendition)
