"""What an examination found, one line of `radio doctor`: a plain value that knows nothing of who looks or prints."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `hint` says what to do when it is not `ok`."""

    name: str
    ok: bool
    found: str
    hint: str = ""
