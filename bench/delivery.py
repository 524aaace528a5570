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
from tests.listening_page import press_play, told

LATE = Line(delay_s=(5.0, 10.0))
START_LIMIT_S = 150.0
LISTENED_S = 600.0
STATION = ("--engine", "tests.fakes.signals:SignalEngine", "--renditions", "64k,256k", "--always-on")


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
            Measure("from opening the page to sound", self.start_s, "s", START_LIMIT_S),
            Measure("listened after that", self.told["passed"], "s"),
            Measure("stalls (`waiting` events)", self.told["waiting"], "", 0),
            Measure("of those for want of sound", self.told["starved"], "", 0),
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
        page = browser.new_page(reduced_motion="reduce")  # a dial that is drawn in software takes a core from the sound
        page.set_default_timeout(START_LIMIT_S * 1000)
        witness = Witness(page)
        began = time.monotonic()
        press_play(page, url)
        start_s = time.monotonic() - began
        numbers, least_ahead_s = follow(page, seconds, tell=tell)
        if tell:
            print("\n".join(line for line in witness.lines if "api:" not in line))
        return Heard(start_s, numbers, least_ahead_s, proxy.seen.most_connections, witness.errors)


def follow(page: Page, seconds: float, *, tell: bool) -> tuple[dict[str, Any], float]:
    """What the page tells at the end, and the least sound that lay ready at any look."""
    least_ahead_s = float("inf")
    while True:
        numbers = told(page)
        least_ahead_s = min(least_ahead_s, numbers["ahead"])
        if tell:
            print({name: round(value, 1) if isinstance(value, float) else value for name, value in numbers.items()})
        if numbers["passed"] >= seconds:
            return numbers, least_ahead_s
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
