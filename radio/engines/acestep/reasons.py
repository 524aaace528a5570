"""A library's error in one line, for a sentence that a user reads. Pure."""

from __future__ import annotations


def reason(error: BaseException) -> str:
    """The first line that says something: torch puts a heading with a colon over lists of mistakes."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    if len(lines) > 1 and lines[0].endswith(":"):
        return lines[1]
    return lines[0] if lines else type(error).__name__
