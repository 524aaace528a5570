"""Reading playlists: what is written is what is read, and what is wrong is remembered, not raised."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radio.check.m3u8 import parse
from radio.check.playlist import MediaPlaylist, MultivariantPlaylist
from radio.check.reader import parse_attributes, parse_date
from radio.errors import CannotListen

LIVE = """#EXTM3U
#EXT-X-VERSION:6
#EXT-X-TARGETDURATION:4
#EXT-X-MEDIA-SEQUENCE:41
#EXT-X-DISCONTINUITY-SEQUENCE:3
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MAP:URI="init-a.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-11-21T04:00:00.500Z
#EXTINF:4.096,title, with a comma
a-41.m4s
#EXT-X-DISCONTINUITY
#EXT-X-MAP:URI="init-b.mp4"
#EXTINF:4.096,
b-42.m4s
"""


def media(text: str) -> MediaPlaylist:
    found = parse(text)
    assert isinstance(found, MediaPlaylist)
    return found


def test_a_live_playlist_is_read_with_numbers_dates_and_headers() -> None:
    found = media(LIVE)
    assert (found.version, found.target_duration, found.media_sequence, found.ended) == (6, 4, 41, False)
    first, second = found.chunks
    assert (first.sequence, first.uri, first.map_uri, first.date) == (41, "a-41.m4s", "init-a.mp4", 1795233600.5)
    assert (second.sequence, second.map_uri, second.discontinuity, second.discontinuity_number) == (
        42,
        "init-b.mp4",
        True,
        4,
    )
    assert not found.problems


def test_line_ends_of_either_kind_and_unknown_tags_are_fine() -> None:
    text = LIVE.replace("\n", "\r\n") + "#EXT-X-FROM-THE-FUTURE:1\r\n# a comment\r\n"
    assert media(text) == media(LIVE)


@pytest.mark.parametrize(
    "line",
    [
        "#EXT-X-TARGETDURATION:4.5", "#EXT-X-VERSION:six", "#EXT-X-MEDIA-SEQUENCE:-1", "#EXT-X-MEDIA-SEQUENCE:9",
        "#EXT-X-DISCONTINUITY-SEQUENCE:9", "#EXTINF:fast,", "#EXTINF:4.0,", "lonely.m4s", "#EXT-X-MAP:URI=",
        "#EXT-X-KEY:", "#EXT-X-PROGRAM-DATE-TIME:yesterday", "#EXT-X-PLAYLIST-TYPE:RADIO", "#EXTM3U",
        '#EXT-X-DATERANGE:ID="a',
    ],
)  # fmt: skip
def test_each_slip_is_named(line: str) -> None:
    found = media(LIVE + line + "\n")
    assert found.problems
    assert all("RFC 8216" in problem.rule for problem in found.problems)


def test_a_multivariant_playlist_is_told_by_its_tags() -> None:
    found = parse('#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=164000,CODECS="mp4a.40.2,avc1.4d401e"\nlive/128k/index.m3u8\n')
    assert isinstance(found, MultivariantPlaylist)
    assert (found.variants[0].bandwidth, found.variants[0].codecs) == (164000, ("mp4a.40.2", "avc1.4d401e"))
    assert found.variants[0].has_video


def test_tags_of_both_kinds_in_one_playlist_are_named() -> None:
    found = parse("#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXT-X-STREAM-INF:BANDWIDTH=1\na.m3u8\n")
    assert [problem.code for problem in found.problems] == ["mixed-playlist"]


@pytest.mark.parametrize("text", ["", "<html>", "#EXTM3U8", "\n#EXTM3U\n", "hello"])
def test_what_is_no_playlist_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(CannotListen, match="not an HLS playlist"):
        parse(text)


def test_an_endless_playlist_is_refused() -> None:
    with pytest.raises(CannotListen, match="more than 50000 chunks"):
        parse("#EXTM3U\n" + "#EXTINF:1,\na\n" * 50_001)


def test_attribute_lists_keep_commas_in_quotes() -> None:
    assert parse_attributes('A="x,y",B=3, C=4x5') == ({"A": "x,y", "B": "3", "C": "4x5"}, None)
    assert parse_attributes("A=1,A=2")[1] is not None


def test_dates_without_a_zone_are_utc() -> None:
    assert parse_date("1970-01-01T00:00:01") == 1.0
    assert parse_date("1970-01-01T01:00:01+01:00") == 1.0


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [*LIVE.splitlines(), "#EXT-X-STREAM-INF:BANDWIDTH=x", "#EXT-X-KEY:METHOD=AES-128", "#EXTINF:1e999,", "x"]
        )
    )
)
def test_no_mixture_of_lines_raises(lines: list[str]) -> None:
    parse("\n".join(["#EXTM3U", *lines]))
