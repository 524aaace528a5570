"""What `radio doctor` asks an ACE-Step API server, in order, and what to do about what is wrong.

Runs in any event loop. With `trial` it has the server make 20 s of music and repaint them: the only way to tell a
version whose uploads are broken, or whose repaint ignores its source, from one that works.
"""

from __future__ import annotations

import asyncio
import ipaddress
import time
from urllib.parse import urlsplit

from radio.contracts import SAMPLE_RATE, Chain, PromptChange, SegmentPlan, Task
from radio.engines.acestep_api.client import AceStepClient
from radio.engines.acestep_api.maker import Maker, Server
from radio.engines.acestep_api.pace import Pace
from radio.engines.acestep_api.presence import Presence, look
from radio.errors import GenerationError, Unavailable
from radio.finding import Finding

LOOK_S = 8.0
TRIAL_S = 180.0
TRIAL_SAMPLES = 20 * SAMPLE_RATE
TRIAL_OVERLAP = 5 * SAMPLE_RATE
PROMPT = "soft ambient pad"


async def examine(url: str, key: str, *, trial: bool = False) -> tuple[Finding, ...]:
    """Everything worth knowing about the server at `url`, the first thing that is wrong last."""
    presence = await look(url, key, LOOK_S)
    if presence.trouble:
        return (Finding("ACE-Step server", False, presence.trouble, _hint(presence.trouble)),)
    found = [Finding("ACE-Step server", True, f"{url}, version {presence.version or 'unknown'}"), _models(presence)]
    if not await _is_near(url):
        found.append(await _guarded(url, key))
    if trial:
        found.append(await _tried(url, key, sorted(presence.models)[0]))
    return tuple(found)


def _models(presence: Presence) -> Finding:
    lms = f"; thinks with {', '.join(sorted(presence.lms))}" if presence.lms else ""
    return Finding("its models", True, ", ".join(sorted(presence.models)) + lms)


def _hint(trouble: str) -> str:
    """What helps against a server that cannot be used."""
    if "KEY" in trouble:
        return "set RADIO_ACESTEP_API_KEY to what the server was started with (ACESTEP_API_KEY)"
    if "not an ACE-Step" in trouble or "another age" in trouble:
        return "set RADIO_ACESTEP_API_URL to the official server, version 1.5 of February 2026 or later"
    if "model" in trouble:
        return "see the server's log; it loads, or fetches, its models when it starts"
    return "start one as deploy/acestep-api/README.md says, or set RADIO_ACESTEP_API_URL"


async def _guarded(url: str, key: str) -> Finding:
    """Whether a server that others can reach asks them for a key: its `/v1/audio` may give away any file."""
    name = "its API key"
    async with AceStepClient(url, answer_s=LOOK_S) as anybody:
        try:
            await anybody.stats()
        except Unavailable:
            return Finding(name, True, "asked for" if key else "not needed")
        except GenerationError as error:
            return Finding(name, True, f"unknown: {error}")
    found = "the server answers everybody who can reach it, and early versions give away any file of that machine"
    return Finding(name, False, found, "start it with ACESTEP_API_KEY, on 127.0.0.1 behind a tunnel")


async def _tried(url: str, key: str, model: str) -> Finding:
    """Have 20 s made and continued."""
    name, began = "a trial", time.monotonic()
    try:
        async with asyncio.timeout(TRIAL_S), AceStepClient(url, key) as client:
            maker = Maker(client, Server(model, "vllm", "wav"), Pace(), lambda _: None)
            first = await maker.make(_plan(1), None, b"")
            await maker.make(_plan(2), first.samples[-TRIAL_OVERLAP:], b"")
    except TimeoutError:
        return Finding(name, False, f"nothing within {TRIAL_S:.0f} s", "the server's log says what it is doing")
    except GenerationError as error:
        return Finding(
            name, False, str(error), "try another version: deploy/acestep-api/README.md names one that works"
        )
    return Finding(name, True, f"20 s made and continued by {model} in {time.monotonic() - began:.1f} s")


def _plan(index: int) -> SegmentPlan:
    chain = Chain(0, 1, (PromptChange(0, PROMPT),))
    overlap = TRIAL_OVERLAP if index > 1 else 0
    position = (index - 1) * (TRIAL_SAMPLES - TRIAL_OVERLAP)
    task: Task = "repaint" if index > 1 else "text2music"
    return SegmentPlan(index, task, PROMPT, index, TRIAL_SAMPLES, overlap, position, chain)


async def _is_near(url: str) -> bool:
    """Whether the address is this machine's loopback."""
    host = urlsplit(url).hostname or ""
    try:
        infos = await asyncio.get_running_loop().getaddrinfo(host, None)
    except OSError:
        return False
    return all(ipaddress.ip_address(info[4][0]).is_loopback for info in infos)
