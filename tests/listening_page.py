"""The station's own page in Chromium, played and left alone: how much of its sound stood still, or was skipped."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

WATCH = """() => {
  const audio = document.getElementById("audio");
  const ahead = () => {
    for (let k = 0; k < audio.buffered.length; k += 1) {
      if (audio.buffered.start(k) <= audio.currentTime + 0.1 && audio.buffered.end(k) > audio.currentTime) {
        return audio.buffered.end(k) - audio.currentTime;
      }
    }
    return 0;
  };
  const seen = (window.seen = { waiting: 0, starved: 0, stood: 0, skipped: 0, ahead });
  Object.assign(seen, { began: performance.now(), from: audio.currentTime });
  let [wall, sound] = [seen.began, seen.from];
  audio.addEventListener("waiting", () => {
    seen.waiting += 1;
    if (ahead() < 0.5) seen.starved += 1;
  });
  setInterval(() => {
    const late = (performance.now() - wall) / 1000 - (audio.currentTime - sound);
    if (late > 0.3) seen.stood += late;
    if (late < -0.3) seen.skipped -= late;
    if (Math.abs(late) > 0.3) [wall, sound] = [performance.now(), audio.currentTime];
  }, 250);
}"""
TOLD = """async () => {
  const { delivery } = await import("/player/js/api.js");
  const { ahead, ...seen } = window.seen;
  const played = document.getElementById("audio").currentTime - seen.from;
  return { ...seen, played, ahead: ahead(), delay: delivery.delayS, state: document.getElementById("state").textContent,
    passed: (performance.now() - seen.began) / 1000 };
}"""


def press_play(page: Page, url: str) -> None:
    """Open the page, press play, wait for sound, and watch it from then on."""
    page.goto(url)
    page.wait_for_selector("#address:not(:empty)")
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_selector("body[data-player=playing]")
    page.evaluate(WATCH)


def told(page: Page) -> dict[str, Any]:
    """Since the first sound, s: `played`, `stood` still, `skipped`, `passed`; how often it was `waiting`, and how often
    of those it was `starved` of sound (the rest is a busy machine's); `ahead`: s of sound that lie ready.
    """
    numbers: dict[str, Any] = page.evaluate(TOLD)
    return numbers
