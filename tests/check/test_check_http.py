"""Over HTTP: a good server is all well, each bad habit is named, and what is no stream is said in one sentence."""

from __future__ import annotations

import dataclasses
import functools
import json
import socket
from collections.abc import Callable

import pytest
from rich.console import Console

from radio.check.command import main
from radio.check.finding import Severity
from radio.check.report import Report, render
from radio.check.run import Progress, check
from radio.errors import CannotListen
from tests.check.server import ENTRY, Answer, Server, checked, fast_clock
from tests.check.streams import CHUNK_S, FFMPEG, FFPROBE, Stream, encode, music, whole

LISTEN_S = 4 * CHUNK_S


@functools.cache
def song() -> Stream:
    return whole(encode(music(8.01)))


def server(**changes: object) -> Server:
    return dataclasses.replace(Server(song(), fast_clock()), **changes)  # type: ignore[arg-type]


def errors(report: Report) -> set[str]:
    return report.codes(Severity.ERROR)


def only(part: str, change: Callable[[Answer], Answer], method: str = "GET") -> Callable[[str, str, Answer], Answer]:
    """Misbehave where the path holds `part`."""
    return lambda used, path, answer: change(answer) if part in path and used == method else answer


def header(name: str, value: str) -> Callable[[Answer], Answer]:
    return lambda answer: dataclasses.replace(answer, headers={**answer.headers, name: value})


def without(name: str) -> Callable[[Answer], Answer]:
    return lambda answer: dataclasses.replace(answer, headers={k: v for k, v in answer.headers.items() if k != name})


def body(text: str | bytes) -> Callable[[Answer], Answer]:
    raw = text.encode() if isinstance(text, str) else text
    return lambda answer: dataclasses.replace(answer, body=raw)


def edited(old: str, new: str) -> Callable[[Answer], Answer]:
    return lambda answer: dataclasses.replace(answer, body=answer.body.replace(old.encode(), new.encode()))


async def test_a_good_live_stream_is_all_well_and_every_chunk_is_heard_once() -> None:
    radio = server()
    told: list[Progress] = []
    report = await checked(radio, LISTEN_S, progress=told.append)
    assert report.codes(Severity.ERROR) | report.codes(Severity.WARNING) == set()
    assert report.renditions[0].chunks == 7
    assert report.renditions[0].late is not None
    assert report.renditions[0].late.max_s <= 0.6
    chunks = [path for method, path in radio.requests if method == "GET" and path.endswith("m4s")]
    assert sorted(set(chunks)) == sorted({path for path in chunks if chunks.count(path) <= 2})
    assert told[-1].chunks == 7


async def test_a_media_playlist_by_itself_can_be_checked() -> None:
    report = await checked(server(), LISTEN_S, "http://radio.test/live/main/index.m3u8")
    assert errors(report) == set()


async def test_an_ended_stream_is_heard_without_waiting() -> None:
    radio = server(ended=True)
    report = await checked(radio, 60.0)
    assert errors(report) == set()
    assert report.renditions[0].chunks == 8
    assert radio.clock.monotonic() == 0


async def test_a_long_recording_is_heard_only_as_long_as_asked() -> None:
    report = await checked(server(ended=True), 10.0)
    assert report.renditions[0].chunks == 3


@pytest.mark.parametrize(
    ("misbehave", "code"),
    [
        (only("index.m3u8", header("content-type", "text/plain")), "content-type"),
        (only(".m4s", header("content-type", "text/html")), "content-type"),
        (only(".m4s", header("content-type", "application/octet-stream")), "content-type"),
        (only("m", without("access-control-allow-origin")), "cors"),
        (only("index.m3u8", header("cache-control", "max-age=60")), "cache"),
        (only(".m4s", header("cache-control", "no-store")), "cache"),
        (only("index.m3u8", lambda answer: Answer(b"", status=405), "HEAD"), "head"),
        (only("102.m4s", lambda answer: Answer(b"", status=404)), "chunk-missing"),
        (only("init-e", lambda answer: Answer(b"", status=404)), "chunk-missing"),
        (only("102.m4s", body(b"<html>")), "not-media"),
        (only("index.m3u8", edited("TARGETDURATION:4", "TARGETDURATION:3")), "too-long-chunk"),
        (only("live.m3u8", edited("164000", "64000")), "bandwidth"),
        (only("live.m3u8", edited("mp4a.40.2", "mp4a.40.34")), "codecs"),
    ],
)
async def test_a_bad_habit_is_named(misbehave: Callable[[str, str, Answer], Answer], code: str) -> None:
    assert code in (await checked(server(misbehave=misbehave), CHUNK_S)).codes()


