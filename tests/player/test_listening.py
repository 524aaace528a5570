"""Listening in real Chromium, against a fake station with real sound."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.player.conftest import Open
from tests.player.fake_station import FakeStation, Server
from tests.player.listening import hear, next_status, play, playing, state

pytestmark = pytest.mark.player
FROM_VENDOR = "**/player/vendor/**"


def fetched(station: FakeStation) -> list[str]:
    return [line for line in station.asked if "/live" in line]


def test_opening_the_page_starts_nothing(station: FakeStation, open_page: Open) -> None:
    page, witness = open_page()
    expect(page.locator("#state")).to_have_text("Off the air")
    next_status(page, 2)
    assert fetched(station) == []
    assert station.began_s is None
    assert witness.errors == []


def test_play_is_heard_through_hls_js(open_page: Open) -> None:
    page, witness = open_page()
    play(page)
    assert hear(page, 3.0) >= 3.0
    assert page.locator("#audio").evaluate("audio => audio.currentSrc").startswith("blob:")
    expect(page.locator("#state")).to_contain_text("behind live")
    assert witness.errors == []


def test_play_is_heard_through_the_browsers_own_hls(open_page: Open) -> None:
    page, witness = open_page("?native")
    play(page)
    assert hear(page, 3.0) >= 3.0
    assert page.locator("#audio").evaluate("audio => audio.currentSrc").endswith("/live.m3u8")
    assert witness.errors == []


def test_without_hls_js_the_page_still_plays(open_page: Open, server: Server) -> None:
    page, _ = open_page("?native")
    page.context.route(FROM_VENDOR, lambda route: route.fulfill(status=404))
    page.goto(server.url)
    play(page)
    assert hear(page, 2.0) >= 2.0
    assert page.locator("#audio").evaluate("audio => audio.currentSrc").endswith("/live.m3u8")


def test_stop_ends_the_fetching_and_not_the_station(station: FakeStation, open_page: Open) -> None:
    page, witness = open_page()
    play(page)
    hear(page, 1.0)
    page.get_by_role("button", name="Stop listening").click()
    state(page, "stopped")
    next_status(page)
    before = fetched(station)
    next_status(page, 2)
    assert fetched(station) == before
    assert station.on
    expect(page.locator("#state")).to_have_text("On the air")
    play(page)
    assert hear(page, 1.0) >= 1.0
    assert witness.errors == []


def test_a_sleeping_station_is_waited_for(station: FakeStation, open_page: Open) -> None:
    station.sleepy = 2
    page, _ = open_page()
    page.get_by_role("button", name="Play", exact=True).click()
    expect(page.locator("#state")).to_have_text("Waking the station…")
    expect(page.locator("#trouble")).to_contain_text("its first sound is not ready yet")
    playing(page)
    expect(page.locator("#trouble")).to_be_hidden()
    assert hear(page, 1.0) >= 1.0


@pytest.mark.slow
@pytest.mark.parametrize("query", ["", "?native"])
def test_a_server_that_comes_back_is_heard_again_without_a_press(server: Server, open_page: Open, query: str) -> None:
    page, witness = open_page(query)
    play(page)
    server.close()
    expect(page.locator("#state")).to_contain_text("Trying again", timeout=60_000)
    server.open()
    playing(page)
    assert hear(page, 5.0) >= 5.0
    assert not [line for line in witness.errors if line.startswith("uncaught")]


def test_the_end_of_the_stream_is_said_and_play_starts_it_again(station: FakeStation, open_page: Open) -> None:
    page, _ = open_page()
    play(page)
    station.stop()
    state(page, "ended")
    expect(page.locator("#state")).to_have_text("The station has ended")
    play(page)
    assert hear(page, 2.0) >= 2.0
    assert "POST /session/start" in station.asked


def test_the_end_of_an_earlier_session_is_not_played(station: FakeStation, open_page: Open) -> None:
    station.start()
    station.stop()
    page, _ = open_page()
    expect(page.locator("#prompt")).to_have_text("The station was ended. Play starts it again.")
    station.stale = 3
    play(page)
    assert hear(page, 1.0) >= 1.0
    assert page.locator("#audio").evaluate("audio => audio.duration === Infinity"), "what plays is live"


def test_ending_the_station_asks_first(station: FakeStation, open_page: Open) -> None:
    page, _ = open_page()
    play(page)
    page.get_by_role("button", name="End the station…").click()
    page.get_by_role("button", name="Keep it on").click()
    assert "POST /session/stop" not in station.asked
    page.get_by_role("button", name="End the station…").click()
    page.get_by_role("button", name="End the station", exact=True).click()
    expect(page.locator("#now-label")).to_have_text("Off the air")
    assert not station.on
    state(page, "stopped")


def test_the_volume_is_remembered(open_page: Open) -> None:
    page, _ = open_page()
    page.locator("#volume").fill("30")
    assert page.locator("#audio").evaluate("audio => audio.volume") == pytest.approx(0.09)
    page.reload()
    expect(page.locator("#volume")).to_have_value("30")
    assert page.locator("#audio").evaluate("audio => audio.volume") == pytest.approx(0.09)


def test_the_lock_screen_knows_what_plays(open_page: Open) -> None:
    page, _ = open_page()
    play(page)
    expect(page.locator("#title")).not_to_be_empty()
    title = page.evaluate("() => navigator.mediaSession.metadata.title")
    assert title == page.locator("#title").inner_text()
