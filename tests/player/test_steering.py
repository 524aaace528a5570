"""Words: sent, answered, counted down, refused; always shown as text."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.player.conftest import Open
from tests.player.fake_station import FakeStation
from tests.player.listening import next_status, play, playing, state

pytestmark = pytest.mark.player
HOSTILE = '<img src=x onerror=alert(1)> <b>夜の雨</b> & "quiet" 🌧️ שקט'


def test_any_prompt_is_shown_as_the_text_it_is(station: FakeStation, open_page: Open) -> None:
    page, witness = open_page()
    play(page)
    page.locator("#words").fill(HOSTILE)
    page.get_by_role("button", name="Play it next").click()
    expect(page.locator(".receipt-words")).to_have_text(HOSTILE)
    expect(page.locator("#words")).to_have_value("")
    assert station.bodies == [{"prompt": HOSTILE, "when": "next"}]
    assert page.locator("main img, main b").count() == 0
    assert witness.errors == []


def test_the_receipt_counts_down_to_the_moment_it_is_heard(station: FakeStation, open_page: Open) -> None:
    page, _ = open_page()
    play(page)
    page.locator("#words").fill("harp")
    page.locator("#words").press("Enter")
    time = page.locator(".receipt-time")
    expect(time).to_have_text(re.compile(r"^0:\d\d$"))
    expect(page.locator(".receipt-note")).to_have_text(re.compile(r"^Heard at \d\d:\d\d:\d\d, in segment \d+$"))
    expect(time).to_have_text("0:01", timeout=30_000)
    expect(time).to_have_text("Now", timeout=5_000)
    expect(page.locator("#prompt")).to_have_text("harp")


@pytest.mark.parametrize(
    ("status_code", "detail"),
    [
        (422, "prompt: string should have at most 2000 characters."),
        (429, "Please wait a moment."),
        (500, "Something broke."),
    ],
)
def test_a_refusal_is_said_in_the_servers_words(
    station: FakeStation, open_page: Open, status_code: int, detail: str
) -> None:
    page, witness = open_page()
    play(page)
    station.refusal = (status_code, detail)
    page.locator("#words").fill("harp")
    page.get_by_role("button", name="Play it next").click()
    expect(page.locator("#words-note")).to_have_text(detail)
    expect(page.locator("#words")).to_have_value("harp")
    assert any("0123456789ab" in line for line in witness.errors), "the operation's id is in the console"


def test_words_that_cannot_be_sent_are_not_sent(station: FakeStation, open_page: Open) -> None:
    page, _ = open_page()
    page.get_by_role("button", name="Start with this").click()
    expect(page.locator("#words-note")).to_have_text("Say in a few words what you would like to hear.")
    page.locator("#words").fill("雨" * 2001)
    expect(page.locator("#words-note")).to_contain_text("2001 of 2000 characters")
    page.locator("#words").press("Enter")
    assert station.bodies == []


def test_words_start_a_station_that_is_off_and_one_listens(station: FakeStation, open_page: Open) -> None:
    page, _ = open_page()
    page.locator("#words").fill("slow piano")
    page.get_by_role("button", name="Start with this").click()
    playing(page)
    assert station.bodies == [{"prompt": "slow piano"}]
    expect(page.locator(".receipt-words")).to_have_text("slow piano")


def test_words_can_be_meant_at_once(station: FakeStation, open_page: Open) -> None:
    page, witness = open_page()
    play(page)
    page.locator("#words").fill("drums")
    page.get_by_label("Right away").check()
    page.get_by_role("button", name="Play it now").click()
    expect(page.locator(".receipt-words")).to_have_text("drums")
    assert station.bodies == [{"prompt": "drums", "when": "now"}]
    assert witness.errors == []


def test_a_receipt_that_is_corrected_says_so(station: FakeStation, open_page: Open) -> None:
    page, _ = open_page()
    play(page)
    receipt = station.steer("harp")
    note = page.locator(".receipt-note")
    expect(note).to_have_text(re.compile("^Heard at"))
    later = datetime.fromisoformat(receipt["audible_at"]) + timedelta(seconds=20)
    station.tell(**receipt | {"corrections": 1, "audible_at": later.isoformat()})
    station.pending = None
    expect(note).to_have_text(re.compile(r"^A little later than said: heard at \d\d:\d\d:\d\d$"))
    station.tell(**receipt | {"state": "superseded", "superseded_by": 9})
    expect(note).to_have_text("Newer words took its place.")
    expect(note).to_be_hidden(timeout=20_000)


def test_without_pushed_news_the_page_asks_for_itself(station: FakeStation, open_page: Open) -> None:
    station.pushes = False
    page, _ = open_page()
    play(page)
    receipt = station.steer("harp")
    expect(page.locator(".receipt-words")).to_have_text(receipt["prompt"])
    assert station.asked.count("GET /session/status") >= 1
    assert station.asked.count("GET /session/events") <= 2


def test_pushed_news_replace_the_asking(station: FakeStation, open_page: Open) -> None:
    page, witness = open_page()
    play(page)
    station.steer("harp")
    expect(page.locator(".receipt-words")).to_have_text("harp")
    next_status(page, 6)
    assert station.asked.count("GET /session/status") <= 2
    assert witness.errors == []


def tab_to(page: Page, element_id: str, most: int = 4) -> None:
    """Press Tab until it is reached: a browser may stop at a scrolling list on the way."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == element_id:
            return
    raise AssertionError(f"#{element_id} was not reached")


def test_everything_can_be_done_with_the_keyboard(station: FakeStation, open_page: Open) -> None:
    page, witness = open_page()
    page.keyboard.press("Tab")
    expect(page.locator("#play")).to_be_focused()
    page.keyboard.press("Enter")
    playing(page)
    for name in ("#mute", "#volume", "#words"):
        page.keyboard.press("Tab")
        expect(page.locator(name)).to_be_focused()
    page.keyboard.type("harp")
    page.keyboard.press("Enter")
    expect(page.locator(".receipt-words")).to_have_text("harp")
    page.keyboard.press("Tab")
    expect(page.get_by_label("In the next piece")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="Play it now")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator("#send")).to_be_focused()
    expect(page.locator("#end")).to_be_visible()
    tab_to(page, "end")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Keep it on")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#end")).to_be_focused()
    page.locator("#end").evaluate("end => end.blur()")
    page.keyboard.press("Space")
    state(page, "stopped")
    assert "POST /session/stop" not in station.asked
    assert witness.errors == []