async def test_a_chunk_that_comes_seconds_late_is_named_and_measured() -> None:
    report = await checked(server(late={4: 3.0, 5: 0.0}), 4 * CHUNK_S)
    assert errors(report) == {"stale"}
    assert report.codes(Severity.WARNING) == {"late-chunk"}
    assert report.renditions[0].late is not None
    assert report.renditions[0].late.max_s == pytest.approx(3.0, abs=0.7)


async def test_a_station_that_wakes_up_is_waited_for_and_one_that_does_not_is_given_up() -> None:
    radio = server()
    waking = Answer(b"", {"retry-after": "2"}, 503)
    radio.misbehave = lambda method, path, answer: waking if radio.clock.monotonic() < 3 else answer
    assert errors(await checked(radio, CHUNK_S)) == set()
    assert radio.clock.monotonic() == pytest.approx(4 + CHUNK_S)
    with pytest.raises(CannotListen, match="503"):
        await checked(server(misbehave=lambda method, path, answer: waking), CHUNK_S)


async def test_a_chunk_must_outlive_its_place_in_the_window() -> None:
    radio = server()

    def forgetful(method: str, path: str, answer: Answer) -> Answer:
        gone = path.endswith("m4s") and not any(line.uri in path for line in radio.listed())
        return Answer(b"", status=404) if gone else answer

    radio.misbehave = forgetful
    assert "removed-early" in errors(await checked(radio, LISTEN_S))


async def test_a_server_that_goes_away_is_named() -> None:
    radio = server()
    radio.misbehave = lambda method, path, answer: (
        Answer(b"", status=502) if radio.clock.monotonic() > 5 and "index" in path else answer
    )
    assert "playlist-missing" in errors(await checked(radio, LISTEN_S))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (body("<!doctype html><title>Radio</title>"), "web page"),
        (body(b"\x00\xff\xfe" * 99), "no UTF-8 text"),
        (body(""), "is empty"),
        (body("hello"), "not an HLS playlist"),
        (body("#EXTM3U\n" + "#" * (5 << 20)), "larger than 4096 KiB"),
        (lambda answer: Answer(b"", status=404), "404"),
        (lambda answer: Answer(b"", {"location": ENTRY}, 302), "redirects"),
        (lambda answer: Answer(b"rubbish", {"content-encoding": "gzip"}), "compression is broken"),
        (body("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nlive.m3u8\n"), "another multivariant playlist"),
        (body('#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="k"\n#EXTINF:4,\na\n'), "encrypted"),
        (body("#EXTM3U\n#EXTINF:4,\n#EXT-X-BYTERANGE:9@0\na\n"), "byte ranges"),
    ],
)  # fmt: skip
async def test_what_is_no_stream_is_said_in_one_sentence(change: Callable[[Answer], Answer], sentence: str) -> None:
    with pytest.raises(CannotListen, match=sentence) as caught:
        await checked(server(misbehave=only("live.m3u8", change)), CHUNK_S)
    assert str(caught.value).endswith((".", ")."))


@pytest.mark.parametrize(
    "url", ["", "not a url", "ftp://a/b", "http://", "http://[::1", "file:///etc/passwd", "live.m3u8"]
)
async def test_what_is_no_address_is_said_in_one_sentence(url: str) -> None:
    with pytest.raises(CannotListen, match="address"):
        await check(url, 1.0, ffmpeg=FFMPEG, ffprobe=FFPROBE)


def test_nobody_at_the_address_is_one_sentence_and_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert main(f"http://127.0.0.1:{port}/live.m3u8", 1.0, ffmpeg=FFMPEG, ffprobe=FFPROBE) == 2
    said = capsys.readouterr()
    assert said.err.count("\n") == 1
    assert "no connection" in said.err
    assert not said.out


async def test_the_report_is_readable_and_the_same_as_json() -> None:
    report = await checked(server(misbehave=only("102.m4s", body(b"<html>"))), CHUNK_S)
    console = Console(width=160, no_color=True)
    with console.capture() as capture:
        console.print(render(report))
    text = capture.get()
    assert "BROKEN: 1 errors" in text
    assert "not-media" in text
    assert "RFC 8216 §3" in text
    found = json.loads(report.as_json())
    assert (found["ok"], found["findings"][0]["code"], found["url"]) == (False, "not-media", ENTRY)
