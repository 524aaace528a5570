"""A short title from a prompt, the same for the same prompt. Pure."""

from __future__ import annotations

import re

MOST = 48
PLAIN = frozenset(
    {"instrumental", "music", "song", "track", "piece", "no", "vocals", "vocal", "without", "a", "an", "the"}
)
"""Words that say what is true of everything here. A clause of nothing else says nothing."""
UNTITLED = "Untitled"
CLAUSE = re.compile(r"[.,;:!?\n。、，；：！？]+")


def title_of(prompt: str) -> str:
    """The prompt's first two clauses that say something, if they fit into 48 characters; one that does not is cut at a
    word."""
    clauses = [found for clause in CLAUSE.split(prompt) if (found := _telling(clause))]
    if not clauses:
        return UNTITLED
    title = clauses[0]
    for clause in clauses[1:2]:
        if len(title) + 2 + len(clause) <= MOST:
            title = f"{title}, {clause}"
    return _capital(title if len(title) <= MOST else _cut(title))


def _telling(clause: str) -> str:
    """A clause without its plain words at both ends; empty where nothing is left."""
    words = clause.split()
    while words and words[0].lower() in PLAIN:
        words.pop(0)
    while words and words[-1].lower() in PLAIN:
        words.pop()
    return " ".join(words) if any(letter.isalnum() for letter in "".join(words)) else ""


def _cut(text: str) -> str:
    """At the last space that leaves a good part of it, with an ellipsis."""
    head = text[: MOST - 1]
    space = head.rfind(" ")
    return (head[:space] if space > MOST // 2 else head).rstrip() + "…"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
