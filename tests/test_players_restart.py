"""Players that nobody touches: the server is killed under them, and later its parent too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page

from tests.browser import Witness, chromium
from tests.listening_page import press_play, told
from tests.real_players import Player, heard, loud, mpv, places, systems_ffmpeg, vlc, wheels_ffmpeg
from tests.resume_rig import Serving, serving

pytestmark = [pytest.mark.player, pytest.mark.slow, pytest.mark.timeout(600)]
PLAYERS = {"ffmpeg of the wheel": wheels_ffmpeg, "ffmpeg of the system": systems_ffmpeg, "mpv": mpv, "VLC": vlc}
BEYOND_S = 18.0
"""So much more than at a kill holds sound that was made after it."""
LIMIT_S = 90.0


@pytest.fixture
def radio(tmp_path: Path) -> Iterator[Serving]:
    """A real station with its parent, noise on the air."""
    long = {"RADIO_CHUNK_SECONDS": "4.096", "RADIO_SEGMENT_SECONDS": "60", "RADIO_OVERLAP_SECONDS": "15"}
    with serving(tmp_path / "data", RADIO_ALWAYS_ON="true", **long, RADIO_CROSSFADE_SECONDS="15") as running:
        running.start()
        assert httpx.get(f"{running.url}/live.m3u8", timeout=60).status_code == 200
        yield running


@pytest.fixture
def page() -> Iterator[tuple[Page, Witness]]:
    with chromium() as browser:
        page = browser.new_page(reduced_motion="reduce")
        page.set_default_timeout(LIMIT_S * 1000)
        yield page, Witness(page)


def hear_more(page: Page, seconds: float) -> None:
    """Wait until the page has played so much more."""
    until = told(page)["played"] + seconds
    page.wait_for_function(
        "(until) => document.getElementById('audio').currentTime - window.seen.from >= until", arg=until
    )


def test_nobody_has_to_touch_a_player_when_the_server_is_killed(
    radio: Serving, page: tuple[Page, Witness], tmp_path: Path
) -> None:
    with ExitStack() as stack:
        press_play(page[0], f"{radio.url}/")
        players = []
        for name, command in PLAYERS.items():
            output = tmp_path / f"{name.replace(' ', '-')}.wav"
            players.append(stack.enter_context(Player(name, command(f"{radio.url}/live.m3u8", output), output)))
        for player in players:
            player.hear(8.0, LIMIT_S)
        for _ in range(2):
            wanted = {player: player.recorded_s + BEYOND_S for player in players}
            radio.kill_server()
            for player, until_s in wanted.items():
                player.hear(until_s, LIMIT_S)
            hear_more(page[0], 15.0)
        assert [player.name for player in players if not player.plays] == []
    for player in players:
        found = places(loud(heard(player.output)))
        assert found[0] is not None, player.name
        assert set(found) == {found[0]}, f"{player.name} lost sound or heard it twice"
    assert told(page[0])["skipped"] == 0


def test_the_page_plays_on_by_itself_when_everything_was_killed_and_started_again(
    radio: Serving, page: tuple[Page, Witness]
) -> None:
    listener, witness = page
    press_play(listener, f"{radio.url}/")
    before = newest(radio)
    radio.kill_all()
    listener.wait_for_selector("body:not([data-player=playing])")
    radio.start()
    listener.wait_for_selector("body[data-player=playing]")
    hear_more(listener, 20.0)
    after = newest(radio)
    assert (after[0] > before[0], after[1] > before[1], after[2] >= before[2]) == (True, True, True), (before, after)
    assert [line for line in witness.errors if line.startswith("uncaught")] == []


def newest(radio: Serving) -> tuple[int, str, int]:
    """The newest chunk's number and date, and the segment on the air."""
    lines = httpx.get(f"{radio.url}/live/64k/index.m3u8", timeout=30).text.splitlines()
    sequence = int(lines[-1].partition("-")[2].removesuffix(".m4s"))
    date = [line.partition(":")[2] for line in lines if line.startswith("#EXT-X-PROGRAM-DATE-TIME")][-1]
    status = httpx.get(f"{radio.url}/session/status", timeout=30).json()
    return sequence, date, int(status["segment_index"])
