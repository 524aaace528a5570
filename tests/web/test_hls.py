"""Playlists and chunks over HTTP: headers, ranges, compression, waking, and path tricks that lead nowhere."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from radio.errors import NotReady, TooMany
from radio.packager.store import ChunkStore, Published, file_asset, file_path, playlist_asset, playlist_path
from radio.web.hls import HlsApp, ListenerKey, takes_gzip
from tests.packager.rig import LADDER

PLAYLIST = "#EXTM3U\n" + "#EXTINF:4.096000,\nrs-1000.m4s\n" * 15
BODY = bytes(range(256)) * 4
CHUNK = "/live/64k/rs-1000.m4s"
MEDIA = "/live/64k/index.m3u8"


@dataclass(slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Server:
    """The app with a store to fill, and a plain way to ask it: no client in between tidies up paths."""

    store: ChunkStore = field(default_factory=lambda: ChunkStore(LADDER))
    wakes: int = 0
    waking: list[Published | Exception] = field(default_factory=list)
    heard: list[tuple[ListenerKey, str, str]] = field(default_factory=list)
    passed_on: list[str] = field(default_factory=list)

    async def wake(self) -> bool:
        self.wakes += 1
        if not self.waking:
            await asyncio.get_running_loop().create_future()
        result = self.waking.pop(0)
        if isinstance(result, Exception):
            raise result
        self.store.swap(result)
        return True

    async def inner(self, scope: Scope, _: Receive, send: Send) -> None:
        self.passed_on.append(scope["path"])
        await send({"type": "http.response.start", "status": 299, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def ask(
        self, path: str, method: str = "GET", prefix: str = "", root: str = "", raw: bool = True, **headers: str
    ) -> Answer:
        app = HlsApp(
            self.inner,
            self.store,
            self.wake,
            lambda key, rendition, kind: self.heard.append((key, rendition, kind)),
            prefix=prefix,
            wake_timeout_s=0.02,
        )
        sent: list[Message] = []
        scope: dict[str, Any] = {
            "type": "http",
            "method": method,
            "path": path.partition("?")[0].replace("%2f", "/").replace("%2e", ".").replace("%00", "\0"),
            "root_path": root,
            "query_string": path.partition("?")[2].encode(),
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
            "client": ("192.0.2.1", 4711),
        }
        if raw:
            scope["raw_path"] = path.partition("?")[0].encode()

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        await app(scope, receive, send)
        pairs = [(name.decode(), value.decode()) for name, value in sent[0]["headers"]]
        assert len({name for name, _ in pairs}) == len(pairs), "a header was sent twice"
        body = b"".join(message.get("body", b"") for message in sent[1:])
        return Answer(sent[0]["status"], dict(pairs), body)


def on_air() -> Published:
    assets = {playlist_path(rendition.name): playlist_asset(rendition.name, PLAYLIST, 2) for rendition in LADDER}
    assets[b"/live.m3u8"] = playlist_asset("", "#EXTM3U\nlive/64k/index.m3u8\n", 2)
    for name in ("rs-1000.m4s", "init-rs.mp4"):
        assets[file_path("64k", name)] = file_asset("64k", name, BODY)
    return Published(assets, 1000)


@pytest.fixture
def asleep() -> Server:
    return Server()


@pytest.fixture
def server(asleep: Server) -> Iterator[Server]:
    asleep.store.swap(on_air())
    yield asleep
    assert not asleep.wakes, "a station on the air is not woken"


async def test_a_playlist_comes_with_its_type_and_is_cached_for_half_a_target_duration(server: Server) -> None:
    answer = await server.ask(MEDIA)
    assert answer.status == 200
    assert answer.body.decode() == PLAYLIST
    assert answer.headers["content-type"] == "application/vnd.apple.mpegurl"
    assert answer.headers["cache-control"] == "public, max-age=2"
    assert answer.headers["content-length"] == str(len(PLAYLIST))
    assert answer.headers["vary"] == "accept-encoding"
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(("path", "kind"), [(CHUNK, "video/iso.segment"), ("/live/64k/init-rs.mp4", "audio/mp4")])
async def test_chunks_never_change(server: Server, path: str, kind: str) -> None:
    answer = await server.ask(path)
    assert (answer.status, answer.body) == (200, BODY)
    assert answer.headers["content-type"] == kind
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["accept-ranges"] == "bytes"
    assert "content-encoding" not in (await server.ask(path, accept_encoding="gzip")).headers


@pytest.mark.parametrize("path", ["/live.m3u8", MEDIA, CHUNK])
async def test_head_has_the_same_headers_and_no_body(server: Server, path: str) -> None:
    get, head = await server.ask(path), await server.ask(path, "HEAD")
    assert (head.status, head.headers, head.body) == (200, get.headers, b"")


async def test_queries_are_ignored(server: Server) -> None:
    assert (await server.ask(f"{MEDIA}?_HLS_msn=3&x=%00")).status == 200


async def test_a_playlist_is_compressed_when_asked_for(server: Server) -> None:
    plain, packed = await server.ask(MEDIA), await server.ask(MEDIA, accept_encoding="br;q=1.0, gzip;q=0.8")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["content-length"] == str(len(packed.body))
    assert packed.headers["etag"] != plain.headers["etag"]


@pytest.mark.parametrize(
    ("value", "taken"),
    [
        (b"gzip", True),
        (b"GZIP, br", True),
        (b"gzip;q=0", False),
        (b"gzip; q=0.000", False),
        (b"br", False),
        (b"", False),
    ],
)
def test_gzip_is_sent_only_to_those_who_take_it(value: bytes, taken: bool) -> None:
    assert takes_gzip(value) is taken


async def test_a_known_tag_is_answered_without_a_body(server: Server) -> None:
    tag = (await server.ask(MEDIA)).headers["etag"]
    for value in (tag, f'"other", W/{tag}', "*"):
        answer = await server.ask(MEDIA, if_none_match=value)
        assert (answer.status, answer.body) == (304, b"")
        assert answer.headers["etag"] == tag
    assert (await server.ask(MEDIA, if_none_match='"other"')).status == 200
    assert (await server.ask(MEDIA, if_none_match=tag, accept_encoding="gzip")).status == 200


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [("bytes=0-0", 0, 1), ("bytes=100-199", 100, 200), ("bytes=1000-", 1000, 1024), ("bytes=-24", 1000, 1024),
     ("bytes=1000-9999", 1000, 1024), ("bytes=-5000", 0, 1024)],
)  # fmt: skip
async def test_a_range_is_answered_in_part(server: Server, asked: str, start: int, stop: int) -> None:
    answer = await server.ask(CHUNK, range=asked)
    assert (answer.status, answer.body) == (206, BODY[start:stop])
    assert answer.headers["content-range"] == f"bytes {start}-{stop - 1}/1024"
    assert answer.headers["content-length"] == str(stop - start)


@pytest.mark.parametrize("asked", ["bytes=1024-", "bytes=5000-6000", "bytes=-0"])
async def test_a_range_behind_the_end_cannot_be_satisfied(server: Server, asked: str) -> None:
    answer = await server.ask(CHUNK, range=asked)
    assert (answer.status, answer.body, answer.headers["content-range"]) == (416, b"", "bytes */1024")


@pytest.mark.parametrize("asked", ["bytes=9-3", "bytes=-", "bytes=0-1,5-6", "chunks=0-1", "bytes=a-b", "bytes=1e3-"])
async def test_a_range_that_makes_no_sense_is_ignored(server: Server, asked: str) -> None:
    answer = await server.ask(CHUNK, range=asked)
    assert (answer.status, answer.body) == (200, BODY)


async def test_a_range_of_what_has_changed_is_ignored(server: Server) -> None:
    tag = (await server.ask(CHUNK)).headers["etag"]
    assert (await server.ask(CHUNK, range="bytes=0-9", if_range=tag)).status == 206
    assert (await server.ask(CHUNK, range="bytes=0-9", if_range='"other"')).status == 200


async def test_head_of_a_range_has_its_headers_and_no_body(server: Server) -> None:
    answer = await server.ask(CHUNK, "HEAD", range="bytes=0-9")
    assert (answer.status, answer.body, answer.headers["content-length"]) == (206, b"", "10")


async def test_other_origins_may_ask_first(server: Server) -> None:
    answer = await server.ask(CHUNK, "OPTIONS", origin="https://example.org", access_control_request_headers="range")
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "Range" in answer.headers["access-control-allow-headers"]
    assert "ETag" in (await server.ask(CHUNK)).headers["access-control-expose-headers"]
    assert "Date" in (await server.ask(CHUNK)).headers["access-control-expose-headers"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "NONSENSE"])
async def test_nothing_can_be_written_here(server: Server, method: str) -> None:
    answer = await server.ask(CHUNK, method)
    assert answer.status == 405
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
    assert json.loads(answer.body)["status_code"] == 405


@pytest.mark.parametrize(
    "path",
    ["/live/", "/live/64k", "/live/64k/", "/live/999k/index.m3u8", "/live/64k/rs-999.m4s", "/live/64k/RS-1000.M4S",
     "/live/../live/64k/index.m3u8", "/live/64k/../128k/index.m3u8", "/live/64k/%2e%2e/64k/index.m3u8",
     "/live/64k%2findex.m3u8", "/live%2f64k/x", "/live/64k//index.m3u8", "/live//64k/index.m3u8",
     "/live/64k/rs-1000.m4s%00", "/live/64k/rs-1000.m4s\0.txt", "/live/64k/index.m3u8/", "/live/64k/./index.m3u8",
     "/live/%00", "/live/64k/..%2f..%2f..%2fetc/passwd", "/live/" + "x" * 10_000],
)  # fmt: skip
async def test_what_is_not_there_is_not_found_however_it_is_spelt(server: Server, path: str) -> None:
    answer = await server.ask(path)
    if answer.status == 299:
        assert not path.startswith("/live/")
        return
    assert answer.status == 404
    problem = json.loads(answer.body)
    assert set(problem) == {"detail", "status_code", "operation_id", "service"}
    assert problem["status_code"] == 404
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("path", ["/", "/live", "/livestream", "/live.m3u", "/live-ts.m3u8", "//live.m3u8", "/docs"])
async def test_everything_else_is_passed_on(server: Server, path: str) -> None:
    assert (await server.ask(path)).status == 299
    assert server.passed_on == [path]


async def test_other_kinds_of_connection_are_passed_on(server: Server) -> None:
    seen: list[str] = []

    async def inner(scope: Scope, _: Receive, __: Send) -> None:
        seen.append(scope["type"])

    app = HlsApp(inner, server.store, server.wake, lambda *_: None)

    async def nothing(*_: object) -> Message:
        return {}

    await app({"type": "lifespan"}, nothing, nothing)  # type: ignore[arg-type]
    assert seen == ["lifespan"]


async def test_listeners_are_told_by_address_and_program(server: Server) -> None:
    await server.ask("/live.m3u8", user_agent="VLC/3")
    await server.ask(MEDIA, user_agent="VLC/3")
    await server.ask(CHUNK)
    await server.ask(CHUNK, "HEAD")
    await server.ask("/live/64k/nothing")
    key = ListenerKey("192.0.2.1", b"VLC/3")
    assert server.heard == [
        (key, "", "playlist"),
        (key, "64k", "playlist"),
        (key._replace(user_agent=b""), "64k", "chunk"),
    ]


@pytest.mark.parametrize("path", ["/live.m3u8", MEDIA])
async def test_a_get_of_a_playlist_wakes_a_sleeping_station(asleep: Server, path: str) -> None:
    asleep.waking = [on_air()]
    assert (await asleep.ask(path)).status == 200
    assert (await asleep.ask(path)).status == 200
    assert asleep.wakes == 1


async def test_a_station_that_does_not_wake_in_time_is_not_ready(asleep: Server) -> None:
    answer = await asleep.ask("/live.m3u8")
    assert answer.status == 503
    assert int(answer.headers["retry-after"]) > 0
    assert json.loads(answer.body)["status_code"] == 503


async def test_a_station_that_wakes_without_sound_is_not_ready(asleep: Server) -> None:
    asleep.waking = [Published()]
    assert (await asleep.ask("/live.m3u8")).status == 503


@pytest.mark.parametrize(
    ("error", "status", "retry"), [(TooMany("Too often.", 7.0), 429, "7"), (NotReady("Soon.", 0.2), 503, "1")]
)
async def test_why_it_may_not_wake_is_said(asleep: Server, error: Exception, status: int, retry: str) -> None:
    asleep.waking = [error]
    answer = await asleep.ask("/live.m3u8")
    assert (answer.status, answer.headers["retry-after"]) == (status, retry)
    assert json.loads(answer.body)["detail"] == str(error)


async def test_head_chunks_and_unknown_renditions_wake_nothing(asleep: Server) -> None:
    assert (await asleep.ask("/live.m3u8", "HEAD")).status == 503
    assert (await asleep.ask("/live.m3u8", "OPTIONS")).status == 204
    assert (await asleep.ask(CHUNK)).status == 404
    assert (await asleep.ask("/live/999k/index.m3u8")).status == 404
    assert asleep.wakes == 0


async def test_a_station_may_have_a_prefix(server: Server) -> None:
    assert (await server.ask("/stations/night/live.m3u8", prefix="/stations/night")).status == 200
    assert (await server.ask("/stations/night/live/64k/index.m3u8", prefix="/stations/night")).status == 200
    assert (await server.ask("/live.m3u8", prefix="/stations/night")).status == 299


async def test_a_mount_point_of_a_proxy_is_not_part_of_the_path(server: Server) -> None:
    assert (await server.ask("/radio/live.m3u8", root="/radio")).status == 200
    assert (await server.ask("/live.m3u8", root="/radio")).status == 200


async def test_a_server_that_gives_no_raw_path_is_served_too(server: Server) -> None:
    assert (await server.ask(MEDIA, raw=False)).status == 200
