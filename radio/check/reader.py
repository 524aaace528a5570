"""The lines of a playlist, and what both kinds of playlist share (RFC 8216 §4.2, §4.3.1). Pure."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import UTC, datetime

from radio.check.finding import Finding, error
from radio.check.playlist import Attributes, number

_ATTRIBUTE = re.compile(r'\s*([A-Z0-9-]+)=("[^"\r\n]*"|[^",\s][^",]*)\s*(?:,|$)')


def parse_attributes(text: str) -> tuple[Attributes, str | None]:
    """An attribute list (§4.2), and what is wrong with it, if anything."""
    found: dict[str, str] = {}
    place, wrong = 0, None
    while place < len(text):
        match = _ATTRIBUTE.match(text, place)
        if match is None:
            return found, f"the attribute list cannot be read from {text[place : place + 30]!r} on"
        name, value = match.group(1), match.group(2)
        if name in found:
            wrong = f"the attribute {name} stands there twice"
        found[name] = value[1:-1] if value.startswith('"') else value.strip()
        place = match.end()
    return found, wrong


def parse_date(text: str) -> float | None:
    """ISO 8601 as Unix seconds, or None. Without a zone it is taken as UTC."""
    try:
        date = datetime.fromisoformat(text.strip())
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def split_tag(line: str) -> tuple[str, str]:
    """`#NAME:value` as (NAME, value)."""
    name, _, value = line[1:].partition(":")
    return name.strip(), value.strip()


class Reader(ABC):
    """What both kinds share: lines in, problems out."""

    def __init__(self) -> None:
        self.version = 1
        self.problems: list[Finding] = []
        self._versions = 0
        self._tags: dict[str, Callable[[str], None]] = {"EXT-X-VERSION": self._version}

    def wrong(self, code: str, message: str, rule: str) -> None:
        self.problems.append(error(code, message, rule))

    def read(self, line: str) -> None:
        if line.startswith("#EXT"):
            name, value = split_tag(line)
            handler = self._tags.get(name)
            if handler is not None:
                handler(value)
            elif name == "EXTM3U":
                self.wrong("syntax", "#EXTM3U stands there twice", "RFC 8216 §4.3.1.1")
        elif line and not line.startswith("#"):
            self._uri(line)

    @abstractmethod
    def _uri(self, uri: str) -> None:
        """A line that is an address."""

    def _version(self, value: str) -> None:
        self._versions += 1
        self.version = self._integer("EXT-X-VERSION", value) or 1
        if self._versions > 1:
            self.wrong("syntax", "EXT-X-VERSION stands there more than once", "RFC 8216 §4.3.1.2")

    def _integer(self, tag: str, value: str) -> int | None:
        found = number(value)
        if found is None:
            self.wrong("syntax", f"{tag} has {value[:30]!r}, which is no decimal integer", "RFC 8216 §4.2")
        return found

    def _attributes(self, tag: str, value: str) -> Attributes:
        found, wrong = parse_attributes(value)
        if wrong:
            self.wrong("syntax", f"{tag}: {wrong}", "RFC 8216 §4.2")
        return found
