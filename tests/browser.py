"""Real Chromium for tests, driven by Playwright. Where it is missing, tests are skipped by its name."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]


def chromium_path() -> str | None:
    """The browser's program, or None where there is none."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running browser with an empty profile. Skips the test where none is installed."""
    path = chromium_path()
    if path is None:
        pytest.skip("Chromium is not installed (Debian package: chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


class Witness:
    """What a page said while it was watched: errors of scripts and of the policy, console lines, requests."""

    def __init__(self, page: Page) -> None:
        self.errors: list[str] = []
        self.lines: list[str] = []
        self.requests: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(f"uncaught: {error}"))
        page.on("console", lambda message: self._line(message.type, message.text))
        page.on("request", lambda request: self.requests.append(f"{request.method} {request.url}"))

    def _line(self, kind: str, text: str) -> None:
        self.lines.append(f"{kind} {text}")
        if kind == "error":
            self.errors.append(text)
