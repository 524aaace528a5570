"""A library's error in one line, for a sentence that a user reads. Pure."""

from __future__ import annotations

NO_MEMORY = (
    "out of memory",
    "can't allocate memory",
    "not enough memory",
    "ALLOC_FAILED",
    "unable to find an engine to execute this computation",
)
"""How libraries say it where torch has no exception of its own for it; the last is cuDNN without room to work in."""
BROKEN = "CUDA error"
"""After any other of these the process's context is gone, and every later call fails too."""


def lacks_memory(error: BaseException) -> bool:
    """`error` means that the device has no room."""
    text = str(error).lower()
    return any(words.lower() in text for words in NO_MEMORY)


def reason(error: BaseException) -> str:
    """The first line that says something: torch puts a heading with a colon over lists of mistakes."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    if len(lines) > 1 and lines[0].endswith(":"):
        return lines[1]
    return lines[0] if lines else type(error).__name__
