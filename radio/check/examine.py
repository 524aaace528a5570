"""Asks a server a few questions once, beyond what listening needs: HEAD, a range, a chunk that has left the window.

Runs in the event loop; gives findings.
"""

from __future__ import annotations

import httpx

from radio.check.fetch import Fetched, FetchFailed, fetch
from radio.check.finding import Finding, error, warning
from radio.check.transport import RANGE, check_chunk_answer, check_head, check_range

MOST_BYTES = 64 << 20


async def examine(http: httpx.AsyncClient, playlist_url: str, url: str, answer: Fetched) -> list[Finding]:
    """How the server answers for a playlist and for one chunk, which `answer` is."""
    findings = list(check_chunk_answer(answer))
    findings += await _head(http, playlist_url, None)
    findings += await _head(http, url, answer)
    try:
        part = await fetch(http, url, MOST_BYTES, headers={"Range": RANGE, "Accept-Encoding": "identity"})
    except FetchFailed as trouble:
        return [*findings, warning("range", f"a request for a range fails: {trouble}", "RFC 9110 §14.2")]
    return [*findings, *check_range(part, answer)]


async def still_there(http: httpx.AsyncClient, url: str) -> list[Finding]:
    """A chunk stays for its own length plus the playlist's after it has left the playlist (RFC 8216 §6.2.2)."""
    try:
        await fetch(http, url, MOST_BYTES)
    except FetchFailed as trouble:
        message = f"a chunk that has just left the playlist cannot be had any more: {trouble}"
        return [error("removed-early", message, "RFC 8216 §6.2.2; DESIGN §5.5")]
    return []


async def _head(http: httpx.AsyncClient, url: str, get: Fetched | None) -> list[Finding]:
    try:
        head = await fetch(http, url, MOST_BYTES, method="HEAD")
    except FetchFailed as trouble:
        return [warning("head", f"HEAD does not work: {trouble}", "DESIGN §5.8; RFC 9110 §9.3.2")]
    return list(check_head(head, get)) if get is not None else []
