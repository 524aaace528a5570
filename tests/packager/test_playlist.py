"""Playlists: the text that players get, rule by rule (RFC 8216)."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from radio.contracts import EncoderRun, Entry
from radio.packager.playlist import (
    Bandwidth,
    date_text,
    quoted,
    render_media,
    render_multivariant,
    target_duration,
)
from radio.packager.window import Window
from tests.packager.rig import CHUNK, LADDER, tags, uris
from tests.packager.test_window import NOW, RUN, filled

STRICT = """
const HLS = require('hls-parser');
HLS.setOptions({strictMode: true});
let text = '';
process.stdin.on('data', data => text += data).on('end', () => {
  const seen = JSON.parse(text).map(playlist => HLS.parse(playlist));
  console.log(JSON.stringify(seen.map(p => p.isMasterPlaylist ? p.variants.length : p.segments.length)));
});
"""


def restarted(later_s: float = 0.0) -> Window:
    """Three chunks, and three more after an encoder restart, with an entry in each part."""
    run = EncoderRun(1, RUN.first_sample + 2 * CHUNK)
    window = filled(3, Window(CHUNK, 15).open(RUN, NOW - 12.288, 0).announce(Entry(1, 60_000, "One", "p", "synth")))
    window = window.open(run, NOW - 12.288 + 8.192 + later_s, 1).announce(
        Entry(2, 900_000, 'Two "2"', "x\ny" * 200, "synth")
    )
    return filled(3, window, run, start=1)


def variants() -> str:
    return render_multivariant(
        [(rendition, Bandwidth(rendition.bit_rate + 1, rendition.bit_rate)) for rendition in LADDER]
    )


def test_a_media_playlist_says_what_rfc_8216_wants_in_its_order() -> None:
    lines = render_media(filled(3)).splitlines()
    assert lines[:9] == [
        "#EXTM3U",
        "#EXT-X-VERSION:6",
        "#EXT-X-TARGETDURATION:4",
        "#EXT-X-MEDIA-SEQUENCE:1000",
        "#EXT-X-DISCONTINUITY-SEQUENCE:1000",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        '#EXT-X-MAP:URI="init-rs.mp4"',
        "#EXT-X-PROGRAM-DATE-TIME:2025-01-01T01:08:04.691Z",
        "#EXTINF:4.096000,",
    ]
    assert lines[9] == "rs-1000.m4s"
    assert len(lines) == 9 + 1 + 2 * 3


def test_a_new_encoder_comes_with_a_map_and_a_date_and_a_discontinuity_only_where_there_is_one() -> None:
    lines = render_media(restarted()).splitlines()
    assert "#EXT-X-DISCONTINUITY" not in lines
    lines = render_media(restarted(later_s=5.0)).splitlines()
    at = lines.index("#EXT-X-DISCONTINUITY")
    assert lines[at + 1] == '#EXT-X-MAP:URI="init-rv.mp4"'
    assert lines[at + 2].startswith("#EXT-X-PROGRAM-DATE-TIME:")
    assert lines[at + 4] == "rv-1003.m4s"
    assert tags("\n".join(lines), "EXT-X-MAP") == ['URI="init-rs.mp4"', 'URI="init-rv.mp4"']


def test_every_chunk_has_a_date() -> None:
    playlist = render_media(restarted())
    assert len(tags(playlist, "EXT-X-PROGRAM-DATE-TIME")) == len(uris(playlist)) == 6


def test_only_an_ended_playlist_has_an_end() -> None:
    assert "ENDLIST" not in render_media(filled(3))
    assert render_media(filled(3).end()).endswith("#EXT-X-ENDLIST\n")


def test_an_empty_window_promises_the_next_number() -> None:
    assert tags(render_media(filled(3).clear()), "EXT-X-MEDIA-SEQUENCE") == ["1003"]


@pytest.mark.parametrize(("samples", "seconds"), [(196_608, 4), (212_992, 4), (217_088, 5), (4096, 1), (288_768, 6)])
def test_the_target_duration_is_the_chunk_length_to_nearest(samples: int, seconds: int) -> None:
    assert target_duration(samples) == seconds


def test_an_entry_is_a_date_range_that_ends_on_the_next() -> None:
    first, second = tags(render_media(restarted()), "EXT-X-DATERANGE")
    assert first == (
        'ID="segment-1",CLASS="longwave.segment",START-DATE="2025-01-01T01:08:04.962Z",END-ON-NEXT=YES,'
        'X-INDEX=1,X-TITLE="One",X-PROMPT="p",X-ENGINE="synth"'
    )
    assert "X-TITLE=\"Two '2'\"" in second
    assert "DURATION" not in first + second


def test_text_in_an_attribute_has_no_quotes_no_control_characters_and_an_end() -> None:
    assert quoted('a "b"\r\n\tc\x00\x1b\u2028d\u200f') == "\"a 'b' c d\""
    assert quoted("é" * 500) == '"' + "é" * 200 + '"'
    assert quoted("") == '""'


def test_dates_have_milliseconds_and_a_zone() -> None:
    assert date_text(1_735_689_600_000) == "2025-01-01T00:00:00.000Z"
    assert date_text(1_735_689_600_007) == "2025-01-01T00:00:00.007Z"


def test_a_player_starts_with_the_best_rendition_up_to_128k() -> None:
    playlist = variants()
    assert uris(playlist) == [f"live/{name}/index.m3u8" for name in ("128k", "64k", "256k")]
    assert tags(playlist, "EXT-X-STREAM-INF")[0] == 'BANDWIDTH=128001,AVERAGE-BANDWIDTH=128000,CODECS="mp4a.40.2"'


def test_a_single_high_rendition_is_listed_too() -> None:
    assert uris(render_multivariant([(LADDER[2], Bandwidth(2, 1))])) == ["live/256k/index.m3u8"]


@pytest.mark.slow
def test_a_strict_parser_takes_every_playlist(tmp_path: Path) -> None:
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        pytest.skip("npm is not installed")
    install = [npm, "install", "--silent", "--no-audit", "--no-fund", "hls-parser@0.16"]
    if subprocess.run(install, cwd=tmp_path, capture_output=True, check=False, timeout=120).returncode:
        pytest.skip("npm could not install hls-parser")
    playlists = [render_media(restarted()), render_media(filled(20).end()), variants()]
    (tmp_path / "strict.js").write_text(STRICT)
    argv = [node, "strict.js"]
    done = subprocess.run(
        argv, cwd=tmp_path, input=json.dumps(playlists), capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [6, 15, 3]
