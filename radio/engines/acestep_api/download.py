"""Fetching a result from an ACE-Step server: a download that breaks off goes on where it broke.

Runs in the client's event loop. It knows HTTP ranges (RFC 9110 §14), and nothing of what it fetches.
"""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager

import httpx

from radio.engines.acestep_api.refusal import RESULT, refusal
from radio.engines.acestep_api.trouble import ServerFault, quote
from radio.errors import GenerationError

MOST_BYTES = 256 * 1024 * 1024
"""Ten minutes of float32 stereo."""
TRIES = 6
PAUSE_S = 0.1
"""After the first try that brought nothing; doubled after each."""


async def download(http: httpx.AsyncClient, address: str) -> bytes:
    """The bytes at `address`, whole.

    Raises:
        GenerationError: it is not there, too large, or breaks off again and again.
    """
    have, etag, broken = bytearray(), "", ""
    for attempt in range(TRIES):
        before = len(have)
        try:
            async with _asked(http, address, len(have), etag) as answer:
                etag = await _begun(answer, have)
                await _read(answer, have)
        except (httpx.TransportError, ServerFault) as error:
            broken = quote(str(error) or type(error).__name__)
        else:
            return bytes(have)
        if len(have) <= before:
            await asyncio.sleep(PAUSE_S * 2**attempt)
    raise GenerationError(f"the ACE-Step server's result broke off again and again, at {len(have)} bytes: {broken}")


def _asked(http: httpx.AsyncClient, address: str, have: int, etag: str) -> AbstractAsyncContextManager[httpx.Response]:
    """Ask for what is missing, of the same file."""
    headers = {"Accept-Encoding": "identity"}
    if have:
        headers |= {"Range": f"bytes={have}-"} | ({"If-Range": etag} if etag else {})
    return http.stream("GET", address, headers=headers)


async def _begun(answer: httpx.Response, have: bytearray) -> str:
    """Look at the head of an answer: `have` is emptied where it begins from the start. Returns the file's ETag."""
    if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
        have.clear()
        raise ServerFault("it changed while it was fetched")
    if answer.is_error:
        await answer.aread()
        raise refusal(answer, RESULT)
    partial = answer.status_code == httpx.codes.PARTIAL_CONTENT
    if partial and not answer.headers.get("content-range", "").startswith(f"bytes {len(have)}-"):
        have.clear()
        raise ServerFault("it was given from another place than asked for")
    if not partial:
        have.clear()
    return str(answer.headers.get("etag", ""))


async def _read(answer: httpx.Response, have: bytearray) -> None:
    async for block in answer.aiter_raw():
        have += block
        if len(have) > MOST_BYTES:
            raise GenerationError(f"the ACE-Step server's result is over {MOST_BYTES >> 20} MiB")
