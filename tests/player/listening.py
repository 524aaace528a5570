"""What tests of listening ask of a page. No sleeps: the page says when something has happened."""

from __future__ import annotations

from playwright.sync_api import Page

ADVANCE = """(audio, seconds) => new Promise((done) => {
  const from = audio.currentTime;
  const look = () => {
    if (audio.currentTime < from + seconds) return;
    audio.removeEventListener("timeupdate", look);
    done(audio.currentTime - from);
  };
  audio.addEventListener("timeupdate", look);
})"""


def play(page: Page) -> None:
    page.get_by_role("button", name="Play", exact=True).click()
    playing(page)


def playing(page: Page) -> None:
    state(page, "playing")


def state(page: Page, name: str, timeout_ms: float = 60_000) -> None:
    """Wait until the player is in this state."""
    page.wait_for_selector(f"body[data-player={name}]", timeout=timeout_ms)


def hear(page: Page, seconds: float) -> float:
    """Wait until that much more sound was played; answers with how much."""
    return float(page.locator("#audio").evaluate(ADVANCE, seconds))


def next_status(page: Page, count: int = 1) -> None:
    """Wait until the station has told its status so many times more: to a listener of ours, and so to the page."""
    page.evaluate(
        """(count) => new Promise((done) => {
          const news = new EventSource("session/events");
          let heard = 0;
          news.addEventListener("status", () => {
            heard += 1;
            if (heard <= count) return;
            news.close();
            done();
          });
        })""",
        count,
    )
