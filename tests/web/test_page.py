"""The page as it is served: guarded, cached, typed, and nothing but its own files."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette

from radio.errors import StartError
from radio.web.page import CHECKOUT, install, page_files, page_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A page with one file of each kind that matters."""
    (tmp_path / "js").mkdir()
    (tmp_path / "vendor").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html>" + "<p>" * 400, encoding="utf-8")
    (tmp_path / "js" / "main.js").write_text("export const one = 1;\n" * 60, encoding="utf-8")
    (tmp_path / "vendor" / "hls.light.min.mjs").write_text("export default 1;", encoding="utf-8")
    (tmp_path / "manifest.webmanifest").write_text("{}", encoding="utf-8")
    (tmp_path / "icon.svg").write_text("<svg/>", encoding="utf-8")
    (tmp_path / ".hidden").write_text("no", encoding="utf-8")
    return tmp_path


@pytest_asyncio.fixture
async def client(folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette()
    install(app, folder)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://radio") as client:
        yield client


async def test_the_page_stands_at_the_root_under_a_strict_policy(client: httpx.AsyncClient) -> None:
    answer = await client.get("/")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("js/main.js", "text/javascript; charset=utf-8"),
        ("vendor/hls.light.min.mjs", "text/javascript; charset=utf-8"),
        ("manifest.webmanifest", "application/manifest+json"),
        ("icon.svg", "image/svg+xml"),
    ],
)
async def test_files_have_the_type_that_browsers_insist_on(
    client: httpx.AsyncClient, path: str, media_type: str
) -> None:
    answer = await client.get(f"/player/{path}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == media_type


@pytest.mark.parametrize("coding", ["gzip", "identity"])
async def test_an_unchanged_file_is_not_sent_again(client: httpx.AsyncClient, coding: str) -> None:
    first = await client.get("/player/js/main.js", headers={"Accept-Encoding": coding})
    assert first.headers.get("content-encoding") == ("gzip" if coding == "gzip" else None)
    headers = {"Accept-Encoding": coding, "If-None-Match": first.headers["etag"]}
    again = await client.get("/player/js/main.js", headers=headers)
    assert (again.status_code, again.content) == (304, b"")
    other = await client.get("/player/js/main.js", headers={**headers, "If-None-Match": '"another"'})
    assert other.content == first.content


async def test_each_coding_has_a_tag_of_its_own(client: httpx.AsyncClient) -> None:
    plain = await client.get("/", headers={"Accept-Encoding": "identity"})
    zipped = await client.get("/", headers={"Accept-Encoding": "gzip"})
    assert plain.content == zipped.content
    assert plain.headers["etag"] != zipped.headers["etag"]
    assert zipped.headers["vary"] == "Accept-Encoding"
    assert int(zipped.headers["content-length"]) < int(plain.headers["content-length"])


async def test_a_head_says_the_same_without_the_body(client: httpx.AsyncClient) -> None:
    full, head = await client.get("/"), await client.head("/")
    assert head.content == b""
    assert head.headers["content-length"] == full.headers["content-length"]


@pytest.mark.parametrize(
    "path",
    [
        "nothing.js",
        "",
        "js",
        "../pyproject.toml",
        "..%2fpyproject.toml",
        "%2e%2e/errors.py",
        "a%00b",
        ".hidden",
        "/etc/passwd",
    ],
)
async def test_no_path_leads_anywhere_else(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(f"/player/{path}")).status_code == 404


def test_the_page_of_this_checkout_is_found_and_whole() -> None:
    assert page_folder() == CHECKOUT
    files = page_files(CHECKOUT)
    html = files["index.html"].body.decode()
    manifest = json.loads(files["manifest.webmanifest"].body)
    named = {part.split('"')[0] for part in html.split('"player/')[1:]} | {icon["src"] for icon in manifest["icons"]}
    assert named
    assert named <= set(files)
    assert "<style" not in html
    assert "style=" not in html
    assert "onclick" not in html


def test_an_installation_without_a_page_says_so(tmp_path: Path) -> None:
    with pytest.raises(StartError, match=r"There is no index\.html"):
        page_files(tmp_path)
