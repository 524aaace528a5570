"""Steering "now", as a listener sees it: over HTTP, in real time, with the synthesiser.

`python -m bench.steering [--cuts 50]`: for each cut, how long until the newest chunk in the playlist holds the new
music, whether the receipt was corrected, and how far the date range of the segment (its entry) lies from what
the receipt said last. `tests/test_chaos.py` listens for the same in the sound, with known tones.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

from bench.report import Measure, conclude
from bench.server import serving
from radio.check.m3u8 import parse
from radio.check.playlist import MediaPlaylist
from radio.check.rules import dated

PLAYLIST = "/live/64k/index.m3u8"
LOOK_S = 0.1
LIMIT_S = 30.0
MUSIC_S = 0.1
"""So much of the new music must be in the chunk."""
PROMPTS = (
    "solo piano, slow and sad", "drum and bass, fast, dark", "bossa nova with guitar", "ambient strings",
    "chiptune, bright", "house with organ", "lo-fi hip hop with rain", "baroque harpsichord", "dub reggae, deep bass",
    "techno, 135 bpm", "jazz trio, swing", "music box lullaby",
)  # fmt: skip


@dataclass(slots=True)
class Cut:
    """One steering. `chunk_s`: from the request until the playlist showed a chunk with the new music in it."""

    prompt: str
    answered_s: float = 0.0
    chunk_s: float = LIMIT_S
    corrections: int = 0
    first_said: float = 0.0
    last_said: float = 0.0
    entered: float | None = None
    index: int = -1

    @property
    def off_s(self) -> float:
        """How far the entry was from where the last receipt said."""
        return LIMIT_S if self.entered is None else abs(self.entered - self.last_said)

    @property
    def line(self) -> str:
        moved_s = self.last_said - self.first_said
        return (
            f"{self.prompt[:28]:28} answered {1000 * self.answered_s:5.0f} ms, in a chunk after {self.chunk_s:5.2f} s, "
            f"corrected {self.corrections} times by {moved_s:+.2f} s, entry off by {1000 * self.off_s:.0f} ms"
        )


@dataclass(slots=True)
class News:
    """The newest state of every receipt, as `/session/events` tells it."""

    receipts: dict[int, dict[str, Any]] = field(default_factory=dict)

    async def follow(self, client: httpx.AsyncClient) -> None:
        kind = ""
        async with client.stream("GET", "/session/events", timeout=None) as answer:
            async for line in answer.aiter_lines():
                name, _, value = line.partition(":")
                if name == "event":
                    kind = value.strip()
                elif name == "data" and kind == "receipt":
                    body = json.loads(value)
                    self.receipts[body["id"]] = body


@contextlib.asynccontextmanager
async def following(client: httpx.AsyncClient) -> AsyncIterator[News]:
    news = News()
    task = asyncio.create_task(news.follow(client))
    try:
        yield news
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def cut(client: httpx.AsyncClient, news: News, prompt: str) -> Cut:
    """Steer now, and watch until the new music is in a chunk."""
    now = asyncio.get_running_loop().time
    began, result = now(), Cut(prompt)
    answer = await client.post("/session/prompt", json={"prompt": prompt, "when": "now"})
    receipt = answer.raise_for_status().json()
    result.answered_s, result.first_said = now() - began, seconds(receipt["audible_at"]) or 0.0
    while now() - began < LIMIT_S:
        told = news.receipts.get(receipt["id"], receipt)
        said, done = seconds(told["audible_at"]), told["state"] in {"mixed", "heard"}
        listed = await newest(client)
        end = max((date + chunk.duration_s for chunk, date in listed if date is not None), default=0.0)
        if done and said is not None and end >= said + MUSIC_S:
            result.chunk_s = now() - began
            break
        await asyncio.sleep(LOOK_S)
    await asyncio.sleep(2 * LOOK_S)
    told = news.receipts.get(receipt["id"], receipt)
    result.corrections, result.index = told["corrections"], told["segment_index"]
    result.last_said = seconds(told["audible_at"]) or 0.0
    result.entered = await entry(client, result.index)
    return result


async def newest(client: httpx.AsyncClient) -> list[tuple[Any, float | None]]:
    """The chunks now listed, with their dates."""
    playlist = await media(client)
    return list(zip(playlist.chunks, dated(playlist), strict=True)) if playlist else []


async def entry(client: httpx.AsyncClient, index: int) -> float | None:
    """The date at which the playlist says that a segment begins."""
    playlist = await media(client)
    for item in playlist.date_ranges if playlist else ():
        values = {name: str(value) for name, value in item.attributes.items()}
        if any(value.strip('"') == str(index) for name, value in values.items() if "INDEX" in name.upper()):
            return seconds(values["START-DATE"].strip('"'))
    return None


async def media(client: httpx.AsyncClient) -> MediaPlaylist | None:
    answer = await client.get(PLAYLIST)
    playlist = parse(answer.text) if answer.status_code == httpx.codes.OK else None
    return playlist if isinstance(playlist, MediaPlaylist) else None


def seconds(date: str | None) -> float | None:
    return None if date is None else datetime.fromisoformat(date).timestamp()


async def steer(url: str, cuts: int, seed: int) -> list[Cut]:
    """So many cuts, a few seconds apart."""
    dice, results = random.Random(seed), []
    async with httpx.AsyncClient(base_url=url, timeout=LIMIT_S) as client, following(client) as news:
        await asyncio.sleep(20.0)
        for number in range(cuts):
            results.append(await cut(client, news, PROMPTS[number % len(PROMPTS)]))
            print(f"{number:3} {results[-1].line}", flush=True)
            await asyncio.sleep(dice.uniform(1.0, 8.0))
    return results


def measures(results: list[Cut]) -> list[Measure]:
    took = sorted(result.chunk_s for result in results)
    return [
        Measure("cuts", len(results), ""),
        Measure("in the newest chunk, median", took[len(took) // 2], "s"),
        Measure("in the newest chunk, worst", took[-1], "s", 8.0),
        Measure("receipts that were corrected", sum(result.corrections > 0 for result in results), "", 3),
        Measure("entry against the last receipt, worst", max(result.off_s for result in results), "s", 0.1),
        Measure("answer, worst", max(result.answered_s for result in results), "s", 1.0),
    ]


def main() -> bool:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cuts", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    with serving("--always-on", "--renditions", "64k") as server:
        server.wait_until(state="playing")
        results = asyncio.run(steer(server.url, chosen.cuts, chosen.seed))
    return conclude("steering now, in real time", measures(results))


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
