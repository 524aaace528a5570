"""What the page's tests share: a browser for each file, chunks for all, a fake station and a page for each test.

The browser's driver keeps an event loop in this thread, which asynchronous tests would trip over: hence one a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import Witness, chromium
from tests.player.fake_station import FakeStation, Server, make_chunks

Open = Callable[..., tuple[Page, Witness]]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def chunks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("chunks")
    make_chunks(folder)
    return folder


@pytest.fixture
def server(chunks: Path) -> Iterator[Server]:
    running = Server(FakeStation(chunks))
    running.open()
    yield running
    running.close()


@pytest.fixture
def station(server: Server) -> FakeStation:
    return server.station


@pytest.fixture
def open_page(browser: Browser, server: Server) -> Iterator[Open]:
    """Opens the page (`query` behind its address, the rest for the browser context) and watches it."""
    contexts: list[BrowserContext] = []

    def opened(query: str = "", **options: object) -> tuple[Page, Witness]:
        context = browser.new_context(**options)  # type: ignore[arg-type]
        contexts.append(context)
        context.set_default_timeout(30_000)
        page = context.new_page()
        witness = Witness(page)
        page.goto(server.url + query)
        return page, witness

    yield opened
    for context in contexts:
        context.close()
