"""How the page stands on screens of all sizes, and what it tells those who do not see it."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.player.conftest import Open
from tests.player.fake_station import FakeStation
from tests.player.listening import next_status, play, playing

pytestmark = pytest.mark.player
SIZES = [(320, 568), (390, 844), (844, 390), (1440, 900), (3840, 2160)]
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft " * 20


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_hangs_over_the_side(open_page: Open, station: FakeStation, width: int, height: int) -> None:
    station.start()
    station.prompt = LONG
    page, witness = open_page(viewport=ViewportSize(width=width, height=height))
    expect(page.locator("#prompt")).to_have_text(LONG.strip())
    assert page.evaluate(OVERFLOW) == 0
    box = page.get_by_role("button", name="Play", exact=True).bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= height, "play is on the first screen"
    assert witness.errors == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_the_dial_is_drawn_by_day_and_by_night(
    open_page: Open, station: FakeStation, scheme: Literal["light", "dark"], motion: Literal["no-preference", "reduce"]
) -> None:
    station.start()
    page, witness = open_page(color_scheme=scheme, reduced_motion=motion)
    next_status(page)
    inked = """canvas => new Promise((done) => setTimeout(() => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      let count = 0;
      for (let k = 3; k < data.length; k += 4) count += data[k] > 0;
      done(count / (data.length / 4));
    }, 1100))"""
    assert 0.005 < page.locator("#dial").evaluate(inked) < 0.5
    assert witness.errors == []


def test_changes_of_state_are_announced(open_page: Open) -> None:
    page, _ = open_page()
    expect(page.get_by_role("status")).to_have_text("Off the air")
    play(page)
    expect(page.get_by_role("status")).to_have_text("Playing")


def test_every_control_has_a_name(open_page: Open) -> None:
    page, _ = open_page()
    play(page)
    nameless = """() => [...document.querySelectorAll("button, input, textarea, canvas, [role=meter]")]
      .filter((it) => !(it.getAttribute("aria-label") || it.labels?.length || it.textContent.trim()))
      .map((it) => it.outerHTML)"""
    assert page.evaluate(nameless) == []
    assert page.locator("html").get_attribute("lang") == "en"


@pytest.mark.parametrize(
    ("state", "sentence"),
    [("bridging", "Playing on until the next piece is ready"), ("error", "The station reports a fault")],
)
def test_the_stations_troubles_are_said(open_page: Open, station: FakeStation, state: str, sentence: str) -> None:
    page, _ = open_page()
    play(page)
    station.extra = {"state": state, "error": "The engine ended unexpectedly." if state == "error" else None}
    expect(page.locator("#state")).to_contain_text(sentence)
    if state == "bridging":
        expect(page.locator("#headroom")).to_have_text(
            "The next piece is late; the music goes on from what you just heard."
        )
    if state == "error":
        expect(page.get_by_role("alert")).to_have_text("The engine ended unexpectedly.")


def test_a_status_with_hardly_any_fields_is_enough(open_page: Open, station: FakeStation) -> None:
    station.extra = dict.fromkeys(
        ("title", "next", "pending", "generation", "now", "air_date", "headroom_seconds", "idle_reason")
    )
    page, witness = open_page()
    play(page)
    next_status(page, 2)
    playing(page)
    assert witness.errors == []
