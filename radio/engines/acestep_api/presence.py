"""Is there an ACE-Step API server that the station could use, and with which models?

A look from outside, cheap enough for once a minute: no job is released. Runs in any event loop; it never raises for
what it finds, it says it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import httpx

from radio.engines.acestep_api.answers import Models
from radio.engines.acestep_api.client import AceStepClient
from radio.engines.acestep_api.trouble import Unreachable
from radio.errors import GenerationError


@dataclass(frozen=True, slots=True)
class Presence:
    """What was found. `trouble` is one sentence, empty where the server can be used; `models` are DiT models by full
    name; `lms` language models, empty where the server does not tell (most versions)."""

    trouble: str = ""
    models: frozenset[str] = frozenset()
    lms: frozenset[str] = frozenset()
    version: str = ""


async def look(url: str, key: str, limit_s: float) -> Presence:
    """Ask the server at `url` who it is, within `limit_s`."""
    try:
        async with asyncio.timeout(limit_s), AceStepClient(url, key, answer_s=limit_s) as client:
            return await _seen(url, client)
    except TimeoutError:
        return Presence(f"the server at {url} did not answer within {limit_s:g} s")
    except GenerationError as error:
        return Presence(str(error))
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, OverflowError, ExceptionGroup) as error:
        return Presence(f"the server at {url} cannot be asked: {error}")


async def _seen(url: str, client: AceStepClient) -> Presence:
    try:
        health = await client.health()
    except Unreachable:
        raise
    except GenerationError as error:
        return Presence(f"what answers at {url} is not an ACE-Step API server: {error}")
    if "ace-step" not in health.service.lower():
        return Presence(f"what answers at {url} is not an ACE-Step API server: it calls itself '{health.service}'")
    if health.initialised is False:
        return Presence("the ACE-Step server has not loaded its model yet", version=health.version)
    models = await client.models()
    await client.stats()  # the one address of these that a key guards in every version
    return Presence(_without_model(models), models.names, models.lms, health.version)


def _without_model(models: Models) -> str:
    return "" if models.names else "the ACE-Step server answers but has no model loaded"
