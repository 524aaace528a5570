"""A line on which every answer comes 5 to 10 s late, or on which all delivery stops for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from bench.delivery import LATE, listen
from tests.delaying_proxy import DelayingProxy, Line
from tests.real_players import Player, heard, loud, mpv, places, vlc
from tests.resume_rig import Serving, serving

pytestmark = [pytest.mark.player, pytest.mark.slow, pytest.mark.timeout(600)]
LISTENED_S = 30.0
STOPS = Line(delay_s=(5.0, 10.0), answers=4, stop_s=10.0, stop_every_s=30.0)
"""Late on connecting; then all delivery stands still for 10 s, twice a minute: harder than once."""
AFTER_S = 16.0
"""So much more than when the second stop was over came over the line after it."""


@pytest.fixture(scope="module")
def radio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A real station, noise on the air."""
    long = {"RADIO_CHUNK_SECONDS": "4.096", "RADIO_SEGMENT_SECONDS": "60", "RADIO_OVERLAP_SECONDS": "15"}
    folder = tmp_path_factory.mktemp("station") / "data"
    with serving(folder, RADIO_ALWAYS_ON="true", **long, RADIO_CROSSFADE_SECONDS="15") as running:
        running.start()
        assert httpx.get(f"{running.url}/live.m3u8", timeout=60).status_code == 200
        yield running


def test_the_page_plays_without_a_break_when_every_answer_is_late(radio: Serving) -> None:
    with DelayingProxy(radio.port, LATE) as proxy:
        heard_all = listen(f"{proxy.url}/", LISTENED_S, proxy)
    told = heard_all.told
    assert (told["starved"], told["skipped"]) == (0, 0)
    assert heard_all.least_ahead_s > LATE.delay_s[1]
    assert told["delay"] > LATE.delay_s[0]
    assert heard_all.connections <= 6
    assert heard_all.errors == []


def test_players_outlast_late_answers_at_first_and_stops_later(radio: Serving, tmp_path: Path) -> None:
    with ExitStack() as stack:
        players, proxies = [], []
        for name, command in {"mpv": mpv, "VLC": vlc}.items():
            proxy = stack.enter_context(DelayingProxy(radio.port, STOPS))
            proxies.append(proxy)
            output = tmp_path / f"{name}.wav"
            players.append(stack.enter_context(Player(name, command(f"{proxy.url}/live.m3u8", output), output)))
        while min(proxy.stops for proxy in proxies) < 2:
            for player in players:
                player.hear(player.recorded_s + 1.0, 60)
        for player in players:
            player.hear(player.recorded_s + AFTER_S, 60)
        assert [player.name for player in players if not player.plays] == []
    for player in players:
        found = places(loud(heard(player.output)))
        assert found[0] is not None, player.name
        assert set(found) == {found[0]}, f"{player.name} lost sound or heard it twice"
