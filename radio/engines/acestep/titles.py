"""A short title from a prompt, the same for the same prompt. Pure."""

from __future__ import annotations

import re

MOST = 60
UNTITLED = "Untitled"
CLAUSE = re.compile(r"[.,;:!?\n。、，；：！？]+")


def title_of(prompt: str) -> str:
    """The prompt's first clauses as far as they fit into 60 characters, cut at a word where even the first does not."""
    clauses = [" ".join(clause.split()) for clause in CLAUSE.split(prompt)]
    clauses = [clause for clause in clauses if any(letter.isalnum() for letter in clause)]
    if not clauses:
        return UNTITLED
    title = clauses[0]
    for clause in clauses[1:2]:
        if len(title) + 2 + len(clause) <= MOST:
            title = f"{title}, {clause}"
    return _capital(title if len(title) <= MOST else _cut(title))


def _cut(text: str) -> str:
    """At the last space that leaves a good part of it, with an ellipsis."""
    head = text[: MOST - 1]
    space = head.rfind(" ")
    return (head[:space] if space > MOST // 2 else head).rstrip() + "…"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
