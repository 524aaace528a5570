"""Fetches over HTTP within bounds: a size for everything, a deadline for everything, few redirects. In the event loop.

It knows nothing of HLS. What went wrong becomes one plain sentence, never httpx's exceptions.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from radio.check.playlist import number
from radio.errors import CannotListen

CONNECT_S = 5.0
IDLE_S = 10.0
DEADLINE_S = 20.0
MOST_REDIRECTS = 5
ORIGIN = "https://player.example"
"""Sent as a browser on another site would send it, to see whether that site may play the stream."""
AGENT = "longwave-check"


class FetchFailed(Exception):
    """`str(error)` says why, as the end of a sentence; `retry_after_s` where the server asked to come again then."""

    def __init__(self, why: str, retry_after_s: int | None = None) -> None:
        super().__init__(why)
        self.retry_after_s = retry_after_s


@dataclass(frozen=True, slots=True, eq=False)
class Fetched:
    """One answer with status 2xx. `url` is where the redirects led; header names are lower case."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes


def usable(url: str) -> str:
    """The address, if it is one that can be fetched.

    Raises:
        CannotListen: it is not.
    """
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as trouble:
        raise CannotListen(f"{url[:200]!r} is not an address: {trouble}.") from trouble
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise CannotListen(f"{url[:200]!r} is not an http or https address.")
    return str(parsed)


def client(transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    """A client with these bounds. `transport` replaces the network."""
    return httpx.AsyncClient(
        transport=transport,
        follow_redirects=True,
        max_redirects=MOST_REDIRECTS,
        timeout=httpx.Timeout(IDLE_S, connect=CONNECT_S),
        headers={"User-Agent": AGENT, "Origin": ORIGIN},
    )


async def fetch(
    http: httpx.AsyncClient,
    url: str,
    most_bytes: int,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
) -> Fetched:
    """The whole answer, decompressed.

    Raises:
        FetchFailed: no answer with status 2xx and at most `most_bytes` in time.
    """
    try:
        async with asyncio.timeout(DEADLINE_S), http.stream(method, url, headers=headers) as answer:
            return await _read(answer, most_bytes)
    except TimeoutError:
        raise FetchFailed(f"it took longer than {DEADLINE_S:.0f} s") from None
    except httpx.TimeoutException:
        raise FetchFailed("the server did not answer in time") from None
    except httpx.TooManyRedirects:
        raise FetchFailed(f"more than {MOST_REDIRECTS} redirects") from None
    except httpx.DecodingError:
        raise FetchFailed("the answer's compression is broken") from None
    except httpx.ConnectError:
        raise FetchFailed("no connection to the server") from None
    except (httpx.HTTPError, httpx.InvalidURL) as trouble:
        raise FetchFailed(f"the connection broke ({type(trouble).__name__})") from None


async def _read(answer: httpx.Response, most_bytes: int) -> Fetched:
    if not answer.is_success:
        retry = number(answer.headers.get("retry-after")) if answer.status_code == 503 else None
        raise FetchFailed(f"the server answered {answer.status_code} {answer.reason_phrase}".strip(), retry)
    parts, size = [], 0
    async for part in answer.aiter_bytes():
        size += len(part)
        if size > most_bytes:
            raise FetchFailed(f"the answer is larger than {most_bytes >> 10} KiB")
        parts.append(part)
    return Fetched(str(answer.url), answer.status_code, dict(answer.headers), b"".join(parts))
