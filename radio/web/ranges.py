"""Single byte ranges (RFC 9110 §14). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

ONE_RANGE = re.compile(rb"bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Slice:
    """`body[start:stop]`, or nothing of it when it is not `satisfiable`; `content_range` says so in a header."""

    start: int
    stop: int
    content_range: bytes
    satisfiable: bool = True


def byte_range(value: bytes, size: int) -> Slice | None:
    """What a Range header asks of `size` bytes. None: ignore it, it is not one well-formed range of bytes (§14.2)."""
    found = ONE_RANGE.fullmatch(value)
    if found is None or not (found[1] or found[2]):
        return None
    if found[1]:
        start, last = int(found[1]), int(found[2]) if found[2] else size - 1
        if found[2] and last < start:
            return None
    else:
        start, last = max(0, size - int(found[2])), size - 1
        start = size if not int(found[2]) else start
    if start >= size:
        return Slice(0, 0, b"bytes */%d" % size, satisfiable=False)
    stop = min(last, size - 1) + 1
    return Slice(start, stop, b"bytes %d-%d/%d" % (start, stop - 1, size))
