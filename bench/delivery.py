"""The page on a bad line: every answer 5 to 10 s late, in real Chromium, and how often its sound broke off.

`python -m bench.delivery [SECONDS]`. A station with its parent runs on loopback; a proxy stands between it and the
browser. Counted are the `waiting` events, and sound against wall time: what stood still, and what was skipped.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page

from bench.report import Measure, conclude
from bench.server import serving
from tests.browser import Witness, chromium
from tests.delaying_proxy import DelayingProxy, Line

LATE = Line(delay_s=(5.0, 10.0))
START_LIMIT_S = 150.0
LISTENED_S = 600.0
STATION = ("--engine", "tests.fakes.signals:SignalEngine", "--renditions", "64k,256k", "--always-on")
WATCH = """() => {
  const audio = document.getElementById("audio");
  const seen = (window.seen = { waiting: 0, stood: 0, skipped: 0, began: performance.now(), from: audio.currentTime });
  let [wall, sound] = [seen.began, seen.from];
  audio.addEventListener("waiting", () => (seen.waiting += 1));
  setInterval(() => {
    const late = (performance.now() - wall) / 1000 - (audio.currentTime - sound);
    if (late > 0.3) seen.stood += late;
    if (late < -0.3) seen.skipped -= late;
    if (Math.abs(late) > 0.3) [wall, sound] = [performance.now(), audio.currentTime];
  }, 250);
}"""
TOLD = """async () => {
  const { delivery } = await import("/player/js/api.js");
  const audio = document.getElementById("audio");
  const ranges = audio.buffered;
  const ahead = ranges.length ? ranges.end(ranges.length - 1) - audio.currentTime : 0;
  const played = audio.currentTime - window.seen.from;
  return { ...window.seen, played, ahead, delay: delivery.delayS, state: document.getElementById("state").textContent,
    passed: (performance.now() - window.seen.began) / 1000 };
}"""


@dataclass(frozen=True, slots=True)
class Heard:
    """A listening's numbers; `told` as `TOLD` says them last."""

    start_s: float
    told: dict[str, Any]
    least_ahead_s: float
    connections: int
    errors: list[str]

    def measures(self) -> list[Measure]:
        return [
            Measure("from the press to sound", self.start_s, "s", START_LIMIT_S),
            Measure("listened after that", self.told["passed"], "s"),
            Measure("stalls (`waiting` events)", self.told["waiting"], "", 0),
            Measure("sound that stood still", self.told["stood"], "s", 0.0),
            Measure("sound that was skipped", self.told["skipped"], "s", 0.0),
            Measure("least sound ready", self.least_ahead_s, "s"),
            Measure("delay that the page measured", self.told["delay"], "s"),
            Measure("most connections", self.connections, "", 6),
            Measure("errors in the page", len(self.errors), "", 0),
        ]


def listen(url: str, seconds: float, proxy: DelayingProxy, *, tell: bool = False) -> Heard:
    """Press play on the page at `url` and listen for so long after the first sound."""
    with chromium() as browser:
        page = browser.new_page()
        page.set_default_timeout(START_LIMIT_S * 1000)
        witness = Witness(page)
        page.goto(url)
        page.wait_for_selector("#address:not(:empty)")
        began = time.monotonic()
        page.get_by_role("button", name="Play", exact=True).click()
        page.wait_for_selector("body[data-player=playing]")
        start_s = time.monotonic() - began
        told, least_ahead_s = follow(page, seconds, tell=tell)
        if tell:
            print("\n".join(line for line in witness.lines if "api:" not in line))
        return Heard(start_s, told, least_ahead_s, proxy.seen.most_connections, witness.errors)


def follow(page: Page, seconds: float, *, tell: bool) -> tuple[dict[str, Any], float]:
    """What the page tells at the end, and the least sound that lay ready at any look."""
    page.evaluate(WATCH)
    least_ahead_s = float("inf")
    while True:
        told: dict[str, Any] = page.evaluate(TOLD)
        least_ahead_s = min(least_ahead_s, told["ahead"])
        if tell:
            print({name: round(value, 1) if isinstance(value, float) else value for name, value in told.items()})
        if told["passed"] >= seconds:
            return told, least_ahead_s
        page.wait_for_timeout(min(10.0, seconds) * 1000)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seconds", nargs="?", type=float, default=LISTENED_S)
    parser.add_argument("--tell", action="store_true", help="print how it goes")
    options = parser.parse_args()
    with serving(*STATION) as server:
        server.wait_until(state="playing")
        with DelayingProxy(urlsplit(server.url).port or 0, LATE) as proxy:
            heard = listen(f"{proxy.url}/", options.seconds, proxy, tell=options.tell)
    return 0 if conclude("every answer 5 to 10 s late", heard.measures()) else 1


if __name__ == "__main__":
    sys.exit(main())
