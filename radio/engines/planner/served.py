"""Which language models are served, and where; and putting their servers to sleep.

Coroutines for the server's event loop and for the planner's own. Needs nothing but httpx, so that a station without the
model extras can look. What does not answer in time is not there: nothing here raises for a server's sake.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import httpx

from radio.engines.ladder import LMS

SLEEP_LIMIT_S = 30.0
"""Level 1 copies up to 8 GiB of weights to the host's memory."""
WAKE_LIMIT_S = 60.0
_FAILURES = (httpx.HTTPError, httpx.InvalidURL, OSError, OverflowError, ExceptionGroup)
"""The last two are how an address with an impossible port fails."""
_MISSING = frozenset({404, 405, 501})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a language model is served: the server's root address, and the name it has there."""

    url: str
    model: str


def root(url: str) -> str:
    """A server's address without the API's own part."""
    return url.strip().rstrip("/").removesuffix("/v1").rstrip("/")


def lm_of(served_name: str) -> str:
    """The full name of a served model, which may be a repository, a path or a quantised file; empty for another."""
    base = re.split(r"[/\\]", served_name.rstrip("/\\"))[-1].lower()
    for lm in LMS:
        if re.match(re.escape(lm.lower()) + r"(?![0-9a-z])", base):
            return lm
    return ""


async def catalogue(urls: Sequence[str], limit_s: float) -> dict[str, Place]:
    """Every language model that answers now, by full name; the first server that has one keeps it."""
    found: dict[str, Place] = {}
    async with _client(limit_s) as client:
        for places in await asyncio.gather(*(_models(client, root(url), limit_s) for url in urls)):
            for place in places:
                found.setdefault(lm_of(place.model), place)
    found.pop("", None)
    return found


async def served(urls: Sequence[str], limit_s: float) -> frozenset[str]:
    """Full names of the language models that are served now."""
    return frozenset(await catalogue(urls, limit_s))


async def sleep(urls: Sequence[str], limit_s: float = SLEEP_LIMIT_S) -> tuple[str, ...]:
    """Let the servers give their GPU memory back, where they can (vLLM's sleep mode, level 1: weights to host memory).

    Returns one sentence for each server that could have and did not.
    """
    return await _tell(urls, "/sleep", {"level": "1"}, limit_s)


async def wake(urls: Sequence[str], limit_s: float = WAKE_LIMIT_S) -> tuple[str, ...]:
    """Undo `sleep`. Returns one sentence for each server that could have and did not."""
    return await _tell(urls, "/wake_up", {}, limit_s)


def _client(limit_s: float) -> httpx.AsyncClient:
    """`trust_env` is off: these servers are neighbours, and a proxy would not find them."""
    return httpx.AsyncClient(timeout=limit_s, trust_env=False)


async def _models(client: httpx.AsyncClient, url: str, limit_s: float) -> list[Place]:
    """What one server says it serves."""
    try:
        async with asyncio.timeout(limit_s):
            answer = await client.get(f"{url}/v1/models")
        body: object = answer.json() if answer.is_success else None
    except (*_FAILURES, ValueError):
        return []
    items = body.get("data") if isinstance(body, Mapping) else None
    ids = [item.get("id") for item in items if isinstance(item, Mapping)] if isinstance(items, list) else []
    return [Place(url, name) for name in ids if isinstance(name, str)]


async def _tell(urls: Sequence[str], path: str, query: Mapping[str, str], limit_s: float) -> tuple[str, ...]:
    async with _client(limit_s) as client:
        told = await asyncio.gather(*(_tell_one(client, root(url), path, query, limit_s) for url in urls))
    return tuple(filter(None, told))


async def _tell_one(client: httpx.AsyncClient, url: str, path: str, query: Mapping[str, str], limit_s: float) -> str:
    """A server without that endpoint is not in development mode, or no vLLM: it stays as it is, and that is fine."""
    try:
        async with asyncio.timeout(limit_s):
            answer = await client.post(f"{url}{path}", params=dict(query))
    except TimeoutError:
        return f"{url} did not answer {path} within {limit_s:g} s"
    except _FAILURES as error:
        return f"{url} did not answer {path}: {type(error).__name__}"
    if answer.is_success or answer.status_code in _MISSING:
        return ""
    return f"{url} answered {path} with {answer.status_code}"
