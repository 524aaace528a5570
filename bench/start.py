"""From `POST /session/start` to a playlist that a player can start from. `python -m bench.start [TIMES]`."""

from __future__ import annotations

import statistics
import sys
import time

import httpx
import psutil

from bench.report import Measure, conclude
from bench.server import Server, serving

BUDGET_S = 3.0


def main(times: int) -> bool:
    with serving() as server:
        server.wait_until_ready()
        starts = [start_once(server) for _ in range(times)]
        httpx.get(f"{server.url}/live.m3u8", timeout=30.0)
        stop_s = stop(server)
    return conclude(
        "POST /session/start to a playlist that plays",
        [
            Measure("first after the server's start", starts[0], "s", BUDGET_S),
            Measure("median", statistics.median(starts), "s", BUDGET_S),
            Measure("worst", max(starts), "s", BUDGET_S),
            Measure("SIGTERM on the air until every process is gone", stop_s, "s", BUDGET_S),
        ],
    )


def start_once(server: Server) -> float:
    with httpx.Client(base_url=server.url, timeout=30.0) as client:
        began = time.monotonic()
        client.post("/session/start", json={})
        playlist = ""
        while playlist.count("#EXTINF") < 3 or "#EXT-X-ENDLIST" in playlist:
            answer = client.get("/live/128k/index.m3u8")
            playlist = answer.text if answer.status_code == 200 else ""
            time.sleep(0.01)
        seconds = time.monotonic() - began
        client.post("/session/stop")
        time.sleep(0.5)
    return seconds


def stop(server: Server) -> float:
    """Seconds until the whole family has ended."""
    family = [server.parent, *server.parent.children(recursive=True)]
    began = time.monotonic()
    server.parent.terminate()
    psutil.wait_procs(family, timeout=30)
    return time.monotonic() - began


if __name__ == "__main__":
    sys.exit(0 if main(int(sys.argv[1]) if len(sys.argv) > 1 else 5) else 1)
